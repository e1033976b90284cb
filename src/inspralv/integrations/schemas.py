"""Integrations and their assignments as the API, the forms and the pages see them. No answer ever holds a key."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from inspralv.integrations.credentials import SecretName, plain_names

Name = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"\S")]
ProviderName = Annotated[str, Meta(min_length=1, max_length=40, description="A voice provider of this installation.")]
Key = Annotated[str, Meta(min_length=1, max_length=1000, extra_json_schema={"writeOnly": True})]
Text = Annotated[str, Meta(min_length=1, max_length=255)]
KeyStatus = Literal["untested", "valid", "invalid"]
PLAIN = plain_names()
USUAL_OVERLAP, MOST_OVERLAP = 24, 168  # hours


class OutboundChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes with a key. What is not sent stays; null clears. The number is the caller of outbound calls."""

    shared_outbound_phone_number_id: Text | UnsetType | None = UNSET
    shared_outbound_phone_number: Text | UnsetType | None = UNSET


if TYPE_CHECKING:
    ConfigChange = OutboundChange
else:  # with the plain fields of every provider's credentials
    ConfigChange = msgspec.defstruct(
        "ConfigChange", [(name, Text | UnsetType | None, UNSET) for name in PLAIN], bases=(OutboundChange,),
        namespace={"__doc__": OutboundChange.__doc__}, module=__name__, frozen=True, forbid_unknown_fields=True,
    )  # fmt: skip


class NewIntegration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider key to be kept. The first one of a provider becomes the default."""

    provider: ProviderName
    name: Name
    default_secret_key: Key
    default_public_key: Key | None = None
    default_webhook_key: Key | None = None
    config: ConfigChange = ConfigChange()
    is_default: bool = False


class IntegrationChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly the fields that were sent change. A key that is sent is tried first and then replaces the old one; null
    removes a public or a webhook key. Webhooks signed with the old key are believed for `overlap_hours` (24) more."""

    name: Name | UnsetType = UNSET
    default_secret_key: Key | UnsetType = UNSET
    default_public_key: Key | UnsetType | None = UNSET
    default_webhook_key: Key | UnsetType | None = UNSET
    config: ConfigChange | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET
    overlap_hours: Annotated[int, Meta(ge=0, le=MOST_OVERLAP)] = USUAL_OVERLAP


class KnownNumber(msgspec.Struct, frozen=True):
    """A telephone number of the account, as the provider listed it at the last test."""

    id: str
    number: str | None
    name: str | None = None


class StoredConfig(msgspec.Struct, frozen=True, omit_defaults=True):
    """The stored counterpart of ConfigChange, with the numbers of the last test."""

    shared_outbound_phone_number_id: str | None = None
    shared_outbound_phone_number: str | None = None
    numbers: tuple[KnownNumber, ...] = ()


if TYPE_CHECKING:
    Config = StoredConfig
else:
    Config = msgspec.defstruct(
        "Config", [(name, str | None, None) for name in PLAIN], bases=(StoredConfig,),
        namespace={"__doc__": StoredConfig.__doc__}, module=__name__, frozen=True, omit_defaults=True,
    )  # fmt: skip


def plain_values(config: Config) -> dict[str, str | None]:
    """Return what of a config belongs to the provider's credentials."""
    values: dict[str, Any] = msgspec.structs.asdict(config)
    return {name: values[name] for name in PLAIN}


class WorkspaceRef(msgspec.Struct, frozen=True):
    """A workspace that uses an integration; its id as text, as it comes out of a JSON column."""

    id: str
    slug: str
    name: str


class FormerKey(msgspec.Struct, frozen=True):
    """A replaced key, by its last four characters: webhooks signed with it are believed until then."""

    hint: str
    valid_until: datetime


class Integration(msgspec.Struct, frozen=True, kw_only=True):
    """A kept key without the key. The hints are its last four characters; `refused_at`: since when it does not work."""

    id: UUID
    provider: str
    name: str
    secret_hint: str
    public_hint: str | None
    webhook_hint: str | None
    config: Config
    is_default: bool
    is_active: bool
    key_status: KeyStatus
    key_error: str | None
    checked_at: datetime | None
    refused_at: datetime | None
    account_id: str | None
    account_label: str | None
    replaced_at: datetime | None
    replaced_by_name: str | None = None
    version: int
    created_at: datetime
    updated_at: datetime
    former_hints: tuple[str, ...] = ()
    former_until: tuple[datetime, ...] = ()
    assigned_workspaces: tuple[WorkspaceRef, ...] = ()

    @property
    def former_keys(self) -> tuple[FormerKey, ...]:
        return tuple(map(FormerKey, self.former_hints, self.former_until))

    def hint_of(self, secret: SecretName) -> str | None:
        return {"secret_key": self.secret_hint, "public_key": self.public_hint, "webhook_key": self.webhook_hint}[
            secret
        ]


class IntegrationOut(msgspec.Struct, frozen=True, kw_only=True):
    """An integration as the API answers it."""

    id: UUID
    provider: str
    name: str
    has_default_secret_key: bool
    has_default_public_key: bool
    has_default_webhook_key: bool
    secret_hint: str
    public_hint: str | None
    webhook_hint: str | None
    config: Config
    is_default: bool
    is_active: bool
    key_status: KeyStatus
    key_error: str | None
    checked_at: datetime | None
    account_id: str | None
    account_label: str | None
    replaced_at: datetime | None
    replaced_by_name: str | None
    former_keys: tuple[FormerKey, ...]
    version: int
    created_at: datetime
    updated_at: datetime
    assigned_workspaces_count: int
    assigned_workspaces: tuple[WorkspaceRef, ...]


def integration_out(row: Integration) -> IntegrationOut:
    """Return the API's view of an integration."""
    return IntegrationOut(
        id=row.id, provider=row.provider, name=row.name, has_default_secret_key=True,
        has_default_public_key=row.public_hint is not None, has_default_webhook_key=row.webhook_hint is not None,
        secret_hint=row.secret_hint, public_hint=row.public_hint, webhook_hint=row.webhook_hint, config=row.config,
        is_default=row.is_default, is_active=row.is_active, key_status=row.key_status, key_error=row.key_error,
        checked_at=row.checked_at, account_id=row.account_id, account_label=row.account_label,
        replaced_at=row.replaced_at, replaced_by_name=row.replaced_by_name, former_keys=row.former_keys,
        version=row.version, created_at=row.created_at, updated_at=row.updated_at,
        assigned_workspaces_count=len(row.assigned_workspaces), assigned_workspaces=row.assigned_workspaces,
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
