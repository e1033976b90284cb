"""What a status of a call comes to: contract section 4, "Status mapping"."""

from inspralv.providers.contract import CallStatus

STATUSES = {
    "pending": CallStatus.QUEUED,
    "registered": CallStatus.QUEUED,
    "paused": CallStatus.QUEUED,
    "ringing": CallStatus.RINGING,
    "in-progress": CallStatus.IN_PROGRESS,
    "completed": CallStatus.COMPLETED,
    "left_voicemail": CallStatus.COMPLETED,
    "hangup_on_voicemail": CallStatus.NO_ANSWER,
    "no-answer": CallStatus.NO_ANSWER,
    "busy": CallStatus.BUSY,
    "failed": CallStatus.FAILED,
    "spam": CallStatus.FAILED,
    "canceled": CallStatus.CANCELED,
    "user-canceled": CallStatus.CANCELED,
}
MACHINE = frozenset({"left_voicemail", "hangup_on_voicemail"})
UNKNOWN = CallStatus.QUEUED
"""The state that moves nothing: calls only go forward, so a word nobody knows leaves them where they are."""


def is_machine(status: str, reason: str | None) -> bool:
    return status in MACHINE or (reason or "").startswith("voicemail")
