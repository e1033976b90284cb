"""How figures, times and names are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inspralv.foundation.language.languages import Language, speaking
from inspralv.foundation.web import formats

_NOW = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "$0.00"), (270_000, "$0.27"), (1_234_567_890, "$1,234.57"),
        (4_200, "$0.0042"), (10_000, "$0.01"), (9_999, "$0.0100"),
        (-1_500_000, "-$1.50"), (10**18, "$1,000,000,000,000.00"), (None, "–"),
    ],
)  # fmt: skip
def test_money(micros: int | None, text: str) -> None:
    assert formats.money(micros) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (14_400, "14 kB"), (2_345_678, "2.3 MB"), (None, "–")],
)
def test_file_size(size: int | None, text: str) -> None:
    assert formats.file_size(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (7.4, "0:07"),
        (59.6, "1:00"),
        (147, "2:27"),
        (3599, "59:59"),
        (3600, "1h 0m"),
        (3725, "1h 2m"),
        (-3, "0:00"),
        (None, "–"),
    ],
)
def test_duration(seconds: float | None, text: str) -> None:
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (2320, "2,320"), (96.84, "96.8"), (3.0, "3"), (None, "–")])
def test_number(value: float | None, text: str) -> None:
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("language", "share", "change"),
    [("en", "79.3%", "-0.7"), ("de", "79,3\xa0%", "-0,7"), ("fr", "79,3\xa0%", "-0,7"), ("pt", "79,3%", "-0,7")],
)
def test_percent_in_the_readers_language(language: Language, share: str, change: str) -> None:
    with speaking(language):
        assert (formats.percent(79.3), formats.signed(-0.66), formats.signed(16)) == (share, change, "+16")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("+14155550100", "+1 (415) 555-0100"), ("+442079460991", "+44 2079 460 991"), ("+4930123456", "+49 30 123 456"),
        ("+35312345678", "+353 12 345 678"),
        ("+1911", "+1 911"), ("+44", "+44"), ("sip:desk@acme.test", "sip:desk@acme.test"),
        ("anonymous", "anonymous"), ("+12a", "+12a"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_phone(given: str | None, text: str) -> None:
    assert formats.phone(given) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [("Mia Moe", "MM"), ("acme", "A"), ("  ", "?"), ("(x) Ada B C", "AB"), ("Élan vital", "ÉV"), (None, "?")],
)
def test_initials(name: str | None, text: str) -> None:
    assert formats.initials(name) == text


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (timedelta(seconds=10), "just now"), (timedelta(minutes=6), "6 min ago"), (timedelta(seconds=50), "1 min ago"),
        (timedelta(hours=3), "3 h ago"), (timedelta(days=2), "2 d ago"), (-timedelta(hours=2), "in 2 h"),
        (-timedelta(days=3), "in 3 d"),
        (timedelta(days=30), "Feb 6"), (timedelta(days=400), "Feb 1, 2025"),
    ],
)  # fmt: skip
def test_relative(distance: timedelta, text: str) -> None:
    assert formats.relative(_NOW - distance, _NOW) == text


def test_exact_follows_the_time_zone_through_its_change_of_clocks() -> None:
    assert formats.exact(datetime(2026, 3, 8, 6, 59, tzinfo=UTC), "America/New_York") == "Mar 8, 2026, 1:59 AM EST"
    assert formats.exact(datetime(2026, 3, 8, 7, 0, tzinfo=UTC), "America/New_York") == "Mar 8, 2026, 3:00 AM EDT"
    assert formats.exact(datetime(2026, 3, 8, 0, 5, tzinfo=UTC)) == "Mar 8, 2026, 12:05 AM UTC"
    assert formats.exact(None) == "–"


def test_ago_carries_the_exact_moment() -> None:
    tag = formats.ago(datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), "Europe/Berlin")
    assert (
        tag == '<time datetime="2020-01-02T03:04:05Z" title="Jan 2, 2020, 4:04 AM CET" data-relative>Jan 2, 2020</time>'
    )
    assert "–" in formats.ago(None)
