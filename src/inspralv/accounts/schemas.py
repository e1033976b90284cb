"""What people send, and what the API answers."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^\s*[^\s@<>\"',;:()\[\]\\]+@[^\s@<>\"',;:()\[\]\\]+\.[^\s@.]{2,}\s*$")]
Secret = Annotated[str, Meta(min_length=1, max_length=200)]
PersonName = Annotated[str, Meta(max_length=100)]
Token = Annotated[str, Meta(min_length=20, max_length=100)]


class SignUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A new account. `selectedPlan` and `signupSource` are kept with it."""

    email: Email
    password: Secret
    first_name: PersonName = ""
    last_name: PersonName = ""
    selected_plan: Annotated[str, Meta(max_length=50)] = "starter"
    signup_source: Annotated[str, Meta(max_length=50)] = "direct"
    is_invitation: bool = False


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`redirect` is a path on this host to go on to."""

    email: Email
    password: Secret
    redirect: Annotated[str, Meta(max_length=2000)] = ""


class ForgotPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password."""

    email: Email


class ResetPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the mail and the new password."""

    token: Token
    password: Secret


class ConfirmEmail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of the mail."""

    token: Token


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's own name."""

    first_name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
    last_name: PersonName = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as its actions need it; never answered."""

    id: UUID
    email: str
    password_hash: str
    first_name: str
    last_name: str
    status: str
    settings: dict[str, Any]
    confirmed: bool


class PersonOut(msgspec.Struct):
    """The caller."""

    id: UUID
    email: str
    first_name: str
    last_name: str


class PartnerOut(msgspec.Struct, kw_only=True):
    """The host's partner."""

    id: UUID
    name: str
    slug: str
    branding: dict[str, Any]
    is_platform_partner: bool
    plan_tier: str


class WorkspaceOut(msgspec.Struct):
    """A workspace the caller can enter."""

    id: UUID
    name: str
    slug: str
    role: str


class Summary(msgspec.Struct):
    """How many workspaces, and in which roles."""

    workspace_count: int
    roles: list[str]


class AuthContext(msgspec.Struct, kw_only=True):
    """Who is signed in, where, and as what."""

    user: PersonOut
    partner: PartnerOut
    partner_role: str | None = msgspec.field(name="partnerRole")
    partner_membership: bool = msgspec.field(name="partnerMembership")
    workspaces: list[WorkspaceOut]
    summary: Summary


class SignedUpUser(msgspec.Struct):
    """What was asked for; the same for a new address and a known one."""

    email: str
    selected_plan: str
    signup_source: str


class SignedUp(msgspec.Struct, kw_only=True):
    """The next step is in the mail; there is no workspace and no redirect before the address is confirmed."""

    success: bool
    message: str
    is_invitation: bool = msgspec.field(name="isInvitation")
    user: SignedUpUser
    workspace: None = None
    redirect: None = None


class SignedIn(msgspec.Struct):
    """Where to go on."""

    user: PersonOut
    redirect: str


class Told(msgspec.Struct):
    """A plain answer."""

    success: bool
    message: str
