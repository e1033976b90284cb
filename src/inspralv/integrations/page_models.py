"""What the integrations' templates see: one struct a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from inspralv.foundation.web.forms import Form
from inspralv.integrations.ability_words import can, cannot
from inspralv.integrations.credentials import CredentialField, credential_fields
from inspralv.integrations.forms import form_name
from inspralv.integrations.schemas import Integration, KnownNumber
from inspralv.providers.contract import VoiceProvider
from inspralv.tenancy.contexts import WorkspaceEntry


class FieldView(msgspec.Struct, frozen=True):
    """A field of a provider's credentials, and what it is called in the form."""

    name: str
    field: CredentialField


class ProviderCard(msgspec.Struct, frozen=True):
    """A provider of this installation. `stand_in_url` is set when a sandbox answers in the vendor's place;
    `signs_itself`: webhooks are signed with a key of the account, which has to be entered here."""

    name: str
    label: str
    stand_in_url: str | None
    fields: Sequence[FieldView]
    can: Sequence[str]
    cannot: Sequence[str]
    signs_itself: bool


class Row(msgspec.Struct, frozen=True):
    """An integration with its provider's name for people."""

    integration: Integration
    provider: ProviderCard


class IntegrationsPage(msgspec.Struct, frozen=True):
    """All keys of the organisation."""

    rows: Sequence[Row]
    providers: Sequence[ProviderCard]
    may_update: bool


class NewKeyPage(msgspec.Struct, frozen=True):
    """The form for a new key of one provider."""

    form: Form[Any]
    providers: Sequence[ProviderCard]
    chosen: ProviderCard
    problem: str = ""


class KeyForm(msgspec.Struct, frozen=True):
    """What is in the form, whether it differs from what is stored, and what else went wrong, in words."""

    form: Form[Any]
    changed: bool = False
    problem: str = ""


class KeyPage(msgspec.Struct, frozen=True):
    """One key: its form, its state and who uses it. `others` are workspaces that could use it."""

    row: Row
    edited: KeyForm
    others: Sequence[WorkspaceEntry]
    may_update: bool


class ReplacePage(msgspec.Struct, frozen=True):
    """The form for new credentials in the place of the stored ones."""

    row: Row
    form: Form[Any]
    problem: str = ""


class HookAddress(msgspec.Struct, frozen=True):
    """Where the provider delivers for one workspace."""

    workspace: str
    url: str


class WebhooksPage(msgspec.Struct, frozen=True):
    """The webhook addresses of the workspaces that use a key."""

    row: Row
    addresses: Sequence[HookAddress]


class DeleteKeyPage(msgspec.Struct, frozen=True):
    """The question before a deletion, for browsers without scripts."""

    row: Row


class WorkspaceKey(msgspec.Struct, frozen=True, kw_only=True):
    """What a workspace may know of the key it uses. `numbers` are those of the account, for those who may see them."""

    provider: str
    label: str
    can: Sequence[str]
    cannot: Sequence[str]
    name: str | None = None
    is_active: bool = False
    key_status: str = "untested"
    since: datetime | None = None
    outbound_number: str | None = None
    numbers: Sequence[KnownNumber] = ()


class WorkspaceIntegrationsPage(msgspec.Struct, frozen=True):
    """What a workspace has been given, provider by provider."""

    keys: Sequence[WorkspaceKey]
    organisation_url: str | None

    @property
    def given(self) -> bool:
        return any(key.name for key in self.keys)


def provider_card(provider: VoiceProvider) -> ProviderCard:
    """Return what pages show of a provider."""
    fields = [FieldView(form_name(field), field) for field in credential_fields(provider.credentials)]
    return ProviderCard(
        provider.name, provider.label, provider.stand_in_url, fields, can(provider), cannot(provider),
        signs_itself=any(one.field.name == "webhook_key" for one in fields),
    )  # fmt: skip
