"""A call of theirs as a `CallReport`. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from inspralv.providers.contract import (
    CallAnalysis,
    CallCost,
    CallReport,
    CallStatus,
    CallType,
    Sentiment,
    Speaker,
    TranscriptLine,
)
from inspralv.providers.retell import wire
from inspralv.providers.retell.statuses import MACHINES, status_of

MARK = "mark"
"""Where our name of a call stands in its metadata."""
SIGNED_LINKS_LIVE = timedelta(hours=24)
SPEAKERS = {
    "agent": Speaker.AGENT,
    "user": Speaker.CALLER,
    "transfer_target": Speaker.CALLER,
    "tool_call_invocation": Speaker.TOOL,
    "tool_call_result": Speaker.TOOL,
    "dtmf": Speaker.CALLER,
    "injected": Speaker.SYSTEM,
}
PARTS = (
    ("tts", ("tts",)),
    ("stt", ("stt", "transcri", "denois")),
    ("transport", ("twilio", "telnyx", "telephony", "sip_", "phone")),
    ("llm", ("gpt", "claude", "gemini", "grok", "llm")),
    ("analysis", ("analysis",)),
)
"""Our part of a cost by what the vendor's name of a product holds; the rest is the platform's."""


def call_report(call: wire.Call, status: CallStatus | None = None) -> CallReport:
    """`status`: what is known better than by the call itself."""
    status = status or status_of(call.call_status, call.disconnection_reason, started=call.start_timestamp is not None)
    answered = status in {CallStatus.IN_PROGRESS, CallStatus.COMPLETED} or bool(call.transcript)
    began_at, ended_at = moment(call.start_timestamp), moment(call.end_timestamp)
    metadata = call.metadata if isinstance(call.metadata, dict) else {}
    analysis = call.call_analysis or wire.Analysis()
    return CallReport(
        provider_call_id=call.call_id,
        type=_type(call),
        status=status,
        remote_agent_id=call.agent_id,
        ended_reason=call.disconnection_reason,
        created_at=began_at,
        started_at=began_at if answered else None,
        ended_at=ended_at,
        duration_seconds=_duration(call) if answered else None,
        from_number=call.from_number,
        to_number=call.to_number,
        answered_by_machine=call.disconnection_reason in MACHINES or bool(analysis.in_voicemail),
        transcript=transcript_lines(call.transcript_with_tool_calls or call.transcript_object or ()),
        transcript_text=call.transcript or None,
        analysis=_analysis(analysis),
        cost=_cost(call.call_cost or wire.Cost()),
        recording_url=call.recording_url,
        recording_expires_at=ended_at + SIGNED_LINKS_LIVE if call.opt_in_signed_url and ended_at else None,
        mark=str(metadata[MARK]) if MARK in metadata else None,
        metadata={name: str(value) for name, value in metadata.items() if name != MARK},
    )


def moment(milliseconds: float | None) -> datetime | None:
    """A time that no calendar has counts as not given."""
    try:
        return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def micros(cents: float | None) -> int:
    return int((Decimal(str(cents or 0)) * 10_000).to_integral_value())


def transcript_lines(entries: Sequence[wire.Utterance]) -> tuple[TranscriptLine, ...]:
    lines = []
    for entry in entries:
        speaker, text = SPEAKERS.get(entry.role or ""), _text_of(entry)
        if speaker is not None and text:
            lines.append(TranscriptLine(role=speaker, text=text, seconds=_seconds(entry)))
    return tuple(lines)


def _text_of(entry: wire.Utterance) -> str:
    if entry.role == "tool_call_invocation":
        return f"{entry.name or ''}({_plain(entry.arguments or '')})"
    if entry.role == "dtmf":
        return entry.digit or ""
    text = _plain(entry.content) if entry.content is not None else ""
    return _result_in(text) if entry.role == "tool_call_result" else text


def _result_in(text: str) -> str:
    """What a function answered, out of the object that we answer with (`RetellHooks.tool_answer`)."""
    try:
        answer = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    said = (answer.get("result") or answer.get("error")) if isinstance(answer, dict) and len(answer) == 1 else None
    return said if isinstance(said, str) else text


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _seconds(entry: wire.Utterance) -> float | None:
    return next((word.start for word in entry.words or () if word.start is not None), entry.time_sec)


def _type(call: wire.Call) -> CallType:
    if call.call_type == "web_call":
        return CallType.WEB
    return CallType.INBOUND if call.direction == "inbound" else CallType.OUTBOUND


def _duration(call: wire.Call) -> int | None:
    if call.duration_ms is not None:
        return max(0, round(call.duration_ms / 1000))
    if call.start_timestamp is None or call.end_timestamp is None:
        return None
    return max(0, round((call.end_timestamp - call.start_timestamp) / 1000))


def _analysis(analysis: wire.Analysis) -> CallAnalysis:
    data = analysis.custom_analysis_data if isinstance(analysis.custom_analysis_data, dict) else None
    success = analysis.call_successful
    return CallAnalysis(
        summary=analysis.call_summary or None,
        sentiment=_sentiment(analysis.user_sentiment),
        success=None if success is None else str(success).lower(),
        structured_data=data or None,
    )


def _sentiment(word: str | None) -> Sentiment | None:
    try:
        return Sentiment((word or "").lower())
    except ValueError:
        return None


def _cost(cost: wire.Cost) -> CallCost:
    parts: dict[str, int] = {}
    for one in cost.product_costs or ():
        part = _part(one.product or "")
        parts[part] = parts.get(part, 0) + micros(one.cost)
    return CallCost(
        total=micros(cost.combined_cost), parts={name: amount for name, amount in parts.items() if amount}
    )  # fmt: skip


def _part(product: str) -> str:
    name = product.lower()
    return next((part for part, words in PARTS if any(word in name for word in words)), "platform")
