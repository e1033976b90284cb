"""Integrations and their assignments as the API, the forms and the pages see them. No answer ever holds a key."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S")]
ProviderName = Annotated[str, Meta(min_length=1, max_length=40, description="A voice provider of this installation.")]
Key = Annotated[str, Meta(min_length=1, max_length=1000, extra_json_schema={"writeOnly": True})]
Region = Annotated[
    str, Meta(min_length=1, max_length=20, description="Where the account lives, if the provider has regions.")
]
Text = Annotated[str, Meta(min_length=1, max_length=255)]
KeyStatus = Literal["untested", "valid", "invalid"]


class ConfigChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes with a key. What is not sent stays; null clears. The number is the caller of outbound calls."""

    region: Region | UnsetType | None = UNSET
    shared_outbound_phone_number_id: Text | UnsetType | None = UNSET
    shared_outbound_phone_number: Text | UnsetType | None = UNSET


class NewIntegration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider key to be kept. The first one of a provider becomes the default."""

    provider: ProviderName
    name: Name
    default_secret_key: Key
    default_public_key: Key | None = None
    config: ConfigChange = ConfigChange()
    is_default: bool = False


class IntegrationChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly the fields that were sent change. A key that is sent replaces the old one; null removes a public key."""

    name: Name | UnsetType = UNSET
    default_secret_key: Key | UnsetType = UNSET
    default_public_key: Key | UnsetType | None = UNSET
    config: ConfigChange | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET


class KnownNumber(msgspec.Struct, frozen=True):
    """A telephone number of the account, as the provider listed it at the last test."""

    id: str
    number: str | None
    name: str | None = None


class Config(msgspec.Struct, frozen=True, omit_defaults=True):
    """The stored counterpart of ConfigChange, with the numbers of the last test."""

    region: str | None = None
    shared_outbound_phone_number_id: str | None = None
    shared_outbound_phone_number: str | None = None
    numbers: tuple[KnownNumber, ...] = ()


class WorkspaceRef(msgspec.Struct, frozen=True):
    """A workspace that uses an integration; its id as text, as it comes out of a JSON column."""

    id: str
    slug: str
    name: str


class Integration(msgspec.Struct, frozen=True, kw_only=True):
    """A kept key without the key. `secret_hint` and `public_hint` are its last four characters."""

    id: UUID
    provider: str
    name: str
    secret_hint: str
    public_hint: str | None
    config: Config
    is_default: bool
    is_active: bool
    key_status: KeyStatus
    key_error: str | None
    checked_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    assigned_workspaces: tuple[WorkspaceRef, ...] = ()


class IntegrationOut(msgspec.Struct, frozen=True, kw_only=True):
    """An integration as the API answers it."""

    id: UUID
    provider: str
    name: str
    has_default_secret_key: bool
    has_default_public_key: bool
    secret_hint: str
    public_hint: str | None
    config: Config
    is_default: bool
    is_active: bool
    key_status: KeyStatus
    key_error: str | None
    checked_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    assigned_workspaces_count: int
    assigned_workspaces: tuple[WorkspaceRef, ...]


def integration_out(row: Integration) -> IntegrationOut:
    """Return the API's view of an integration."""
    return IntegrationOut(
        id=row.id, provider=row.provider, name=row.name, has_default_secret_key=True,
        has_default_public_key=row.public_hint is not None, secret_hint=row.secret_hint, public_hint=row.public_hint,
        config=row.config, is_default=row.is_default, is_active=row.is_active, key_status=row.key_status,
        key_error=row.key_error, checked_at=row.checked_at, version=row.version, created_at=row.created_at,
        updated_at=row.updated_at, assigned_workspaces_count=len(row.assigned_workspaces),
        assigned_workspaces=row.assigned_workspaces,
    )  # fmt: skip


class NewAssignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which integration a workspace shall use for a provider; it replaces the one before."""

    provider: ProviderName
    partner_integration_id: UUID


class Assignment(msgspec.Struct, frozen=True):
    """The integration a workspace uses for a provider."""

    provider: str
    partner_integration_id: UUID
    integration_name: str
    assigned_at: datetime


class Available(msgspec.Struct, frozen=True):
    """An integration that could be assigned."""

    id: UUID
    provider: str
    name: str
    is_default: bool


class WorkspaceIntegrations(msgspec.Struct, frozen=True):
    """What a workspace uses, and what it could use."""

    assignments: tuple[Assignment, ...]
    available_integrations: tuple[Available, ...]


class Done(msgspec.Struct, frozen=True):
    """It happened."""

    success: bool = True
