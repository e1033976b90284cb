"""The brand as it is sent, stored and shown."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from inspralv.accounts.schemas import Email
from inspralv.foundation.language.languages import Language
from inspralv.tenancy.company_names import CompanyName
from inspralv.tenancy.directory import Branding

PictureKind = Literal["logo", "favicon"]
Color = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$", examples=["#0f766e"])]
Footer = Annotated[str, Meta(max_length=300)]
Link = Annotated[str, Meta(max_length=500, pattern="^https://", examples=["https://agency.example/privacy"])]
PicturePath = Annotated[str, Meta(max_length=100, description="The `url` of an uploaded picture.")]


class BrandingChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly what is sent is changed; null takes a thing away. Colours that go with the two are worked out."""

    company_name: CompanyName | UnsetType = UNSET
    primary_color: Color | UnsetType = UNSET
    secondary_color: Color | UnsetType = UNSET
    logo_url: PicturePath | UnsetType | None = UNSET
    favicon_url: PicturePath | UnsetType | None = UNSET
    support_email: Email | UnsetType | None = UNSET
    footer_text: Footer | UnsetType | None = UNSET
    privacy_url: Link | UnsetType | None = UNSET
    terms_url: Link | UnsetType | None = UNSET
    help_url: Link | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET


class PartnerChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change of the partner's own name or of its brand."""

    name: CompanyName | UnsetType = UNSET
    branding: BrandingChange | UnsetType = UNSET


class Brand(msgspec.Struct, frozen=True):
    """The stored brand, of a version."""

    name: str
    branding: Branding
    version: int


class ChangedPartner(msgspec.Struct, frozen=True):
    """The partner after a change."""

    id: UUID
    name: str
    slug: str
    branding: Branding


class PartnerChanged(msgspec.Struct, frozen=True):
    """The answer to a change."""

    success: bool
    message: str
    partner: ChangedPartner


class Uploaded(msgspec.Struct, frozen=True):
    """A picture that is kept for a day, and for good once the brand names its `url`. Sizes are in pixels."""

    success: bool
    url: str
    filename: str
    message: str
    width: int
    height: int


class Removed(msgspec.Struct, frozen=True):
    """The picture is gone."""

    success: bool = True
