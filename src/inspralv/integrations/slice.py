"""Integrations as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.foundation.slice import NavEntry, Slice
from inspralv.integrations import api, pages, tasks
from inspralv.tenancy.events import WorkspaceCreated
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="integrations",
    routes=(*api.ROUTES, *pages.ROUTES),
    tasks=(tasks.GIVE_DEFAULTS,),
    reactions=((WorkspaceCreated, tasks.on_workspace_created),),
    nav=(
        NavEntry("organisation", "", "Integrations", "/integrations", "plug", P.PARTNER_INTEGRATIONS_READ, order=400),
        NavEntry("workspace", "Build", "Integrations", "/integrations", "plug", P.INTEGRATIONS_READ, "g i", 300),
    ),
    templates=Path(__file__).parent / "templates",
)
