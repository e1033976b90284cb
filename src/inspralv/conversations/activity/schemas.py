"""Entries of the log as rows and pages know them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

Kind = Literal["tool", "after_call"]
Status = Literal["running", "waiting", "done", "failed"]

KEPT_DAYS = 90


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to deliver a message."""

    at: datetime
    http_status: int | None = None
    duration_ms: int = 0
    error: str | None = None
    answer: str | None = None


def read_attempts(stored: list[dict[str, Any]]) -> tuple[Attempt, ...]:
    """Return attempts as they are stored, which is as JSON."""
    return msgspec.convert(stored, tuple[Attempt, ...])


class ActivityRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log. `host` is who was asked, None for what we answer ourselves."""

    id: UUID
    kind: Kind
    status: Status
    name: str
    provider: str
    conversation_id: UUID | None
    agent_id: UUID | None
    host: str | None
    http_status: int | None
    duration_ms: int | None
    attempted: int
    error: str | None
    created_at: datetime
    updated_at: datetime
    agent_name: str | None
    contact: str | None
    direction: str | None


class Activity(ActivityRow, frozen=True, kw_only=True):
    """An entry in full. `arguments` is shortened; `answer` is what was said back."""

    provider_call_id: str | None
    tool_call_id: str | None
    arguments: dict[str, Any]
    answer: str | None
    attempts: list[dict[str, Any]]

    @property
    def tries(self) -> tuple[Attempt, ...]:
        """The attempts, the first one first."""
        return read_attempts(self.attempts)


class ActivityFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are meant; `search` looks into tool and host."""

    kind: Kind | None = None
    status: Status | None = None
    search: str = ""
    conversation_id: UUID | None = None


class SigningState(msgspec.Struct, frozen=True, kw_only=True):
    """When the secret that signs was made, None before the first; how long the one before still signs too."""

    created_at: datetime | None = None
    previous_until: datetime | None = None
