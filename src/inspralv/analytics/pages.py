"""The dashboard, the analytics page and the palette's search."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response
from litestar.params import FromQuery, QueryParameter

from inspralv.analytics import policy
from inspralv.analytics.charts import calls_chart, cards_of, outcomes_of, sentiment_of
from inspralv.analytics.filters import agent_filter
from inspralv.analytics.periods import DAYS, Period, PeriodName, last_days
from inspralv.analytics.queries import Hit, read_breakdown, read_figures, search
from inspralv.analytics.schemas import Breakdown, add_up
from inspralv.analytics.views import AnalyticsPage, DashboardPage, SearchHit, SearchResults
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.sheets import csv_of
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.plans import Feature, has_feature
from inspralv.tenancy.view_access import WITHHELD

Chosen = Annotated[PeriodName, QueryParameter(name="period")]

_CHART_DAYS = 7
_SEARCH_FROM = 2
_NOON, _EVENING = 12, 18


@get("/w/{workspace_slug:str}/dashboard", access=workspace(P.DASHBOARD_READ))
async def show_dashboard(ctx: WorkspaceContext, period: Chosen = "30d") -> View:
    """Cards, calls per day, outcomes, recent and live calls, in one statement."""
    chosen = last_days(ctx.now, ctx.workspace.timezone, DAYS[period])
    shown = chosen if chosen.days >= _CHART_DAYS else last_days(ctx.now, ctx.workspace.timezone, _CHART_DAYS)
    figures = await read_figures(ctx, min(chosen.previous.first, shown.first), chosen.last)
    page = DashboardPage(
        period=period,
        greeting=_greeting(ctx),
        agents=figures.agents,
        has_calls=bool(figures.days or figures.recent),
        cards=cards_of(figures.days, chosen),
        chart=calls_chart(figures.days, shown),
        chart_days=shown.days,
        outcomes=outcomes_of(add_up([d for d in figures.days if chosen.holds(d.day)])),
        recent=tuple(figures.recent),
        live=tuple(figures.live),
        may_create=ctx.may(P.AGENTS_CREATE),
    )
    return View("analytics/dashboard.html", page, title=_("Dashboard"))


@get("/w/{workspace_slug:str}/analytics", access=workspace(P.ANALYTICS_READ))
async def show_analytics(
    ctx: WorkspaceContext, days: Annotated[int, QueryParameter(ge=1, le=3650)] = 30, agent: FromQuery[str] = "all"
) -> View:
    """Figures with trend and outcomes, and where the partner has advanced analytics by agent and with sentiment."""
    period = last_days(ctx.now, ctx.workspace.timezone, days)
    chosen = agent_filter(agent)
    if chosen is not None:
        policy.require_by_agent(ctx.partner)
    breakdown = await read_breakdown(ctx, period, chosen, since=period.previous.first)
    page = _analytics_page(ctx, breakdown, period, chosen)
    return View("analytics/analytics.html", page, title=_("Analytics"))


@get("/w/{workspace_slug:str}/analytics/export.csv", access=workspace(P.ANALYTICS_EXPORT), opt=WITHHELD)
async def export_analytics(
    ctx: WorkspaceContext, days: Annotated[int, QueryParameter(ge=1, le=3650)] = 30, agent: FromQuery[str] = "all"
) -> Response[bytes]:
    """The days of the period as CSV."""
    policy.require_export(ctx.partner)
    period = last_days(ctx.now, ctx.workspace.timezone, days)
    breakdown = await read_breakdown(ctx, period, agent_filter(agent))
    head = ("date", "calls", "completed", "failed", "no_answer", "busy", "canceled", "minutes", "cost_usd")
    days_told = [
        (d.day, d.calls, d.completed, d.failed, d.no_answer, d.busy, d.canceled, d.minutes, d.cost)
        for d in breakdown.days
    ]
    name = f"analytics-{ctx.workspace.slug}-{period.first}-{period.last}.csv"
    return Response(
        csv_of([head, *days_told]),
        media_type="text/csv",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@get("/w/{workspace_slug:str}/search", access=workspace(P.WORKSPACE_READ))
async def show_hits(ctx: WorkspaceContext, q: FromQuery[str] = "") -> View:
    """What the palette finds: agents, and calls of the last 90 days."""
    text = q.strip()[:100]
    hits = await search(ctx, text) if len(text) >= _SEARCH_FROM else []
    return View("partials/search.html", SearchResults(tuple(_hit(ctx, hit) for hit in hits)))


def _greeting(ctx: WorkspaceContext) -> str:
    """Say hello by the clock on the workspace's wall."""
    hour = ctx.now.astimezone(ZoneInfo(ctx.workspace.timezone)).hour
    part = _("Good morning") if hour < _NOON else _("Good afternoon") if hour < _EVENING else _("Good evening")
    return f"{part}, {ctx.me.first_name}" if ctx.me.first_name else part


def _analytics_page(
    ctx: WorkspaceContext, breakdown: Breakdown, period: Period, agent_id: UUID | None
) -> AnalyticsPage:
    within = [d for d in breakdown.days if period.holds(d.day)]
    total, advanced = add_up(list(within)), has_feature(ctx.partner, Feature.ADVANCED_ANALYTICS)
    return AnalyticsPage(
        advanced=advanced,
        plan_href="/org/plan" if ctx.may(P.PARTNER_STATS_READ) else "",
        days=period.days,
        timezone=ctx.workspace.timezone.replace("_", " "),
        agent=str(agent_id or "all"),
        names=tuple((str(a.id), a.name) for a in breakdown.names),
        cards=cards_of(breakdown.days, period),
        chart=calls_chart(breakdown.days, period),
        outcomes=outcomes_of(total),
        sentiment=sentiment_of(total),
        agents=tuple(breakdown.agents),
        total=total,
        may_export=advanced and ctx.may(P.ANALYTICS_EXPORT),
    )


def _hit(ctx: WorkspaceContext, hit: Hit) -> SearchHit:
    base = f"/w/{ctx.workspace.slug}"
    if hit.kind == "agent":
        return SearchHit(hit.label, _("Agent"), f"{base}/agents/{hit.id}", icon="bot")
    return SearchHit(
        hit.label or _("Unknown caller"), _("Call"), f"{base}/conversations/{hit.id}", icon="messages-square"
    )
