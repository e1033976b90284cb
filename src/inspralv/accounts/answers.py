"""What the account API answers."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.tenancy.directory import Branding
from inspralv.tenancy.permissions import PartnerRole, WorkspaceRole


class PersonOut(msgspec.Struct, frozen=True):
    """The caller."""

    id: UUID
    email: str
    first_name: str
    last_name: str


class HomePartner(msgspec.Struct, frozen=True, kw_only=True):
    """The host's partner."""

    id: UUID
    name: str
    slug: str
    branding: Branding
    is_platform_partner: bool
    plan_tier: str


class PartnerMembership(msgspec.Struct, frozen=True):
    """The caller's place in the partner."""

    partner_id: UUID
    user_id: UUID
    role: PartnerRole


class EnterableWorkspace(msgspec.Struct, frozen=True):
    """A workspace the caller can enter, and as what."""

    id: UUID
    name: str
    slug: str
    role: WorkspaceRole


class Summary(msgspec.Struct, frozen=True):
    """How many workspaces, and in which roles."""

    workspace_count: int
    roles: list[WorkspaceRole]


class AuthContext(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, where, and as what. Who was removed from the partner has no membership and no role."""

    user: PersonOut
    partner: HomePartner
    partner_role: PartnerRole | None = msgspec.field(name="partnerRole")
    partner_membership: PartnerMembership | None = msgspec.field(name="partnerMembership")
    workspaces: list[EnterableWorkspace]
    summary: Summary


class SignUpPartner(msgspec.Struct, frozen=True):
    """The partner of the new account."""

    id: UUID
    name: str
    is_platform_partner: bool


class SignUpUser(msgspec.Struct, frozen=True):
    """What was asked for."""

    email: str
    selected_plan: str
    signup_source: str


class SignedUp(msgspec.Struct, frozen=True, kw_only=True):
    """The next step is in the mail. A known address gets the same answer, so it names no account and no workspace."""

    success: bool = True
    message: str
    is_invitation: bool = msgspec.field(name="isInvitation")
    partner: SignUpPartner
    user: SignUpUser
    workspace: None = None
    redirect: None = None


class NewWorkspaceOut(msgspec.Struct, frozen=True):
    """The first workspace of a new account."""

    id: UUID
    name: str
    slug: str


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """The account is ready and signed in; `redirect` is where to go on."""

    success: bool = True
    message: str
    user: PersonOut
    workspace: NewWorkspaceOut | None
    redirect: str


class SignedIn(msgspec.Struct, frozen=True):
    """Who is signed in, and where to go on. With `two_factor` nobody is yet: a code is still to come, at
    /api/auth/two-factor."""

    user: PersonOut | None
    redirect: str
    two_factor: bool = False


class Told(msgspec.Struct, frozen=True):
    """A plain answer."""

    message: str
    success: bool = True
