"""Integrations as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.foundation.language.texts import N_
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.integrations import api, care, key_pages, pages, tasks, workspace_pages
from inspralv.integrations.events import KeyRefused
from inspralv.integrations.letter_samples import SAMPLES
from inspralv.integrations.sealing import SEALED
from inspralv.tenancy.events import WorkspaceCreated
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="integrations",
    routes=(*api.ROUTES, *pages.ROUTES, *key_pages.ROUTES, *workspace_pages.ROUTES),
    tasks=(tasks.GIVE_DEFAULTS, care.TELL, care.PROBE, care.SWEEP),
    schedules=(care.PROBING, care.SWEEPING),
    reactions=((WorkspaceCreated, tasks.on_workspace_created), (KeyRefused, care.on_key_refused)),
    nav=(
        NavEntry(
            "organisation", "", N_("Integrations"), "/integrations", "plug", P.PARTNER_INTEGRATIONS_READ, order=400
        ),
        NavEntry(
            "workspace", N_("Build"), N_("Integrations"), "/integrations", "plug", P.INTEGRATIONS_READ, "g i", 300
        ),
    ),
    sealed=SEALED,
    letters=SAMPLES,
    templates=Path(__file__).parent / "templates",
)
