"""Bringing the binding of one number to its provider: read, talk, write.

Jobs of one number never overlap (they share a queue lock). What the provider was told last is remembered, so that an
edit of anything else, and an agent that is pushed again, ask the provider nothing.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Job
from inspralv.foundation.language.stored import Stored
from inspralv.integrations.connections import (
    Account,
    find_account,
    find_connection,
    mark_key_bad,
    open_session,
    provider_of,
)
from inspralv.providers import sentences
from inspralv.providers.contract import Ability, NumberRef, WebhookTarget
from inspralv.providers.registry import ProviderRegistry
from inspralv.telephony.events import BindingFailed, NumberBound
from inspralv.telephony.outcomes import Failed, Later, Lost, Trouble, outcome_of
from inspralv.telephony.queries import binding, numbers
from inspralv.telephony.schemas import BindStatus, Number
from inspralv.telephony.wishes import Wish, wish_of

_LOST = Stored(
    "%(provider)s does not know the number or the agent any more: fetch the numbers, or sync the agent again."
)


class Errand(msgspec.Struct, frozen=True):
    """All that is needed to talk. Holds keys: never printed, stored or sent."""

    number: Number
    wish: Wish
    account: Account
    ref: NumberRef
    label: str


async def prepare(job: Job, number_id: UUID) -> Errand | None:
    """Read what to tell; None when there is nothing to tell. What keeps the binding from being all that was asked for
    is written down here."""
    async with job.partner() as ctx:
        number = await numbers.look_up(ctx, number_id)
        if number is None or number.state != "active" or number.external_id is None:
            return None
        wish = await _wish(ctx, number)
        account = await find_account(ctx, number.integration_id)
        provider = provider_of(ctx.services, number.provider)
        if wish.told == number.bound or Ability.NUMBER_BINDING not in provider.abilities or account is None:
            await _say(ctx, number, wish)
            return None
        if wish.waits and _keeps_less(wish.told, number.bound):
            await _say(ctx, number, wish)
            return None
        return Errand(number, wish, account, NumberRef(number.external_id), provider.label)


async def talk(job: Job, errand: Errand) -> Trouble | None:
    """Tell the provider; None when it follows. A number or an agent that is gone there binds nobody, which is all that
    an empty binding asks for."""

    async def ask() -> None:
        await open_session(job.services, errand.account).bind_number(errand.ref, errand.wish.binding)

    trouble = await outcome_of(ask(), errand.label)
    return None if isinstance(trouble, Lost) and not errand.wish.told else trouble


async def write_bound(ctx: Context, errand: Errand) -> bool:
    """Store that the provider was told. False when something else is wanted by now."""
    number, wish = errand.number, errand.wish
    current = await binding.save_bound(ctx, number, wish.told, _status(wish), wish.problem)
    ctx.record(
        NumberBound(entity_id=number.id, workspace_id=number.assigned_workspace_id, old=number.bound, new=wish.told)
    )
    return current in {None, number.version}


async def write_trouble(ctx: Context, errand: Errand, trouble: Failed | Lost) -> None:
    """Store why the provider does not follow. The context sees the whole partner."""
    number, account = errand.number, errand.account
    if isinstance(trouble, Lost):
        await binding.forget_bound(ctx, number.id)
        reason = _LOST(provider=errand.label)
    else:
        reason = trouble.reason
        if trouble.is_key:
            await mark_key_bad(ctx, account.integration_id, reason, account.version)
    if await binding.save_status(ctx, number, "error", reason):
        _failed(ctx, number, reason)


async def write_later(ctx: Context, errand: Errand, later: Later, *, is_last: bool) -> None:
    """Store that the provider cannot be reached; after the last attempt as an error."""
    if is_last:
        await write_trouble(ctx, errand, Failed(sentences.NOT_REACHABLE(provider=errand.label, reason=later.reason)))
        return
    reason = sentences.NOT_REACHABLE_YET(provider=errand.label, reason=later.reason)
    await binding.save_status(ctx, errand.number, "pending", reason)


async def _wish(ctx: Context, number: Number) -> Wish:
    labels = {name: one.label for name, one in ctx.services.get(ProviderRegistry).items()}
    workspace_id = number.assigned_workspace_id
    if workspace_id is None:
        return wish_of(number, {}, labels, None, None)
    named = [one for one in (number.inbound_agent_id, number.outbound_agent_id, number.fallback_agent_id) if one]
    takers = await binding.find_takers(ctx, workspace_id, named)
    connection = await find_connection(ctx, workspace_id, number.provider)
    if connection is None or connection.integration_id != number.integration_id:
        return wish_of(number, takers, labels, None, None)
    route = WebhookTarget(url=connection.hook_url, secret=connection.hook_secret)
    return wish_of(number, takers, labels, route, connection.endpoint_id)


def _keeps_less(told: dict[str, Any], bound: dict[str, Any]) -> bool:
    """Whether telling now would only take something away that an agent on its way will bring again."""
    return all(bound.get(name) == value for name, value in told.items())


async def _say(ctx: Context, number: Number, wish: Wish) -> None:
    status = _status(wish)
    if await binding.save_status(ctx, number, status, wish.problem) and status == "error" and wish.problem:
        _failed(ctx, number, wish.problem)
    ctx.publish("numbers", number.id)


def _status(wish: Wish) -> BindStatus:
    if wish.problem:
        return "pending" if wish.waits else "error"
    return "synced" if wish.told else "not_synced"


def _failed(ctx: Context, number: Number, reason: str) -> None:
    told = {"bind_error": reason}
    ctx.record(BindingFailed(entity_id=number.id, workspace_id=number.assigned_workspace_id, new=told))
