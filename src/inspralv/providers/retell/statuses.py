"""What a call came to, from its status and its disconnection reason (contract section 11)."""

from collections.abc import Mapping

from inspralv.providers.contract import CallStatus

RUNNING: Mapping[str | None, CallStatus] = {
    "registered": CallStatus.QUEUED,
    "ongoing": CallStatus.IN_PROGRESS,
}
BY_STATUS: Mapping[str | None, CallStatus] = {
    "ended": CallStatus.COMPLETED,
    "not_connected": CallStatus.FAILED,
    "error": CallStatus.FAILED,
}
NEVER_BEGAN = frozenset({"error_user_not_joined", "registered_call_timeout"})
NOT_CONNECTED: Mapping[str | None, CallStatus] = {
    "dial_no_answer": CallStatus.NO_ANSWER,
    "dial_busy": CallStatus.BUSY,
    "user_declined": CallStatus.BUSY,
}
FAILURES = frozenset(
    {
        "concurrency_limit_reached", "no_concurrency_fallback", "no_valid_payment", "credit_exhausted", "budget_reached",
        "scam_detected", "dial_failed", "invalid_destination", "telephony_provider_permission_denied",
        "telephony_provider_unavailable", "sip_routing_error", "marked_as_spam", "network_blocked",
    }
)  # fmt: skip
STOPPED = "manual_stopped"
MACHINES = frozenset({"voicemail_reached", "ivr_reached"})


def status_of(status: str | None, reason: str | None, *, started: bool) -> CallStatus:
    """The status; an unknown reason goes by the call's own status alone."""
    if status in RUNNING:
        return RUNNING[status]
    if status == "ended":
        return CallStatus.CANCELED if reason == STOPPED and not started else CallStatus.COMPLETED
    if status == "not_connected":
        return NOT_CONNECTED.get(reason, CallStatus.FAILED)
    if status == "error":
        return CallStatus.CANCELED if reason in NEVER_BEGAN else CallStatus.FAILED
    return CallStatus.IN_PROGRESS if started else CallStatus.QUEUED


def final_status(status: str | None, reason: str | None, *, started: bool) -> CallStatus:
    """The status of a call that a webhook says is over, whatever the call itself says yet (contract section 12)."""
    if status not in RUNNING and status in BY_STATUS:
        return status_of(status, reason, started=started)
    if reason in NOT_CONNECTED:
        return NOT_CONNECTED[reason]
    if reason in NEVER_BEGAN or (reason == STOPPED and not started):
        return CallStatus.CANCELED
    if reason in FAILURES or (reason or "").startswith("error_"):
        return CallStatus.FAILED
    return CallStatus.COMPLETED
