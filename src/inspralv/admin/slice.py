"""The operator's console as a slice."""

from __future__ import annotations

from pathlib import Path

from inspralv.admin import api, pages
from inspralv.foundation.slice import Slice

SLICE = Slice(name="admin", routes=(*api.ROUTES, *pages.ROUTES), templates=Path(__file__).parent / "templates")
