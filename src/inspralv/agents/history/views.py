"""What the templates of versions see: one struct a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from inspralv.agents.history.comparing import FieldDiff
from inspralv.agents.history.fields import label_of, place_of, spelled_out, text_of
from inspralv.agents.history.schemas import AgentHead, AgentVersion, VersionRow
from inspralv.foundation.errors import FieldError
from inspralv.foundation.web.forms import Form
from inspralv.providers.contract import VoiceProvider
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

PAGE_SIZE = 25
_SHORT = 60


class Top(msgspec.Struct, frozen=True):
    """What every page about an agent's past needs. `provider` is the label."""

    agent: AgentHead
    base: str
    provider: str
    zone: str
    may_restore: bool

    @property
    def here(self) -> str:
        return f"{self.base}/agents/{self.agent.id}"


class Listed(msgspec.Struct, frozen=True):
    """A version in the list. `named` are the labels of what changed with it."""

    row: VersionRow
    named: Sequence[str]
    is_current: bool
    is_live: bool


class VersionsPage(msgspec.Struct, frozen=True):
    """The list. `left` and `right` are chosen for comparing; `undo` is the version that the latest restore replaced."""

    top: Top
    versions: Sequence[Listed]
    left: int
    right: int
    page: int
    total: int
    undo: int | None

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.versions) - 1


class Value(msgspec.Struct, frozen=True):
    """A field as it was. A `long` one gets the whole width."""

    label: str
    text: str
    long: bool


class VersionPage(msgspec.Struct, frozen=True):
    """One version in full. `number` was asked for: it may lie between two versions."""

    top: Top
    shown: Listed
    number: int
    values: Sequence[Value]


class ComparePage(msgspec.Struct, frozen=True):
    """Two versions side by side."""

    top: Top
    left: VersionRow
    right: VersionRow
    diffs: Sequence[FieldDiff]

    @property
    def changed(self) -> Sequence[FieldDiff]:
        return [diff for diff in self.diffs if diff.differs]

    @property
    def same(self) -> Sequence[FieldDiff]:
        return [diff for diff in self.diffs if not diff.differs]


class RestorePage(msgspec.Struct, frozen=True):
    """The question before going back: what would change, what does not fit any more, what the provider ignores."""

    top: Top
    version: VersionRow
    diffs: Sequence[FieldDiff]
    faults: Sequence[tuple[str, str]]
    unheard: Sequence[str]
    form: Form[Any]
    stale: str = ""


def top_of(ctx: WorkspaceContext, agent: AgentHead, provider: str) -> Top:
    """Return the head of a page."""
    return Top(agent, f"/w/{ctx.workspace.slug}", provider, ctx.workspace.timezone, ctx.may(P.AGENTS_UPDATE))


def listed(agent: AgentHead, row: VersionRow) -> Listed:
    """Return a version as the list shows it."""
    named = [label_of(field) for field in row.changed]
    return Listed(row, named, row.version == agent.version, row.version == agent.synced_version)


def values_of(version: AgentVersion, provider: VoiceProvider | None) -> list[Value]:
    """Return a version's fields in the order in which people read them; `provider` is that of the version."""
    found = sorted(spelled_out(version.content, provider).items(), key=lambda one: place_of(one[0]))
    texts = [(label_of(field), text_of(value)) for field, value in found]
    return [Value(label, text, len(text) > _SHORT or "\n" in text) for label, text in texts]


def fault_lines(faults: Sequence[FieldError]) -> list[tuple[str, str]]:
    """Return what does not fit, each with the name of its field."""
    return [(label_of(fault.pointer.strip("/").replace("/", ".")), fault.message) for fault in faults]
