"""Staff, and what they see of the partners."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from inspralv.tenancy.directory import Branding
from inspralv.tenancy.named import Named

PlanTier = Literal["free", "starter", "pro", "enterprise"]
PlanFilter = Literal["all", "free", "starter", "pro", "enterprise"]
StatusFilter = Literal["all", "active", "provisioning", "suspended", "deleted"]  # "all" are those that are not deleted
PLAN_TIERS: tuple[PlanTier, ...] = ("free", "starter", "pro", "enterprise")


class StaffMember(Named, msgspec.Struct, frozen=True):
    """Somebody who runs the platform."""

    id: UUID
    email: str
    first_name: str
    last_name: str


class StaffAccount(msgspec.Struct, frozen=True):
    """What sign-in needs to know of an account."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    password_hash: str
    status: str


class NewStaff(msgspec.Struct, frozen=True, kw_only=True):
    """A staff account to be; the password is already hashed."""

    email: str
    password_hash: str
    first_name: str = ""
    last_name: str = ""


class SignInForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The console's own sign-in form."""

    email: Annotated[str, Meta(min_length=1, max_length=320)]
    password: Annotated[str, Meta(min_length=1, max_length=128)]


class Domain(msgspec.Struct, frozen=True):
    """A host name of a partner; unverified ones have no date."""

    hostname: str
    is_primary: bool
    verified_at: datetime | None


class PartnerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A partner as the platform sees it."""

    id: UUID
    name: str
    slug: str
    branding: Branding
    plan_tier: PlanTier
    onboarding_status: str
    is_platform_partner: bool
    created_at: datetime
    deleted_at: datetime | None
    domains: list[Domain]
    workspace_count: int
    agent_count: int


class Figures(msgspec.Struct, frozen=True):
    """Totals over all partners; conversations are those of the last 30 days, from the daily rollups."""

    partners: int
    workspaces: int
    agents: int
    conversations: int


class PartnerSearch(msgspec.Struct, frozen=True):
    """Which partners, and which page of them. `text` is looked for in name and slug."""

    text: str = ""
    plan_tier: PlanFilter = "all"
    status: StatusFilter = "all"
    page: int = 1
    page_size: int = 10


class PartnerList(msgspec.Struct, frozen=True):
    """One page of the partners that match, newest first, and how many match."""

    rows: list[PartnerRow]
    total: int
    figures: Figures
