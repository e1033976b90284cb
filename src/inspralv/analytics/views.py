"""What the pages of this slice show."""

from __future__ import annotations

import msgspec

from inspralv.analytics.schemas import AgentTally, RecentCall, Tally
from inspralv.foundation.web.charts import Arc, AreaChart


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with its trend against the previous period; `delta` is empty when there is nothing to compare."""

    label: str
    value: str
    icon: str
    delta: str
    good: bool
    up: bool
    line: str
    fill: str


class DashboardPage(msgspec.Struct, frozen=True, kw_only=True):
    """The dashboard. `recent` and `live` are calls, newest and oldest first."""

    period: str
    greeting: str
    agents: int
    has_calls: bool
    cards: tuple[Card, ...]
    chart: AreaChart
    chart_days: int
    outcomes: tuple[Arc, ...]
    recent: tuple[RecentCall, ...]
    live: tuple[RecentCall, ...]
    may_create: bool


class AnalyticsPage(msgspec.Struct, frozen=True, kw_only=True):
    """The analytics page. `agent` is the chosen agent's id or "all"; `names` are the agents to choose from. Without
    `advanced` there is nothing by agent, no sentiment and no export; `plan_href` is for those who may change that."""

    advanced: bool
    plan_href: str
    days: int
    timezone: str
    agent: str
    names: tuple[tuple[str, str], ...]
    cards: tuple[Card, ...]
    chart: AreaChart
    outcomes: tuple[Arc, ...]
    sentiment: tuple[Arc, ...]
    agents: tuple[AgentTally, ...]
    total: Tally
    may_export: bool


class SearchHit(msgspec.Struct, frozen=True):
    """One record that the palette found."""

    label: str
    detail: str
    href: str
    icon: str


class SearchResults(msgspec.Struct, frozen=True):
    """What the palette shows under "Results"."""

    hits: tuple[SearchHit, ...]
