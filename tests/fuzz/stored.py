"""What is stored, in one figure per table: bad input must leave all of it as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from tests.house.tables import DIRECTORY, LOCAL, TENANT

# Attempts are counted whatever is sent; a session notes that it was used.
_COUNTED_ONLY = {"sessions", "staff_sessions"}
_TABLES = sorted((DIRECTORY | LOCAL | TENANT) - {"rate_limits"})


def state(rows: psycopg.Connection) -> dict[str, tuple[int, int]]:
    """Rows of every table, and a sum over what is in them; waiting jobs as well."""
    found = {}
    for table in [f"app.{name}" for name in _TABLES] + ["queue.procrastinate_jobs"]:
        content = "0" if table.removeprefix("app.") in _COUNTED_ONLY else "coalesce(sum(hashtext(t::text)), 0)"
        row = rows.execute(f"SELECT count(*), {content} FROM {table} t").fetchone()
        assert row is not None
        found[table] = (int(row[0]), int(row[1]))
    return found


@asynccontextmanager
async def nothing_stored(rows: psycopg.Connection, *, but: str = "") -> AsyncIterator[None]:
    """Fail unless the block leaves every table, `but` one, as it was."""
    before = state(rows)
    yield
    changed = {
        table: (before[table], now) for table, now in state(rows).items() if table != but and now != before[table]
    }
    assert not changed, f"stored: {changed}"
