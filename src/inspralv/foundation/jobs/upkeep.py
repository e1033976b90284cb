"""Upkeep of the platform's own tables, once a day and whenever a worker starts."""

from __future__ import annotations

from datetime import timedelta

import structlog

from inspralv.foundation.services import Services

log = structlog.get_logger()

DAILY = "17 3 * * *"  # UTC, away from the full hour
_AHEAD = timedelta(days=92)  # three months of partitions, whatever the month
_LOCK = 742_002


async def keep_house(services: Services) -> None:
    """Create the month partitions that are missing, and forget attempts whose window is long past.

    Without a partition its month's rows are refused, so a failure here is raised, and seen in the log, three months
    early. Safe to repeat and to run from several processes at once. Raises asyncpg.PostgresError.
    """
    now = services.clock()
    async with services.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '5s'")
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        made = await connection.fetchval("SELECT app.ensure_partitions($1, $2)", now, now + _AHEAD)
        await connection.execute("SELECT app.sweep_attempts()")
    if made:
        log.info("partitions created", number=made)
