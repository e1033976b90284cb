"""Onboarding as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.foundation.slice import Slice
from inspralv.onboarding import api, pages

SLICE = Slice(name="onboarding", routes=(*api.ROUTES, *pages.ROUTES), templates=Path(__file__).parent / "templates")
