"""What a provider delivered of one call, told again in every order: always the same conversation."""

from __future__ import annotations

import asyncio
from itertools import permutations
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from tests.conftest import SANDBOX_URL, Sandbox, Site
from tests.world import ACME, CLINIC, MIA, OLGA

from inspralv.conversations.actions.ingest import take_event
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.ids import uuid7
from inspralv.foundation.services import Services
from inspralv.integrations.connections import provider_of
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import CallChanged, Ignored
from inspralv.providers.registry import build_registry
from inspralv.sandbox.customers import CUSTOMERS

API = "/api/w/clinic"
NUMBER = "+14155550101"
MOST = 4  # deliveries: 24 orders
FACTS = (
    "status, direction, duration_seconds, ended_reason, summary, sentiment, cost_micros, contact_number, agent_version"
)
SAID = "SELECT string_agg(l ->> 'text', '|') FROM app.conversation_transcripts t, jsonb_array_elements(t.lines) l"


@pytest.mark.parametrize("name", list(build_registry(BaseUrls({"*": f"{SANDBOX_URL}/*"}))))
async def test_every_order_comes_to_the_same_end(
    name: str, site: Site, work: Any, services: Services, dsns: Dsns, sandbox: Sandbox
) -> None:
    assert sandbox
    rows = await asyncpg.connect(dsns.owner)
    call_id = await _one_call(name, site, work, rows)
    bodies = await _deliveries(rows, services, name, call_id)
    if not bodies:  # nothing is believed of such a provider: it is asked, and asking has no order
        await rows.close()
        return
    ends = {tuple(await _told_again(rows, services, name, call_id, order)) for order in permutations(bodies)}
    assert len(ends) == 1, ends
    assert next(iter(ends))[0] == "completed"
    await rows.close()


async def _one_call(name: str, site: Site, work: Any, rows: asyncpg.Connection) -> str:
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


async def _deliveries(rows: asyncpg.Connection, services: Services, name: str, call_id: str) -> list[bytes]:
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


async def _told_again(
    rows: asyncpg.Connection, services: Services, name: str, call_id: str, order: tuple[bytes, ...]
) -> list[Any]:
    """Tell of another call in this order, each delivery in a transaction of its own; return what stands at the end."""
    other = str(uuid4())
    for body in order:
        ctx = Context(services, Scope(ACME, CLINIC), Actor("system"), Origin())
        for event in provider_of(services, name).hooks.read(body.replace(call_id.encode(), other.encode()), ctx.now):
            await take_event(ctx, name, event, uuid7(ctx.now))
        await ctx.commit()
    row = await rows.fetchrow(f"SELECT id, {FACTS} FROM app.conversations WHERE provider_call_id = $1", other)
    assert row is not None
    said = await rows.fetchval(f"{SAID} WHERE t.conversation_id = $1", row["id"])
    return [*list(row.values())[1:], said]
