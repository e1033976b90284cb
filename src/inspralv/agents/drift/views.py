"""What the page about an agent's state at its provider sees."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from inspralv.agents.drift.report import report_of
from inspralv.agents.drift.schemas import AtProvider, DriftField, DriftReport
from inspralv.agents.history.comparing import Row, compare_texts
from inspralv.agents.history.fields import text_of
from inspralv.agents.history.schemas import AgentHead
from inspralv.integrations.connections import provider_of
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_LONG = 100


class ThreeWays(msgspec.Struct, frozen=True):
    """A field as text. A long one is shown as rows, what was sent on the left, what is there (or here) on the right."""

    field: DriftField
    here: str
    sent: str
    there: str
    rows: tuple[Row, ...]


class DriftPage(msgspec.Struct, frozen=True):
    """The three-way view. `refused` says why what was just asked for did not happen."""

    agent: AgentHead
    base: str
    zone: str
    is_there: bool
    report: DriftReport
    fields: Sequence[ThreeWays]
    may_update: bool
    may_sync: bool
    refused: str = ""

    @property
    def here(self) -> str:
        return f"{self.base}/agents/{self.agent.id}"

    @property
    def pending(self) -> bool:
        return self.agent.sync_status == "pending"

    @property
    def adoptable(self) -> bool:
        return self.report.state == "changed" and any(one.field.adoptable for one in self.fields)


def drift_page(ctx: WorkspaceContext, found: AtProvider, refused: str = "") -> DriftPage:
    """Return the model of the page."""
    report = report_of(found, provider_of(ctx.services, found.agent.provider).label, ctx.now)
    return DriftPage(
        agent=found.agent, base=f"/w/{ctx.workspace.slug}", zone=ctx.workspace.timezone, is_there=found.is_there,
        report=report, fields=[_ways(field) for field in report.fields], may_update=ctx.may(P.AGENTS_UPDATE),
        may_sync=ctx.may(P.AGENTS_SYNC), refused=refused,
    )  # fmt: skip


def _ways(field: DriftField) -> ThreeWays:
    here, sent, there = text_of(field.here), text_of(field.last_sent), text_of(field.at_provider)
    long = any(len(text) > _LONG or "\n" in text for text in (here, sent, there))
    other = there if field.changed_there else here
    return ThreeWays(field, here, sent, there, compare_texts(sent, other) if long else ())
