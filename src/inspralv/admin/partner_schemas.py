"""Partners as staff make, see and change them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from inspralv.accounts.schemas import Email
from inspralv.admin.schemas import Domain, PartnerRow, PlanTier
from inspralv.onboarding.schemas import Color
from inspralv.tenancy.company_names import CompanyName, ShownName
from inspralv.tenancy.schemas import Name

PersonName = Annotated[str, Meta(max_length=100)]
Figure = Annotated[int, Meta(ge=-1, le=1_000_000, description="-1 is unlimited")]


class FeatureFlags(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What was agreed with one partner; what is not named follows its plan."""

    white_label: bool | None = None
    custom_domain: bool | None = None
    api_access: bool | None = None
    sso: bool | None = None
    advanced_analytics: bool | None = None


class ResourceLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Limits agreed with one partner; what is not named follows its plan."""

    max_workspaces: Figure | None = None
    max_users_per_workspace: Figure | None = None
    max_agents_per_workspace: Figure | None = None
    max_minutes_per_month: Figure | None = None
    max_integrations: Figure | None = None


class BrandFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The parts of a brand that staff set; pictures and links are the partner's own affair."""

    company_name: ShownName | None = None
    primary_color: Color | None = None
    secondary_color: Color | None = None


class NewPartner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A partner to be, with its first owner and workspace. It lives below the platform's host; a `hostname` of its own
    leads there once it is proved. There is one platform partner, so `is_platform_partner` cannot be true."""

    name: CompanyName
    slug: Annotated[str, Meta(min_length=3, max_length=50)]
    hostname: Annotated[str, Meta(min_length=4, max_length=255)] | None = None
    branding: BrandFields = BrandFields()
    plan_tier: PlanTier = "starter"
    features: FeatureFlags = FeatureFlags()
    resource_limits: ResourceLimits = ResourceLimits()
    is_platform_partner: bool = False
    admin_email: Email
    admin_first_name: PersonName = ""
    admin_last_name: PersonName = ""
    create_first_workspace: bool = True
    first_workspace_name: Name = "Default Workspace"


class PartnerChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Exactly what is sent changes. Features and limits are replaced as a whole, the brand by its fields."""

    name: CompanyName | UnsetType = UNSET
    branding: BrandFields | UnsetType = UNSET
    plan_tier: PlanTier | UnsetType = UNSET
    features: FeatureFlags | UnsetType = UNSET
    resource_limits: ResourceLimits | UnsetType = UNSET


class DomainRow(Domain, frozen=True):
    """A host name of a partner. `state` is waiting, verified, certificate, active or lapsed."""

    id: UUID
    state: str


class WorkspaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace of a partner; `calls` are those of the last 30 days."""

    id: UUID
    slug: str
    name: str
    status: str
    created_at: datetime
    member_count: int
    agent_count: int
    calls: int


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner used in a month, from the daily figures. `cost_micros` is what providers charged, in millionths of
    a US dollar."""

    month: date
    calls: int
    minutes: int
    cost_micros: int


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A partner with what belongs to it. `usage` is this month's and last month's; `workspaces` are the newest 50."""

    id: UUID
    name: str
    slug: str
    branding: dict[str, Any]
    plan_tier: PlanTier
    features: dict[str, Any]
    resource_limits: dict[str, Any]
    onboarding_status: str
    is_platform_partner: bool
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    domains: list[DomainRow]
    owners: list[str]
    workspace_count: int
    agent_count: int
    user_count: int
    workspaces: list[WorkspaceRow]
    usage: list[Usage]

    @property
    def label(self) -> str:
        return str(self.branding.get("company_name") or self.name)


class StoredPartner(msgspec.Struct, frozen=True, kw_only=True):
    """What a change of a partner begins with."""

    id: UUID
    name: str
    slug: str
    branding: dict[str, Any]
    plan_tier: str
    features: dict[str, Any]
    resource_limits: dict[str, Any]
    onboarding_status: str
    is_platform: bool
    deleted_at: datetime | None


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """The partner that was made; the owner got a link to set the password."""

    partner: Partner
    admin_created: bool
    workspace_created: bool
    email_sent: bool
    login_url: str


class RecentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """An application, as the overview shows it."""

    id: UUID
    company_name: str
    contact_email: str
    selected_plan: str
    status: Literal["pending", "provisioning", "approved", "rejected"]
    requested_at: datetime


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The platform at a glance. Conversations are those of the last 30 days; `troubles` are failed jobs, deliveries and
    mails."""

    partners: int
    workspaces: int
    agents: int
    conversations: int
    pending: int
    failed_jobs: int
    failed_deliveries: int
    failed_mails: int
    recent_partners: list[PartnerRow]
    recent_requests: list[RecentRequest]
