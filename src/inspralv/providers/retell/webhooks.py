import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict

import msgspec

from inspralv.providers.contract import (
    REPLAY_WINDOW,
    CallFinished,
    CallProgressed,
    CallReport,
    CallRoute,
    CallStatus,
    Ignored,
    InboundEvent,
    RouteRequested,
    Speaker,
    ToolCall,
    ToolCallsRequested,
    ToolResult,
    TranscriptHeard,
)
from inspralv.providers.errors import Malformed
from inspralv.providers.retell import signatures, wire
from inspralv.providers.retell.calls import PUBLISHED
from inspralv.providers.retell.reports import call_report, moment, transcript_lines
from inspralv.providers.retell.statuses import final_status

LONGEST_RESULT = 15_000
"""Characters of an answer that reach the model (contract section 4)."""


class Head(TypedDict):
    """What every event has."""

    event_key: str
    occurred_at: datetime
    provider_call_id: str | None
    remote_agent_id: str | None


class RetellHooks:
    """One delivery tells one thing; see contract section 12."""

    def verify(
        self, raw: bytes, headers: Mapping[str, str], secret: str, now: datetime, tolerance: timedelta = REPLAY_WINDOW
    ) -> bool:
        return signatures.verify(raw, headers, secret, now, tolerance)

    def read(self, raw: bytes, received_at: datetime) -> Sequence[InboundEvent]:
        delivery = wire.decode(raw, wire.Delivery)
        return (_event(delivery, raw, received_at),)

    def tool_answer(self, results: Sequence[ToolResult]) -> bytes:
        """One function a request; the model reads the answer as it is."""
        said = [{"error" if one.is_error else "result": one.text[:LONGEST_RESULT]} for one in results]
        return msgspec.json.encode(said[0] if len(said) == 1 else {"results": said})

    def route_answer(self, route: CallRoute) -> bytes:
        """Without an agent here and at the number, the vendor rejects the call."""
        answer: dict[str, Any] = {}
        if route.agent_id:
            answer = {"override_agent_id": route.agent_id, "override_agent_version": PUBLISHED}
            if route.variables:
                answer["dynamic_variables"] = dict(route.variables)
        return msgspec.json.encode({"call_inbound": answer})


def _event(delivery: wire.Delivery, raw: bytes, received_at: datetime) -> InboundEvent:
    if delivery.event is None:
        return _tool_used(delivery, raw, received_at)
    reader = READERS.get(delivery.event)
    if reader is not None:
        return reader(delivery, raw, received_at)
    head = _head(delivery.event, delivery.call, received_at, _digest(raw))
    return Ignored(**head, type=delivery.event)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]


def _head(event: str, call: wire.Call | None, occurred_at: datetime, detail: str = "") -> Head:
    """There is no event id: an event comes once a call, unless its content tells otherwise."""
    call_id = call.call_id if call else None
    return Head(
        event_key=f"{event}:{call_id or '-'}{f':{detail}' if detail else ''}",
        occurred_at=occurred_at,
        provider_call_id=call_id,
        remote_agent_id=call.agent_id if call else None,
    )


def _call_of(delivery: wire.Delivery) -> wire.Call:
    if delivery.call is None:
        raise Malformed(f"{delivery.event or delivery.name} without a call")
    return delivery.call


def _started(delivery: wire.Delivery, _raw: bytes, received_at: datetime) -> CallProgressed:
    call = _call_of(delivery)
    head = _head("call_started", call, moment(call.start_timestamp) or received_at)
    return CallProgressed(**head, call=call_report(call, CallStatus.IN_PROGRESS))


def _over(call: wire.Call) -> CallReport:
    started = call.start_timestamp is not None
    return call_report(call, final_status(call.call_status, call.disconnection_reason, started=started))


def _ended(delivery: wire.Delivery, _raw: bytes, received_at: datetime) -> CallProgressed:
    call = _call_of(delivery)
    return CallProgressed(**_head("call_ended", call, moment(call.end_timestamp) or received_at), call=_over(call))


def _analyzed(delivery: wire.Delivery, raw: bytes, received_at: datetime) -> CallFinished:
    """May come again, with another analysis."""
    call = _call_of(delivery)
    return CallFinished(**_head("call_analyzed", call, received_at, _digest(raw)), call=_over(call))


def _heard(delivery: wire.Delivery, raw: bytes, received_at: datetime) -> TranscriptHeard | Ignored:
    """The whole conversation comes with every turn: the turn itself is the last thing that somebody said."""
    call = _call_of(delivery)
    lines = transcript_lines(call.transcript_with_tool_calls or delivery.transcript_with_tool_calls or ())
    spoken = [line for line in lines if line.role in {Speaker.AGENT, Speaker.CALLER}]
    if not spoken:
        return Ignored(**_head("transcript_updated", call, received_at, _digest(raw)), type="transcript_updated")
    last = spoken[-1]
    detail = _digest(f"{len(spoken)}:{last.role}:{last.text}".encode())  # the end repeats the last turn
    frame = msgspec.structs.replace(
        call, transcript=None, transcript_object=None, transcript_with_tool_calls=None, call_status="ongoing"
    )
    return TranscriptHeard(
        **_head("transcript_updated", call, received_at, detail), call=call_report(frame), line=last, final=True
    )


def _asked(delivery: wire.Delivery, _raw: bytes, received_at: datetime) -> RouteRequested:
    asked = delivery.call_inbound
    if asked is None:
        raise Malformed("call_inbound without a call")
    detail = asked.call_id or f"{asked.from_number}:{asked.to_number}:{received_at.isoformat()}"
    return RouteRequested(
        event_key=f"call_inbound:{detail}",
        occurred_at=received_at,
        provider_call_id=asked.call_id,
        remote_agent_id=asked.agent_id,
        from_number=asked.from_number,
        to_number=asked.to_number,
    )


def _tool_used(delivery: wire.Delivery, raw: bytes, received_at: datetime) -> ToolCallsRequested:
    """A function has no id over there; the request's own content stands in."""
    if not delivery.name:
        raise Malformed("neither an event nor a function")
    call, name = _call_of(delivery), delivery.name
    arguments = delivery.args if delivery.args is not None else {}
    if not isinstance(arguments, dict):
        raise Malformed(f"arguments of {name} are no object")
    digest = _digest(raw)
    frame = msgspec.structs.replace(call, transcript=None, transcript_object=None, transcript_with_tool_calls=None)
    return ToolCallsRequested(
        **_head("function", call, received_at, digest),
        calls=(ToolCall(id=digest, name=name, arguments=arguments),),
        call=call_report(frame),
    )


READERS: Mapping[str, Callable[[wire.Delivery, bytes, datetime], InboundEvent]] = {
    "call_started": _started,
    "call_ended": _ended,
    "call_analyzed": _analyzed,
    "transcript_updated": _heard,
    "call_inbound": _asked,
}
