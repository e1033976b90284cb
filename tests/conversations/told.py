"""One call at a provider, and what it delivered of it."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
from tests.conftest import SANDBOX_URL, Site
from tests.world import MIA, OLGA

from inspralv.foundation.services import Services
from inspralv.integrations.connections import provider_of
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import CallChanged, Ignored
from inspralv.providers.registry import build_registry
from inspralv.sandbox.customers import CUSTOMERS

API = "/api/w/clinic"
NUMBER = "+14155550101"
NAMES = list(build_registry(BaseUrls({"*": f"{SANDBOX_URL}/*"})))  # of all providers
MOST = 4  # deliveries: 24 orders


async def one_call(name: str, site: Site, work: Any, rows: asyncpg.Connection) -> str:
    """Place a call and wait until all of it is worked in; return the provider's id of it."""
    customer = CUSTOMERS[name].acme
    keys = {f"default_{k}": v for k, v in customer.credentials.items() if k.endswith("_key")}
    config = {k: v for k, v in customer.credentials.items() if not k.endswith("_key")}
    config |= {"shared_outbound_phone_number_id": customer.number_id, "shared_outbound_phone_number": customer.number}
    added = await site.as_(OLGA).post(
        "/api/partner/integrations", json={"provider": name, "name": name, "config": config, **keys}
    )
    assert added.status_code == 201, added.text
    made = await site.as_(MIA).post(f"{API}/agents", json={"name": f"Desk of {name}", "provider": name})
    agent_id = made.json()["data"]["id"]
    await work()
    placed = await site.as_(MIA).post(f"{API}/agents/{agent_id}/outbound-call", json={"customerNumber": NUMBER})
    assert placed.is_success, placed.text
    conversation_id = placed.json()["data"]["conversationId"]
    for _ in range(200):
        await work()
        row = await rows.fetchrow(
            "SELECT provider_call_id, reported_at FROM app.conversations WHERE id = $1", conversation_id
        )
        if row and row["reported_at"] and row["provider_call_id"]:
            await asyncio.sleep(0.3)  # what comes after the report comes soon
            await work()
            return str(row["provider_call_id"])
        await asyncio.sleep(0.05)
    raise AssertionError("the call did not end")


async def deliveries(rows: asyncpg.Connection, services: Services, name: str, call_id: str) -> list[bytes]:
    """The last few deliveries that say something of the call; the report is among them."""
    found = await rows.fetch(
        "SELECT body, received_at FROM app.provider_inbox WHERE provider = $1 AND position($2 IN convert_from(body, 'UTF8')) > 0"
        " ORDER BY id", name, call_id,
    )  # fmt: skip
    hooks = provider_of(services, name).hooks
    telling = [
        row["body"]
        for row in found
        if not all(isinstance(e, CallChanged | Ignored) for e in hooks.read(row["body"], row["received_at"]))
    ]
    return telling[:1] + telling[-(MOST - 1) :] if len(telling) > MOST else telling
