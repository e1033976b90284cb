"""Doors: the logo that an application brings along, until its partner shows it."""

from inspralv.foundation.db.migrate import run_file

revision = "0022"
down_revision = "0019"


def upgrade() -> None:
    run_file(__file__)
