"""Taking in what a provider tells of a call: each report moves one conversation, whatever the order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from msgspec.structs import replace

from inspralv.agents.history.queries import version_at
from inspralv.agents.queries import find_agent_by_remote
from inspralv.agents.schemas import Agent
from inspralv.conversations import jobs, policy
from inspralv.conversations.actions.announcing import announce
from inspralv.conversations.events import CallEnded
from inspralv.conversations.queries import calls
from inspralv.conversations.rollups import count
from inspralv.conversations.schemas import Call, Line
from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7
from inspralv.providers.contract import (
    CallFinished,
    CallProgressed,
    CallReport,
    CallType,
    InboundEvent,
    Speaker,
    TranscriptHeard,
    TranscriptLine,
)

log = structlog.get_logger()

Move = Callable[[Call, CallReport, datetime], Call]


class NotOurs(Exception):
    """The event concerns no call of this workspace; the text says why. Nothing is to be done, now or later."""


async def take_event(ctx: Context, provider: str, event: InboundEvent, event_id: UUID) -> UUID | None:
    """Take in one event of a webhook; return the conversation it concerned, None when there was nothing to do.

    Safe to repeat with the same `event_id`. Raises NotOurs.
    """
    data: dict[str, Any]
    match event:
        case CallProgressed():
            call = await _move(ctx, provider, event.call, event.occurred_at, policy.progressed)
            kind, data = "status", {"status": event.call.status.value}
        case CallFinished():
            call = await _move(ctx, provider, event.call, event.occurred_at, policy.reported)
            kind, data = "report", {"status": call.status, "cost_micros": event.call.cost.total}
        case TranscriptHeard(final=True):
            call = await _move(ctx, provider, event.call, event.occurred_at, policy.progressed)
            kind, data = "line", msgspec.to_builtins(_line(event.line))
        case _:
            return None
    await calls.add_event(ctx, event_id, call.id, kind, data, event.occurred_at)
    ctx.publish("calls", call.id)
    return call.id


async def take_report(ctx: Context, provider: str, report: CallReport, at: datetime) -> UUID:
    """Take in all that a provider knows of a call at this moment, as when it is asked. Also how history comes in: the
    conversation begins at the report's `created_at`. Raises NotOurs."""
    final = report.status.is_final
    call = await _move(ctx, provider, report, at, policy.reported if final else policy.progressed)
    ctx.publish("calls", call.id)
    return call.id


async def settle(ctx: Context, before: Call, after: Call) -> Call:
    """Write a call that is held, with its figures, and say so when it has just ended."""
    after = await count(ctx, policy.with_search_text(after))
    if after != before:
        await calls.save_call(ctx, after)
    await _tell(ctx, before, after)
    return after


async def note_repair(ctx: Context, call_id: UUID, what: str) -> None:
    """Leave a trace that a call was put right by asking, since the provider's messages about it never came."""
    log.info("call repaired", call=str(call_id), what=what)
    await calls.add_event(ctx, uuid7(ctx.now), call_id, "repaired", {"what": what}, ctx.now)


async def _move(ctx: Context, provider: str, report: CallReport, at: datetime, move: Move) -> Call:
    call, is_new = await _claim(ctx, provider, report, at)
    moved = move(call, report, at)
    if is_new:
        moved = await count(ctx, policy.with_search_text(moved))
        await calls.add_call(ctx, moved)
        await _tell(ctx, call, moved)
    else:
        moved = await settle(ctx, call, moved)
    if move is policy.reported:
        await _keep_what_was_said(ctx, call, moved, report)
    return moved


async def _keep_what_was_said(ctx: Context, before: Call, call: Call, report: CallReport) -> None:
    spoken = [_line(line) for line in report.transcript if line.role is not Speaker.SYSTEM]  # the prompt is not said
    if spoken and call.texts_kept_days is None:
        await calls.save_transcript(ctx, call.id, spoken)
    if call.recording_kept_days is not None or call.recording_key or not call.recording_source:
        return
    if call.recording_source != before.recording_source:
        ctx.defer(jobs.copy_recording(call.id))


async def _tell(ctx: Context, before: Call, after: Call) -> None:
    if after.is_over and before.usage_day is None:
        told = {"status": after.status, "duration_seconds": after.duration_seconds, "direction": after.direction}
        ctx.record(CallEnded(entity_id=after.id, workspace_id=ctx.workspace_id, new=told))
    if after.reported_at is not None and before.reported_at is None:
        await announce(ctx, after)


async def _claim(ctx: Context, provider: str, report: CallReport, at: datetime) -> tuple[Call, bool]:
    """Return the call, held, and whether it is new (and not yet written). Raises NotOurs."""
    known = await calls.lock_key(ctx, provider, report.provider_call_id)
    if known is not None:
        return await _kept(ctx, known), False
    agent = await _agent_of(ctx, provider, report)
    began_at = min(report.created_at or at, ctx.now)
    placed = await _placed_as(ctx, agent, report, began_at)
    call_id = placed or uuid7(began_at)
    if not await calls.add_key(ctx, provider, report.provider_call_id, call_id):
        known = await calls.lock_key(ctx, provider, report.provider_call_id)
        if known is None:
            raise NotOurs("this call belongs to another workspace")
        return await _kept(ctx, known), False
    if placed:
        return await _kept(ctx, placed), False
    new = policy.new_call(call_id, provider, report, began_at)
    version = await version_at(ctx, agent, began_at)
    return replace(new, agent_id=agent.id, agent_version=version), True


async def _kept(ctx: Context, call_id: UUID) -> Call:
    call = await calls.find_call(ctx, call_id, lock=True)
    if call is None:
        raise NotOurs("the conversation is no longer kept")
    return call


async def _agent_of(ctx: Context, provider: str, report: CallReport) -> Agent:
    if report.remote_agent_id is None:
        raise NotOurs("the call names no agent")
    agent = await find_agent_by_remote(ctx, provider, report.remote_agent_id)
    if agent is None:
        raise NotOurs(f"no agent of this workspace is {report.remote_agent_id} at {provider}")
    return agent


async def _placed_as(ctx: Context, agent: Agent, report: CallReport, began_at: datetime) -> UUID | None:
    """Return the call of ours that this is: an event may be faster than the answer to our own request, and a web call
    may have been started before anybody knew its name."""
    if report.type is CallType.WEB:
        return await calls.find_waiting_web(ctx, agent.id, agent.provider, began_at)
    try:
        mark = UUID(report.mark or "")
    except ValueError:
        return None
    return await calls.find_placed(ctx, mark, agent.id, agent.provider)


def _line(line: TranscriptLine) -> Line:
    return Line(line.role.value, line.text[: policy.MAX_TEXT], line.seconds)
