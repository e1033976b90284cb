"""What happens to workspaces and memberships."""

from __future__ import annotations

from typing import ClassVar

from inspralv.foundation.events.event import Event


class WorkspaceCreated(Event, frozen=True, kw_only=True):
    """`entity_id` and `workspace_id` are the new workspace; `new` holds its name, slug and limits."""

    action: ClassVar[str] = "workspace.created"
    entity: ClassVar[str] = "workspace"


class WorkspaceUpdated(Event, frozen=True, kw_only=True):
    """`old` and `new` hold the changed ones of name, description, timezone and custom_variables."""

    action: ClassVar[str] = "workspace.updated"
    entity: ClassVar[str] = "workspace"


class RetentionChanged(Event, frozen=True, kw_only=True):
    """How long recordings and what was said are kept is another now; `old` and `new` hold days, null for ever."""

    action: ClassVar[str] = "workspace.retention_changed"
    entity: ClassVar[str] = "workspace"


class WorkspaceDeleted(Event, frozen=True, kw_only=True):
    """`old` holds the name and slug; the slug is free again."""

    action: ClassVar[str] = "workspace.deleted"
    entity: ClassVar[str] = "workspace"


class MemberJoined(Event, frozen=True, kw_only=True):
    """`entity_id` is the membership; `new` holds the user, their address and the role."""

    action: ClassVar[str] = "member.joined"
    entity: ClassVar[str] = "workspace_member"
