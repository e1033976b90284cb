"""Signed messages about calls that are none of ours: ignored, with the reason in the log, and never a row."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from tests.conftest import Sandbox, Site
from tests.conversations.told import API, NAMES, deliveries, one_call
from tests.world import ACME, BAKERY, CLINIC, OLGA

from inspralv.conversations.actions.ingest import NotOurs, take_event
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.ids import uuid7
from inspralv.foundation.services import Services
from inspralv.integrations.connections import provider_of


async def _taken(services: Services, name: str, body: bytes, workspace_id: Any = CLINIC) -> list[str]:
    """Take in all that a body says, as the job does; return why each part is none of ours."""
    reasons = []
    ctx = Context(services, Scope(ACME, workspace_id), Actor("system"), Origin())
    for event in provider_of(services, name).hooks.read(body, ctx.now):
        try:
            await take_event(ctx, name, event, uuid7(ctx.now))
        except NotOurs as reason:
            reasons.append(str(reason))
    await ctx.commit()
    return reasons


@pytest.mark.parametrize("name", NAMES)
async def test_calls_that_are_none_of_ours(
    name: str, site: Site, work: Any, services: Services, dsns: Dsns, sandbox: Sandbox
) -> None:
    assert sandbox
    rows = await asyncpg.connect(dsns.owner)
    call_id = await one_call(name, site, work, rows)
    bodies = await deliveries(rows, services, name, call_id)
    count = "SELECT count(*) FROM app.conversations"
    before = await rows.fetchval(count)

    for body in bodies:  # the same call, told to the address of another workspace: its agent is not there
        await _taken(services, name, body, BAKERY)
    assert await rows.fetchval(count) == before
    assert not await rows.fetchval(f"{count} WHERE workspace_id = $1", BAKERY)

    agent_id = await rows.fetchval("SELECT agent_id FROM app.conversations WHERE provider_call_id = $1", call_id)
    ids = await rows.fetchval("SELECT external_ref -> 'ids' FROM app.ai_agents WHERE id = $1", agent_id)
    assert ids
    assert (await site.as_(OLGA).delete(f"{API}/agents/{agent_id}")).is_success
    await work()
    for body in bodies:  # a call that its agent had before it was deleted is told to its end
        assert await _taken(services, name, body) == []
    assert await rows.fetchval(count) == before

    unknown = str(uuid4())
    for body in bodies:  # another call of the agent that is gone, and one of an agent that nobody has ever heard of
        strange = body.replace(call_id.encode(), unknown.encode())
        assert await _taken(services, name, strange)
        for remote in await rows.fetch("SELECT value FROM jsonb_each_text($1::jsonb)", ids):
            strange = strange.replace(remote["value"].encode(), str(uuid4()).encode())
        assert await _taken(services, name, strange)
    assert await rows.fetchval(count) == before
    await rows.close()
