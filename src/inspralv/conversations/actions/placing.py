"""Dialling: the provider is asked once. When nobody knows whether it has dialled, we look for the call instead of
asking again; a person is never called twice for one click."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from inspralv.agents.history.queries import version_at
from inspralv.conversations import policy
from inspralv.conversations.actions.ingest import settle, take_report
from inspralv.conversations.actions.reaching import Reach, note_bad_key, reach_agent, refusal_of
from inspralv.conversations.queries import calls
from inspralv.conversations.schemas import Call
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict, Refusal
from inspralv.foundation.jobs.job import Job
from inspralv.foundation.language.stored import Stored
from inspralv.providers import errors
from inspralv.providers.contract import E164, Ability, CallRef, CallReport, CallStatus, CallType, NumberRef
from inspralv.telephony.lines import Line
from inspralv.tenancy.access import Suspended, require_open
from inspralv.tenancy.queries import find_workspace
from inspralv.tenancy.room import partner_of

NOBODY_CALLED = Stored("The provider could not be reached, so nobody was called. Try again later.")
UNKNOWN = Stored("The provider did not say whether it has dialled. To call nobody twice, it was not asked again.")
_NO_LINE = Stored("The number that this call was to come from is not the agent's any more.")
_SUSPENDED = Stored("This organisation is suspended")
_CLOCKS = timedelta(minutes=5)
_LOOK_AGAIN = 15.0


class NotSeenYet(Exception):
    """The call may have been placed, but the provider does not list it (yet)."""

    retry_after = _LOOK_AGAIN


class _Wish(msgspec.Struct, frozen=True):
    """A call to place. `asked_at` says that the provider was asked before, and when."""

    call: Call
    reach: Reach
    line: Line
    asked_at: datetime | None


async def place(job: Job, call_id: UUID) -> None:
    """Place a call that was written down. Raises what should be tried again: Throttled, Unavailable, Unconfirmed,
    NotSeenYet."""
    wish = await _prepare(job, call_id)
    if wish is None:
        return
    try:
        ref = await (_look_for(job, wish, wish.asked_at) if wish.asked_at else _dial(job, wish))
    except (errors.BadCredentials, errors.Refused, errors.Missing, errors.Malformed) as error:
        async with job.partner() as wide:
            await note_bad_key(wide, wish.reach.connection, error)
        await give_up(job, call_id, refusal_of(error, wish.reach.provider.label).detail)
        return
    report = CallReport(
        provider_call_id=ref.id, type=CallType.OUTBOUND, status=CallStatus.QUEUED, mark=str(call_id),
        remote_agent_id=wish.reach.agent.external_agent_id,
    )  # fmt: skip
    async with job.workspace() as ctx:
        await take_report(ctx, wish.call.provider, report, ctx.now)


async def give_up(job: Job, call_id: UUID, reason: str) -> None:
    """Write down that a call never came about, unless it did."""
    async with job.workspace() as ctx:
        call = await calls.find_call(ctx, call_id, lock=True)
        if call is not None and call.provider_call_id is None and not call.is_over:
            await settle(ctx, call, policy.given_up(call, reason, ctx.now))
            ctx.publish("calls", call_id)


async def _prepare(job: Job, call_id: UUID) -> _Wish | None:
    """Write down that we are about to ask, before asking. None when there is nothing to do (any more)."""
    try:
        async with job.partner() as wide:
            call = await calls.find_call(wide, call_id, lock=True)
            if call is None or call.agent_id is None or call.provider_call_id is not None or call.is_over:
                return None
            await _require_doors_open(wide)
            reach = await reach_agent(wide, call.agent_id, Ability.PHONE_CALLS)
            line = reach.line(call.agent_number)
            if line is None:
                raise Conflict(_NO_LINE())
            if call.placing_at is None:
                version = await version_at(wide, reach.agent, wide.now)
                await calls.save_call(wide, msgspec.structs.replace(call, placing_at=wide.now, agent_version=version))
            return _Wish(call, reach, line, call.placing_at)
    except Refusal as refusal:
        await give_up(job, call_id, refusal.detail)
        return None


async def _require_doors_open(wide: Context) -> None:
    """A wish that waits is refused like one that comes now. Raises Conflict for a partner that was suspended meanwhile,
    and NotFound for a workspace that was deleted."""
    try:
        require_open(await partner_of(wide))
    except Suspended as refusal:
        raise Conflict(_SUSPENDED()) from refusal
    await find_workspace(wide)


async def _dial(job: Job, wish: _Wish) -> CallRef:
    try:
        return await wish.reach.session(job.services).start_phone_call(
            wish.reach.ref,
            E164(wish.call.contact_number or ""),
            NumberRef(wish.line.external_id),
            wish.call.variables,
            mark=str(wish.call.id),
        )
    except (errors.Throttled, errors.Unavailable):
        await _take_back(job, wish.call.id)
        raise


async def _take_back(job: Job, call_id: UUID) -> None:
    """The provider certainly has not dialled: it may be asked again."""
    async with job.workspace() as ctx:
        call = await calls.find_call(ctx, call_id, lock=True)
        if call is not None and call.provider_call_id is None:
            await calls.save_call(ctx, msgspec.structs.replace(call, placing_at=None))


async def _look_for(job: Job, wish: _Wish, asked_at: datetime) -> CallRef:
    mark = str(wish.call.id)
    async for report in wish.reach.session(job.services).calls(asked_at - _CLOCKS):
        if report.mark == mark:
            return CallRef(report.provider_call_id)
    raise NotSeenYet(UNKNOWN())
