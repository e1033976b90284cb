"""The database of a command: the one that was named, or the private one."""

import contextlib
from collections.abc import Iterator

import msgspec
import psycopg

from inspralv.foundation.db import dsn, migrate
from inspralv.foundation.db.embedded import EmbeddedServer
from inspralv.settings import Settings
from inspralv.tenancy.founding import found_platform

NAME = "inspralv"  # of the database on the private server


@contextlib.contextmanager
def private_server(settings: Settings) -> Iterator[EmbeddedServer | None]:
    """The private server, running, with its database; None when the settings name another server.

    Raises EmbeddedFault.
    """
    if settings.database.url:
        yield None
        return
    with EmbeddedServer.start(settings.data_dir / "postgres") as server:
        server.ensure_database(NAME)
        yield server


@contextlib.contextmanager
def running_database(settings: Settings) -> Iterator[Settings]:
    """The settings with the address of a database that runs. Raises EmbeddedFault."""
    with private_server(settings) as server:
        yield with_address(settings, server)


def with_address(settings: Settings, server: EmbeddedServer | None) -> Settings:
    """The settings, naming the private server's database where there is one."""
    if server is None:
        return settings
    database = msgspec.structs.replace(settings.database, url=server.dsn(NAME))
    return msgspec.structs.replace(settings, database=database)


def migrate_database(settings: Settings) -> None:
    """Brings roles, tables and functions to the state that this version of the product needs, and sees to it that there is
    the platform's own partner at the host that the settings name."""
    dsns = dsn.for_roles(settings.database.url, settings.secrets.key)
    migrate.upgrade(dsns)
    with psycopg.connect(dsns.owner) as owner:
        found_platform(owner, settings.web.platform_host)
