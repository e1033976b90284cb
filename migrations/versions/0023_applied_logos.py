"""Doors: the logo that an application brings along, until its partner shows it."""

from inspralv.foundation.db.migrate import run_file

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run_file(__file__)
