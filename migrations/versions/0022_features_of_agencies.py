"""Agencies that applied have every feature but single sign-on, as those that apply from now on."""

from inspralv.foundation.db.migrate import run_file

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_file(__file__)
