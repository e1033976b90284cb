"""Tables and columns: domains."""

from inspralv.foundation.db.migrate import run_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_file(__file__)
