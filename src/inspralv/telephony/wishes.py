"""What a provider should know of a number, worked out from the wish and the agents as they are right now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.language.stored import Stored
from inspralv.providers.contract import NumberBinding, RemoteRef, WebhookTarget
from inspralv.telephony.schemas import Number, Taker

_NOT_USED = Stored("The workspace does not use the %(here)s key of this number. Give it the key under Integrations.")
_ELSEWHERE = Stored(
    "“%(name)s” runs at %(there)s now, this number is at %(here)s. Choose an agent that runs at %(here2)s."
)
_NOT_YET = Stored("“%(name)s” is not at %(labels)s yet. This follows by itself.")


class _Duty(msgspec.Struct, frozen=True):
    """What an agent does at a number, by what is said when it does not."""

    deleted: Stored
    paused: Stored


_ANSWERS = _Duty(
    deleted=Stored("“%(name)s” was deleted, so nobody answers here. Choose another agent."),
    paused=Stored("“%(name)s” is paused, so nobody answers here. Activate it, or choose another agent."),
)
_CALLS = _Duty(
    deleted=Stored("“%(name)s” was deleted, so nobody calls from here. Choose another agent."),
    paused=Stored("“%(name)s” is paused, so nobody calls from here. Activate it, or choose another agent."),
)
_FORGOTTEN = Stored("The agent was deleted. Choose another one.")


class Wish(msgspec.Struct, frozen=True):
    """A binding, how it is remembered as told, and what keeps it from being all that was asked for.

    `waits`: an agent is on its way to the provider; the binding follows by itself.
    """

    binding: NumberBinding
    told: dict[str, Any]
    problem: str | None = None
    waits: bool = False


class _Side(msgspec.Struct, frozen=True):
    ref: RemoteRef | None = None
    problem: str | None = None
    waits: bool = False


_NOBODY = _Side()


def wish_of(
    number: Number, takers: Mapping[UUID, Taker], labels: Mapping[str, str], route: WebhookTarget | None, route_id: UUID | None
) -> Wish:  # fmt: skip
    """Return what the provider should be told. `route` is the webhook of the number's workspace at this account, None
    when the workspace does not use the account (any more): then nobody is bound."""
    if number.assigned_workspace_id is None:
        return Wish(NumberBinding(), {})
    wants = number.inbound_agent_id or number.outbound_agent_id or number.hours
    if route is None:
        here = labels[number.provider]
        reason = _NOT_USED(here=here)
        return Wish(NumberBinding(), {}, reason if wants else None)
    inbound = _side(number, number.inbound_agent_id, takers, labels, _ANSWERS)
    outbound = _side(number, number.outbound_agent_id, takers, labels, _CALLS)
    fallback = _side(number, number.fallback_agent_id, takers, labels, _ANSWERS) if number.hours else _NOBODY
    asks = route if number.hours and number.inbound_agent_id else None
    told: dict[str, Any] = {}
    if inbound.ref:
        told["inbound"] = dict(inbound.ref.ids)
    if outbound.ref:
        told["outbound"] = dict(outbound.ref.ids)
    if asks:
        told["route"] = str(route_id)
    sides = (inbound, outbound, fallback)
    problem = next((one.problem for one in sides if one.problem and not one.waits), None)
    waiting = next((one.problem for one in sides if one.waits), None)
    binding = NumberBinding(inbound=inbound.ref, outbound=outbound.ref, route=asks)
    return Wish(binding, told, problem or waiting, waits=problem is None and waiting is not None)


def _side(
    number: Number, agent_id: UUID | None, takers: Mapping[UUID, Taker], labels: Mapping[str, str], duty: _Duty
) -> _Side:
    """Return an agent as the provider knows it, or why it cannot take part."""
    if agent_id is None:
        return _NOBODY
    taker = takers.get(agent_id)
    if taker is None or taker.is_deleted:
        return _Side(problem=duty.deleted(name=taker.name) if taker else _FORGOTTEN())
    here = labels[number.provider]
    if taker.provider != number.provider:
        there = labels.get(taker.provider, taker.provider)
        return _Side(problem=_ELSEWHERE(name=taker.name, there=there, here=here, here2=here))
    if not taker.is_active:
        return _Side(problem=duty.paused(name=taker.name))
    if taker.integration_id != number.integration_id or not taker.ids:
        return _Side(problem=_NOT_YET(name=taker.name, labels=here), waits=True)
    return _Side(RemoteRef(dict(taker.ids)))
