"""What a call came to, from its `endedReason`.

The public document of 2026-08-18 knows 595 reasons and new ones appear often, hence rules instead of a list. The first
rule that is found in the reason decides.
"""

import re

from inspralv.providers.contract import CallStatus

RULES: tuple[tuple[re.Pattern[str], CallStatus], ...] = tuple(
    (re.compile(pattern), status)
    for pattern, status in (
        (r"^(customer-did-not-answer|voicemail)$|outbound-sip-(408|480)-", CallStatus.NO_ANSWER),
        (r"^customer-busy$", CallStatus.BUSY),
        (r"^(manually-canceled|(scheduled-)?call-deleted)$|hungup-before-call-connect", CallStatus.CANCELED),
        (r"error|failed", CallStatus.FAILED),
        (r"^assistant-request-returned-(invalid|no)-|^assistant-not-|^assistant-join-timed-out$", CallStatus.FAILED),
        (r"^(vonage|twilio)-(disconnected|rejected|reported-)|^phone-call-provider-", CallStatus.FAILED),
        (r"^worker-shutdown$|did-not-give-microphone-permission$", CallStatus.FAILED),
        (r"^(customer|assistant)-ended-call|-forwarded-call$|-forwarding-phone-number$", CallStatus.COMPLETED),
        (r"^assistant-said-end-call-phrase$|^exceeded-max-duration$|^silence-timed-out$", CallStatus.COMPLETED),
        (r"-completed(-call)?$|hook-executed-|^call\.forwarding\.", CallStatus.COMPLETED),
    )
)


def status_of(reason: str | None, *, started: bool) -> CallStatus:
    """The final status. An unknown reason is a completed call if anybody answered, else a failed one."""
    for pattern, status in RULES:
        if reason is not None and pattern.search(reason):
            return status
    return CallStatus.COMPLETED if started else CallStatus.FAILED


def is_machine(reason: str | None) -> bool:
    return reason == "voicemail"
