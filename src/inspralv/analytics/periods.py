"""The periods people choose, as days of the workspace's own calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

PeriodName = Literal["today", "7d", "30d", "90d"]

DAYS: dict[PeriodName, int] = {"today": 1, "7d": 7, "30d": 30, "90d": 90}


class Period(msgspec.Struct, frozen=True):
    """Whole days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def previous(self) -> Period:
        """The period of the same length just before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def dates(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.days)]

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def last_days(now: datetime, timezone: str, days: int) -> Period:
    """Return the last `days` days up to and including today, as the clocks of the workspace show it."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    return Period(today - timedelta(days=days - 1), today)
