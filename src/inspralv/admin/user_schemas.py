"""People of all partners, as staff see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from inspralv.tenancy.named import Named


class UserRow(Named, msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's account; `role` is the one in the partner, None for somebody who only belongs to workspaces."""

    id: UUID
    partner_id: UUID
    partner: str
    email: str
    first_name: str
    last_name: str
    status: str
    role: str | None
    workspace_count: int
    last_login_at: datetime | None
    created_at: datetime


class UserList(msgspec.Struct, frozen=True):
    """One page of people, the newest first; `partner` is the name of the one that was asked for."""

    rows: list[UserRow]
    total: int
    partner: str | None


class Membership(msgspec.Struct, frozen=True):
    """A workspace somebody belongs to, and as what."""

    name: str
    slug: str
    role: str


class UserDetail(UserRow, frozen=True, kw_only=True):
    """One person with workspaces, the number of open sessions, and what they sign in with beside the password."""

    workspaces: list[Membership]
    sessions: int
    two_factor: bool
    passkeys: int
    email_verified_at: datetime | None


class SecondStepReset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why somebody's second step is reset: how they proved who they are. It stands in the audit log."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
