"""How somebody without an account applies to become a partner."""

from inspralv.foundation.db.migrate import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_file(__file__)
