"""Doors: an API key ends with the membership it was made in."""

from inspralv.foundation.db.migrate import run_file

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_file(__file__)
