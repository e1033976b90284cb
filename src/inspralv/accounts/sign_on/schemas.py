"""Identity providers of a partner, and the identities that people linked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

GOOGLE: Final = "https://accounts.google.com"
"""Google's issuer, as its discovery document names it (OpenID Connect Discovery 1.0, section 3)."""

_Label = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"\S")]
_Issuer = Annotated[str, Meta(min_length=8, max_length=500, examples=[GOOGLE])]
_Client = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[!-~]+$")]
_Domain = Annotated[str, Meta(max_length=253, pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", examples=["acme.com"])]
_Domains = Annotated[list[_Domain], Meta(max_length=50)]


class NewIdentityProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider to be. With `domains` only addresses there get in; with `auto_join` new people become members."""

    label: _Label
    issuer: _Issuer
    client_id: _Client
    client_secret: _Client
    domains: _Domains = []
    auto_join: bool = False
    enabled: bool = True


class IdentityProviderChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is sent is changed. The secret is never given back. The issuer stays: another one is another provider."""

    label: _Label | UnsetType = UNSET
    client_id: _Client | UnsetType = UNSET
    client_secret: _Client | UnsetType = UNSET
    domains: _Domains | UnsetType = UNSET
    auto_join: bool | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


class IdentityProvider(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as its owners see it, without its secret."""

    id: UUID
    label: str
    issuer: str
    client_id: str
    domains: list[str]
    auto_join: bool
    enabled: bool
    created_at: datetime
    updated_at: datetime


class Checked(msgspec.Struct, frozen=True):
    """The provider answered: where it sends people to sign in."""

    issuer: str
    authorization_endpoint: str


class Removed(msgspec.Struct, frozen=True):
    """It is gone."""

    removed: bool = True


class LinkedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """A way into an account through a provider."""

    id: UUID
    label: str
    issuer: str
    email: str
    created_at: datetime
    last_used_at: datetime


class WayIn(msgspec.Struct, frozen=True):
    """A button of the sign-in page."""

    id: UUID
    label: str
    issuer: str
