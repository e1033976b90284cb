from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.providers.vapi.examples import example

from inspralv.providers.contract import CallReport, CallStatus, CallType, Speaker, TranscriptLine
from inspralv.providers.vapi import wire
from inspralv.providers.vapi.reports import call_report, micros


def report(name: str, **changes: Any) -> CallReport:
    return call_report(wire.decode(msgspec.json.encode(example(name) | changes), wire.Call))


def test_a_queued_call() -> None:
    call = report("call.create.response")
    assert (call.status, call.type, call.cost.total) == (CallStatus.QUEUED, CallType.OUTBOUND, 0)
    assert call.created_at == datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert call.duration_seconds is None


def test_an_ended_call_fetched_later_equals_its_webhook() -> None:
    call = report("call.ended.response")
    assert (call.status, call.duration_seconds, call.cost.total) == (CallStatus.COMPLETED, 60, 78_900)
    assert len(call.transcript) == 6
    assert call.analysis.success == "true"
    assert call.recording_expires_at is not None


def test_a_call_nobody_answered() -> None:
    call = report("call.no-answer.response")
    assert (call.status, call.started_at, call.duration_seconds) == (CallStatus.NO_ANSWER, None, None)
    assert (call.transcript, call.recording_url) == ((), None)


def test_directions() -> None:
    numbers = {"phoneNumber": {"number": "+1999"}, "customer": {"number": "+1555"}}
    inbound = report("call.ended.response", type="inboundPhoneCall", **numbers)
    assert (inbound.type, inbound.from_number, inbound.to_number) == (CallType.INBOUND, "+1555", "+1999")
    outbound = report("call.ended.response", **numbers)
    assert (outbound.type, outbound.from_number, outbound.to_number) == (CallType.OUTBOUND, "+1999", "+1555")
    web = report("call.web.create.response")
    assert (web.type, web.from_number, web.to_number) == (CallType.WEB, None, None)


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("scheduled", CallStatus.QUEUED), ("queued", CallStatus.QUEUED), ("ringing", CallStatus.RINGING),
        ("in-progress", CallStatus.IN_PROGRESS), ("forwarding", CallStatus.IN_PROGRESS),
        ("deletion-failed", CallStatus.COMPLETED), ("brand-new", CallStatus.COMPLETED),
    ],
)  # fmt: skip
def test_statuses(status: str, ours: CallStatus) -> None:
    assert report("call.ended.response", status=status).status is ours


def test_older_duplicates_are_read_when_there_is_nothing_else() -> None:
    old = {
        "artifact": None,
        "analysis": None,
        "messages": None,
        "transcript": "AI: Hello\nthere\nUser: Hi: you",
        "summary": "S",
    }
    call = report("call.ended.response", recordingUrl="https://r.example/a.mp3", **old)
    assert call.transcript == (
        TranscriptLine(role=Speaker.AGENT, text="Hello\nthere"),
        TranscriptLine(role=Speaker.CALLER, text="Hi: you"),
    )
    assert (call.analysis.summary, call.recording_url, call.recording_expires_at) == (
        "S",
        "https://r.example/a.mp3",
        None,
    )


def test_money_is_exact() -> None:
    assert [micros(dollars) for dollars in (0.0789, 3e-05, 1.1, None, 0.1 + 0.2)] == [78_900, 30, 1_100_000, 0, 300_000]


def test_times_that_are_none_count_as_not_given() -> None:
    call = report("call.ended.response", createdAt="yesterday", endedAt="")
    assert (call.created_at, call.ended_at, call.duration_seconds) == (None, None, None)


def test_a_verdict_is_text() -> None:
    assert report("call.ended.response", analysis={"successEvaluation": True}).analysis.success == "true"
    assert report("call.ended.response", analysis={"successEvaluation": 8}).analysis.success == "8"
