"""Asking the provider what became of calls whose end was never told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog
from msgspec.structs import replace

from inspralv.conversations import policy
from inspralv.conversations.actions.ingest import NotOurs, note_repair, settle, take_report
from inspralv.conversations.actions.placing import UNKNOWN, give_up
from inspralv.conversations.actions.reaching import note_bad_key
from inspralv.conversations.queries import calls
from inspralv.conversations.schemas import Call
from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Job
from inspralv.foundation.language.stored import Stored
from inspralv.integrations.connections import Connection, find_connection, open_session, provider_of
from inspralv.providers.contract import Ability, CallRef, CallReport, CallType
from inspralv.providers.errors import BadCredentials, Missing

log = structlog.get_logger()

FORGOTTEN = Stored("The provider no longer knows what became of this call.")
_REASONS = {
    "web": Stored("Nobody joined the call."),
    "outbound": Stored("It was never placed."),
    "inbound": Stored("It was never placed."),
}
_JOINED_WITHIN = timedelta(minutes=10)
_CLOCKS = timedelta(minutes=5)


async def check_call(job: Job, call_id: UUID) -> None:
    """Bring one call up to date. Raises ProviderError when the provider cannot be asked now."""
    async with job.workspace() as ctx:
        call = await calls.find_call(ctx, call_id)
    if call is None or call.reported_at is not None:
        return
    connection = await _connection_of(job, call.provider)
    if call.provider_call_id is None:
        if call.direction == "web" and connection is not None:
            await _take_web_calls(job, connection, call)
            if call.created_at > job.services.clock() - _JOINED_WITHIN:
                return
        await give_up(job, call_id, (_REASONS[call.direction] if call.placing_at is None else UNKNOWN)())
        return
    if connection is None:
        return
    report = await _ask(job, connection, CallRef(call.provider_call_id))
    async with job.workspace() as ctx:
        if report is not None:
            await take_report(ctx, call.provider, report, ctx.now)
            if report.status.is_final and Ability.CALL_PROGRESS in provider_of(job.services, call.provider).abilities:
                await note_repair(ctx, call_id, "finished")
        else:
            await _close(ctx, call_id)


async def read_back(job: Job, provider: str, provider_call_id: str) -> CallReport | None:
    """Return what the provider itself says of a call; None when it knows none, or when there is no key to ask with.
    Raises ProviderError when it cannot be asked now."""
    connection = await _connection_of(job, provider)
    return await _ask(job, connection, CallRef(provider_call_id)) if connection else None


async def _take_web_calls(job: Job, connection: Connection, call: Call) -> None:
    """Take in the web calls of the account that began since a call whose name we do not know; it may be one of them."""
    since = call.created_at - _CLOCKS
    found = [one async for one in open_session(job.services, connection).calls(since) if one.type is CallType.WEB]
    for report in reversed(found):
        async with job.workspace() as ctx:
            try:
                await take_report(ctx, call.provider, report, ctx.now)
            except NotOurs as reason:
                log.info("web call of others", call=report.provider_call_id, reason=str(reason))


async def _connection_of(job: Job, provider: str) -> Connection | None:
    async with job.partner() as wide:
        return await find_connection(wide, job.workspace_id, provider) if job.workspace_id else None


async def _ask(job: Job, connection: Connection, ref: CallRef) -> CallReport | None:
    """Return what the provider knows; None when it knows nothing."""
    try:
        return await open_session(job.services, connection).call(ref)
    except Missing:
        return None
    except BadCredentials as error:
        async with job.partner() as wide:
            await note_bad_key(wide, connection, error)
        raise


async def _close(ctx: Context, call_id: UUID) -> None:
    """Nobody can tell any more: the call counts as it stands, and is not asked for again."""
    held = await calls.hold_call(ctx, call_id)
    if held is None or held.reported_at is not None:
        return
    await settle(ctx, held, replace(policy.given_up(held, FORGOTTEN(), ctx.now), reported_at=ctx.now))
    ctx.publish("calls", call_id)
