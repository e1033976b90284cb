"""Tables and doors: the operator looks at a partner as one of its people."""

from inspralv.foundation.db.migrate import run_file

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_file(__file__)
