"""Domains fenced by row security as well."""

from inspralv.foundation.db.migrate import run_file

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run_file(__file__)
