"""Waiting until somebody waits: how a test brings two requests to the same place at the same moment."""

from __future__ import annotations

import asyncio

import asyncpg


async def until_waiting(connection: asyncpg.Connection, sessions: int = 1) -> None:
    """Return when so many sessions of this database wait for a lock. Other databases of the server do not count."""
    for _ in range(300):
        if await connection.fetchval(_WAITING) >= sessions:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody waits")


_WAITING = """
SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()
"""
