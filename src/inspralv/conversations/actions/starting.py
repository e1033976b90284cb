"""Starting and ending calls at somebody's wish."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec.structs import replace

from inspralv.agents.history.queries import version_at
from inspralv.agents.queries import find_agent
from inspralv.billing.minutes import require_minutes
from inspralv.conversations import jobs, policy
from inspralv.conversations.actions.call_variables import variables_for_call
from inspralv.conversations.actions.calling_back import mark_called_back, require_answerable
from inspralv.conversations.actions.ingest import settle, take_report
from inspralv.conversations.actions.reaching import Reach, note_bad_key, reach_agent, refusal_of
from inspralv.conversations.answers import OutboundCall, PlacedCall, TestCall
from inspralv.conversations.events import CallHungUp, CallStarted
from inspralv.conversations.queries import calls
from inspralv.conversations.schemas import Call
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict, FieldError, Invalid, NotFound
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.stored import Stored
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.limits import Limit, count_attempt
from inspralv.integrations.connections import find_connection, open_session, provider_of
from inspralv.providers.contract import Ability, CallRef, CallReport, CallStatus, CallType, WebCallTicket
from inspralv.providers.errors import Missing, ProviderError
from inspralv.telephony.lines import Line
from inspralv.tenancy.contexts import WorkspaceContext

_CANCELED = Stored("Canceled before it was placed.")
CALLS: Final = Limit("calls", 20, timedelta(minutes=1))
CLICK_LENGTH: Final = 100


async def start_test_call(ctx: WorkspaceContext, agent_id: UUID) -> TestCall:
    """Start a call from the browser; return what the browser needs to join. Raises NotFound, TooMany, Conflict (what
    has to be done first), Forbidden (the month's minutes are used up), Upstream and Unavailable (what the provider
    said)."""
    await count_attempt(ctx.services, CALLS, f"{ctx.partner_id}:{ctx.me.id}")
    await find_agent(ctx, agent_id)  # under both fences, before the look at the whole partner
    async with ctx.on_the_network():
        async with ctx.widened() as wide:
            reach = await reach_agent(wide, agent_id, Ability.WEB_CALLS)
            await require_minutes(wide, ctx.partner, ctx.workspace)
        ticket = await _ask_for_ticket(ctx, reach)
    call = await _held(ctx, await _write_down(ctx, reach, ticket))
    await settle(ctx, call, replace(call, started_by=ctx.me.id, contact_name=call.contact_name or ctx.me.name))
    ctx.record(CallStarted(entity_id=call.id, new={"agent_id": str(agent_id), "direction": "web"}))
    return _test_call(ctx, reach, ticket, call.id)


async def _write_down(ctx: WorkspaceContext, reach: Reach, ticket: WebCallTicket) -> UUID:
    """Return the conversation. One whose name at the provider is not known yet is recognised when it is reported."""
    if ticket.call_id is None:
        version = await version_at(ctx, reach.agent, ctx.now)
        call = Call(
            id=uuid7(ctx.now), provider=reach.agent.provider, direction="web", agent_id=reach.agent.id,
            agent_version=version, created_at=ctx.now,
        )  # fmt: skip
        await calls.add_call(ctx, policy.with_search_text(call))
        ctx.publish("calls", call.id)
        return call.id
    report = CallReport(
        provider_call_id=ticket.call_id, type=CallType.WEB, status=CallStatus.QUEUED, created_at=ctx.now,
        remote_agent_id=reach.agent.external_agent_id,
    )  # fmt: skip
    return await take_report(ctx, reach.agent.provider, report, ctx.now)


async def _ask_for_ticket(ctx: WorkspaceContext, reach: Reach) -> WebCallTicket:
    try:
        return await reach.session(ctx.services).start_web_call(reach.ref, {})
    except ProviderError as error:
        async with ctx.widened() as wide:
            await note_bad_key(wide, reach.connection, error)
        raise refusal_of(error, reach.provider.label) from error


def _test_call(ctx: WorkspaceContext, reach: Reach, ticket: WebCallTicket, call_id: UUID) -> TestCall:
    return TestCall(
        provider=reach.agent.provider,
        client=ticket.client,
        call_id=ticket.call_id,
        conversation_id=call_id,
        conversation_url=f"/w/{ctx.workspace.slug}/conversations/{call_id}",
        public_key=ticket.public_key,
        assistant_id=reach.agent.external_agent_id or "",
        agent_name=reach.agent.name,
        web_call_url=ticket.web_call_url,
        web_call=msgspec.to_builtins(ticket.raw),
    )


async def start_phone_call(
    ctx: WorkspaceContext, agent_id: UUID, wanted: OutboundCall, click: str | None
) -> PlacedCall:
    """Write down a call that a job will place, and answer at once. The same `click` again (of the same person) starts
    nothing and returns the first call. Raises NotFound, Invalid, TooMany, Conflict (what has to be done first) and
    Forbidden (the month's minutes are used up)."""
    number, name = policy.read_number(wanted.customer_number), (wanted.customer_name or "").strip() or None
    await count_attempt(ctx.services, CALLS, f"{ctx.partner_id}:{ctx.me.id}")
    await find_agent(ctx, agent_id)  # under both fences, before the look at the whole partner
    await ctx.commit()  # one connection at a time: what the access wrote is done
    async with ctx.widened() as wide:
        reach = await reach_agent(wide, agent_id, Ability.PHONE_CALLS)
        await require_minutes(wide, ctx.partner, ctx.workspace)
    line = _require_line(reach, wanted.from_number)
    variables = await variables_for_call(ctx, reach.agent, wanted.variables, number)
    if wanted.answers_conversation_id is not None:
        await require_answerable(ctx, wanted.answers_conversation_id)
    call = Call(
        id=uuid7(ctx.now), provider=reach.agent.provider, direction="outbound", agent_id=agent_id,
        variables=variables, answers_id=wanted.answers_conversation_id,
        contact_number=number, agent_version=await version_at(ctx, reach.agent, ctx.now), contact_name=name,
        agent_number=line.phone_number, started_by=ctx.me.id, created_at=ctx.now,
    )  # fmt: skip
    if click is not None and not await calls.add_key(ctx, calls.CLICK, _click_of(ctx, click), call.id):
        return _placed_call(ctx, await _earlier(ctx, click, call))
    await calls.add_call(ctx, policy.with_search_text(call))
    if call.answers_id is not None:
        await mark_called_back(ctx, call)
    ctx.defer(jobs.place_call(call.id))
    ctx.record(CallStarted(entity_id=call.id, new={"agent_id": str(agent_id), "direction": "outbound"}))
    ctx.publish("calls", call.id)
    return _placed_call(ctx, call)


def _require_line(reach: Reach, from_number: str | None) -> Line:
    """Return the line to call from: the one that is asked for, else the usual one. Raises Conflict and Invalid."""
    if not reach.agent.is_active:
        raise Conflict(_("“%(name)s” is paused. Activate the agent first.", name=reach.agent.name))
    if reach.line() is None:
        raise Conflict(
            _(
                "There is no number to call from yet. Bind one to the agent under Phone numbers, or choose an outbound number"
                " for this key under Integrations."
            )
        )
    line = reach.line(policy.read_number(from_number, "fromNumber") if from_number else None)
    if line is None:
        message = _("“%(name)s” does not call from this number.", name=reach.agent.name)
        raise Invalid(f"fromNumber: {message}", errors=(FieldError("/fromNumber", message),))
    return line


def _click_of(ctx: WorkspaceContext, click: str) -> str:
    """A click belongs to a person in a workspace. Raises Invalid."""
    if not 1 <= len(click) <= CLICK_LENGTH or not click.isprintable():
        message = _("Use 1 to %(click_length)s printable characters.", click_length=CLICK_LENGTH)
        raise Invalid(
            _("Idempotency-Key: %(message)s", message=message), errors=(FieldError("Idempotency-Key", message),)
        )
    return f"{ctx.here}:{ctx.me.id}:{click}"


async def _earlier(ctx: WorkspaceContext, click: str, wanted: Call) -> Call:
    """Return the call that this click has started already. Raises Conflict when it was meant for somebody else."""
    known = await calls.lock_key(ctx, calls.CLICK, _click_of(ctx, click))
    earlier = await calls.find_call(ctx, known) if known else None
    if earlier is None or (earlier.agent_id, earlier.contact_number) != (wanted.agent_id, wanted.contact_number):
        raise Conflict(_("This Idempotency-Key was used for another call already. Use a new one for every call."))
    return earlier


def _placed_call(ctx: WorkspaceContext, call: Call) -> PlacedCall:
    return PlacedCall(
        provider=call.provider,
        call_id=call.provider_call_id,
        conversation_id=call.id,
        conversation_url=f"/w/{ctx.workspace.slug}/conversations/{call.id}",
        status=call.status,
        customer_number=call.contact_number or "",
        from_number=call.agent_number,
    )


async def hang_up(ctx: WorkspaceContext, call_id: UUID) -> None:
    """End a running call; its report follows from the provider. One that was not dialled yet is canceled. Raises
    NotFound, Conflict (nothing to end), Upstream and Unavailable."""
    call = await _held(ctx, call_id)
    if call.is_over:
        raise Conflict(_("This call is over already."))
    if call.provider_call_id is None:
        if call.placing_at is not None:
            raise Conflict(_("This call is just being placed. Try again in a moment."))
        if call.direction == "web":
            raise Conflict(
                _("%(label)s does not let us end a call.", label=provider_of(ctx.services, call.provider).label)
            )
        await settle(ctx, call, policy.given_up(call, _CANCELED(), ctx.now, "canceled"))
    else:
        async with ctx.on_the_network():
            report = await _end_at_provider(ctx, call, CallRef(call.provider_call_id))
        if report is not None:
            await take_report(ctx, call.provider, report, ctx.now)
    ctx.record(CallHungUp(entity_id=call_id, old={"status": call.status}))
    ctx.publish("calls", call_id)


async def _end_at_provider(ctx: WorkspaceContext, call: Call, ref: CallRef) -> CallReport | None:
    """Hang up; when there is nothing to hang up any more, return what became of the call."""
    provider = provider_of(ctx.services, call.provider)
    if Ability.END_CALLS not in provider.abilities:
        raise Conflict(_("%(label)s does not let us end a call.", label=provider.label))
    async with ctx.widened() as wide:
        connection = await find_connection(wide, ctx.here, call.provider)
    if connection is None:
        raise Conflict(_("This workspace has no %(label)s key any more.", label=provider.label))
    try:
        session = open_session(ctx.services, connection)
        try:
            await session.end_call(ref)
        except Missing:
            return await session.call(ref)
    except ProviderError as error:
        raise refusal_of(error, provider.label) from error
    return None


async def _held(ctx: Context, call_id: UUID) -> Call:
    held = await calls.hold_call(ctx, call_id)
    if held is None:
        raise NotFound(_("There is no such conversation."))
    return held
