"""Members as the API, the forms and the pages see them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.tenancy.permissions import PartnerRole, WorkspaceRole


class PartnerRoleChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The role that a member of the organisation shall have."""

    role: PartnerRole


class WorkspaceRoleChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The role that a member of the workspace shall have."""

    role: WorkspaceRole


class NewRole(msgspec.Struct, frozen=True):
    """A changed role."""

    role: str
    success: bool = True


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """A member with the person's name, in one row."""

    id: UUID
    user_id: UUID
    role: str
    joined_at: datetime
    email: str
    first_name: str
    last_name: str
    avatar_url: str | None
    status: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


class FoundMember(MemberRow, frozen=True, kw_only=True):
    """A member, and whether they own workspaces beside their role at the partner: told of the partner's members only."""

    owns_workspaces: bool


class HeldWorkspace(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's membership of a workspace; `alone` when the workspace has no other owner."""

    id: UUID
    workspace_id: UUID
    role: str
    alone: bool


class HeldRole(msgspec.Struct, frozen=True):
    """What somebody is in a circle; `id` is the membership."""

    id: UUID
    role: str


class WorkspaceName(msgspec.Struct, frozen=True):
    """A workspace that somebody is a member of; ids as text, as they come out of a JSON column."""

    id: str
    slug: str
    name: str
    role: str


class TeamMember(MemberRow, frozen=True, kw_only=True):
    """A member of the organisation with the workspaces they are members of."""

    workspaces: tuple[WorkspaceName, ...] = ()


class Done(msgspec.Struct, frozen=True):
    """It happened."""

    success: bool = True
