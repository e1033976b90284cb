"""Answering a provider that asks who takes a call."""

from __future__ import annotations

import msgspec

from inspralv.agents.queries import find_stored
from inspralv.agents.variables import merged_variables
from inspralv.conversations.access import HookContext
from inspralv.providers.contract import RouteRequested
from inspralv.telephony.routing import route


async def answer_route(ctx: HookContext, event: RouteRequested) -> tuple[bytes, str]:
    """Return the body that answers, and why it is this one. An agent gets the values of its variables along, as calls
    do that we start. Reads only; no network."""
    decision = await route(ctx, ctx.provider, ctx.endpoint.integration_id, event)
    answer = decision.route
    agent = await find_stored(ctx, decision.agent_id) if decision.agent_id else None
    if agent is not None:
        variables = await merged_variables(ctx, agent, answer.variables)
        answer = msgspec.structs.replace(answer, variables=variables)
    return ctx.provider.hooks.route_answer(answer), decision.reason
