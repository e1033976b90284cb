"""Tables and columns: plans."""

from inspralv.foundation.db.migrate import run_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_file(__file__)
