"""Domains: staff work with a partner's domains through the doors that the partner uses."""

from inspralv.foundation.db.migrate import run_file

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_file(__file__)
