"""Scripted phone calls: their webhooks in order, their endings, what they leave behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from tests.foundation.outbound.listener import Reply, as_json
from tests.providers.vapi.examples import ENDED_REASONS
from tests.providers.vapi.schemas import Schemas
from tests.sandbox.caller import Body, Caller, statuses, until

ANSWERED = ["ringing", "in-progress", "ended"]
TALKS = [
    ("01", "customer-ended-call", "positive", "true"),
    ("02", "assistant-ended-call", "neutral", "true"),
    ("03", "customer-ended-call", "negative", "false"),
    ("06", "voicemail", "neutral", "false"),
    ("08", "customer-ended-call", "positive", "true"),
]
TOOL = {
    "type": "function",
    "function": {
        "name": "book",
        "description": "Books a slot",
        "parameters": {"type": "object", "properties": {"day": {"type": "string"}, "people": {"type": "number"}}},
    },
}


def seconds_of(call: Body) -> float:
    times = [datetime.fromisoformat(call[name]) for name in ("startedAt", "endedAt")]
    return (times[1] - times[0]).total_seconds()


@pytest.mark.parametrize(("ending", "reason", "mood", "success"), TALKS)
async def test_a_conversation(
    vapi: Caller, schemas: Schemas, ending: str, reason: str, mood: str, success: str
) -> None:
    placed = await vapi.dial(await vapi.assistant(), f"+141555501{ending}")
    messages = await vapi.report(placed)
    schemas.check("ServerMessage", {"message": message_of_the_document(messages[-1])})
    assert statuses(messages) == ANSWERED
    assert messages[-1]["type"] == "end-of-call-report"
    assert [m["timestamp"] for m in messages] == sorted(m["timestamp"] for m in messages)
    report = messages[-1]
    assert report["endedReason"] == messages[-2]["endedReason"] == reason
    assert reason in ENDED_REASONS
    assert report["analysis"]["structuredData"] == {"sentiment": mood}
    assert report["analysis"]["successEvaluation"] == success
    assert report["analysis"]["summary"] == report["summary"]
    spoken = [m["transcript"] for m in messages if m["type"] == "transcript" and m["transcriptType"] == "final"]
    lines = [line.partition(": ")[2] for line in report["transcript"].split("\n")]
    assert lines == spoken
    assert spoken[0] == "Hi, thanks for calling Acme Dental. How can I help?"
    ended = await vapi.read(placed)
    assert report["durationSeconds"] == pytest.approx(seconds_of(ended), abs=0.002)
    assert report["cost"] == ended["cost"] == pytest.approx(report["costBreakdown"]["total"])
    assert ended["cost"] > 0


async def test_every_kind_of_webhook_has_the_vendors_shape(vapi: Caller, schemas: Schemas) -> None:
    messages = await vapi.call()
    kinds = {(m["type"], m.get("status"), m.get("role"), m.get("transcriptType")): m for m in messages}
    assert {kind[0] for kind in kinds} == {
        "status-update", "speech-update", "transcript", "conversation-update", "end-of-call-report"
    }  # fmt: skip
    for message in kinds.values():  # the last of each kind, which carries the longest artifact
        schemas.check("ServerMessage", {"message": message_of_the_document(message)})


def message_of_the_document(message: Body) -> Body:
    """Without what the vendor sends although its document does not say so."""
    observed = {
        "costBreakdown",
        "durationMs",
        "durationSeconds",
        "durationMinutes",
        "summary",
        "transcript",
        "recordingUrl",
    }
    line = {name: value for name, value in message["phoneNumber"].items() if name != "number"}
    report = message["type"] == "end-of-call-report"
    return {name: value for name, value in message.items() if not report or name not in observed} | {
        "phoneNumber": line
    }


@pytest.mark.parametrize(
    ("ending", "reason"),
    [("04", "customer-did-not-answer"), ("05", "customer-busy"), ("07", "twilio-failed-to-connect-call")],
)
async def test_a_call_that_is_not_answered(vapi: Caller, schemas: Schemas, ending: str, reason: str) -> None:
    placed = await vapi.dial(await vapi.assistant(), f"+141555501{ending}")
    messages = await vapi.report(placed)
    assert [m["type"] for m in messages] == ["status-update", "status-update", "end-of-call-report"]
    assert statuses(messages) == ["ringing", "ended"]
    for message in messages:
        schemas.check("ServerMessage", {"message": message_of_the_document(message)})
    assert reason in ENDED_REASONS
    ended = await vapi.read(placed)
    schemas.check("Call", {name: value for name, value in ended.items() if name != "transcript"})
    assert ended["endedReason"] == reason
    assert "startedAt" not in ended
    assert (ended["artifact"]["messages"], ended["analysis"], ended["cost"]) == ([], {}, 0)


async def test_any_other_number_has_a_conversation_and_always_the_same(vapi: Caller) -> None:
    assistant = await vapi.assistant(serverMessages=["end-of-call-report"])
    calls = [await vapi.dial(assistant, "+14155559999") for _ in range(3)]
    transcripts = {(await vapi.report(call))[-1]["transcript"] for call in calls}
    assert len(transcripts) == 1
    assert transcripts.pop().count("User: ") > 1


async def test_variables_are_filled_into_the_greeting_and_the_prompt(vapi: Caller) -> None:
    model = {"provider": "openai", "model": "gpt-4.1", "messages": [{"role": "system", "content": "Help {{ name }}."}]}
    greeting = 'Hi {{name}} from {{ company }}, {{day | default: "today"}}{{nothing}}?'
    assistant = await vapi.assistant(firstMessage=greeting, model=model)
    values = {"variableValues": {"name": "Dana", "company": "Acme & Sons"}}
    report = (await vapi.report(await vapi.dial(assistant, assistantOverrides=values)))[-1]
    assert report["transcript"].startswith("AI: Hi Dana from Acme & Sons, today?\n")
    assert report["artifact"]["messages"][0]["message"] == "Help Dana."


async def test_overrides_and_inline_assistants_hold_the_call(vapi: Caller) -> None:
    saved = await vapi.assistant()
    over = await vapi.dial(saved, assistantOverrides={"firstMessage": "Overridden."})
    assert (await vapi.report(over))[-1]["transcript"].startswith("AI: Overridden.\n")
    inline = {"firstMessage": "Inline.", "server": saved["server"], "serverMessages": ["end-of-call-report"]}
    body = {"assistant": inline, "phoneNumberId": vapi.sandbox.phone_number_id, "customer": {"number": "+14155550101"}}
    call = await vapi.ask("POST", "/call", body)
    assert (await vapi.report(call))[-1]["transcript"].startswith("AI: Inline.\n")


async def test_an_assistant_that_waits_lets_the_customer_speak_first(vapi: Caller) -> None:
    assert (await vapi.call(firstMessageMode="assistant-waits-for-user"))[-1]["transcript"].startswith("User: ")


@pytest.mark.parametrize(
    ("wanted", "seen"),
    [
        (["end-of-call-report"], {"end-of-call-report"}),
        (['transcript[transcriptType="final"]', "end-of-call-report"], {"transcript", "end-of-call-report"}),
        (None, {"status-update", "speech-update", "conversation-update", "end-of-call-report"}),
    ],
)
async def test_only_what_was_subscribed_to_is_sent(vapi: Caller, wanted: Any, seen: set[str]) -> None:
    messages = await vapi.call(serverMessages=wanted)
    assert {m["type"] for m in messages} == seen
    assert {m["transcriptType"] for m in messages if m["type"] == "transcript"} <= {"final"}


async def test_the_longest_duration_ends_a_call(vapi: Caller) -> None:
    assistant = await vapi.assistant(maxDurationSeconds=20)
    placed = await vapi.dial(assistant, "+14155550108")
    report = (await vapi.report(placed))[-1]
    assert (report["endedReason"], report["durationSeconds"]) == ("exceeded-max-duration", 20)
    assert seconds_of(await vapi.read(placed)) == 20
    last = report["artifact"]["messages"][-1]
    assert last["secondsFromStart"] + last["duration"] / 1000 <= 20.1


async def test_what_nobody_wants_analysed_is_not(vapi: Caller) -> None:
    off = {"enabled": False}
    plan = {"summaryPlan": off, "successEvaluationPlan": off, "structuredDataPlan": off}
    assert (await vapi.call(analysisPlan=plan))[-1]["analysis"] == {}


async def test_a_tool_is_used_and_its_answer_remembered(vapi: Caller, schemas: Schemas) -> None:
    def answer(received: Any) -> Reply:
        message = received.json["message"]
        if message["type"] != "tool-calls":
            return Reply()
        (call,) = message["toolCallList"]
        return as_json({"results": [{"toolCallId": call["id"], "name": "book", "result": "Booked."}]})

    vapi.hooks.script = answer
    messages = await vapi.call(model={"provider": "openai", "model": "gpt-4.1", "tools": [TOOL]})
    (asked,) = [m for m in messages if m["type"] == "tool-calls"]
    schemas.check("ServerMessage", {"message": message_of_the_document(asked)})
    assert asked["toolCallList"][0]["function"] == {"name": "book", "arguments": '{"day":"Thursday","people":2}'}
    kept = messages[-1]["artifact"]["messages"]
    (used,) = [m for m in kept if m["role"] == "tool_calls"]
    assert used["toolCalls"] == asked["toolCallList"]
    (result,) = [m for m in kept if m["role"] == "tool_call_result"]
    assert (result["toolCallId"], result["result"]) == (asked["toolCallList"][0]["id"], "Booked.")
    schemas.check("ServerMessage", {"message": message_of_the_document(messages[-1])})


async def test_a_tool_with_a_server_of_its_own_is_asked_there(vapi: Caller) -> None:
    own = {"server": {"url": f"{vapi.hooks.url}/own"}}
    model = {"provider": "openai", "model": "gpt-4.1", "tools": [TOOL | own]}
    messages = await vapi.call(model=model)
    assert "tool-calls" not in {m["type"] for m in messages}
    (asked,) = [received for received in vapi.hooks.received if received.path == "/own"]
    assert asked.json["message"]["type"] == "tool-calls"
    (result,) = [m for m in messages[-1]["artifact"]["messages"] if m["role"] == "tool_call_result"]
    assert result["result"] == "No result returned."


async def test_somebody_calls_a_line(vapi: Caller, schemas: Schemas) -> None:
    assistant = await vapi.assistant()
    (line,) = await vapi.ask("GET", "/phone-number")
    await vapi.ask("POST", "/_sandbox/inbound", {"to": line["number"], "from": "+14155557704"}, 400)
    await vapi.ask("PATCH", f"/phone-number/{line['id']}", {"provider": "vapi", "assistantId": assistant["id"]})
    call = await vapi.ask("POST", "/_sandbox/inbound", {"to": line["number"], "from": "+14155557704"}, 200)
    schemas.check("Call", call)
    messages = await vapi.report(call)
    assert statuses(messages) == ANSWERED  # although a call to that number is never answered
    assert {m["call"]["type"] for m in messages} == {"inboundPhoneCall"}
    assert {m["customer"]["number"] for m in messages} == {"+14155557704"}
    assert {m["phoneNumber"]["number"] for m in messages} == {line["number"]}
    await vapi.ask("POST", "/_sandbox/inbound", {"to": "+10000000000"}, 404)


async def test_a_line_tells_where_the_assistant_does_not(vapi: Caller) -> None:
    assistant = await vapi.assistant(server=None)
    server = {"url": f"{vapi.hooks.url}/hook"}
    await vapi.ask("PATCH", f"/phone-number/{vapi.sandbox.phone_number_id}", {"provider": "vapi", "server": server})
    assert statuses(await vapi.report(await vapi.dial(assistant))) == ANSWERED


async def test_a_ringing_call_is_canceled(vapi: Caller) -> None:
    await vapi.speed(1)
    ringing = await vapi.reach(await vapi.dial(await vapi.assistant()), "ringing")
    await vapi.speed(0)
    await vapi.ask("POST", f"/_control/{ringing['id']}", {"type": "end-call"}, 200)
    messages = await vapi.report(ringing)
    assert statuses(messages) == ["ringing", "ended"]
    assert messages[-1]["endedReason"] == "manually-canceled"
    await vapi.ask("POST", f"/_control/{ringing['id']}", {"type": "end-call"}, 404)


async def test_a_running_call_speaks_and_hangs_up_on_order(vapi: Caller) -> None:
    await vapi.speed(30)
    placed = await vapi.dial(await vapi.assistant(), "+14155550108")
    call = await vapi.reach(placed, "in-progress")
    control = f"/_control/{call['id']}"
    assert call["monitor"]["controlUrl"] == f"{vapi.sandbox.url}{control}"
    await vapi.ask("POST", control, {"type": "say", "content": "One moment please."}, 200)
    await until(lambda: any(m.get("transcript") == "One moment please." for m in vapi.messages(call)))
    await vapi.ask("POST", control, {"type": "dance"}, 400)
    await vapi.ask("POST", control, {"type": "end-call"}, 200)
    await vapi.speed(0)
    report = (await vapi.report(call))[-1]
    assert report["endedReason"] == "assistant-ended-call"
    assert "AI: One moment please." in report["transcript"]


async def test_a_muted_assistant_says_nothing_more(vapi: Caller) -> None:
    await vapi.speed(30)
    call = await vapi.reach(await vapi.dial(await vapi.assistant(), "+14155550108"), "in-progress")
    await vapi.ask("POST", f"/_control/{call['id']}", {"type": "control", "control": "mute-assistant"}, 200)
    await vapi.speed(0)
    report = (await vapi.report(call))[-1]
    assert report["transcript"].count("AI: ") <= 1 < report["transcript"].count("User: ")


async def _running(vapi: Caller) -> tuple[Body, str]:
    await vapi.speed(30)
    call = await vapi.reach(await vapi.dial(await vapi.assistant(), "+14155550108"), "in-progress")
    return call, f"/_control/{call['id']}"


async def test_a_muted_customer_is_not_heard(vapi: Caller) -> None:
    call, control = await _running(vapi)
    await vapi.ask("POST", control, {"type": "control", "control": "mute-customer"}, 200)
    await vapi.speed(0)
    report = (await vapi.report(call))[-1]
    assert report["transcript"].count("User: ") <= 1 < report["transcript"].count("AI: ")


async def test_a_message_joins_the_conversation_and_is_answered(vapi: Caller) -> None:
    call, control = await _running(vapi)
    note = {"role": "system", "content": "The caller is a member."}
    await vapi.ask("POST", control, {"type": "add-message", "message": note, "triggerResponseEnabled": False}, 200)
    asked = {"role": "user", "content": "What is the price?"}
    await vapi.ask("POST", control, {"type": "add-message", "message": asked}, 200)
    await until(lambda: any("send you an offer" in m.get("transcript", "") for m in vapi.messages(call)))
    await vapi.speed(0)
    report = (await vapi.report(call))[-1]
    assert "User: What is the price?" in report["transcript"]
    assert "The caller is a member." not in report["transcript"]
    assert {m["message"] for m in report["artifact"]["messages"] if m["role"] == "system"} >= {note["content"]}


async def test_a_call_says_its_greeting_again_and_hangs_up_after_the_last_word(vapi: Caller) -> None:
    call, control = await _running(vapi)
    await until(lambda: "User: " in str([m.get("artifact", {}).get("transcript") for m in vapi.messages(call)]))
    await vapi.ask("POST", control, {"type": "control", "control": "say-first-message"}, 200)
    await vapi.ask("POST", control, {"type": "say", "content": "We are closing.", "endCallAfterSpoken": True}, 200)
    report = (await vapi.report(call))[-1]
    assert report["endedReason"] == "assistant-ended-call"
    assert "AI: We are closing." in report["transcript"]
    first = report["artifact"]["messages"][1]["message"]
    assert report["transcript"].count(first) == 2


async def test_a_forwarded_call_ends_here(vapi: Caller) -> None:
    call, control = await _running(vapi)
    await vapi.ask("POST", control, {"type": "transfer", "destination": {}}, 400)
    there = {"type": "number", "number": "+14155550123"}
    await vapi.ask("POST", control, {"type": "transfer", "destination": there}, 200)
    await vapi.speed(0)
    assert (await vapi.report(call))[-1]["endedReason"] == "assistant-forwarded-call"


@pytest.mark.parametrize(
    "order",
    [
        [],
        {"type": "handoff"},
        {"type": "say"},
        {"type": "control", "control": "dance"},
        {"type": "add-message", "message": {"role": "tool", "content": "x"}},
    ],
    ids=str,
)
async def test_an_order_that_means_nothing_is_refused(vapi: Caller, order: Any) -> None:
    call, control = await _running(vapi)
    await vapi.ask("POST", control, order, 400)
    await vapi.speed(0)
    await vapi.report(call)


async def test_webhooks_carry_no_secret_of_their_address(vapi: Caller) -> None:
    server = {"url": f"{vapi.hooks.url}/hook", "headers": {"X-Vapi-Secret": "planted-webhook-secret"}}
    messages = await vapi.call(server=server)
    assert "planted-webhook-secret" not in str(messages)
