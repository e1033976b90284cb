"""What telephony's templates see: one struct a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inspralv.foundation.web.forms import Form
from inspralv.providers.contract import Ability, VoiceProvider
from inspralv.telephony.binding_form import HoursForm
from inspralv.telephony.policy import offered_fallbacks
from inspralv.telephony.queries.reading import AccountRow, AgentChoice, NumberRow
from inspralv.telephony.schemas import FetchResult, Trunk
from inspralv.tenancy.contexts import WorkspaceEntry

Choices = Sequence[tuple[str, str]]


class OrganisationPage(msgspec.Struct, frozen=True):
    """All numbers and trunks. `labels` name providers, `accounts` integrations, `workspaces` workspaces, by id as text.
    `busy`: something waits for a provider, so the page looks again by itself."""

    numbers: Sequence[NumberRow]
    trunks: Sequence[Trunk]
    labels: Mapping[str, str]
    accounts: Mapping[str, str]
    workspaces: Mapping[str, str]
    can_fetch: bool
    can_import: bool
    may_update: bool
    busy: bool
    results: Sequence[FetchResult] = ()


class TrunkPage(msgspec.Struct, frozen=True):
    """One trunk, or the form for a new one (`trunk` is None)."""

    form: Form[Any]
    trunk: Trunk | None
    may_update: bool
    changed: bool = False


class DeleteTrunkPage(msgspec.Struct, frozen=True):
    """The question before a deletion. `problem`: why it cannot be done."""

    trunk: Trunk
    problem: str = ""


class ImportPage(msgspec.Struct, frozen=True):
    """The form for a number of one's own. `refusing` are providers that take none."""

    form: Form[Any]
    accounts: Choices
    trunks: Choices
    workspaces: Choices
    refusing: Sequence[str]


class NumberPage(msgspec.Struct, frozen=True):
    """One number as the organisation sees it. `can`: the directions that its provider knows."""

    form: Form[Any]
    number: NumberRow
    provider: str
    account: str
    workspace: WorkspaceEntry | None
    workspaces: Choices
    trunks: Choices
    trunk: str
    can: Mapping[str, bool]
    may_update: bool
    busy: bool
    changed: bool = False


class ReleasePage(msgspec.Struct, frozen=True):
    """The question before a release. `problem`: why it cannot be done."""

    number: NumberRow
    provider: str
    workspace: str
    problem: str = ""


class WorkspaceNumber(msgspec.Struct, frozen=True):
    """A number of the workspace with what its page says about it. `is_open`: None without business hours."""

    number: NumberRow
    provider: str
    is_open: bool | None


class WorkspacePage(msgspec.Struct, frozen=True):
    """The workspace's numbers."""

    numbers: Sequence[WorkspaceNumber]
    organisation_url: str | None


class Abilities(msgspec.Struct, frozen=True):
    """What the provider of a number can do about it."""

    label: str
    binds: bool
    routes: bool
    fallbacks: Sequence[str]

    @classmethod
    def of(cls, provider: VoiceProvider) -> Abilities:
        kinds = offered_fallbacks(provider)
        return cls(provider.label, Ability.NUMBER_BINDING in provider.abilities, bool(kinds), kinds)


class BindingPage(msgspec.Struct, frozen=True):
    """One number as its workspace sees it."""

    form: Form[Any]
    item: WorkspaceNumber
    agents: Sequence[AgentChoice]
    can: Abilities
    hours: HoursForm
    zones: Mapping[str, Sequence[str]]
    presets: Mapping[str, str]
    may_update: bool
    changed: bool = False
    stale: str = ""


class LiveNumbers(msgspec.Struct, frozen=True):
    """Numbers that are drawn afresh on open pages."""

    numbers: Sequence[WorkspaceNumber]
    base: str
    may_update: bool


class AgentPanel(msgspec.Struct, frozen=True):
    """The numbers of one agent, beside its editor."""

    numbers: Sequence[NumberRow]
    agent_id: str
    base: str


def account_choices(accounts: Sequence[AccountRow], providers: Mapping[str, VoiceProvider]) -> Choices:
    """Return the accounts that take numbers of one's own."""
    return [
        (str(one.id), f"{providers[one.provider].label} · {one.name}")
        for one in accounts
        if one.is_active and Ability.NUMBER_IMPORT in providers[one.provider].abilities
    ]
