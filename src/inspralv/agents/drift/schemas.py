"""What is known of an agent at its provider, as rows and as the API answers it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from inspralv.agents.history.schemas import AgentHead
from inspralv.agents.schemas import Agent

DriftState = Literal["unknown", "same", "changed", "missing"]


class RemoteRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`pushed` was sent, `seen` is what the provider said right afterwards (None when nobody asked), `there` is what it
    said at `checked_at`, all by field. `here` is what would be sent for `here_version`. `asked_at`: somebody waits for a
    check. `trouble` says why the last one failed."""

    pushed: dict[str, Any] = {}
    pushed_version: int | None = None
    pushed_at: datetime | None = None
    seen: dict[str, Any] | None = None
    there: dict[str, Any] | None = None
    here: dict[str, Any] | None = None
    here_version: int | None = None
    state: DriftState = "unknown"
    fields: list[str] = []
    checked_at: datetime | None = None
    asked_at: datetime | None = None
    trouble: str | None = None


class AtProvider(msgspec.Struct, frozen=True):
    """An agent and what is known of it at its provider. `is_there`: it has been brought there."""

    agent: AgentHead
    is_there: bool
    remote: RemoteRecord


class DriftField(msgspec.Struct, frozen=True, kw_only=True):
    """One field three ways. `there` counts as changed against what the provider said right after the last push."""

    field: str
    label: str
    here: Any
    last_sent: Any
    at_provider: Any
    changed_here: bool
    changed_there: bool
    adoptable: bool


class DriftReport(msgspec.Struct, frozen=True, kw_only=True):
    """How an agent's state at its provider differs. `checking` means: a check is on its way."""

    state: DriftState
    provider: str
    checked_at: datetime | None
    checking: bool
    trouble: str | None
    version: int
    sent_version: int | None
    fields: list[DriftField]


class Skipped(msgspec.Struct, frozen=True):
    """A field that was not taken over, and why."""

    field: str
    reason: str


class Adopted(msgspec.Struct, frozen=True):
    """The agent with what was taken over, and what was not."""

    agent: Agent
    adopted: list[str]
    skipped: list[Skipped]
