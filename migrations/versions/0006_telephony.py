"""Tables and columns: telephony."""

from inspralv.foundation.db.migrate import run_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_file(__file__)
