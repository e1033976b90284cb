"""A call as every provider reports it. Money is in millionths of a US dollar, times are aware and in UTC."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct


class CallType(StrEnum):
    WEB = "web"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class CallStatus(StrEnum):
    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self not in {CallStatus.QUEUED, CallStatus.RINGING, CallStatus.IN_PROGRESS}


class Speaker(StrEnum):
    AGENT = "agent"
    CALLER = "caller"
    TOOL = "tool"
    SYSTEM = "system"


class Sentiment(StrEnum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class TranscriptLine(Struct, frozen=True, kw_only=True):
    """`seconds` from the start of the call; None when the provider does not say. The text is untrusted."""

    role: Speaker
    text: str
    seconds: float | None = None


class CallCost(Struct, frozen=True, kw_only=True):
    """In micro-USD. `parts` uses the names transport, stt, llm, tts, platform, chat, analysis; no part, no cost.

    `total` is what the provider charges and need not equal the sum of the parts.
    """

    total: int = 0
    parts: Mapping[str, int] = {}


class CallAnalysis(Struct, frozen=True, kw_only=True):
    """What the provider's model made of the call. All of it is untrusted text."""

    summary: str | None = None
    sentiment: Sentiment | None = None
    success: str | None = None
    """The provider's own verdict, always text ("true", "8", "Good")."""
    structured_data: Mapping[str, Any] | None = None


class CallReport(Struct, frozen=True, kw_only=True):
    """All that is known of a call at one moment; while it runs most fields are still empty."""

    provider_call_id: str
    type: CallType
    status: CallStatus
    remote_agent_id: str | None = None
    ended_reason: str | None = None
    """The provider's own word, kept as it came."""
    ended_message: str | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    """When it was answered; None when it never was."""
    ended_at: datetime | None = None
    duration_seconds: int | None = None
    from_number: str | None = None
    to_number: str | None = None
    customer_name: str | None = None
    answered_by_machine: bool = False
    transcript: tuple[TranscriptLine, ...] = ()
    transcript_text: str | None = None
    analysis: CallAnalysis = CallAnalysis()
    cost: CallCost = CallCost()
    recording_url: str | None = None
    recording_expires_at: datetime | None = None
    mark: str | None = None
    """The name we gave the call when we started it."""
    metadata: Mapping[str, str] = {}
    """The ids we gave the agent or the call."""
