import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.providers.vapi.examples import EXAMPLES, example, raw_example
from tests.providers.vapi.mutations import ODD_VALUES, paths, put
from tests.providers.vapi.schemas import Schemas

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import (
    CallFinished,
    CallProgressed,
    CallStatus,
    CallType,
    Ignored,
    InboundEvent,
    RouteRequested,
    Sentiment,
    Speaker,
    ToolCall,
    ToolCallsRequested,
    ToolResult,
    TranscriptHeard,
    TranscriptLine,
)
from inspralv.providers.errors import Malformed
from inspralv.providers.registry import build_registry

NOW = datetime(2026, 9, 1, 13, tzinfo=UTC)
CALL = "01990000-0000-7000-8000-0000000c0001"
ASSISTANT = "2b0c6f5e-6a4d-4c0a-8f2f-9a1f4f8d7c10"
hooks = build_registry(BaseUrls())["vapi"].hooks

KINDS: dict[str, type] = {
    "webhook.status-update.ringing": CallProgressed,
    "webhook.status-update.in-progress": CallProgressed,
    "webhook.status-update.ended": CallProgressed,
    "webhook.transcript.final": TranscriptHeard,
    "webhook.transcript.partial": TranscriptHeard,
    "webhook.conversation-update": Ignored,
    "webhook.speech-update": Ignored,
    "webhook.user-interrupted": Ignored,
    "webhook.hang": Ignored,
    "webhook.tool-calls": ToolCallsRequested,
    "webhook.tool-calls.documented-variant": ToolCallsRequested,
    "webhook.assistant-request": RouteRequested,
    "webhook.end-of-call-report": CallFinished,
    "webhook.call.deleted": Ignored,
    "webhook.campaign.predial": Ignored,
}


def read(body: object) -> InboundEvent:
    (event,) = hooks.read(json.dumps(body).encode(), NOW)
    return event


def changed(name: str, **message: Any) -> InboundEvent:
    body = example(name)
    body["message"] |= message
    return read(body)


def test_every_example_of_a_webhook_is_read_here() -> None:
    webhooks = {name for name in EXAMPLES if name.startswith("webhook.") and not name.endswith("response")}
    assert webhooks == set(KINDS)


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_every_example_is_read_into_its_event(name: str, kind: type) -> None:
    event = read(example(name))
    assert type(event) is kind
    if isinstance(event, Ignored):
        assert event.type == example(name)["message"]["type"]
    if "call" in example(name)["message"]:
        assert event.provider_call_id == example(name)["message"]["call"]["id"]
        assert event.remote_agent_id == example(name)["message"]["call"].get("assistantId")


def test_a_ringing_call() -> None:
    event = read(example("webhook.status-update.ringing"))
    assert isinstance(event, CallProgressed)
    assert event.event_key == f"status-update:{CALL}:ringing"
    assert event.occurred_at == datetime(2026, 9, 1, 12, 0, 3, tzinfo=UTC)
    call = event.call
    assert (call.status, call.type, call.started_at) == (CallStatus.RINGING, CallType.OUTBOUND, None)
    assert (call.from_number, call.to_number, call.customer_name) == ("+14155550100", "+14155550123", "Dana Lee")
    assert call.metadata == {"workspace_id": "ws_123", "agent_id": "agt_9"}


def test_a_status_update_speaks_for_itself_when_its_call_is_older() -> None:
    body = example("webhook.status-update.ended")
    body["message"]["call"] |= {"status": "in-progress", "endedReason": None}
    event = read(body)
    assert isinstance(event, CallProgressed)
    assert (event.call.status, event.call.ended_reason) == (CallStatus.COMPLETED, "customer-ended-call")


@pytest.mark.parametrize(
    ("reason", "status", "machine"),
    [
        ("customer-busy", CallStatus.BUSY, False),
        ("voicemail", CallStatus.NO_ANSWER, True),
        ("manually-canceled", CallStatus.CANCELED, False),
        ("pipeline-error-openai-llm-failed", CallStatus.FAILED, False),
        ("a-reason-of-next-year", CallStatus.COMPLETED, False),
    ],
)
def test_an_ended_call_takes_its_status_from_the_reason(reason: str, status: CallStatus, machine: bool) -> None:
    event = changed("webhook.status-update.ended", endedReason=reason)
    assert isinstance(event, CallProgressed)
    assert (event.call.status, event.call.answered_by_machine) == (status, machine)
    assert event.call.ended_reason == reason


def test_a_sentence() -> None:
    event = changed("webhook.transcript.final", timestamp=1788264003000 + 5200)
    assert isinstance(event, TranscriptHeard)
    assert event.final
    assert event.line == TranscriptLine(role=Speaker.CALLER, text="I need a cleaning on Friday.", seconds=5.2)
    assert (event.call.status, event.call.to_number) == (CallStatus.IN_PROGRESS, "+14155550123")
    assert (event.call.from_number, event.call.transcript, event.call.transcript_text) == ("+14155550100", (), None)
    partial = changed("webhook.transcript.partial", role="assistant")
    assert isinstance(partial, TranscriptHeard)
    assert not partial.final
    assert partial.line.role is Speaker.AGENT


def test_the_report_of_a_finished_call() -> None:
    event = read(example("webhook.end-of-call-report"))
    assert isinstance(event, CallFinished)
    assert event.event_key == f"end-of-call-report:{CALL}"
    call = event.call
    assert (call.status, call.duration_seconds) == (CallStatus.COMPLETED, 60)
    assert call.cost.total == 78_900
    assert call.cost.parts == {
        "transport": 14_000, "stt": 9_800, "llm": 3_100, "tts": 2_000, "platform": 50_000, "analysis": 30,
    }  # fmt: skip
    assert call.analysis.summary == "Dana asked for a cleaning on Friday and was booked for 10:00."
    assert call.analysis.success == "true"
    assert call.analysis.structured_data == {"callerName": "Dana", "appointmentBooked": True}
    assert call.analysis.sentiment is None
    assert call.recording_url is not None
    assert call.recording_url.endswith("mono.mp3?X-Amz-Expires=3600")
    assert call.recording_expires_at == datetime(2026, 9, 1, 13, 1, 5, tzinfo=UTC)
    assert [(line.role, line.seconds) for line in call.transcript] == [
        (Speaker.SYSTEM, 0), (Speaker.AGENT, 1.2), (Speaker.CALLER, 5.2), (Speaker.TOOL, 7.6), (Speaker.TOOL, 8.2),
        (Speaker.AGENT, 8.7),
    ]  # fmt: skip
    assert call.transcript[3].text == 'check_availability({"day":"friday"})'
    assert call.transcript[4].text == "Friday 10:00 is open"
    assert call.transcript_text is not None
    assert call.transcript_text.startswith("AI: Hi, thanks for calling")


def test_sentiment_comes_from_the_structured_data() -> None:
    event = changed("webhook.end-of-call-report", analysis={"structuredData": {"sentiment": "Positive"}})
    assert isinstance(event, CallFinished)
    assert event.call.analysis.sentiment is Sentiment.POSITIVE
    odd = changed("webhook.end-of-call-report", analysis={"structuredData": {"sentiment": "thrilled"}})
    assert isinstance(odd, CallFinished)
    assert odd.call.analysis.sentiment is None


@pytest.mark.parametrize("variant", ["webhook.tool-calls", "webhook.tool-calls.documented-variant"])
def test_tool_calls(variant: str) -> None:
    event = read(example(variant))
    assert isinstance(event, ToolCallsRequested)
    assert event.calls == (ToolCall(id="call_Q9OmH6", name="check_availability", arguments={"day": "friday"}),)


@pytest.mark.parametrize(
    "entry",
    [
        {"function": {"name": "f", "arguments": '{"a":1}'}},
        {"function": {"name": "f", "arguments": {"a": 1}}},
        {"name": "f", "arguments": {"a": 1}},
        {"name": "f", "parameters": {"a": 1}},
        {"function": {"name": "f", "parameters": {"a": 1}}},
    ],
)
def test_arguments_are_found_in_each_of_their_places(entry: dict[str, Any]) -> None:
    event = changed("webhook.tool-calls", toolCallList=[{"id": "1", **entry}])
    assert isinstance(event, ToolCallsRequested)
    assert event.calls == (ToolCall(id="1", name="f", arguments={"a": 1}),)


def test_the_answer_to_tool_calls_is_single_line_and_valid(schemas: Schemas) -> None:
    call = ToolCall(id="call_1", name="book", arguments={})
    results = [ToolResult(call=call, text="Friday\n10:00"), ToolResult(call=call, text="closed", is_error=True)]
    answer = json.loads(hooks.tool_answer(results))
    assert answer == {
        "results": [
            {"toolCallId": "call_1", "name": "book", "result": "Friday 10:00"},
            {"toolCallId": "call_1", "name": "book", "error": "closed"},
        ]
    }
    schemas.check("ServerMessageResponseToolCalls", answer)


def test_keys_are_equal_for_repeats_and_different_for_different_events() -> None:
    keys = {name: read(example(name)).event_key for name in KINDS}
    assert len(set(keys.values())) == len(keys)
    assert keys == {name: read(example(name)).event_key for name in KINDS}
    later = changed("webhook.transcript.final", timestamp=1788264009000)
    assert later.event_key != keys["webhook.transcript.final"]
    again = changed("webhook.status-update.ringing", timestamp=1788264009000)
    assert again.event_key == keys["webhook.status-update.ringing"]


def test_the_time_of_arrival_stands_in_for_a_missing_time() -> None:
    assert changed("webhook.hang", timestamp=None).occurred_at == NOW
    assert changed("webhook.hang", timestamp=1e300).occurred_at == NOW


def test_unknown_kinds_fields_and_reasons_are_no_error() -> None:
    event = read({"message": {"type": "brand.new", "call": {"id": "c", "newField": [1]}, "extra": {}}})
    assert isinstance(event, Ignored)
    assert (event.type, event.provider_call_id) == ("brand.new", "c")


def test_nul_characters_are_taken_out() -> None:
    event = changed("webhook.transcript.final", transcript="a\0b")
    assert isinstance(event, TranscriptHeard)
    assert event.line.text == "ab"


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"no json", b"[]", b"null", b"{}", b'{"message":null}', b'{"message":{}}', b'{"message":{"type":7}}',
        b"\xff\xfe", b'{"message":{"type":"status-update","status":"ended"}}',
        b'{"message":{"type":"end-of-call-report"}}',
        b'{"message":{"type":"end-of-call-report","call":{"status":"ended"}}}',
        b'{"message":{"type":"transcript","role":"user","transcript":"hi"}}',
        b'{"message":{"type":"transcript","role":"ghost","transcript":"hi","call":{"id":"c"}}}',
        b'{"message":{"type":"tool-calls","call":{"id":"c"}}}',
        b'{"message":{"type":"tool-calls","call":{"id":"c"},"toolCallList":[{"id":"1"}]}}',
        b'{"message":{"type":"tool-calls","call":{"id":"c"},"toolCallList":[{"id":"1","name":"f","arguments":"x"}]}}',
        b'{"message":{"type":"tool-calls","call":{"id":"c"},"toolCallList":[{"id":"1","name":"f","arguments":[1]}]}}',
        b'{"message":' * 5000,
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_so(raw: bytes) -> None:
    with pytest.raises(Malformed):
        hooks.read(raw, NOW)


@pytest.mark.parametrize("name", KINDS)
def test_nothing_but_malformed_comes_of_a_body_with_a_wrong_type_anywhere(name: str) -> None:
    """Each value of the example in turn is replaced by values of other types."""
    for path in paths(example(name)):
        for odd in ODD_VALUES:
            body = example(name)
            put(body, path, odd)
            try:
                assert hooks.read(msgspec.json.encode(body), NOW)
            except Malformed:
                continue


def test_examples_are_verified_raw() -> None:
    raw = raw_example("webhook.hang")
    assert hooks.verify(raw, {"x-vapi-secret": "s"}, "s", NOW)
