"""An event: what happened to one thing, in the past tense."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all events. `old` and `new` hold the changed fields only, never a secret.

    `action` is the name in the audit log, for instance "agent.created"; `entity` the kind of thing.
    """

    action: ClassVar[str]
    entity: ClassVar[str]

    entity_id: UUID
    workspace_id: UUID | None = None
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None


def changes(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the old and new values of the fields that differ."""
    changed = [key for key in new if old.get(key) != new[key]]
    return {key: old.get(key) for key in changed}, {key: new[key] for key in changed}
