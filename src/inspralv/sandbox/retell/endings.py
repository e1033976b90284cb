"""How calls end, by the last two digits of the customer's number: the shared scripts, and what is Retell's own."""

from __future__ import annotations

import msgspec

from inspralv.sandbox.scripts import LONG, QUESTION, Script, script_for

NEVER_STARTED = {
    "no-answer": "dial_no_answer",
    "busy": "dial_busy",
    "failed": "dial_failed",
    "concurrency": "concurrency_limit_reached",
}
"""By script: why nobody ever talked."""
REASONS = {
    "customer-ended-call": "user_hangup",
    "assistant-ended-call": "agent_hangup",
    "voicemail": "voicemail_reached",
    "inactivity": "inactivity",
}
NOT_CONNECTED = frozenset({"dial_no_answer", "dial_busy", "dial_failed", "user_declined", "invalid_destination"})
LATE = "late-analysis"
_SILENT = Script(
    name="inactivity", ended_reason="inactivity", success="false", lines=QUESTION.lines[:2],
    summary="The caller said hello and then nothing more.",
)  # fmt: skip
_OWN = {
    "09": Script(name="concurrency", ended_reason="concurrency", answered=False, success="false"),
    "10": _SILENT,
    "11": msgspec.structs.replace(LONG, name=LATE),
}


def ending_for(number: str | None, call_id: str) -> Script:
    """Return the script for a customer's number: 09 no line free, 10 a caller who falls silent, 11 a late analysis; any
    other as `scripts` has it."""
    return _OWN.get((number or "")[-2:]) or script_for(number, call_id)


def reason_of(script: Script) -> str:
    return NEVER_STARTED.get(script.name) or REASONS[script.ended_reason]


def status_of(reason: str, *, started: bool) -> str:
    """Return the status that goes with a reason (contract, section 11)."""
    if reason in NOT_CONNECTED:
        return "not_connected"
    if reason.startswith("error_") or (not started and reason != "manual_stopped"):
        return "error"
    return "ended"
