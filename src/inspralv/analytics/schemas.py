"""Figures as they are read and answered. Minutes and dollars are rounded to two decimals in answers only."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.money import to_units


class Tally(msgspec.Struct, kw_only=True):
    """Sums over some days: finished calls by outcome, direction and sentiment, seconds and micro-dollars."""

    calls: int = 0
    completed: int = 0
    failed: int = 0
    no_answer: int = 0
    busy: int = 0
    canceled: int = 0
    positive: int = 0
    neutral: int = 0
    negative: int = 0
    seconds: int = 0
    cost_micros: int = 0

    @property
    def minutes(self) -> float:
        return round(self.seconds / 60, 2)

    @property
    def cost(self) -> float:
        return round(to_units(self.cost_micros), 2)

    @property
    def success_rate(self) -> float:
        """Share of finished calls that were completed, in percent."""
        return round(100 * self.completed / self.calls, 2) if self.calls else 0.0

    @property
    def missed(self) -> int:
        return self.calls - self.completed

    @property
    def average_seconds(self) -> int:
        """Mean length of the completed calls."""
        return round(self.seconds / self.completed) if self.completed else 0


def add_up(tallies: list[Tally]) -> Tally:
    """Return the sum of tallies."""
    return Tally(**{name: sum(getattr(t, name) for t in tallies) for name in Tally.__struct_fields__})


class DayTally(Tally, kw_only=True):
    """One day of the workspace's calendar."""

    day: date


class AgentTally(Tally, kw_only=True):
    """One agent over the period; agents that were deleted keep their figures."""

    id: UUID
    name: str
    provider: str
    is_active: bool


class RecentCall(msgspec.Struct, kw_only=True):
    """A line of "recent conversations"."""

    id: UUID
    contact_name: str | None
    contact_number: str | None
    agent_name: str | None
    provider: str
    direction: str
    status: str
    duration_seconds: int
    cost_micros: int
    sentiment: str | None
    created_at: datetime
    started_at: datetime | None


class Figures(msgspec.Struct, kw_only=True):
    """What the dashboard reads, in one statement."""

    agents: int
    days: list[DayTally]
    recent: list[RecentCall]
    live: list[RecentCall]


class DashboardStats(msgspec.Struct, kw_only=True):
    """Totals of the chosen period, and of the current month."""

    total_agents: int
    total_conversations: int
    total_minutes: float
    total_cost: float
    conversations_this_month: int
    minutes_this_month: float
    cost_this_month: float
    filter: str
    date_range: dict[str, date] = msgspec.field(name="dateRange")


class AgentFigures(msgspec.Struct, kw_only=True):
    """One agent in the analytics answer. `success_rate` is in percent."""

    id: UUID
    name: str
    provider: str
    is_active: bool
    total_calls: int
    completed_calls: int
    success_rate: float
    total_minutes: float
    total_cost: float


class Summary(msgspec.Struct, kw_only=True):
    """Totals over all agents of the answer."""

    total_agents: int
    total_calls: int
    total_minutes: float
    total_cost: float
    completed_calls: int
    success_rate: float
    sentiment: dict[str, int]


class DayFigures(msgspec.Struct, kw_only=True):
    """One day of the trend."""

    date: date
    calls: int
    completed: int
    minutes: float
    cost: float


class Analytics(msgspec.Struct, kw_only=True):
    """Figures per agent, in all, and by day."""

    agents: list[AgentFigures]
    summary: Summary
    trends: dict[str, Any]


class DailyFigures(msgspec.Struct, kw_only=True):
    """Figures of a period in all, and by day."""

    total_calls: int
    completed_calls: int
    success_rate: float
    total_minutes: float
    total_cost: float
    days: list[DayFigures]


class AgentName(msgspec.Struct):
    """An agent to filter by."""

    id: UUID
    name: str


class Breakdown(msgspec.Struct, kw_only=True):
    """What the analytics page reads, in one statement."""

    agents: list[AgentTally]
    days: list[DayTally]
    names: list[AgentName]
