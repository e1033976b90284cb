import json
from datetime import UTC, datetime

import pytest
from tests.providers.retell.examples import WEBHOOKS, webhook

from inspralv.providers.contract import (
    CallFinished,
    CallProgressed,
    CallRoute,
    CallStatus,
    Ignored,
    InboundEvent,
    RouteRequested,
    Sentiment,
    Speaker,
    ToolCall,
    ToolCallsRequested,
    ToolResult,
    TranscriptHeard,
)
from inspralv.providers.errors import Malformed
from inspralv.providers.retell.webhooks import RetellHooks

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CALL, AGENT = "call_9b1f0c2d4e6a8b0c2d4e6a8b0c2", "agent_5d2e77"
HOOKS = RetellHooks()


def read(raw: bytes) -> InboundEvent:
    (event,) = HOOKS.read(raw, NOW)
    return event


@pytest.mark.parametrize("name", [name for name in WEBHOOKS if name != "call_inbound_response"])
def test_every_example_is_read(name: str) -> None:
    event = read(webhook(name))
    assert event.provider_call_id in {CALL, "call_in_5500"}
    assert event.remote_agent_id == AGENT
    assert event == read(webhook(name))


def test_a_call_begins() -> None:
    event = read(webhook("call_started"))
    assert isinstance(event, CallProgressed)
    assert (event.event_key, event.call.status) == (f"call_started:{CALL}", CallStatus.IN_PROGRESS)
    assert (event.call.from_number, event.call.to_number) == ("+14155550100", "+14155550123")


def test_the_end_comes_before_the_analysis() -> None:
    ended, analyzed = read(webhook("call_ended")), read(webhook("call_analyzed"))
    assert isinstance(ended, CallProgressed)
    assert isinstance(analyzed, CallFinished)
    assert (ended.call.status, ended.call.analysis.summary) == (CallStatus.COMPLETED, None)
    assert analyzed.call.analysis.summary == "Caller asked for a booking."
    assert analyzed.call.analysis.sentiment is Sentiment.POSITIVE
    assert (analyzed.call.analysis.success, analyzed.call.analysis.structured_data) == ("true", {"intent": "booking"})
    assert analyzed.call.cost.total == 80_500
    assert analyzed.call.cost.parts == {"tts": 49_000, "llm": 31_500}


def test_a_call_that_never_connected() -> None:
    event = read(webhook("call_ended_not_connected"))
    assert isinstance(event, CallProgressed)
    assert event.call.status in {CallStatus.NO_ANSWER, CallStatus.BUSY}
    assert (event.call.started_at, event.call.duration_seconds) == (None, None)


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("user_hangup", CallStatus.COMPLETED),
        ("dial_busy", CallStatus.BUSY),
        ("dial_no_answer", CallStatus.NO_ANSWER),
        ("dial_failed", CallStatus.FAILED),
        ("error_asr", CallStatus.FAILED),
        ("error_user_not_joined", CallStatus.CANCELED),
        ("a reason of tomorrow", CallStatus.COMPLETED),
    ],
)
def test_an_end_is_one_although_the_call_says_registered(reason: str, status: CallStatus) -> None:
    event = read(webhook("call_ended", call_status="registered", disconnection_reason=reason))
    assert isinstance(event, CallProgressed)
    assert event.call.status is status


def test_another_analysis_is_another_event() -> None:
    first, again = webhook("call_analyzed"), webhook("call_analyzed", call_analysis={"call_summary": "Differently."})
    assert read(first).event_key != read(again).event_key


def test_a_turn_is_the_last_that_somebody_said() -> None:
    said = [
        {"role": "agent", "content": "Hi", "words": [{"word": "Hi", "start": 0.4, "end": 0.6}]},
        {"role": "user", "content": "A booking", "words": [{"word": "A", "start": 2.5, "end": 2.6}]},
        {"role": "tool_call_invocation", "tool_call_id": "t", "name": "book", "arguments": "{}"},
    ]
    event = read(webhook("transcript_updated", transcript_with_tool_calls=said))
    assert isinstance(event, TranscriptHeard)
    assert (event.line.role, event.line.text, event.line.seconds) == (Speaker.CALLER, "A booking", 2.5)
    assert event.call.transcript == ()
    beside = json.loads(webhook("transcript_updated", transcript_with_tool_calls=None))
    beside["transcript_with_tool_calls"] = said
    assert read(json.dumps(beside).encode()) == event
    beside["transcript_with_tool_calls"] = []
    assert isinstance(read(json.dumps(beside).encode()), Ignored)


def test_somebody_calls_a_number() -> None:
    event = read(webhook("call_inbound_request"))
    assert isinstance(event, RouteRequested)
    assert (event.from_number, event.to_number) == ("+14155550123", "+14155550100")
    route = CallRoute(agent_id="agent_x", variables={"name": "Sam"})
    assert json.loads(HOOKS.route_answer(route)) == {
        "call_inbound": {
            "override_agent_id": "agent_x", "override_agent_version": "latest_published",
            "dynamic_variables": {"name": "Sam"},
        }
    }  # fmt: skip
    assert json.loads(HOOKS.route_answer(CallRoute())) == {"call_inbound": {}}


def test_a_function_is_asked() -> None:
    event = read(webhook("custom_tool_request"))
    assert isinstance(event, ToolCallsRequested)
    (asked,) = event.calls
    assert (asked.name, asked.arguments) == ("check_availability", {"date": "2026-11-30"})
    assert event.call
    assert event.call.status is CallStatus.IN_PROGRESS
    answer = HOOKS.tool_answer([ToolResult(call=asked, text="x" * 20_000)])
    assert json.loads(answer) == {"result": "x" * 15_000}
    broken = ToolResult(call=ToolCall(id="1", name="n", arguments={}), text="No", is_error=True)
    assert json.loads(HOOKS.tool_answer([broken])) == {"error": "No"}


def test_what_is_not_known_is_ignored() -> None:
    for name in ("transfer_started",):
        event = read(webhook(name))
        assert isinstance(event, Ignored)
        assert event.type == name
    assert isinstance(read(b'{"event":"chat_started","chat":{}}'), Ignored)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b'{"event":"call_ended"}', b'{"event":"call_inbound"}', b'{"name":"x","args":[]}',
        b'{"event":"call_ended","call":{"call_id":4}}', b'{"name":"x","args":[],"call":{"call_id":"c"}}',
    ],
)  # fmt: skip
def test_a_body_without_sense_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        HOOKS.read(body, NOW)
