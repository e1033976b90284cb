"""When a domain is proved, when it lapses, and when it is looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from inspralv.domains.policy import Verdict, judge, next_look, reason_of
from inspralv.domains.schemas import Domain, Seen

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RIGHT = Seen(("code",), True, ("target.example",), True, True)
NO_TXT = Seen((), True, ("target.example",), True, True)
OTHER_TXT = Seen(("theirs",), True, ("target.example",), True, True)
NO_CNAME = Seen(("code",), True, (), True, False)
SILENT = Seen((), False, (), False, False)


def domain(**changes: Any) -> Domain:
    plain = Domain(
        id=uuid4(), hostname="voice.northwind.example", is_primary=False, verification_token="code", state="waiting",
        reason="", seen=Seen(), verified_at=None, lapsed_at=None, checked_at=None, failing_since=None, failed_looks=0,
        created_at=NOW - timedelta(days=30),
    )  # fmt: skip
    return msgspec.structs.replace(plain, **changes)


PROVED = domain(state="active", verified_at=NOW - timedelta(days=20))


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (RIGHT, ""), (NO_TXT, "no_txt"), (OTHER_TXT, "other_txt"), (NO_CNAME, "no_cname"), (SILENT, "unanswered"),
        (Seen(("spf", "code"), True, ("target.example",), True, True), ""),
        (Seen(("code",), True, ("elsewhere.example",), True, False), "other_cname"),
        (Seen((), False, (), True, False), "no_cname"),
        (Seen(("code",), True, (), False, False), "unanswered"),
        (Seen(("theirs",), True, (), False, False), "other_txt"),
    ],
)  # fmt: skip
def test_reasons(seen: Seen, reason: str) -> None:
    assert reason_of("code", seen) == reason


def test_both_records_prove_it_and_one_does_not() -> None:
    assert judge(domain(), RIGHT, NOW).became == "verified"
    for seen in (NO_TXT, OTHER_TXT, NO_CNAME, SILENT):
        verdict = judge(domain(), seen, NOW)
        assert (verdict.became, verdict.verified_at, verdict.lapsed_at) == ("", None, None)


def test_another_code_ends_it_at_once() -> None:
    verdict = judge(PROVED, OTHER_TXT, NOW)
    assert (verdict.became, verdict.verified_at, verdict.lapsed_at) == ("lapsed", None, NOW)


@pytest.mark.parametrize("seen", [NO_TXT, NO_CNAME])
def test_a_missing_record_ends_it_after_three_looks_over_a_day(seen: Seen) -> None:
    first = judge(PROVED, seen, NOW)
    assert (first.became, first.failed_looks, first.failing_since) == ("", 1, NOW)
    impatient = msgspec.structs.replace(PROVED, failed_looks=9, failing_since=NOW - timedelta(hours=23))
    assert judge(impatient, seen, NOW).became == ""
    seldom = msgspec.structs.replace(PROVED, failed_looks=1, failing_since=NOW - timedelta(days=3))
    assert judge(seldom, seen, NOW).became == ""
    due = msgspec.structs.replace(PROVED, failed_looks=2, failing_since=NOW - timedelta(hours=24))
    assert judge(due, seen, NOW).became == "lapsed"


def test_servers_that_are_gone_for_a_week_while_ours_answer_end_it() -> None:
    """Whoever has the zone next could set both records."""
    alone = msgspec.structs.replace(SILENT, alone=True)
    first = judge(PROVED, alone, NOW)
    assert (first.became, first.failed_looks, first.failing_since) == ("", 1, NOW)
    patient = msgspec.structs.replace(PROVED, failed_looks=12, failing_since=NOW - timedelta(days=6))
    assert judge(patient, alone, NOW).became == ""
    due = msgspec.structs.replace(PROVED, failed_looks=12, failing_since=NOW - timedelta(days=7))
    assert (judge(due, alone, NOW).became, judge(due, alone, NOW).reason) == ("lapsed", "unanswered")


def test_an_outage_of_everything_costs_nothing_however_long() -> None:
    failing = msgspec.structs.replace(PROVED, failed_looks=2, failing_since=NOW - timedelta(days=9))
    verdict = judge(failing, SILENT, NOW)
    assert (verdict.became, verdict.verified_at) == ("", PROVED.verified_at)
    assert (verdict.failed_looks, verdict.failing_since) == (2, failing.failing_since)


def test_a_record_that_is_back_clears_the_count() -> None:
    failing = msgspec.structs.replace(PROVED, failed_looks=2, failing_since=NOW - timedelta(days=1))
    verdict = judge(failing, RIGHT, NOW)
    assert (verdict.became, verdict.failed_looks, verdict.failing_since) == ("", 0, None)


def test_a_lapsed_one_comes_back_by_proof_only() -> None:
    lapsed = domain(state="lapsed", lapsed_at=NOW - timedelta(days=1))
    assert judge(lapsed, NO_CNAME, NOW).lapsed_at == lapsed.lapsed_at
    verdict = judge(lapsed, RIGHT, NOW)
    assert (verdict.became, verdict.verified_at, verdict.lapsed_at) == ("verified", NOW, None)


def test_when_to_look_again() -> None:
    waits = Verdict(verified_at=None, lapsed_at=None, reason="no_txt")
    ages = (timedelta(0), timedelta(hours=4), timedelta(days=6), timedelta(days=8))
    found = [next_look(domain(created_at=NOW - age), waits, NOW) for age in ages]
    assert found == [timedelta(minutes=1), timedelta(hours=1), timedelta(hours=6), None]
    proved = Verdict(verified_at=NOW, lapsed_at=None, reason="")
    assert next_look(domain(), proved, NOW) is None
    failing = msgspec.structs.replace(proved, reason="no_txt")
    assert next_look(domain(), failing, NOW) == timedelta(hours=12)
