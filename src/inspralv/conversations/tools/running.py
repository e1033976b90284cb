"""Answering the tool calls of a running call: each is noted, checked, run once, and its answer kept.

A provider that asks again gets the same answer. Nothing is asked of anybody while a transaction is open, and what the
model reads never holds more than the tool's own result.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import structlog

from inspralv.agents.queries import find_agent_by_remote
from inspralv.agents.schemas import Agent
from inspralv.agents.tools import BUILT_IN, CustomFunctionTool, name_of
from inspralv.conversations.access import HookContext
from inspralv.conversations.actions.ingest import NotOurs, take_report
from inspralv.conversations.actions.signing import signing_secrets
from inspralv.conversations.queries import activities, calls
from inspralv.conversations.schemas import Call
from inspralv.conversations.tools.asking import ask_after
from inspralv.conversations.tools.built_in import CannotSay, run_built_in
from inspralv.conversations.tools.forwarding import DEADLINE, Outcome, ask_server
from inspralv.conversations.tools.shortening import shortened
from inspralv.foundation.ids import uuid7
from inspralv.foundation.json_schema import misfits
from inspralv.foundation.outbound.guarded import GuardedOutbound
from inspralv.foundation.outbound.signing import signed_headers
from inspralv.providers.contract import ToolCall, ToolCallsRequested, ToolResult

log = structlog.get_logger()

MOST_AT_ONCE: Final = 10
MOST_ARGUMENTS: Final = 32 * 1024
NOT_AVAILABLE: Final = "tool not available"
_NAME_LENGTH = 100
_IDLE = timedelta(seconds=2 * DEADLINE)
_LOOK_AGAIN = 0.25
_BUILT_IN_NAMES = {function.name: function for function in BUILT_IN.values()}


class _Errand(msgspec.Struct, frozen=True, kw_only=True):
    """One tool call on its way to its answer. With a `url` the workspace's server is asked; `refusal` says why it is not
    run at all; `known` that it was asked for before."""

    call: ToolCall
    activity_id: UUID
    url: str | None = None
    body: bytes = b""
    headers: dict[str, str] = {}
    refusal: str | None = None
    known: bool = False


async def answer_tools(ctx: HookContext, event: ToolCallsRequested) -> bytes:
    """Return the answer to a provider's request for results."""
    try:
        agent, call = await _whose(ctx, event)
    except NotOurs as reason:
        log.warning("tool call ignored", reason=str(reason), workspace=str(ctx.workspace_id))
        return ctx.provider.hooks.tool_answer([_refused(one, NOT_AVAILABLE) for one in event.calls])
    theirs = event.provider_call_id or ""
    errands = [await _prepare(ctx, agent, call, one, theirs) for one in event.calls[:MOST_AT_ONCE]]
    results = [await _run_here(ctx, errand, call) for errand in errands]
    async with ctx.on_the_network():
        outcomes = await asyncio.gather(*(_ask(ctx, errand) for errand in errands))
    for errand, outcome in zip(errands, outcomes, strict=True):
        if outcome is not None:
            await _note(ctx, errand, outcome, call)
    answers = [
        result or await _result_of(ctx, errand, outcome)
        for errand, result, outcome in zip(errands, results, outcomes, strict=True)
    ]
    beyond = [_refused(one, "too many tools at once") for one in event.calls[MOST_AT_ONCE:]]
    return ctx.provider.hooks.tool_answer([*answers, *beyond])


async def _whose(ctx: HookContext, event: ToolCallsRequested) -> tuple[Agent, Call | None]:
    """Return the agent that asks and the conversation, which may begin with this very event. Raises NotOurs."""
    name = ctx.provider.name
    theirs = event.provider_call_id
    call_id = await calls.lock_key(ctx, name, theirs) if theirs else None
    if call_id is None and theirs:
        report = event.call or await ask_after(ctx, theirs)
        call_id = await take_report(ctx, name, report, event.occurred_at) if report else None
    call = await calls.find_call(ctx, call_id) if call_id else None
    agent = await find_agent_by_remote(ctx, name, event.remote_agent_id) if event.remote_agent_id else None
    if agent is None:
        raise NotOurs(f"no agent of this workspace is {event.remote_agent_id} at {name}")
    return agent, call


async def _prepare(ctx: HookContext, agent: Agent, call: Call | None, wanted: ToolCall, theirs: str) -> _Errand:
    """Note the tool call, and find out what is to be done for it. `theirs` is the provider's id of the call."""
    tool = next((one for one in agent.config.tools or () if name_of(one) == wanted.name), None)
    custom = tool if isinstance(tool, CustomFunctionTool) else None
    url = (custom.server_url or agent.config.tools_server_url or None) if custom else None
    errand = _Errand(call=wanted, activity_id=uuid7(ctx.now), url=url, refusal=_refusal(tool, custom, url, wanted))
    noted = {
        "name": wanted.name[:_NAME_LENGTH], "provider": ctx.provider.name, "tool_call_id": wanted.id,
        "provider_call_id": theirs, "conversation_id": call.id if call else None,
        "agent_id": agent.id, "host": urlsplit(url).hostname if url else None, "arguments": shortened(wanted.arguments),
    }  # fmt: skip
    if await activities.begin_tool(ctx, errand.activity_id, noted):
        return await _signed(ctx, errand, agent, call)
    before = await activities.find_tool_call(ctx, ctx.provider.name, theirs, wanted.id)
    assert before is not None
    errand = msgspec.structs.replace(errand, activity_id=before.id)
    if before.status == "running" and await activities.take_over(ctx, before.id, _IDLE):
        return await _signed(ctx, errand, agent, call)
    return msgspec.structs.replace(errand, known=True)


def _refusal(tool: object, custom: CustomFunctionTool | None, url: str | None, wanted: ToolCall) -> str | None:
    """Return why a tool call is not run; None when it is."""
    built_in = _BUILT_IN_NAMES.get(wanted.name) if tool is not None else None
    if custom is None and built_in is None:
        return NOT_AVAILABLE
    if custom is not None and url is None:
        return "This tool has no server to ask."
    if len(msgspec.json.encode(wanted.arguments)) > MOST_ARGUMENTS:
        return "The arguments are too long."
    schema = custom.parameters if custom else built_in.parameters if built_in else {}
    faults = misfits(wanted.arguments, schema)
    return f"The arguments do not fit: {'; '.join(faults)}" if faults else None


async def _signed(ctx: HookContext, errand: _Errand, agent: Agent, call: Call | None) -> _Errand:
    if errand.url is None or errand.refusal is not None:
        return errand
    body = msgspec.json.encode(_message(ctx, errand.call, agent, call))
    headers = signed_headers(f"msg_{errand.activity_id}", ctx.now, body, await signing_secrets(ctx))
    return msgspec.structs.replace(errand, body=body, headers=headers)


def _message(ctx: HookContext, wanted: ToolCall, agent: Agent, call: Call | None) -> dict[str, Any]:
    """Return what a workspace's server is told. Its fields are a promise: names and meanings never change."""
    return {
        "type": "tool_call",
        "toolCallId": wanted.id,
        "name": wanted.name,
        "arguments": dict(wanted.arguments),
        "callId": str(call.id) if call else None,
        "agentId": str(agent.id),
        "agentName": agent.name,
        "direction": call.direction if call else None,
        "caller_number": call.contact_number if call else None,
        "caller_name": call.contact_name if call else None,
        "timestamp": ctx.now,
    }


async def _run_here(ctx: HookContext, errand: _Errand, call: Call | None) -> ToolResult | None:
    """Answer what needs nobody else, and note it; None for what does."""
    if errand.known or (errand.url is not None and errand.refusal is None):
        return None
    if errand.refusal is not None:
        log.info("tool call refused", tool=errand.call.name[:_NAME_LENGTH], reason=errand.refusal[:200])
        outcome = Outcome(text=errand.refusal, is_error=True)
    else:
        began = time.perf_counter()
        try:
            text, is_error = await run_built_in(ctx, errand.call.name, dict(errand.call.arguments), call), False
        except CannotSay as reason:
            text, is_error = str(reason), True
        took = max(1, round((time.perf_counter() - began) * 1000))
        outcome = Outcome(text=text, is_error=is_error, duration_ms=took)
    await _note(ctx, errand, outcome, call)
    return ToolResult(call=errand.call, text=outcome.text, is_error=outcome.is_error)


async def _ask(ctx: HookContext, errand: _Errand) -> Outcome | None:
    if not errand.body or errand.url is None:
        return None
    breaker = f"tools/{ctx.workspace_id}/{urlsplit(errand.url).hostname}"
    http = ctx.services.get(GuardedOutbound)
    return await ask_server(http, errand.url, errand.body, errand.headers, errand.call.id, breaker)


async def _note(ctx: HookContext, errand: _Errand, outcome: Outcome, call: Call | None) -> None:
    answer, error = (None, outcome.text) if outcome.is_error else (outcome.text, None)
    await activities.finish_tool(
        ctx, errand.activity_id, answer=answer, error=error, http_status=outcome.http_status,
        duration_ms=outcome.duration_ms,
    )  # fmt: skip
    ctx.publish("activity", errand.activity_id)
    if call is not None:
        ctx.publish("calls", call.id)


async def _result_of(ctx: HookContext, errand: _Errand, outcome: Outcome | None) -> ToolResult:
    if outcome is not None:
        return ToolResult(call=errand.call, text=outcome.text, is_error=outcome.is_error)
    return await _known_result(ctx, errand)


async def _known_result(ctx: HookContext, errand: _Errand) -> ToolResult:
    """Return the answer that was given before; wait for one that is being made at this moment."""
    for _ in range(round(DEADLINE / _LOOK_AGAIN)):
        found = await activities.find_activity(ctx, errand.activity_id)
        if found is not None and found.status != "running":
            return ToolResult(call=errand.call, text=found.error or found.answer or "", is_error=bool(found.error))
        async with ctx.on_the_network():
            await asyncio.sleep(_LOOK_AGAIN)
    return _refused(errand.call, "This is still being worked on. Ask again in a moment.")


def _refused(call: ToolCall, why: str) -> ToolResult:
    return ToolResult(call=call, text=why, is_error=True)
