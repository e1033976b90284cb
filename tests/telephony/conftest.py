"""An office: one provider's key, its number lent to the clinic, and agents that could answer it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
from tests.conftest import SANDBOX_URL, Sandbox, Site
from tests.world import CLINIC, OLGA, WIM

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.outbound import Outbound
from inspralv.foundation.outbound.breaker import Breakers
from inspralv.foundation.outbound.certificates import certificates
from inspralv.foundation.services import Services
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability, ProviderSession, RemoteNumber, VoiceProvider
from inspralv.providers.registry import build_registry
from inspralv.sandbox.customers import CUSTOMERS, Customer

Work = Callable[[], Awaitable[None]]
REGISTRY = build_registry(BaseUrls({"*": f"{SANDBOX_URL}/*"}))
ORG = "/api/partner/telephony"
HERE = "/api/w/clinic/telephony/phone-numbers"
PAGES = "/w/clinic/telephony"
TRUNK = {
    "name": "Main trunk", "sip_server": "203.0.113.5", "sip_username": "acme", "sip_password": "planted-trunk-password-55",
    "outbound_caller_id": "+1 415 555 0177", "register": False,
}  # fmt: skip


@dataclass
class Office:
    """The clinic's telephony at one provider."""

    site: Site
    work: Work
    services: Services
    rows: asyncpg.Connection
    provider: VoiceProvider
    http: Outbound
    key: dict[str, Any]

    @property
    def name(self) -> str:
        return self.provider.name

    @property
    def customer(self) -> Customer:
        return CUSTOMERS[self.name].acme

    @cached_property
    def olga(self) -> httpx.AsyncClient:
        """The owner of the organisation."""
        return self.site.as_(OLGA)

    @cached_property
    def wim(self) -> httpx.AsyncClient:
        """The owner of the clinic."""
        return self.site.as_(WIM)

    @cached_property
    def vendor(self) -> httpx.AsyncClient:
        """The developer's side of the emulated vendor."""
        return httpx.AsyncClient(base_url=f"{SANDBOX_URL}/{self.name}", timeout=20, verify=certificates())

    def session(self) -> ProviderSession:
        """The vendor's API with the customer's key."""
        return self.provider.open(msgspec.convert(self.customer.credentials, self.provider.credentials), self.http)

    async def numbers_there(self) -> dict[str, RemoteNumber]:
        """What the provider lists, by number."""
        return {str(one.number): one for one in await self.session().numbers()}

    async def agent(self, name: str) -> dict[str, Any]:
        """An agent of the clinic that is at the provider."""
        made = await self.wim.post("/api/w/clinic/agents", json={"name": name, "provider": self.name})
        assert made.status_code == 201, made.text
        await self.work()
        return await self.read_agent(made.json()["data"]["id"])

    async def read_agent(self, agent_id: str) -> dict[str, Any]:
        return dict((await self.wim.get(f"/api/w/clinic/agents/{agent_id}")).json()["data"])

    async def number(self, phone_number: str = "") -> dict[str, Any]:
        """A number as the organisation sees it; without one, the account's own."""
        wanted = phone_number or self.customer.number
        listed = (await self.olga.get(f"{ORG}/phone-numbers")).json()["data"]
        return next(one for one in listed if one["phone_number"] == wanted)

    async def lent(self) -> dict[str, Any]:
        """The account's own number, fetched, lent to the clinic and bound to nobody."""
        await self.olga.post(f"{ORG}/phone-numbers/fetch")
        number = await self.number()
        change = {"assigned_workspace_id": None}
        await self.olga.patch(f"{ORG}/phone-numbers/{number['id']}", json=change)
        saved = await self.olga.patch(
            f"{ORG}/phone-numbers/{number['id']}", json={"assigned_workspace_id": str(CLINIC)}
        )
        assert saved.status_code == 200, saved.text
        await self.work()
        return dict(saved.json()["data"])

    async def bind(self, number: dict[str, Any], **change: Any) -> dict[str, Any]:
        """Change the binding and let the jobs bring it to the provider."""
        saved = await self.wim.patch(f"{HERE}/{number['id']}", json=change)
        assert saved.status_code == 200, saved.text
        await self.work()
        return await self.read(number)

    async def read(self, number: dict[str, Any]) -> dict[str, Any]:
        return dict((await self.wim.get(f"{HERE}/{number['id']}")).json()["data"])

    async def answering(self) -> str | None:
        """The agent that answers the account's own number, by the provider's id."""
        return (await self.numbers_there())[self.customer.number].remote_agent_id

    async def behave(self) -> None:
        await self.vendor.post("/_sandbox/mischief", json={})
        self.services.get(Outbound)._breakers = Breakers()  # noqa: SLF001 - thirty seconds are too long for a test

    async def asked(self, path: str = "number") -> int:
        """How many requests about numbers changed something at the vendor."""
        seen = (await self.vendor.get("/_sandbox/requests")).json()
        return len([one for one in seen if one["method"] != "GET" and path in one["path"]])


def key_of(customer: Customer, provider: str, name: str = "Main") -> dict[str, Any]:
    """The body that keeps a customer's key."""
    given = dict(customer.credentials)
    secrets = {f"default_{one}": given.pop(one) for one in ("secret_key", "public_key", "webhook_key") if one in given}
    return {"provider": provider, "name": name, **secrets, "config": given}


@pytest.fixture(scope="module")
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look at the tables."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


PROVIDERS = sorted(REGISTRY)
IMPORTING = [name for name in PROVIDERS if Ability.NUMBER_IMPORT in REGISTRY[name].abilities]
BINDING = [name for name in PROVIDERS if Ability.NUMBER_BINDING in REGISTRY[name].abilities]
ROUTING = [name for name in PROVIDERS if Ability.CALL_ROUTING in REGISTRY[name].abilities]


@pytest.fixture(scope="module", params=PROVIDERS)
async def office(
    request: pytest.FixtureRequest, site: Site, work: Work, services: Services, rows: asyncpg.Connection, sandbox: Sandbox
) -> AsyncIterator[Office]:  # fmt: skip
    """An office at each provider in turn."""
    assert sandbox
    name = request.param
    async with Outbound() as http:
        await rows.execute("""UPDATE app.workspaces SET resource_limits = '{"max_agents": -1}' WHERE id = $1""", CLINIC)
        opened = Office(site, work, services, rows, REGISTRY[name], http, {})
        await opened.vendor.post("/_sandbox/reset")
        added = await opened.olga.post("/api/partner/integrations", json=key_of(CUSTOMERS[name].acme, name))
        assert added.status_code == 201, added.text
        opened.key = added.json()["data"]
        await work()
        yield opened
        await opened.vendor.aclose()


@pytest.fixture(autouse=True)
async def behaved(request: pytest.FixtureRequest) -> None:
    """A bad day ends with its test."""
    if "office" in request.fixturenames:
        await request.getfixturevalue("office").behave()


def errors_of(answer: httpx.Response) -> dict[str, str]:
    return {error["pointer"]: error["message"] for error in answer.json()["errors"]}
