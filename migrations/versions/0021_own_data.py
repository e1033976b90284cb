"""Tables and grants: a copy of one's own data, and deleting one's account."""

from inspralv.foundation.db.migrate import run_file

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_file(__file__)
