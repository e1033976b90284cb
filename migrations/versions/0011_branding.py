"""Tables and columns: branding."""

from inspralv.foundation.db.migrate import run_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_file(__file__)
