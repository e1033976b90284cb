"""Figures as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from litestar.params import FromQuery, QueryParameter

from inspralv.analytics import policy
from inspralv.analytics.filters import agent_filter
from inspralv.analytics.periods import DAYS, Period, PeriodName, last_days
from inspralv.analytics.queries import read_breakdown, read_figures
from inspralv.analytics.schemas import (
    AgentFigures,
    Analytics,
    DailyFigures,
    DashboardStats,
    DayFigures,
    DayTally,
    Summary,
    add_up,
)
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import get
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_ALL_DAYS = 3650

Days = Annotated[int, QueryParameter(description="How many days up to today; 0 means all.", ge=0, le=_ALL_DAYS)]
Filter = Annotated[PeriodName, QueryParameter(name="filter", description="The period of the totals.")]


@get("/api/w/{workspace_slug:str}/dashboard/stats", access=workspace(P.DASHBOARD_STATS), tags=["Analytics"])
async def read_dashboard_stats(ctx: WorkspaceContext, period: Filter = "30d") -> Data[DashboardStats]:
    """Totals of a period and of the current month, in the workspace's time zone."""
    chosen = last_days(ctx.now, ctx.workspace.timezone, DAYS[period])
    month = Period(chosen.last.replace(day=1), chosen.last)
    figures = await read_figures(ctx, min(chosen.first, month.first), chosen.last)
    total = add_up([day for day in figures.days if chosen.holds(day.day)])
    this_month = add_up([day for day in figures.days if month.holds(day.day)])
    return Data(
        DashboardStats(
            total_agents=figures.agents,
            total_conversations=total.calls,
            total_minutes=total.minutes,
            total_cost=total.cost,
            conversations_this_month=this_month.calls,
            minutes_this_month=this_month.minutes,
            cost_this_month=this_month.cost,
            filter=period,
            date_range={"from": chosen.first, "to": chosen.last},
        )
    )


@get("/api/w/{workspace_slug:str}/analytics", access=workspace(P.ANALYTICS_READ), tags=["Analytics"])
async def read_analytics(ctx: WorkspaceContext, days: Days = 30, agent: FromQuery[str] = "all") -> Data[Analytics]:
    """Figures per agent, in all, and by day, with sentiment. `agent` is an agent's id, or "all". Needs the feature
    `advanced_analytics`; `analytics/days` does not."""
    policy.require_by_agent(ctx.partner)
    period = last_days(ctx.now, ctx.workspace.timezone, days or _ALL_DAYS)
    breakdown = await read_breakdown(ctx, period, agent_filter(agent))
    total = add_up(list(breakdown.days))
    return Data(
        Analytics(
            agents=[
                AgentFigures(
                    id=a.id, name=a.name, provider=a.provider, is_active=a.is_active, total_calls=a.calls,
                    completed_calls=a.completed, success_rate=a.success_rate, total_minutes=a.minutes, total_cost=a.cost,
                )
                for a in breakdown.agents
            ],
            summary=Summary(
                total_agents=len(breakdown.agents), total_calls=total.calls, total_minutes=total.minutes, total_cost=total.cost,
                completed_calls=total.completed, success_rate=total.success_rate,
                sentiment={"positive": total.positive, "neutral": total.neutral, "negative": total.negative},
            ),
            trends={"calls_by_date": _days(breakdown.days)},
        )
    )  # fmt: skip


@get("/api/w/{workspace_slug:str}/analytics/days", access=workspace(P.ANALYTICS_READ), tags=["Analytics"])
async def read_daily_figures(ctx: WorkspaceContext, days: Days = 30) -> Data[DailyFigures]:
    """Calls, minutes and cost by day, and in all; days without calls are left out."""
    period = last_days(ctx.now, ctx.workspace.timezone, days or _ALL_DAYS)
    found = (await read_breakdown(ctx, period, None)).days
    total = add_up(list(found))
    return Data(
        DailyFigures(
            total_calls=total.calls, completed_calls=total.completed, success_rate=total.success_rate,
            total_minutes=total.minutes, total_cost=total.cost, days=_days(found),
        )
    )  # fmt: skip


def _days(found: Sequence[DayTally]) -> list[DayFigures]:
    return [DayFigures(date=d.day, calls=d.calls, completed=d.completed, minutes=d.minutes, cost=d.cost) for d in found]
