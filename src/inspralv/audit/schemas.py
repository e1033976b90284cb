"""Entries of the event log, links of the chain over them, and what a check of the chain finds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

Kind = Literal["edited", "deleted", "added", "broken", "cut"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the event log, with every column: all of them are sealed."""

    partner_id: UUID
    id: UUID
    workspace_id: UUID | None
    actor_id: UUID | None
    actor_kind: str
    acting_as: str | None
    action: str
    entity_type: str
    entity_id: str
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None
    ip: str | None
    user_agent: str | None
    request_id: str | None
    created_at: datetime


class Head(msgspec.Struct, frozen=True):
    """The end of a chain. `seq` counts from 1; 0 is the empty chain. Kept elsewhere, it proves what existed then."""

    seq: int
    hash: bytes
    updated_at: datetime | None = None


class Link(msgspec.Struct, frozen=True):
    """One link of the chain. `entry` is None when the event log no longer has the row."""

    seq: int
    entry_id: UUID
    prev_hash: bytes
    hash: bytes
    entry: Entry | None


class Fault(msgspec.Struct, frozen=True):
    """Something is wrong at `seq`: an entry was edited or deleted, the links do not fit, or the end was cut off. An entry
    that was added has no link, so its `seq` is 0."""

    kind: Kind
    seq: int
    detail: str


class Verdict(msgspec.Struct, frozen=True):
    """What a check found. `head` is the end of the chain as it is stored; `links` how many were looked at."""

    links: int
    head: Head
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return not self.faults
