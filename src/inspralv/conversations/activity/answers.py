"""The log as the API answers it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.conversations.activity.schemas import Activity, ActivityRow, Attempt, Kind, Status


class ActivityOut(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: a tool that an agent used (`kind` is `tool`), or a message to the workspace's server after a call.
    `host` is who was asked, null for tools that we answer ourselves."""

    id: UUID
    kind: Kind
    status: Status
    name: str
    provider: str
    conversation_id: UUID | None
    agent_id: UUID | None
    agent_name: str | None
    host: str | None
    http_status: int | None
    duration_ms: int | None
    attempted: int
    error: str | None
    created_at: datetime
    updated_at: datetime


class ActivityDetail(ActivityOut, frozen=True, kw_only=True):
    """An entry in full. `arguments` is shortened; `attempts` holds the last twenty tries of a message."""

    tool_call_id: str | None
    arguments: dict[str, Any]
    answer: str | None
    attempts: tuple[Attempt, ...]


class SigningSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A new secret. `secret` is shown this once; the one before signs too until `previous_until`."""

    secret: str
    created_at: datetime | None
    previous_until: datetime | None


def row_out(row: ActivityRow) -> ActivityOut:
    """Return the API's view of an entry."""
    return ActivityOut(**{name: getattr(row, name) for name in ActivityOut.__struct_fields__})


def detail_out(found: Activity) -> ActivityDetail:
    """Return the API's view of an entry in full."""
    same = {name: getattr(found, name) for name in ActivityDetail.__struct_fields__ if name != "attempts"}
    return ActivityDetail(**same, attempts=found.tries)
