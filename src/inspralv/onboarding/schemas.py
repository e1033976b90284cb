"""Requests to become a partner, as the API, the form and the console see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from inspralv.accounts.schemas import Email
from inspralv.tenancy.company_names import MOST, ShownName

CompanyName = Annotated[str, Meta(min_length=2, max_length=MOST, pattern=r"\S\s*\S")]
ContactName = Annotated[str, Meta(min_length=2, max_length=255, pattern=r"\S\s*\S")]
Phone = Annotated[str, Meta(max_length=50)]
Story = Annotated[str, Meta(min_length=10, max_length=1000)]
Users = Annotated[int, Meta(ge=1, le=10_000)]
Domain = Annotated[str, Meta(min_length=4, max_length=255)]
Subdomain = Annotated[str, Meta(min_length=3, max_length=50)]
Color = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$", description="#RRGGBB")]
Logo = Annotated[
    str,
    Meta(
        max_length=204_800, pattern="^[A-Za-z0-9+/]+={0,2}$", extra_json_schema={"contentEncoding": "base64"},
        description="A PNG, JPEG, WebP, GIF or ICO picture of at most 150 KB, in base64. It is drawn anew.",
    ),
]  # fmt: skip
PlanTier = Literal["free", "starter", "pro", "enterprise"]
RequestStatus = Literal["pending", "provisioning", "approved", "rejected"]


class BrandingData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The applicant's brand."""

    primary_color: Color = "#7c3aed"
    secondary_color: Color = "#64748b"
    company_name: ShownName = ""


class BrandingChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What staff may correct of it; exactly what is sent changes."""

    primary_color: Color | msgspec.UnsetType = msgspec.UNSET
    secondary_color: Color | msgspec.UnsetType = msgspec.UNSET
    company_name: ShownName | msgspec.UnsetType = msgspec.UNSET


class NewRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application. Without a subdomain it gets one made of the company's name."""

    company_name: CompanyName
    contact_name: ContactName
    contact_email: Email
    phone: Phone | None = None
    business_description: Story
    expected_users: Users | None = None
    use_case: Story
    custom_domain: Domain | None = None
    desired_subdomain: Subdomain | None = None
    branding_data: BrandingData = BrandingData()
    logo: Logo | None = None
    selected_plan: PlanTier = "enterprise"
    metadata: Annotated[dict[str, Annotated[str, Meta(max_length=500)]], Meta(max_length=20)] = {}


class Received(msgspec.Struct, frozen=True, rename="camel"):
    """The application is in. `platformUrl` is where the partner would live."""

    request_id: UUID
    message: str
    platform_url: str
    success: bool = True


class Availability(msgspec.Struct, frozen=True):
    """Whether a name can be had; `preview` is the address it leads to."""

    available: bool
    message: str = ""
    preview: str = ""


class PartnerRequest(msgspec.Struct, frozen=True, kw_only=True):
    """An application as staff see it. `has_logo` while it keeps one: until it is refused, or its partner shows it."""

    id: UUID
    status: RequestStatus
    company_name: str
    contact_name: str
    contact_email: str
    phone: str | None
    business_description: str
    expected_users: int | None
    use_case: str
    custom_domain: str | None
    desired_subdomain: str | None
    branding: dict[str, Any]
    has_logo: bool
    selected_plan: str
    metadata: dict[str, Any]
    rejection_reason: str | None
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    partner_id: UUID | None
    requested_at: datetime
    updated_at: datetime


class RequestChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What staff may correct while an application waits; exactly what is sent changes."""

    company_name: CompanyName | msgspec.UnsetType = msgspec.UNSET
    contact_name: ContactName | msgspec.UnsetType = msgspec.UNSET
    contact_email: Email | msgspec.UnsetType = msgspec.UNSET
    phone: Phone | msgspec.UnsetType | None = msgspec.UNSET
    business_description: Story | msgspec.UnsetType = msgspec.UNSET
    expected_users: Users | msgspec.UnsetType | None = msgspec.UNSET
    use_case: Story | msgspec.UnsetType = msgspec.UNSET
    custom_domain: Domain | msgspec.UnsetType | None = msgspec.UNSET
    desired_subdomain: Subdomain | msgspec.UnsetType = msgspec.UNSET
    branding_data: BrandingChange | msgspec.UnsetType = msgspec.UNSET
    selected_plan: PlanTier | msgspec.UnsetType = msgspec.UNSET


class RequestSearch(msgspec.Struct, frozen=True):
    """Which applications, and which page of them. `text` is looked for in company, mail and contact."""

    text: str = ""
    status: str = "all"
    page: int = 1
    page_size: int = 10


class NewPartner(msgspec.Struct, frozen=True):
    """The partner that was made."""

    id: UUID
    name: str
    slug: str
    domain: str


class NewOwner(msgspec.Struct, frozen=True):
    """Its first owner, who sets the password by a link in the mail: no password is ever sent."""

    email: str
    is_existing_user: bool = False


class Provisioned(msgspec.Struct, frozen=True):
    """Everything was made, in one transaction."""

    message: str
    partner: NewPartner
    owner: NewOwner
    login_url: str
    success: bool = True
