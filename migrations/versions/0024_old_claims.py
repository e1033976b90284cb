"""Doors: a claim on a domain that nobody proved within a week keeps it from no applicant."""

from inspralv.foundation.db.migrate import run_file

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    run_file(__file__)
