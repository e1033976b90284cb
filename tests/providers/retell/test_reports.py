import json
from typing import Any

import pytest
from tests.providers.retell.examples import ANSWERS

from inspralv.providers.contract import CallStatus, CallType, Speaker
from inspralv.providers.retell import wire
from inspralv.providers.retell.reports import call_report
from inspralv.providers.retell.statuses import status_of

PHONE = ANSWERS["GET /v2/get-call/call_9b1f0c2d4e6a8b0c2d4e6a8b0c2"]


def report(**changes: Any) -> Any:
    return call_report(wire.decode(json.dumps({**PHONE, **changes}).encode(), wire.Call))


def test_a_call_in_full() -> None:
    found = report(metadata={"mark": "m-1", "tenant_id": 42})
    assert (found.type, found.status, found.ended_reason) == (CallType.OUTBOUND, CallStatus.COMPLETED, "agent_hangup")
    assert (found.duration_seconds, found.mark, found.metadata) == (42, "m-1", {"tenant_id": "42"})
    assert [line.role for line in found.transcript] == [Speaker.AGENT, Speaker.CALLER, Speaker.TOOL, Speaker.TOOL]
    assert (found.transcript[0].seconds, found.transcript[2].text) == (0.4, "end_call({})")
    assert found.recording_url == "https://media.example.com/call_9b1f.wav"
    assert found.recording_expires_at is None
    assert report(opt_in_signed_url=True).recording_expires_at > found.ended_at


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"result":"Booked for nine."}', "Booked for nine."), ('{"error":"No such day."}', "No such day."), ("ok", "ok"),
        ('{"slots":["nine"]}', '{"slots":["nine"]}'), ('{"result":"a","more":1}', '{"result":"a","more":1}'),
        ('{"result":{"day":1}}', '{"result":{"day":1}}'), ("[1]", "[1]"), ("{", "{"),
    ],
)  # fmt: skip
def test_the_result_of_a_function_is_told_as_its_text(content: str, text: str) -> None:
    entries = [
        {"role": "tool_call_result", "tool_call_id": "t", "content": content},
        {"role": "agent", "content": '{"result":"said"}'},
    ]
    told = report(transcript_with_tool_calls=entries).transcript
    assert [line.text for line in told] == [text, '{"result":"said"}']


def test_types() -> None:
    assert report(call_type="web_call").type is CallType.WEB
    assert report(direction="inbound").type is CallType.INBOUND


def test_odd_times_count_as_not_given() -> None:
    found = report(start_timestamp=1e300, end_timestamp=None, duration_ms=None)
    assert (found.started_at, found.ended_at, found.duration_seconds) == (None, None, None)


def test_every_listed_call_is_read() -> None:
    for item in ANSWERS["POST /v3/list-calls"]["items"]:
        assert call_report(wire.convert(item, wire.Call)).status is CallStatus.COMPLETED


@pytest.mark.parametrize(
    ("status", "reason", "started", "expected"),
    [
        ("registered", None, False, CallStatus.QUEUED),
        ("ongoing", None, True, CallStatus.IN_PROGRESS),
        ("ended", "user_hangup", True, CallStatus.COMPLETED),
        ("ended", "manual_stopped", True, CallStatus.COMPLETED),
        ("ended", "manual_stopped", False, CallStatus.CANCELED),
        ("not_connected", "dial_no_answer", False, CallStatus.NO_ANSWER),
        ("not_connected", "dial_busy", False, CallStatus.BUSY),
        ("not_connected", "user_declined", False, CallStatus.BUSY),
        ("not_connected", "network_blocked", False, CallStatus.FAILED),
        ("not_connected", "a reason of tomorrow", False, CallStatus.FAILED),
        ("error", "error_user_not_joined", False, CallStatus.CANCELED),
        ("error", "registered_call_timeout", False, CallStatus.CANCELED),
        ("error", "concurrency_limit_reached", False, CallStatus.FAILED),
        ("error", "error_llm_websocket_open", True, CallStatus.FAILED),
        ("a status of tomorrow", None, True, CallStatus.IN_PROGRESS),
    ],
)
def test_statuses(status: str, reason: str | None, started: bool, expected: CallStatus) -> None:
    assert status_of(status, reason, started=started) is expected
