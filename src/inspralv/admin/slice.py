"""The operator's console as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.admin import api, pages, requests_api, requests_pages
from inspralv.foundation.slice import Slice

SLICE = Slice(
    name="admin",
    routes=(*api.ROUTES, *pages.ROUTES, *requests_api.ROUTES, *requests_pages.ROUTES),
    templates=Path(__file__).parent / "templates",
)
