"""The job queue's own tables, as its library defines them, in a schema of their own."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind().connection.driver_connection
    connection.execute("SET LOCAL search_path = queue, pg_catalog")
    connection.execute(SchemaManager.get_schema().replace("%%", "%"))
    connection.execute("SET LOCAL search_path = DEFAULT")
    for grant in (
        "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA queue",
        "USAGE ON ALL SEQUENCES IN SCHEMA queue",
        "EXECUTE ON ALL FUNCTIONS IN SCHEMA queue",
    ):
        connection.execute(f"GRANT {grant} TO app_worker")
