"""A call as it is written, and the neutral words for what may be said about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

Direction = Literal["inbound", "outbound", "web"]
Status = Literal["queued", "ringing", "in_progress", "completed", "failed", "no_answer", "busy", "canceled"]
Sentiment = Literal["positive", "neutral", "negative"]
Speaker = Literal["agent", "caller", "tool", "system"]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """The row of a call, as far as ingest writes it. Money is in micro-dollars, lengths in seconds.

    `reported_at` says that the provider's final report has arrived; `usage_day` and `usage_counted` what the daily
    figures hold of this call; `placing_at` that the provider was asked to dial. `variables` are what a call of ours was
    started with, `answers_id` the conversation that it answers, `called_back_id` the last call that answered this one.
    `recording_kept_days` and `texts_kept_days` say that the workspace's retention has deleted those, and after how long.
    """

    id: UUID
    agent_id: UUID | None = None
    agent_version: int | None = None
    provider: str
    provider_call_id: str | None = None
    direction: Direction
    status: Status = "queued"
    contact_number: str | None = None
    contact_name: str | None = None
    agent_number: str | None = None
    search_text: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration_seconds: int = 0
    ended_reason: str | None = None
    error_message: str | None = None
    answered_by: str | None = None
    summary: str | None = None
    sentiment: Sentiment | None = None
    success_evaluation: str | None = None
    structured_data: dict[str, Any] = {}
    cost_micros: int = 0
    cost_parts: dict[str, int] = {}
    recording_source: str | None = None
    recording_key: str | None = None
    recording_error: str | None = None
    usage_day: date | None = None
    usage_counted: dict[str, Any] = {}
    started_by: UUID | None = None
    placing_at: datetime | None = None
    reported_at: datetime | None = None
    variables: dict[str, str] = {}
    answers_id: UUID | None = None
    called_back_id: UUID | None = None
    recording_kept_days: int | None = None
    texts_kept_days: int | None = None
    created_at: datetime

    @property
    def is_over(self) -> bool:
        return self.status not in {"queued", "ringing", "in_progress"}


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing said in a call; `seconds` from its start, None when nobody knows. The text is untrusted."""

    role: Speaker
    text: str
    seconds: float | None = None


class AgentRef(msgspec.Struct, frozen=True):
    """The agent of a call; deleted agents keep their name."""

    id: UUID
    name: str
    provider: str
