"""Audit as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.audit import api, pages
from inspralv.audit.tasks import EVERY_MINUTE, SEAL
from inspralv.foundation.language.texts import N_
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="audit",
    routes=(*api.ROUTES, *pages.ROUTES),
    tasks=(SEAL,),
    schedules=(EVERY_MINUTE,),
    nav=(
        NavEntry("workspace", N_("Workspace"), N_("Audit log"), "/audit", "rotate-ccw-clock", P.AUDIT_READ, order=800),
        NavEntry("organisation", "", N_("Audit log"), "/audit", "rotate-ccw-clock", P.PARTNER_AUDIT_READ, order=850),
    ),
    templates=Path(__file__).parent / "templates",
)
