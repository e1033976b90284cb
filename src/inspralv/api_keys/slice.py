"""API keys as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.api_keys import api, pages
from inspralv.foundation.language.texts import N_
from inspralv.foundation.slice import NavEntry, Slice

SLICE = Slice(
    name="api_keys",
    routes=(*api.ROUTES, *pages.ROUTES),
    nav=(NavEntry("account", "", N_("API keys"), "/api-keys", "code", order=70),),
    templates=Path(__file__).parent / "templates",
)
