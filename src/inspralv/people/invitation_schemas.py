"""Invitations as the API, the forms and the pages see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from inspralv.accounts.schemas import Email, Token
from inspralv.tenancy.directory import Branding
from inspralv.tenancy.named import Named
from inspralv.tenancy.permissions import PartnerRole

Message = Annotated[str, Meta(max_length=500)]
InvitedRole = Literal["viewer", "member", "admin"]
InvitationStatus = Literal["pending", "accepted", "cancelled", "expired"]


class WorkspaceAssignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A workspace that comes with an invitation to the organisation, and the role there."""

    workspace_id: UUID
    role: InvitedRole = "member"


class NewPartnerInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to be invited to the organisation, perhaps into workspaces at once."""

    email: Email
    role: PartnerRole = "member"
    message: Message | None = None
    workspace_assignments: Annotated[tuple[WorkspaceAssignment, ...], Meta(max_length=100)] = ()


class NewWorkspaceInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to be invited to the workspace."""

    email: Email
    role: InvitedRole = "member"
    message: Message | None = None


class AcceptInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the link."""

    token: Token


class Inviter(Named, msgspec.Struct, frozen=True):
    """Who sent an invitation."""

    id: UUID
    email: str
    first_name: str
    last_name: str


class StoredInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as stored. `metadata` holds the workspaces that come with it."""

    id: UUID
    email: str
    role: str
    message: str | None
    status: InvitationStatus
    metadata: dict[str, Any]
    expires_at: datetime

    @property
    def assignments(self) -> tuple[WorkspaceAssignment, ...]:
        return msgspec.convert(self.metadata.get("workspace_assignments", ()), tuple[WorkspaceAssignment, ...])


class InvitationRow(StoredInvitation, frozen=True, kw_only=True):
    """An invitation with its sender."""

    created_at: datetime
    inviter_id: UUID
    inviter_email: str
    inviter_first_name: str
    inviter_last_name: str

    @property
    def inviter(self) -> Inviter:
        return Inviter(self.inviter_id, self.inviter_email, self.inviter_first_name, self.inviter_last_name)


class Invitation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invitation as the API tells it. `invite_link` is told once, to whoever sends or sends again."""

    id: UUID
    email: str
    role: str
    message: str | None
    status: InvitationStatus
    created_at: datetime
    expires_at: datetime
    inviter: Inviter
    workspace_assignments: tuple[WorkspaceAssignment, ...] = ()
    invite_link: str = ""


def invitation_out(row: InvitationRow, link: str = "") -> Invitation:
    """Return the API's view of an invitation."""
    return Invitation(
        id=row.id, email=row.email, role=row.role, message=row.message, status=row.status, created_at=row.created_at,
        expires_at=row.expires_at, inviter=row.inviter, workspace_assignments=row.assignments, invite_link=link,
    )  # fmt: skip


class FoundInvitation(StoredInvitation, frozen=True, kw_only=True):
    """An invitation as its link finds it; the workspace's fields are empty for an invitation to the organisation."""

    inviter_name: str
    workspace_id: UUID | None
    workspace_slug: str | None
    workspace_name: str | None


class InvitingPartner(msgspec.Struct, frozen=True):
    """The organisation that invites."""

    name: str
    slug: str
    branding: Branding


class InvitingWorkspace(msgspec.Struct, frozen=True):
    """The workspace that invites."""

    name: str
    slug: str


class InviterName(msgspec.Struct, frozen=True):
    """Who invites, by name."""

    name: str


class PublicInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """What anybody with the link may see."""

    id: UUID
    email: str
    role: str
    message: str | None
    status: InvitationStatus
    is_expired: bool
    partner: InvitingPartner
    inviter: InviterName
    workspace: InvitingWorkspace | None = None


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has come in; `redirect` is where to go on."""

    success: bool = True
    message: str
    partner_slug: str
    partner_name: str
    role: str
    workspace: InvitingWorkspace | None = None
    redirect: str
