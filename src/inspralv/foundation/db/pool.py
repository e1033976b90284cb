"""Connections to PostgreSQL."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec


def _encode_jsonb(value: object) -> bytes:
    return b"\x01" + msgspec.json.encode(value)


def _decode_jsonb(value: bytes) -> Any:
    return msgspec.json.decode(memoryview(value)[1:])


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_encode_jsonb, decoder=_decode_jsonb, format="binary"
    )


async def _keep(_connection: asyncpg.Connection) -> None:
    """Nothing to reset: every setting is local to its transaction, and the unit of work ends each transaction."""


async def open_pool(dsn: str, size: int) -> asyncpg.Pool:
    """Open a pool of at most `size` connections. Raises OSError or asyncpg.PostgresError when there is no server."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        init=_prepare,
        reset=_keep,
        command_timeout=30,
        max_inactive_connection_lifetime=600,
    )
