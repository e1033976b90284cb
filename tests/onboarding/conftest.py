"""An applicant, the operator, and the owner's look at the tables."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.world import PASSWORD, PLATFORM

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.passwords import hash_password

ROOT = "root@inspralv.test"
STAFF_ID = UUID("019b7700-0900-7000-8000-000000000901")
APPLY = "/api/partner-requests"
DECIDE = "/api/super-admin/partner-requests"


def application(**changes: Any) -> dict[str, Any]:
    """What a complete application says."""
    return {
        "company_name": "Northwind Voice", "contact_name": "Nadia North", "contact_email": "Nadia@Northwind.test",
        "business_description": "We answer calls for dentists.", "use_case": "Booking and moving appointments.",
        "desired_subdomain": "northwind", **changes,
    }  # fmt: skip


@pytest.fixture
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look; afterwards there are no applications and no partners made of them."""
    connection = await asyncpg.connect(dsns.owner)
    await connection.execute(
        "INSERT INTO app.super_admin (id, email, password_hash, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)"
        " ON CONFLICT DO NOTHING",
        STAFF_ID, ROOT, await hash_password(PASSWORD), datetime.now(UTC),
    )  # fmt: skip
    yield connection
    made = "SELECT id FROM app.partners WHERE request_id IS NOT NULL"
    for table in ("brand_pictures", "password_resets", "workspace_members", "workspaces", "partner_members", "users",
                  "partner_domains"):  # fmt: skip
        await connection.execute(f"DELETE FROM app.{table} WHERE partner_id IN ({made})")
    await connection.execute("DELETE FROM app.partners WHERE request_id IS NOT NULL")
    await connection.execute("DELETE FROM app.partner_requests; DELETE FROM app.rate_limits")
    await connection.execute("DELETE FROM app.mail_messages WHERE partner_id = $1", PLATFORM)
    await connection.close()


@pytest.fixture
async def staff(site: Site, rows: asyncpg.Connection) -> httpx.AsyncClient:
    """The operator, signed in to the console."""
    assert rows
    client = site.at("localhost")
    answer = await client.post("/super-admin/login", data={"email": ROOT, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    client.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
    return client


async def applied(site: Site, **changes: Any) -> str:
    """Hand an application in; return its id."""
    answer = await site.at("localhost").post(APPLY, json=application(**changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["requestId"])
