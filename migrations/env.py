"""Alembic's environment: a connection handed in by the runner, plain SQL files, one linear history."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, version_table="schema_version", version_table_schema="app", transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
