"""What the integrations' templates see: one struct a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from inspralv.foundation.web.forms import Form
from inspralv.integrations.schemas import Integration
from inspralv.providers.contract import VoiceProvider
from inspralv.tenancy.contexts import WorkspaceEntry


class ProviderCard(msgspec.Struct, frozen=True):
    """A provider of this installation. `stand_in_url` is set when a sandbox answers in the vendor's place."""

    name: str
    label: str
    stand_in_url: str | None
    regions: Sequence[str]
    """The usual one first."""


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
    """The form for a new key."""

    form: Form[Any]
    providers: Sequence[ProviderCard]


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


class DeleteKeyPage(msgspec.Struct, frozen=True):
    """The question before a deletion, for browsers without scripts."""

    row: Row


class WorkspaceKey(msgspec.Struct, frozen=True):
    """What a workspace may know of the key it uses."""

    provider: str
    label: str
    name: str | None = None
    is_active: bool = False
    key_status: str = "untested"
    outbound_number: str | None = None


class WorkspaceIntegrationsPage(msgspec.Struct, frozen=True):
    """What a workspace has been given, provider by provider."""

    keys: Sequence[WorkspaceKey]
    organisation_url: str | None


def provider_card(provider: VoiceProvider) -> ProviderCard:
    """Return what pages show of a provider."""
    region = next((f for f in msgspec.structs.fields(provider.credentials) if f.name == "region"), None)
    if region is None:
        return ProviderCard(provider.name, provider.label, provider.stand_in_url, ())
    offered = msgspec.json.schema(region.type).get("enum", [])
    ordered = sorted(offered, key=lambda one: (one != region.default, one))
    return ProviderCard(provider.name, provider.label, provider.stand_in_url, tuple(ordered))
