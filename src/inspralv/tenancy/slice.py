"""Tenancy as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.foundation.language.texts import N_
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.tenancy import api, pages, retention_routes, variable_pages
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="tenancy",
    routes=(*api.ROUTES, *pages.ROUTES, *retention_routes.ROUTES, *variable_pages.ROUTES),
    nav=(NavEntry("workspace", N_("Workspace"), N_("Settings"), "/settings", "settings", P.SETTINGS_READ, "g s", 900),),
    templates=Path(__file__).parent / "templates",
)
