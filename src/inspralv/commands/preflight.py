"""What can be known to be wrong before anything is started. Every fault is found, not only the first."""

import errno
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inspralv.foundation.db.embedded_faults import EmbeddedFault
from inspralv.foundation.db.postgres_binaries import OLDEST_VERSION, find_binaries
from inspralv.foundation.db.postgres_user import choose_user
from inspralv.settings import Settings, SettingsFault, load_settings, read_values

SANDBOX_HOST = "127.0.0.1"
_SECONDS_TO_CONNECT = 5


def settings_for_start(environ: Mapping[str, str], *, needs_ports: bool) -> Settings:
    """The settings, when everything that they name is there and free.

    Raises SettingsFault with the faults of the settings, the database and (where they are needed) the ports.
    """
    values, faults = read_values(environ)
    if needs_ports:
        faults += _port_faults(values)
    faults += _database_faults(values)
    if faults:
        raise SettingsFault(faults)
    return load_settings(environ)


def _port_faults(values: Mapping[str, Any]) -> Iterator[str]:
    addresses = [("INSPRALV_PORT", values.get("INSPRALV_HOST"))]
    if values.get("INSPRALV_MODE") != "production":
        addresses.append(("INSPRALV_SANDBOX_PORT", SANDBOX_HOST))
    ports = [(name, host, values.get(name)) for name, host in addresses]
    if values.get("INSPRALV_MODE") != "production" and values.get("INSPRALV_SANDBOX_PORT"):
        ports.append(("INSPRALV_SANDBOX_PORT", SANDBOX_HOST, values["INSPRALV_SANDBOX_PORT"] + 1))
    for name, host, port in ports:
        problem = _why_not_free(host, port) if host and port else None
        if problem:
            yield f"{name}: port {port} on {host} {problem}."


def _why_not_free(host: str, port: int) -> str | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return "is taken by another program; stop it, or choose another port"
        return f"cannot be used: {error.strerror}"
    return None


def _database_faults(values: Mapping[str, Any]) -> Iterator[str]:
    url = values.get("DATABASE_URL")
    if url:
        yield from (f"DATABASE_URL {fault}." for fault in _server_faults(url))
    elif url is not None and "INSPRALV_DATA_DIR" in values:
        yield from _private_faults(values["INSPRALV_DATA_DIR"] / "postgres")


def _private_faults(home: Path) -> Iterator[str]:
    try:
        choose_user(home)
        find_binaries()
    except EmbeddedFault as fault:
        yield str(fault)


def _server_faults(url: str) -> Iterator[str]:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=_SECONDS_TO_CONNECT, autocommit=True) as connection:
            version = connection.info.server_version // 10_000
            encoding, may_create_roles = connection.execute(
                "SELECT current_setting('server_encoding'), rolsuper OR rolcreaterole FROM pg_roles"
                " WHERE rolname = current_user"
            ).fetchone() or ("", False)
    except psycopg.Error as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        yield f"does not lead to a database: {lines[0].removesuffix('.')}"
        return
    if version < OLDEST_VERSION:
        yield f"leads to PostgreSQL {version}; {OLDEST_VERSION} or newer is needed"
    if encoding != "UTF8":
        yield f"leads to a database in {encoding}; UTF8 is needed"
    if not may_create_roles:
        yield "signs in with a role that may not create roles"
