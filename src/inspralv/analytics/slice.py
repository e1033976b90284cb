"""The analytics slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.analytics.api import read_analytics, read_daily_figures, read_dashboard_stats
from inspralv.analytics.pages import export_analytics, show_analytics, show_dashboard, show_hits
from inspralv.foundation.language.texts import N_
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="analytics",
    routes=(
        read_dashboard_stats,
        read_analytics,
        read_daily_figures,
        show_dashboard,
        show_analytics,
        export_analytics,
        show_hits,
    ),
    nav=(
        NavEntry("workspace", "", N_("Dashboard"), "/dashboard", "layout-dashboard", P.DASHBOARD_READ, "g d", 10),
        NavEntry("workspace", "", N_("Analytics"), "/analytics", "chart-line", P.ANALYTICS_READ, "g n", 40),
    ),
    templates=Path(__file__).parent / "templates",
)
