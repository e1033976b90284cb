"""Domains: a claim without proof gives way to whoever proves that the name is theirs."""

from inspralv.foundation.db.migrate import run_file

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run_file(__file__)
