"""The demo's calls hold what their provider tells, and nothing else."""

from __future__ import annotations

import msgspec
import pytest
from tests.conftest import Site
from tests.world import ACME, CLINIC, MIA

from inspralv.agents.queries import find_agent
from inspralv.demo.history import write_history
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.services import Services
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability
from inspralv.providers.registry import build_registry

REGISTRY = build_registry(BaseUrls({}))


class Told(msgspec.Struct):
    """Which of a talk's figures and words are there."""

    calls: int
    costs: int
    parts: int
    summaries: int
    moods: int


@pytest.mark.parametrize("name", sorted(REGISTRY))
async def test_calls_of_the_demo_hold_what_the_provider_tells(site: Site, services: Services, name: str) -> None:
    body = {"name": f"Demo at {name}", "provider": name}
    made = await site.as_(MIA).post("/api/w/clinic/agents", json=body)
    ctx = Context(services, Scope(ACME, CLINIC), Actor("system"), Origin())
    agent = await find_agent(ctx, made.json()["data"]["id"])
    await write_history(ctx, [agent], 2)
    told = await ctx.fetch_one(
        Told,
        "SELECT count(*) AS calls, count(*) FILTER (WHERE cost_micros > 0) AS costs,"
        " count(*) FILTER (WHERE cost_parts <> '{}') AS parts, count(summary) AS summaries, count(sentiment) AS moods"
        " FROM conversations WHERE partner_id = $partner AND workspace_id = $workspace AND agent_id = $1"
        " AND status = 'completed'",
        agent.id,
    )
    await ctx.commit()
    assert told is not None
    assert told.calls > 50
    costs, words = (told.calls if one in REGISTRY[name].abilities else 0 for one in (Ability.COSTS, Ability.SUMMARIES))
    assert told == Told(told.calls, costs, costs, words, words)
