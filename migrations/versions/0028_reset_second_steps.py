"""The console may take a person's second steps away."""

from inspralv.foundation.db.migrate import run_file

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    run_file(__file__)
