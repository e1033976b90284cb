"""People of all partners, as staff see them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

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
    """One person with workspaces and the number of open sessions."""

    workspaces: list[Membership]
    sessions: int
    email_verified_at: datetime | None
