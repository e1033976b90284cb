"""Tables that leave as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain_cell(text: str | None) -> str:
    """Return text that a spreadsheet would take for a formula as plain text; telephone numbers are none."""
    if not text or not text.startswith(_FORMULA) or text[1:].isdecimal():
        return text or ""
    return f"'{text}"


def csv_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV (RFC 4180), in UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
