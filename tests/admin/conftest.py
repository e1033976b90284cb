"""The operator, signed in, and the owner's look at the tables."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.world import PASSWORD

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.passwords import hash_password

OPERATOR = "operator@inspralv.test"
OPERATOR_ID = UUID("019b7700-0900-7000-8000-000000000902")


@pytest.fixture
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look."""
    connection = await asyncpg.connect(dsns.owner, server_settings={"search_path": "app, queue"})
    yield connection
    await connection.close()


@pytest.fixture
async def staff(site: Site, rows: asyncpg.Connection) -> httpx.AsyncClient:
    """The operator, signed in to the console."""
    await rows.execute(
        "INSERT INTO app.super_admin (id, email, password_hash, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)"
        " ON CONFLICT DO NOTHING",
        OPERATOR_ID, OPERATOR, await hash_password(PASSWORD), datetime.now(UTC),
    )  # fmt: skip
    await rows.execute("DELETE FROM app.rate_limits")
    client = site.at("localhost")
    answer = await client.post("/super-admin/login", data={"email": OPERATOR, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    client.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
    return client


async def logged(rows: asyncpg.Connection, action: str) -> list[asyncpg.Record]:
    """Who did it, in whose logs: the entries of an action, the oldest first."""
    return await rows.fetch("SELECT * FROM app.audit_log WHERE action = $1 ORDER BY id", action)
