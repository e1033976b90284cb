"""Business hours by the wall clock: midnight, closed days, and the two odd nights of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from inspralv.telephony.hours import DAYS, PRESETS, BusinessHours, Span, overlapping

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def hours(timezone: str = BERLIN, closed: tuple[str, ...] = (), **week: list[tuple[str, str]]) -> BusinessHours:
    spans: dict[str, Any] = {day: [Span(*one) for one in found] for day, found in week.items()}
    return BusinessHours(timezone=timezone, closed_days=list(closed), **spans)


def at(text: str, timezone: str = BERLIN, fold: int = 0) -> datetime:
    """A moment of the wall clock there, as the jobs know it: in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-01T08:59:59", False), ("2026-06-01T09:00:00", True), ("2026-06-01T12:29:59", True),
        ("2026-06-01T12:30:00", False), ("2026-06-01T14:00:00", True), ("2026-06-01T17:59:59", True),
        ("2026-06-01T18:00:00", False), ("2026-06-02T10:00:00", False),
    ],
)  # fmt: skip
def test_spans_begin_and_end_on_the_minute(moment: str, is_open: bool) -> None:
    week = hours(mon=[("09:00", "12:30"), ("14:00", "18:00")])
    assert week.is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-05T21:59:59", False), ("2026-06-05T22:00:00", True), ("2026-06-06T00:00:00", True),
        ("2026-06-06T05:59:59", True), ("2026-06-06T06:00:00", False), ("2026-06-05T03:00:00", False),
        ("2026-06-07T03:00:00", False),
    ],
)  # fmt: skip
def test_a_night_belongs_to_the_day_on_which_it_begins(moment: str, is_open: bool) -> None:
    assert hours(fri=[("22:00", "06:00")]).is_open(at(moment)) is is_open


def test_a_night_runs_over_the_end_of_the_week() -> None:
    assert hours(sun=[("20:00", "08:00")]).is_open(at("2026-06-08T07:59:00"))  # Monday


def test_up_to_midnight_and_the_whole_day() -> None:
    evening, whole = hours(mon=[("18:00", "00:00")]), hours(mon=[("00:00", "00:00")])
    assert evening.is_open(at("2026-06-01T23:59:59"))
    assert not evening.is_open(at("2026-06-02T00:00:00"))
    assert [whole.is_open(at(f"2026-06-0{day}T{time}")) for day, time in ((1, "00:00"), (1, "23:59"), (2, "00:00"))] == [
        True, True, False,
    ]  # fmt: skip


def test_a_closed_day_is_closed_from_midnight_to_midnight() -> None:
    """Neither the night that began before runs into it, nor does one begin on it."""
    nights = {day: [("20:00", "06:00")] for day in DAYS}
    week = hours(closed=("2026-12-25",), **nights)
    assert week.is_open(at("2026-12-24T23:59:59"))
    assert not week.is_open(at("2026-12-25T01:00:00"))
    assert not week.is_open(at("2026-12-25T22:00:00"))
    assert not week.is_open(at("2026-12-26T01:00:00"))
    assert week.is_open(at("2026-12-26T20:00:00"))


def test_the_date_is_the_one_of_the_numbers_own_zone() -> None:
    week = hours(NEW_YORK, closed=("2026-12-25",), thu=[("00:00", "00:00")], fri=[("00:00", "00:00")])
    assert week.is_open(datetime(2026, 12, 25, 4, 59, tzinfo=UTC))  # still Thursday evening over there
    assert not week.is_open(datetime(2026, 12, 25, 5, 0, tzinfo=UTC))


def test_the_same_wall_clock_all_year() -> None:
    """Nine o'clock is nine o'clock, although UTC has moved by an hour."""
    week = hours(mon=[("09:00", "17:00")])
    for day, opens in (("2026-03-23", 8), ("2026-03-30", 7), ("2026-10-19", 7), ("2026-10-26", 8)):
        sharp = datetime.fromisoformat(f"{day}T{opens:02}:00:00+00:00")
        assert week.is_open(sharp)
        assert not week.is_open(sharp - timedelta(seconds=1))


def test_the_hour_that_spring_skips() -> None:
    """On 29 March 2026 the clock in Berlin goes from 01:59:59 to 03:00."""
    skipped, over = hours(sun=[("02:00", "03:00")]), hours(sun=[("01:00", "04:00")])
    night = [datetime(2026, 3, 29, 0, 0, tzinfo=UTC) + timedelta(minutes=15 * i) for i in range(12)]
    assert not any(skipped.is_open(moment) for moment in night)
    assert [over.is_open(moment) for moment in night] == [True] * 8 + [False] * 4  # two real hours, not three


def test_the_hour_that_autumn_repeats() -> None:
    """On 25 October 2026 the clock in Berlin shows 02:00 to 02:59 twice: open twice, and closed in between never."""
    week = hours(sun=[("02:30", "03:00")])
    assert week.is_open(at("2026-10-25T02:45:00"))
    assert week.is_open(at("2026-10-25T02:45:00", fold=1))
    assert not week.is_open(at("2026-10-25T02:15:00", fold=1))
    assert not week.is_open(at("2026-10-25T03:00:00"))


def test_a_night_over_the_change_of_clocks() -> None:
    week = hours(sat=[("22:00", "06:00")])
    assert week.is_open(at("2026-03-29T05:59:59"))
    assert not week.is_open(at("2026-03-29T06:00:00"))
    assert week.is_open(at("2026-10-25T05:59:59"))
    assert not week.is_open(at("2026-10-25T06:00:00"))


def test_presets_are_weeks_without_overlaps() -> None:
    for week in PRESETS.values():
        assert set(week) <= set(DAYS)
        assert all(overlapping(spans) is None for spans in week.values())
    after = BusinessHours(timezone=BERLIN, **PRESETS["after_hours"])
    office = BusinessHours(timezone=BERLIN, **PRESETS["office"])
    for hour in range(24 * 7):
        moment = at("2026-06-01T00:30:00") + timedelta(hours=hour)
        is_office = office.is_open(moment)
        assert after.is_open(moment) is not is_office, moment


def test_overlaps_are_found_over_midnight() -> None:
    assert overlapping([Span("09:00", "12:00"), Span("12:00", "13:00")]) is None
    assert overlapping([Span("09:00", "12:00"), Span("11:59", "13:00")]) == 1
    assert overlapping([Span("22:00", "06:00"), Span("23:00", "23:30")]) == 1
