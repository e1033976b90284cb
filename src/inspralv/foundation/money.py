"""Money is a whole number of micro-units of its currency: a call's cost is often below a cent."""

from __future__ import annotations

from decimal import Decimal

MICROS = 1_000_000


def to_units(micros: int) -> float:
    """Convert micro-units to whole units for an answer in JSON, exact to six decimals."""
    return float(Decimal(micros) / MICROS)
