"""A call of theirs as a `CallReport`. Pure. `artifact` and `analysis` first, their older duplicates after."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from inspralv.providers.contract import CallAnalysis, CallCost, CallReport, CallStatus, CallType, Sentiment
from inspralv.providers.vapi import wire
from inspralv.providers.vapi.ended_reasons import is_machine, status_of
from inspralv.providers.vapi.mapper import OUR_METADATA
from inspralv.providers.vapi.transcripts import transcript_lines

TYPES = {
    "webCall": CallType.WEB,
    "vapi.websocketCall": CallType.WEB,
    "inboundPhoneCall": CallType.INBOUND,
    "outboundPhoneCall": CallType.OUTBOUND,
}
RUNNING = {
    "scheduled": CallStatus.QUEUED,
    "queued": CallStatus.QUEUED,
    "ringing": CallStatus.RINGING,
    "in-progress": CallStatus.IN_PROGRESS,
    "forwarding": CallStatus.IN_PROGRESS,
}


def call_report(call: wire.Call) -> CallReport:
    status, type_ = _status(call), TYPES.get(call.type or "", CallType.OUTBOUND)
    # A ringing call may carry a start already, though nobody has answered.
    started_at = None if status in {CallStatus.QUEUED, CallStatus.RINGING} else moment(call.started_at)
    ended_at = moment(call.ended_at)
    artifact = call.artifact or wire.Artifact()
    transcript_text = artifact.transcript or call.transcript
    from_number, to_number = _numbers(call, type_)
    recording_url, expires_at = _recording(call, artifact)
    return CallReport(
        provider_call_id=call.id,
        type=type_,
        status=status,
        remote_agent_id=call.assistant_id,
        ended_reason=call.ended_reason,
        ended_message=call.ended_message,
        created_at=moment(call.created_at),
        started_at=started_at,
        ended_at=ended_at,
        duration_seconds=_duration(started_at, ended_at),
        from_number=from_number,
        to_number=to_number,
        customer_name=call.customer.name if call.customer else None,
        mark=call.customer.external_id if call.customer else None,
        answered_by_machine=is_machine(call.ended_reason),
        transcript=transcript_lines(artifact.messages or call.messages or (), transcript_text or ""),
        transcript_text=transcript_text,
        analysis=_analysis(call),
        cost=_cost(call),
        recording_url=recording_url,
        recording_expires_at=expires_at,
        metadata=_metadata(call.assistant, call.assistant_overrides),
    )


def moment(text: str | None) -> datetime | None:
    """Times are ISO 8601; one that cannot be read counts as not given."""
    try:
        time = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def micros(dollars: float | None) -> int:
    return int((Decimal(str(dollars or 0)) * 1_000_000).to_integral_value())


def _status(call: wire.Call) -> CallStatus:
    if call.status in RUNNING:
        return RUNNING[call.status]
    if call.status == "ended" or call.ended_at:
        return status_of(call.ended_reason, started=call.started_at is not None)
    return CallStatus.IN_PROGRESS if call.started_at else CallStatus.QUEUED


def _duration(started_at: datetime | None, ended_at: datetime | None) -> int | None:
    if started_at is None or ended_at is None:
        return None
    return max(0, round((ended_at - started_at).total_seconds()))


def _numbers(call: wire.Call, type_: CallType) -> tuple[str | None, str | None]:
    line = call.phone_number.number if call.phone_number else None
    customer = call.customer.number if call.customer else None
    return (customer, line) if type_ is CallType.INBOUND else (line, customer)


def _recording(call: wire.Call, artifact: wire.Artifact) -> tuple[str | None, datetime | None]:
    """Only presigned addresses can be fetched without the key; they expire."""
    presigned = artifact.presigned_mono_url or artifact.presigned_stereo_url
    if presigned:
        return presigned, moment(artifact.presigned_urls_expires_at)
    recording = artifact.recording or wire.Recording()
    mono = recording.mono.combined_url if recording.mono else None
    plain = mono or artifact.recording_url or recording.stereo_url or artifact.stereo_recording_url
    return plain or call.recording_url or call.stereo_recording_url, None


def _analysis(call: wire.Call) -> CallAnalysis:
    analysis = call.analysis or wire.Analysis()
    data = analysis.structured_data if isinstance(analysis.structured_data, dict) else None
    return CallAnalysis(
        summary=analysis.summary or call.summary,
        sentiment=_sentiment(data),
        success=_verdict(analysis.success_evaluation),
        structured_data=data,
    )


def _sentiment(data: dict[str, Any] | None) -> Sentiment | None:
    try:
        return Sentiment(str((data or {}).get("sentiment")).lower())
    except ValueError:
        return None


def _verdict(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower()


def _cost(call: wire.Call) -> CallCost:
    costs = call.cost_breakdown or wire.CostBreakdown()
    analysis = costs.analysis_cost_breakdown or wire.AnalysisCosts()
    parts = {
        "transport": micros(costs.transport),
        "stt": micros(costs.stt),
        "llm": micros(costs.llm),
        "tts": micros(costs.tts),
        "platform": micros(costs.vapi),
        "chat": micros(costs.chat),
        "analysis": _sum(
            (analysis.summary, analysis.structured_data, analysis.success_evaluation, analysis.structured_output)
        ),
    }
    return CallCost(
        total=micros(call.cost or costs.total), parts={name: amount for name, amount in parts.items() if amount}
    )


def _sum(amounts: Sequence[float | None]) -> int:
    return sum(micros(amount) for amount in amounts)


def _metadata(*holders: wire.Labelled | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for holder in holders:
        metadata = (holder.metadata if holder else None) or {}
        found |= {key: str(value) for key, value in metadata.items() if key not in OUR_METADATA}
    return found
