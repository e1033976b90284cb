"""Onboarding as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.foundation.slice import Slice
from inspralv.onboarding import api, pages, tasks
from inspralv.onboarding.letter_samples import SAMPLES

SLICE = Slice(
    name="onboarding",
    routes=(*api.ROUTES, *pages.ROUTES),
    tasks=(tasks.ADOPT_LOGO,),
    letters=SAMPLES,
    templates=Path(__file__).parent / "templates",
)
