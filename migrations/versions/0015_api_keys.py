"""Tables and doors: API keys."""

from inspralv.foundation.db.migrate import run_file

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_file(__file__)
