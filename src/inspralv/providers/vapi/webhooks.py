import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

import msgspec

from inspralv.providers.contract import (
    REPLAY_WINDOW,
    CallFinished,
    CallProgressed,
    CallReport,
    CallRoute,
    Ignored,
    InboundEvent,
    RouteRequested,
    ToolCall,
    ToolCallsRequested,
    ToolResult,
    TranscriptHeard,
    TranscriptLine,
)
from inspralv.providers.errors import Malformed
from inspralv.providers.vapi import wire
from inspralv.providers.vapi.reports import call_report, moment
from inspralv.providers.vapi.signatures import plans_for
from inspralv.providers.vapi.transcripts import SPEAKERS


class Head(TypedDict):
    """What every event has."""

    event_key: str
    occurred_at: datetime
    provider_call_id: str | None
    remote_agent_id: str | None


class VapiHooks:
    """One webhook carries one message; see contract section 7."""

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secret: str, now: datetime, tolerance: timedelta = REPLAY_WINDOW
    ) -> bool:
        return any(plan.verify(raw, headers, now, tolerance) for plan in plans_for(secret))

    def read(self, raw: bytes, received_at: datetime) -> Sequence[InboundEvent]:
        message = wire.decode(raw, wire.Envelope).message
        head = _head(message, raw, received_at)
        match message.type:
            case "status-update":
                return (CallProgressed(**head, call=_report(message)),)
            case "end-of-call-report":
                return (CallFinished(**head, call=_report(message)),)
            case "transcript" | 'transcript[transcriptType="final"]':
                return (_heard(message, head),)
            case "assistant-request":
                return (_asked(message, head),)
            case "tool-calls":
                return (ToolCallsRequested(**head, calls=_tool_calls(message), call=_running(message)),)
            case _:
                return (Ignored(**head, type=message.type),)

    def tool_answer(self, results: Sequence[ToolResult]) -> bytes:
        """Results must be single lines (contract section 7)."""
        return msgspec.json.encode({"results": [_result_json(result) for result in results]})

    def route_answer(self, route: CallRoute) -> bytes:
        """The vendor waits 7.5 s for it; `error` is spoken to the caller before the call ends, and an answer without
        anybody ends it."""
        if route.message is not None:
            return msgspec.json.encode({"error": route.message})
        if route.number is not None:
            return msgspec.json.encode({"destination": {"type": "number", "number": route.number}})
        answer: dict[str, Any] = {"assistantId": route.agent_id} if route.agent_id else {}
        if route.agent_id and route.variables:
            answer["assistantOverrides"] = {"variableValues": dict(route.variables)}
        return msgspec.json.encode(answer)


def _head(message: wire.ServerMessage, raw: bytes, received_at: datetime) -> Head:
    call_id = message.call.id if message.call else None
    return Head(
        event_key=_event_key(message, call_id, raw),
        occurred_at=_time_of(message) or received_at,
        provider_call_id=call_id,
        remote_agent_id=message.call.assistant_id if message.call else None,
    )


def _event_key(message: wire.ServerMessage, call_id: str | None, raw: bytes) -> str:
    """There is no event id: a report comes once a call, a status once a call and status, the rest goes by its body."""
    match message.type:
        case "end-of-call-report":
            detail = ""
        case "status-update":
            detail = f":{message.status}"
        case _:
            detail = f":{hashlib.sha256(raw).hexdigest()[:32]}"
    return f"{message.type}:{call_id or '-'}{detail}"


def _time_of(message: wire.ServerMessage) -> datetime | None:
    if message.timestamp is None:
        return None
    try:
        return datetime.fromtimestamp(message.timestamp / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _report(message: wire.ServerMessage) -> CallReport:
    """The call with what the message says about it; the message is the newer of the two."""
    if message.call is None:
        raise Malformed(f"{message.type} without a call")
    newer = {
        name: value
        for name in wire.Call.__struct_fields__
        if name not in {"id", "type"} and (value := getattr(message, name, None)) is not None
    }
    return call_report(msgspec.structs.replace(message.call, **newer))


def _heard(message: wire.ServerMessage, head: Head) -> TranscriptHeard:
    speaker = SPEAKERS.get(message.role or "")
    if message.call is None or speaker is None or message.transcript is None:
        raise Malformed("transcript without call, role or text")
    started_at, spoken_at = moment(message.call.started_at), _time_of(message)
    seconds = max(0.0, (spoken_at - started_at).total_seconds()) if started_at and spoken_at else None
    # The text is one sentence here, and what was said before has been told already.
    frame = msgspec.structs.replace(message, transcript=None, artifact=None, messages=None)
    return TranscriptHeard(
        **head,
        call=_report(frame),
        line=TranscriptLine(role=speaker, text=message.transcript, seconds=seconds),
        final=message.transcript_type == "final",
    )


def _asked(message: wire.ServerMessage, head: Head) -> RouteRequested:
    """Both ends stand beside the call; older deliveries have them in it."""
    call = message.call
    if call is None:
        raise Malformed("assistant-request without a call")
    customer, line = message.customer or call.customer, message.phone_number or call.phone_number
    return RouteRequested(
        **head,
        from_number=customer.number if customer else None,
        to_number=line.number if line else None,
    )


def _tool_calls(message: wire.ServerMessage) -> tuple[ToolCall, ...]:
    if message.call is None or not message.tool_call_list:
        raise Malformed("tool-calls without call or list")
    return tuple(_tool_call(entry) for entry in message.tool_call_list)


def _running(message: wire.ServerMessage) -> CallReport:
    """The call in which a tool is used; what was said so far is not yet a transcript."""
    return _report(msgspec.structs.replace(message, transcript=None, artifact=None, messages=None))


def _tool_call(entry: wire.ToolEntry) -> ToolCall:
    """Four shapes have been seen for the arguments; the order is the contract's."""
    function = entry.function or wire.ToolFunction()
    name = function.name or entry.name
    if not entry.id or not name:
        raise Malformed("tool call without id or name")
    candidates = (function.arguments, entry.arguments, entry.parameters, function.parameters)
    arguments: Any = next((one for one in candidates if one is not None), {})
    if isinstance(arguments, str):
        arguments = wire.decode(arguments.encode() or b"{}", dict[str, Any])
    if not isinstance(arguments, dict):
        raise Malformed(f"arguments of {name} are no object")
    return ToolCall(id=entry.id, name=name, arguments=arguments)


def _result_json(result: ToolResult) -> dict[str, str]:
    text = " ".join(result.text.split())
    return {"toolCallId": result.call.id, "name": result.call.name, "error" if result.is_error else "result": text}
