"""How a call moves: pure rules that come to the same end whatever the order in which events arrive.

States only move forward. A final report decides everything it has a value for; what arrives after it may fill blanks
and nothing else. A second report corrects the first.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import to_builtins
from msgspec.structs import replace

from inspralv.conversations.schemas import Call, Direction, Sentiment, Status
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.providers.contract import CallReport, CallType

_RANK: Final[dict[str, int]] = {"queued": 0, "ringing": 1, "in_progress": 2}
_OVER = 3
_SEPARATORS = re.compile(r"[\s().\-/]+")
_NUMBER = re.compile(r"\+?[1-9][0-9]{6,14}", re.ASCII)
_DIRECTIONS: dict[CallType, Direction] = {
    CallType.WEB: "web",
    CallType.INBOUND: "inbound",
    CallType.OUTBOUND: "outbound",
}
MAX_TEXT = 20_000


def new_call(call_id: UUID, provider: str, report: CallReport, created_at: datetime) -> Call:
    """Return a call that we hear of for the first time."""
    return Call(
        id=call_id, provider=provider, provider_call_id=report.provider_call_id, direction=_DIRECTIONS[report.type],
        created_at=created_at,
    )  # fmt: skip


def progressed(call: Call, report: CallReport, at: datetime) -> Call:
    """Return the call after a change of state at `at` (the provider's clock)."""
    started_at = call.started_at or report.started_at or (at if report.status == "in_progress" else None)
    if call.reported_at is not None:
        length = call.duration_seconds or _seconds(started_at, call.ended_at)
        return replace(_known(call, report), started_at=started_at, duration_seconds=length)
    status = _further(call.status, report.status.value)
    ended_at = call.ended_at or report.ended_at or (at if report.status.is_final else None)
    return replace(
        _known(call, report), status=status, started_at=started_at, ended_at=ended_at,
        duration_seconds=_seconds(started_at, ended_at), ended_reason=call.ended_reason or report.ended_reason,
    )  # fmt: skip


def reported(call: Call, report: CallReport, at: datetime) -> Call:
    """Return the call after the provider's final report."""
    started_at, ended_at = report.started_at or call.started_at, report.ended_at or call.ended_at or at
    length = report.duration_seconds
    says_cost = bool(report.cost.total or report.cost.parts)
    analysis = report.analysis
    sentiment: Sentiment | None = analysis.sentiment.value if analysis.sentiment else None
    status = _final(report, answered=started_at is not None)
    return replace(
        _known(call, report),
        status=status,
        started_at=started_at,
        ended_at=ended_at,
        duration_seconds=_seconds(started_at, ended_at) if length is None else length,
        ended_reason=report.ended_reason or call.ended_reason,
        error_message=(_cut(report.ended_message) or call.error_message) if status == "failed" else None,
        answered_by=_answered_by(report, status),
        sentiment=sentiment or call.sentiment,
        success_evaluation=_cut(analysis.success) or call.success_evaluation,
        **_texts(call, report),
        cost_micros=report.cost.total if says_cost else call.cost_micros,
        cost_parts=dict(report.cost.parts) if says_cost else call.cost_parts,
        recording_source=report.recording_url or call.recording_source,
        reported_at=call.reported_at or at,
    )


def given_up(call: Call, reason: str, at: datetime, status: Status = "failed") -> Call:
    """Return a call that never came about, or that nobody can tell the end of. Nothing happens to one that is over."""
    if call.is_over:
        return call
    length = _seconds(call.started_at, at) if call.started_at else 0
    return replace(call, status=status, ended_at=at, duration_seconds=length, error_message=reason)


def with_search_text(call: Call) -> Call:
    """Return the call with what the search looks through: name and number, in small letters."""
    parts = (call.contact_name, call.contact_number, call.agent_number if call.direction == "inbound" else None)
    return replace(call, search_text=" ".join(part.lower() for part in parts if part))


def read_number(text: str, field: str = "customerNumber") -> str:
    """Return a telephone number in E.164 form, written with + and without separators. Raises Invalid at the field."""
    number = _SEPARATORS.sub("", text.strip())
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if not _NUMBER.fullmatch(number):
        message = _("Enter the number with its country code, for example +1 415 555 0123.")
        raise Invalid(f"{field}: {message}", errors=(FieldError(f"/{field}", message),))
    return number if number.startswith("+") else f"+{number}"


def _texts(call: Call, report: CallReport) -> dict[str, Any]:
    """What was said, in short; not a second time when the workspace has had it deleted."""
    if call.texts_kept_days is not None:
        return {}
    data = report.analysis.structured_data
    return {
        "summary": _cut(report.analysis.summary) or call.summary,
        "structured_data": to_builtins(data) if data else call.structured_data,
    }


def _known(call: Call, report: CallReport) -> Call:
    """Fill in who speaks with whom."""
    inbound = call.direction == "inbound"
    contact, ours = (report.from_number, report.to_number) if inbound else (report.to_number, report.from_number)
    return replace(
        call,
        provider_call_id=call.provider_call_id or report.provider_call_id,
        contact_number=call.contact_number or contact,
        contact_name=call.contact_name or report.customer_name,
        agent_number=call.agent_number or ours,
    )


def _further(now: Status, then: Status) -> Status:
    return then if _RANK.get(then, _OVER) > _RANK.get(now, _OVER) else now


def _final(report: CallReport, *, answered: bool) -> Status:
    """A report may carry the state of a moment earlier; it is the end all the same."""
    if report.status.is_final:
        return report.status.value
    return "completed" if answered else "failed"


def _answered_by(report: CallReport, status: Status) -> str | None:
    if report.answered_by_machine:
        return "machine"
    return "human" if status == "completed" and report.type != CallType.WEB else None


def _seconds(start: datetime | None, end: datetime | None) -> int:
    return max(0, round((end - start).total_seconds())) if start and end else 0


def _cut(text: str | None) -> str | None:
    return text[:MAX_TEXT] if text else None
