"""A call of theirs as a `CallReport`. Pure. There is neither cost nor summary (contract section 4)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import structlog

from inspralv.providers.contract import CallAnalysis, CallReport, CallStatus, CallType
from inspralv.providers.synthflow import wire
from inspralv.providers.synthflow.statuses import STATUSES, UNKNOWN, is_machine
from inspralv.providers.synthflow.transcripts import transcript_lines

log = structlog.get_logger()

MARK = "call_mark"
"""The variable that carries our name of a call."""
TYPES = {
    "outbound": CallType.OUTBOUND,
    "inbound": CallType.INBOUND,
    "widget": CallType.WEB,
    "web": CallType.WEB,
}
UNANSWERED = frozenset(
    {CallStatus.QUEUED, CallStatus.RINGING, CallStatus.NO_ANSWER, CallStatus.BUSY, CallStatus.CANCELED}
)
EXTRACTED = "extract_info_action_type"


def call_report(call: wire.Call, kind: str | None = None) -> CallReport:
    """`kind` is the type of the assistant that took the call, where it is known."""
    said = call.status or call.call_status or ""
    status, type_ = _status(said, call.call_id), _type(call, kind)
    began_at, seconds = _time_of(call.start_time) or moment(call.telephony_start), _seconds(call)
    started_at = None if status in UNANSWERED or (status is CallStatus.FAILED and not seconds) else began_at
    from_number, to_number = _numbers(call, type_)
    name = call.name or call.lead_name
    return CallReport(
        provider_call_id=call.call_id,
        type=type_,
        status=status,
        remote_agent_id=call.model_id,
        ended_reason=call.custom_end_call_reason or call.end_call_reason,
        ended_message=call.error_message or None,
        created_at=began_at,
        started_at=started_at,
        ended_at=_end(call, started_at, seconds) if status.is_final else None,
        duration_seconds=(seconds if started_at else 0) if status.is_final else None,
        from_number=from_number,
        to_number=to_number,
        customer_name=None if name in {from_number, to_number} else name,
        answered_by_machine=is_machine(said, call.end_call_reason),
        transcript=transcript_lines(call.transcript),
        transcript_text=call.transcript or None,
        analysis=_analysis(call),
        recording_url=call.recording_url or None,
        mark=_text(call.prompt_variables, MARK),
    )


def moment(text: str | None) -> datetime | None:
    """Times are ISO 8601 and mean UTC where they name no zone; one that cannot be read counts as not given."""
    try:
        time = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _time_of(milliseconds: str | int | None) -> datetime | None:
    """Epoch milliseconds as text; webhooks say the same in ISO 8601."""
    try:
        return datetime.fromtimestamp(int(milliseconds or "") / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return moment(milliseconds) if isinstance(milliseconds, str) else None


def _status(said: str, call_id: str) -> CallStatus:
    if said not in STATUSES:
        log.warning("unknown status of a call", provider="synthflow", call=call_id, status=said)
    return STATUSES.get(said, UNKNOWN)


def _type(call: wire.Call, kind: str | None) -> CallType:
    for word in (kind, call.campaign_type, call.type_of_call):
        if word in TYPES:
            return TYPES[word]
    return CallType.OUTBOUND


def _seconds(call: wire.Call) -> int:
    return max(0, round(call.duration or 0))


def _end(call: wire.Call, started_at: datetime | None, seconds: int) -> datetime | None:
    return moment(call.telephony_end) or (started_at + timedelta(seconds=seconds) if started_at else None)


def _numbers(call: wire.Call, type_: CallType) -> tuple[str | None, str | None]:
    if type_ is CallType.INBOUND:
        return call.phone_number_from or call.lead_phone_number, call.phone_number_to or call.agent_phone_number
    return call.phone_number_from or call.agent_phone_number, call.phone_number_to or call.lead_phone_number


def _analysis(call: wire.Call) -> CallAnalysis:
    data = {**_collected(call.collected_variables), **_extracted(call.executed_actions)}
    return CallAnalysis(success=_text(call.judge_results, "goal"), structured_data=data or None)


def _extracted(actions: Any) -> dict[str, Any]:
    """`return_value` is JSON inside of a text, and its own key is the name of what was asked for."""
    found: dict[str, Any] = {}
    for action in actions.values() if isinstance(actions, Mapping) else ():
        if isinstance(action, Mapping) and action.get("action_type") == EXTRACTED:
            value = action.get("return_value")
            try:
                value = msgspec.json.decode(value) if isinstance(value, str) else value
            except msgspec.DecodeError:
                continue
            found |= dict(value) if isinstance(value, Mapping) else {}
    return found


def _collected(by_agent: Any) -> dict[str, Any]:
    """Agent, then variable, then `{value, collected}`."""
    found: dict[str, Any] = {}
    for variables in by_agent.values() if isinstance(by_agent, Mapping) else ():
        for name, entry in variables.items() if isinstance(variables, Mapping) else ():
            if isinstance(entry, Mapping) and entry.get("collected"):
                found[str(name)] = entry.get("value")
    return found


def _text(holder: Any, name: str) -> str | None:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, str) and value else None
