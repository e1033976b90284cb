"""A desk: the clinic's agent, brought to the provider sandbox, and the webhook address that the provider has of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import msgspec
import pytest
from tests.conftest import Sandbox, Site
from tests.providers.vapi.examples import example
from tests.world import ACME, CLINIC, MIA, OLGA

from inspralv.conversations.queries.usage import MEASURES
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.foundation.services import Services
from inspralv.integrations.connections import Connection, find_connection

API = "/api/w/clinic"
Work = Callable[[], Awaitable[None]]


@dataclass
class Desk:
    """The clinic's agent at its provider."""

    site: Site
    work: Work
    services: Services
    rows: asyncpg.Connection
    agent: dict[str, Any]
    connection: Connection

    @cached_property
    def provider(self) -> httpx.AsyncClient:
        """Whoever delivers webhooks; the host counts for nothing."""
        return self.site.at("localhost")

    @cached_property
    def mia(self) -> httpx.AsyncClient:
        """A member of the clinic."""
        return self.site.as_(MIA)

    @property
    def remote_id(self) -> str:
        return str(self.agent["external_agent_id"])

    @property
    def hook_path(self) -> str:
        return "/api/webhooks/" + self.connection.hook_url.partition("/api/webhooks/")[2]

    def message(self, name: str, call_id: str, **changes: Any) -> dict[str, Any]:
        """An example of the vendor's, as if it were about a call with our agent that began a minute ago."""
        body = example(f"webhook.{name}")
        message = body["message"]
        message["call"] |= {
            "id": call_id,
            "assistantId": self.remote_id,
            "createdAt": at(-60),
            **changes.pop("call", {}),
        }
        message["call"].get("customer", {}).pop("externalId", None)
        message["timestamp"] = int(datetime.now(UTC).timestamp() * 1000)
        message |= changes
        return dict(body)

    async def send(self, body: object, secret: str | None = None, path: str | None = None) -> httpx.Response:
        """Deliver a webhook as the provider does, with the secret of the address."""
        raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {"content-type": "application/json", "x-vapi-secret": secret or self.connection.hook_secret}
        return await self.provider.post(path or self.hook_path, content=raw, headers=headers)

    async def deliver(self, *bodies: object) -> None:
        """Deliver webhooks and work them in."""
        for body in bodies:
            answer = await self.send(body)
            assert answer.status_code == 200, answer.text
        await self.work()

    async def conversation(self, call_id: str) -> dict[str, Any] | None:
        """The conversation of a call of the provider, as the API tells it; None when there is none. Never two."""
        found = await self.rows.fetch("SELECT id FROM app.conversations WHERE provider_call_id = $1", call_id)
        assert len(found) <= 1
        return await self.read(found[0][0]) if found else None

    async def read(self, conversation_id: UUID | str) -> dict[str, Any]:
        answer = await self.mia.get(f"{API}/conversations/{conversation_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"])

    async def usage(self, workspace_id: UUID = CLINIC) -> dict[str, int]:
        """All figures of a workspace, added up; zeros left out."""
        sums = ", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in MEASURES)
        row = await self.rows.fetchrow(f"SELECT {sums} FROM app.usage_daily WHERE workspace_id = $1", workspace_id)
        assert row is not None
        return {name: value for name, value in row.items() if value}

    def context(self, workspace_id: UUID | None = CLINIC, *, wide: bool = False) -> Context:
        """A unit of work as a job has it."""
        return Context(self.services, Scope(ACME, workspace_id, wide=wide), Actor("system"), Origin())


def at(seconds: float) -> str:
    """A moment from now, as the vendor writes it."""
    moment = datetime.fromtimestamp(datetime.now(UTC).timestamp() + seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def run_job(desk: Desk, workspace_id: UUID | None = CLINIC) -> Job:
    """A job of the clinic (of the whole partner, without a workspace) as the worker hands it over."""
    return Job(desk.services, Envelope(partner_id=ACME, workspace_id=workspace_id, actor=Actor("system"), args={}), 1)


def new_call_id() -> str:
    return str(uuid4())


@pytest.fixture(scope="module")
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look at the tables."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def desk(site: Site, work: Work, services: Services, rows: asyncpg.Connection, sandbox: Sandbox) -> Desk:
    await sandbox.reset()
    key = {
        "provider": "vapi", "name": "Main", "default_secret_key": sandbox.private_key,
        "default_public_key": sandbox.public_key,
        "config": {"shared_outbound_phone_number_id": sandbox.phone_number_id,
                   "shared_outbound_phone_number": "+14155550100"},
    }  # fmt: skip
    added = await site.as_(OLGA).post("/api/partner/integrations", json=key)
    assert added.status_code == 201, added.text
    made = await site.as_(MIA).post(f"{API}/agents", json={"name": "Front desk", "provider": "vapi"})
    assert made.status_code == 201, made.text
    await work()
    agent = (await site.as_(MIA).get(f"{API}/agents/{made.json()['data']['id']}")).json()["data"]
    assert agent["sync_status"] == "synced", agent
    wide = Context(services, Scope(ACME, CLINIC, wide=True), Actor("system"), Origin())
    connection = await find_connection(wide, CLINIC, "vapi")
    await wide.commit()
    assert connection is not None
    return Desk(site, work, services, rows, agent, connection)
