"""Entries of the event log as people read them, and what can be asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

LONGEST_VALUE = 500  # characters of a value on a page; exports have all of it


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, by whom, to what, from where. `old_values` and `new_values` hold the changed fields before and
    after. `actor_kind` is user, system, provider, staff or anonymous; `acting_as` names a derived role."""

    id: UUID
    created_at: datetime
    action: str
    entity_type: str
    entity_id: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str | None
    actor_email: str | None
    acting_as: str | None
    workspace: str | None
    partner: str | None = None
    old_values: dict[str, Any] | None
    new_values: dict[str, Any] | None
    ip: str | None
    user_agent: str | None
    request_id: str | None


class LogList(msgspec.Struct, frozen=True, rename="camel"):
    """Entries, the latest first. `next_cursor` continues after the last one; null at the end."""

    data: list[LogEntry]
    next_cursor: UUID | None


class LogFilters(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for; empty means everything. `by` is a kind of actor, `entity_id` of a thing, `ip` the beginning of
    an address. Ids carry their time, so `since` (included) and `until` (excluded)
    bound them."""

    kind: str = ""
    search: str = ""
    action: str = ""
    by: str = ""
    actor: UUID | None = None
    entity_id: str = ""
    ip: str = ""
    since: UUID
    until: UUID


class Change(msgspec.Struct, frozen=True):
    """One field before and after, as text; None where there was nothing."""

    field: str
    before: str | None
    after: str | None
