"""Branding as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.branding import sweeping
from inspralv.branding.api import brand as brand_api
from inspralv.branding.api import mail as mail_api
from inspralv.branding.letters import SAMPLES
from inspralv.branding.pages import brand, mail, samples
from inspralv.branding.sealing import SEALED
from inspralv.foundation.language.texts import N_
from inspralv.foundation.slice import NavEntry, Slice
from inspralv.tenancy.permissions import P

SLICE = Slice(
    name="branding",
    routes=(*brand_api.ROUTES, *mail_api.ROUTES, *brand.ROUTES, *mail.ROUTES, *samples.ROUTES),
    tasks=(sweeping.DROP, sweeping.SWEEP),
    schedules=(sweeping.SWEEPING,),
    nav=(
        NavEntry("organisation", "", N_("Branding"), "/settings", "palette", P.PARTNER_BRANDING_UPDATE, order=780),
        NavEntry("organisation", "", N_("Mail"), "/mail", "mail", P.PARTNER_SETTINGS_UPDATE, order=790),
    ),
    sealed=SEALED,
    letters=SAMPLES,
    templates=Path(__file__).parent / "templates",
)
