"""Bringing a database up to date: roles first, as administrator; then the history, as app_owner."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from alembic import command, op
from alembic.config import Config
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from inspralv.foundation.db.dsn import Dsns

MIGRATIONS = Path(__file__).resolve().parents[4] / "migrations"
_SEARCH_PATH = {"app_owner": "app", "app_user": "app", "app_staff": "app", "app_worker": "queue"}


def upgrade(dsns: Dsns) -> None:
    """Create roles and schemas where they are missing, then run every outstanding migration. Safe to repeat and to run
    from several processes at once. Raises psycopg.Error."""
    with psycopg.connect(dsns.admin, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(742001)")
        _create_roles(admin, dsns)
        _create_schemas(admin)
        engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsns.owner), poolclass=NullPool)
        with engine.connect() as connection:
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        engine.dispose()


def run_file(module_file: str) -> None:
    """Run the .sql file beside a migration module, as it stands."""
    statements = Path(module_file).with_suffix(".sql").read_text()
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute("SET LOCAL lock_timeout = '5s'")
    connection.execute(statements.encode())


def _create_roles(admin: psycopg.Connection, dsns: Dsns) -> None:
    addresses = {"app_owner": dsns.owner, "app_user": dsns.user, "app_staff": dsns.staff, "app_worker": dsns.worker}
    for role, address in addresses.items():
        found = admin.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = sql.SQL("ALTER" if found else "CREATE")
        name = sql.Identifier(role)
        admin.execute(
            sql.SQL("{} ROLE {} LOGIN NOBYPASSRLS PASSWORD {}").format(verb, name, sql.Literal(_password(address)))
        )
        admin.execute(sql.SQL("ALTER ROLE {} SET search_path = {}").format(name, sql.Identifier(_SEARCH_PATH[role])))
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(admin.info.dbname), name))
    if admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() != (True,):
        admin.execute("GRANT app_owner TO CURRENT_USER")


def _create_schemas(admin: psycopg.Connection) -> None:
    for schema in ("app", "queue"):
        admin.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION app_owner").format(sql.Identifier(schema)))
    admin.execute("GRANT USAGE ON SCHEMA app TO app_user, app_staff, app_worker")
    admin.execute("GRANT USAGE ON SCHEMA queue TO app_worker")


def _password(dsn: str) -> str:
    parts = urlsplit(dsn)
    return unquote(parts.password) if parts.password else parse_qs(parts.query)["password"][0]
