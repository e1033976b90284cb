"""Tables: sign-in through other providers."""

from inspralv.foundation.db.migrate import run_file

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_file(__file__)
