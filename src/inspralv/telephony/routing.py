"""Who takes a call that comes in right now, told while the caller hears it ring: two short reads and no network.

An answer names the number's own agent, or what its workspace chose for the rest of the time. A number that is unknown,
or lent to another workspace, gets a polite sentence and never an agent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog

from inspralv.foundation.context import Context
from inspralv.providers.contract import Ability, CallRoute, RouteRequested, VoiceProvider
from inspralv.telephony.queries import binding
from inspralv.telephony.schemas import Number, Taker

log = structlog.get_logger()

SORRY = "Sorry, nobody can take your call at this number right now. Please try again later."
CALLER = "phone_number"
"""The standard variable that holds the caller's number."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What to answer and why, in words for the log. `agent_id` is ours, when an agent takes the call."""

    route: CallRoute
    reason: str
    number_id: UUID | None = None
    agent_id: UUID | None = None


async def route(ctx: Context, provider: VoiceProvider, integration_id: UUID, event: RouteRequested) -> Decision:
    """Return who takes a call to a number of the context's workspace at this account. Writes nothing but the log."""
    number = await binding.find_called(ctx, event.to_number or "", provider.name, integration_id)
    takers: dict[UUID, Taker] = {}
    if number is not None and ctx.workspace_id is not None:
        named = [one for one in (number.inbound_agent_id, number.fallback_agent_id) if one]
        takers = await binding.find_takers(ctx, ctx.workspace_id, named)
    decision = decide(provider, number, takers, event, ctx.now)
    log.info(
        "call routed", number=str(decision.number_id), agent=str(decision.agent_id), reason=decision.reason,
        provider=provider.name, call=event.provider_call_id, workspace=str(ctx.workspace_id),
    )  # fmt: skip
    return decision


def decide(
    provider: VoiceProvider, number: Number | None, takers: dict[UUID, Taker], event: RouteRequested, at: datetime
) -> Decision:
    """Return the decision for a number as it stands. Pure."""
    if number is None:
        return _nobody(provider, "this number is not one of the workspace's", None)
    caller = {CALLER: event.from_number} if event.from_number else {}
    if number.hours is None or number.hours.is_open(at):
        when = "always open" if number.hours is None else "open"
        return _to_agent(provider, number, number.inbound_agent_id, takers, caller, when)
    match number.fallback_kind:
        case "agent":
            return _to_agent(provider, number, number.fallback_agent_id, takers, caller, "closed")
        case "number" if Ability.ROUTE_TO_NUMBER in provider.abilities:
            return _decided(number, f"closed: to {number.fallback_number}", number=number.fallback_number)
        case "message" if Ability.ROUTE_TO_MESSAGE in provider.abilities:
            return _decided(number, "closed: message", message=number.fallback_message)
        case _:
            return _nobody(provider, "closed, and nothing that could be done then", number)


def _to_agent(
    provider: VoiceProvider, number: Number, agent_id: UUID | None, takers: dict[UUID, Taker], caller: dict[str, str],
    when: str,
) -> Decision:  # fmt: skip
    taker = takers.get(agent_id) if agent_id else None
    if taker is None:
        return _nobody(provider, f"{when}, and no agent is bound", number)
    problem = _why_not(number, taker)
    if problem:
        return _nobody(provider, f"{when}, but “{taker.name}” {problem}", number)
    answer = CallRoute(agent_id=taker.external_agent_id, variables=caller)
    return Decision(route=answer, reason=f"{when}: “{taker.name}”", number_id=number.id, agent_id=taker.id)


def _why_not(number: Number, taker: Taker) -> str | None:
    """Return what keeps an agent from taking a call, in words."""
    if taker.is_deleted:
        return "was deleted"
    if not taker.is_active:
        return "is paused"
    if taker.provider != number.provider or taker.integration_id != number.integration_id:
        return "does not run at the number's account"
    return None if taker.external_agent_id and taker.ids else "is not at the provider yet"


def _decided(row: Number, reason: str, **answer: Any) -> Decision:
    return Decision(route=CallRoute(**answer), reason=reason, number_id=row.id)


def _nobody(provider: VoiceProvider, reason: str, number: Number | None) -> Decision:
    says = Ability.ROUTE_TO_MESSAGE in provider.abilities
    answer = CallRoute(message=SORRY) if says else CallRoute()
    return Decision(route=answer, reason=reason, number_id=number.id if number else None)
