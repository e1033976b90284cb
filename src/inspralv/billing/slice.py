"""Billing as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.billing import api, letters, limit_pages, pages, tasks
from inspralv.billing.events import WorkspaceLimitsChanged
from inspralv.foundation.language.texts import N_
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="billing",
    routes=(*api.ROUTES, *pages.ROUTES, *limit_pages.ROUTES),
    tasks=(tasks.WATCH,),
    schedules=(tasks.WATCHING,),
    reactions=((WorkspaceLimitsChanged, tasks.on_limits_changed),),
    nav=(NavEntry("organisation", "", N_("Plan"), "/plan", "gauge", P.PARTNER_STATS_READ, order=800),),
    letters=letters.SAMPLES,
    templates=Path(__file__).parent / "templates",
)
