"""Domains as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.domains import api, certificates, pages, watching
from inspralv.domains.letter_samples import SAMPLES
from inspralv.foundation.language.texts import N_
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="domains",
    routes=(*api.ROUTES, *pages.ROUTES, *certificates.ROUTES),
    tasks=(watching.LOOK, watching.LOOK_AT_ALL),
    schedules=(watching.DAILY,),
    nav=(NavEntry("organisation", "", N_("Domains"), "/domains", "globe", P.PARTNER_SETTINGS_UPDATE, order=600),),
    live=pages.LIVE,
    letters=SAMPLES,
    templates=Path(__file__).parent / "templates",
)
