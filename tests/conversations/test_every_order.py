"""What a provider delivered of one call, told again in every order: always the same conversation."""

from __future__ import annotations

from itertools import permutations
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from tests.conftest import Sandbox, Site
from tests.conversations.told import NAMES, deliveries, one_call
from tests.world import ACME, CLINIC

from inspralv.conversations.actions.ingest import take_event
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.ids import uuid7
from inspralv.foundation.services import Services
from inspralv.integrations.connections import provider_of

FACTS = (
    "status, direction, duration_seconds, ended_reason, summary, sentiment, cost_micros, contact_number, agent_version"
)
SAID = "SELECT string_agg(l ->> 'text', '|') FROM app.conversation_transcripts t, jsonb_array_elements(t.lines) l"


@pytest.mark.parametrize("name", NAMES)
async def test_every_order_comes_to_the_same_end(
    name: str, site: Site, work: Any, services: Services, dsns: Dsns, sandbox: Sandbox
) -> None:
    assert sandbox
    rows = await asyncpg.connect(dsns.owner)
    call_id = await one_call(name, site, work, rows)
    bodies = await deliveries(rows, services, name, call_id)
    if not bodies:  # nothing is believed of such a provider: it is asked, and asking has no order
        await rows.close()
        return
    ends = {tuple(await _told_again(rows, services, name, call_id, order)) for order in permutations(bodies)}
    assert len(ends) == 1, ends
    assert next(iter(ends))[0] == "completed"
    await rows.close()


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
