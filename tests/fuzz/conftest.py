"""The application as the fuzz meets it: the clinic has a key, an agent at the sandbox and a call; nothing is scarce."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import schemathesis
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.schemas import BaseSchema
from tests.conftest import Sandbox, Site
from tests.fuzz.ground import KEYS, Ground
from tests.world import ACME, CLINIC, OLGA, WIM

from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.ids import uuid7
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.services import Services
from inspralv.integrations.connections import find_connection

_PLENTY = '{"max_agents": -1, "max_users": -1, "max_minutes_per_month": -1}'
_STAFF_TOKEN = "session-of-the-operator"


@pytest.fixture(scope="module")
def rows(dsns: Dsns) -> Iterator[psycopg.Connection]:
    """The owner's look at the tables, from any thread."""
    with psycopg.connect(dsns.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
async def ground(
    site: Site, sandbox: Sandbox, services: Services, work: Callable[[], Awaitable[None]], rows: psycopg.Connection
) -> AsyncIterator[Ground]:
    await sandbox.reset()
    rows.execute("UPDATE app.workspaces SET resource_limits = %s", [_PLENTY])
    rows.execute("""UPDATE app.partners SET resource_limits = '{"max_workspaces": -1}'""")
    _operator(rows)
    await _key(site, sandbox)
    agent = await site.as_(WIM).post("/api/w/clinic/agents", json={"name": "Front desk", "provider": "vapi"})
    await work()
    wide = Context(services, Scope(ACME, CLINIC, wide=True), Actor("system"), Origin())
    connection = await find_connection(wide, CLINIC, "vapi")
    await wide.commit()
    assert connection is not None
    path = connection.hook_url[connection.hook_url.index("/api/webhooks/") :]
    cookie = f"staff={_STAFF_TOKEN}"
    made = Ground(site, rows, cookie, (path, connection.hook_secret), agent.json()["data"]["id"])
    try:
        await asyncio.to_thread(made.furnish)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
async def schema(site: Site) -> BaseSchema:
    """The application's own description of its API, as a client gets it."""
    document: dict[str, Any] = (await site.at("localhost").get("/api/openapi.json")).json()
    generation = GenerationConfig(with_security_parameters=False)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    return schemathesis.openapi.from_dict(document, config=config)


async def _key(site: Site, sandbox: Sandbox) -> None:
    config = {
        "shared_outbound_phone_number_id": sandbox.phone_number_id,
        "shared_outbound_phone_number": "+14155550100",
    }
    body = {"provider": "vapi", "name": "Main", "default_secret_key": sandbox.private_key,
            "default_public_key": sandbox.public_key, "config": config}  # fmt: skip
    added = await site.as_(OLGA).post(KEYS, json=body)
    assert added.status_code == 201, added.text


def _operator(rows: psycopg.Connection) -> None:
    """Somebody of the platform's staff who is signed in."""
    now = datetime.now(UTC)
    staff = uuid7(now)
    rows.execute(
        "INSERT INTO app.super_admin (id, email, password_hash, first_name, last_name, created_at, updated_at)"
        " VALUES (%s, 'root@inspralv.test', 'none', 'Root', 'Staff', %s, %s)", [staff, now, now],
    )  # fmt: skip
    rows.execute(
        "INSERT INTO app.staff_sessions (staff_id, token_hash, created_at, last_seen_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        [staff, token_hash(_STAFF_TOKEN), now, now, now + timedelta(hours=1)],
    )  # fmt: skip
