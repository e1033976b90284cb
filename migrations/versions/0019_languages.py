"""Doors: the language that a person has chosen."""

from inspralv.foundation.db.migrate import run_file

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_file(__file__)
