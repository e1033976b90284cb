"""Domains: a claim that gives way is told in the log of whoever loses it."""

from inspralv.foundation.db.migrate import run_file

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run_file(__file__)
