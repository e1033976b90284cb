"""Business hours: when a number is open, by the wall clock of its own time zone.

Spans are compared with the wall clock, which settles the two odd nights of a year: what the clock skips in spring is
never open, what it shows twice in autumn is open twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_SPANS = 6
MOST_CLOSED_DAYS = 100

Clock = Annotated[
    str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Hours and minutes of the wall clock: 09:00.")
]

Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A date: 2026-12-25.")]


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From `start` up to `end`. An end at or before the start lies on the next day; 00:00 to 00:00 is the whole day."""

    start: Clock
    end: Clock

    @property
    def begins(self) -> time:
        return time.fromisoformat(self.start)

    @property
    def ends(self) -> time:
        return time.fromisoformat(self.end)

    @property
    def is_overnight(self) -> bool:
        return self.ends <= self.begins

    @property
    def minutes(self) -> tuple[int, int]:
        """Begin and end in minutes since the midnight before the begin."""
        begin, end = (one.hour * 60 + one.minute for one in (self.begins, self.ends))
        return begin, end + 24 * 60 if self.is_overnight else end


Spans = Annotated[list[Span], Meta(max_length=MOST_SPANS)]


class BusinessHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A week of spans, and dates on which nothing is open. A span belongs to the day on which it begins."""

    timezone: Annotated[str, Meta(min_length=1, max_length=64, description="An IANA name, such as Europe/Berlin.")]
    mon: Spans = []
    tue: Spans = []
    wed: Spans = []
    thu: Spans = []
    fri: Spans = []
    sat: Spans = []
    sun: Spans = []
    closed_days: Annotated[list[Day], Meta(max_length=MOST_CLOSED_DAYS)] = []

    def spans_of(self, day: date) -> list[Span]:
        """Return what begins on a day; nothing on a closed one."""
        if day.isoformat() in self.closed_days:
            return []
        found: list[Span] = getattr(self, DAYS[day.weekday()])
        return found

    @property
    def week(self) -> Mapping[str, list[Span]]:
        """Return the spans by day, Monday first."""
        return {day: getattr(self, day) for day in DAYS}

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at a moment. On a closed day nothing is, not even what began the evening before."""
        local = at.astimezone(ZoneInfo(self.timezone))
        today, clock = local.date(), local.time().replace(tzinfo=None)
        if today.isoformat() in self.closed_days:
            return False
        if any(one.begins <= clock and (one.is_overnight or clock < one.ends) for one in self.spans_of(today)):
            return True
        yesterday = self.spans_of(today - timedelta(days=1))
        return any(one.is_overnight and clock < one.ends for one in yesterday)


def overlapping(spans: list[Span]) -> int | None:
    """Return the place of the first span that overlaps with an earlier one of the same day, None when none does."""
    for i, one in enumerate(spans):
        begin, end = one.minutes
        if any(begin < other.minutes[1] and other.minutes[0] < end for other in spans[:i]):
            return i
    return None


def _each(days: tuple[str, ...], start: str, end: str) -> dict[str, list[Span]]:
    return {day: [Span(start, end)] for day in days}


_NINE, _FIVE = "09:00", "17:00"
_MORNING, _AFTERNOON = Span("08:00", "12:00"), Span("14:00", "18:00")
PRESETS: Mapping[str, Mapping[str, list[Span]]] = {
    "office": _each(DAYS[:5], _NINE, _FIVE),
    "shop": {**_each(DAYS[:5], _NINE, "18:00"), "sat": [Span("10:00", "16:00")]},
    "practice": {
        **{day: [_MORNING] for day in DAYS[:5]},
        **{day: [_MORNING, _AFTERNOON] for day in ("mon", "tue", "thu")},
    },
    "after_hours": {**_each(DAYS[:5], _FIVE, _NINE), **_each(DAYS[5:], _NINE, _NINE)},
}
