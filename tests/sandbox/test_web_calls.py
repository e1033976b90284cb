"""Web calls over a WebSocket: a conversation, and every way it ends."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any

import pytest
import websockets
from tests.providers.vapi.examples import ENDED_REASONS
from tests.providers.vapi.schemas import Schemas
from tests.sandbox.caller import Body, Caller, statuses

UNKNOWN_ROOM = 4404


async def open_room(vapi: Caller, **changes: Any) -> Body:
    assistant = await vapi.assistant(**changes)
    call: Body = await vapi.ask("POST", "/call/web", {"assistantId": assistant["id"]})
    return call


async def say(socket: websockets.ClientConnection, text: str) -> None:
    await socket.send(json.dumps({"type": "say-as-user", "content": text}))


async def hear(socket: websockets.ClientConnection, role: str = "assistant") -> str:
    """The next thing that somebody says."""
    async for raw in socket:
        message = json.loads(raw)
        if message["type"] == "transcript" and (message["role"], message["transcriptType"]) == (role, "final"):
            return str(message["transcript"])
    raise AssertionError("the call ended")


async def test_a_conversation(vapi: Caller, schemas: Schemas) -> None:
    call = await open_room(vapi)
    async with vapi.enter(call) as socket:
        assert json.loads(await socket.recv()) == {"type": "call-start"}
        assert await hear(socket) == "Hi, thanks for calling Acme Dental. How can I help?"
        await say(socket, "When are you open?")
        assert await hear(socket, "user") == "When are you open?"
        assert "nine to six" in await hear(socket)
        await say(socket, "Thank you, goodbye!")
        assert await hear(socket) == "Goodbye!"
        seen = [json.loads(raw) async for raw in socket]
    assert seen[-1] == {"type": "call-end"}
    assert seen[-2]["status"] == "ended"
    assert socket.close_code == 1000
    messages = await vapi.report(call)
    assert statuses(messages) == ["in-progress", "ended"]
    report = messages[-1]
    assert report["endedReason"] == "customer-ended-call"
    assert report["analysis"]["structuredData"] == {"sentiment": "positive"}
    assert report["transcript"].startswith("AI: Hi, thanks")
    assert report["costBreakdown"]["transport"] == 0
    schemas.check("Call", {name: value for name, value in report["call"].items() if name != "webCallUrl"})
    ended = await vapi.read(call)
    assert (ended["type"], ended["status"]) == ("webCall", "ended")
    assert (await vapi.api.get(ended["recordingUrl"])).content.startswith(b"RIFF")


async def test_the_person_hangs_up(vapi: Caller) -> None:
    call = await open_room(vapi)
    async with vapi.enter(call) as socket:
        await hear(socket)
        await socket.send(json.dumps({"type": "end-call"}))
        assert [json.loads(raw) async for raw in socket][-1] == {"type": "call-end"}
    report = (await vapi.report(call))[-1]
    assert report["endedReason"] == "customer-ended-call"
    assert report["analysis"]["summary"] == "The caller listened to the greeting and said nothing."


async def test_the_other_side_hangs_up(vapi: Caller) -> None:
    call = await open_room(vapi)
    async with vapi.enter(call) as socket:
        await hear(socket)
        await vapi.ask("POST", f"/_control/{call['id']}", {"type": "end-call"}, 200)
        assert [json.loads(raw) async for raw in socket][-1] == {"type": "call-end"}
    assert (await vapi.report(call))[-1]["endedReason"] == "assistant-ended-call"


@pytest.mark.parametrize("politely", [True, False])
async def test_a_lost_connection_ends_the_call(vapi: Caller, politely: bool) -> None:
    call = await open_room(vapi)
    async with vapi.enter(call) as socket:
        await hear(socket)
        if politely:
            await socket.close()
        else:
            socket.transport.abort()
    report = (await vapi.report(call))[-1]
    assert report["endedReason"] == "customer-ended-call"
    assert (await vapi.read(call))["status"] == "ended"


async def test_a_room_that_nobody_enters_is_closed(vapi: Caller) -> None:
    await vapi.speed(6000)  # a minute passes in a hundredth of a second
    call = await open_room(vapi)
    report = (await vapi.report(call))[-1]
    assert report["endedReason"] in ENDED_REASONS
    assert report["endedReason"].endswith("did-not-receive-customer-audio")
    await expect_no_entry(vapi, call)


async def test_a_call_that_was_canceled_before_anybody_came(vapi: Caller) -> None:
    call = await open_room(vapi)
    await vapi.ask("POST", f"/_control/{call['id']}", {"type": "end-call"}, 200)
    assert (await vapi.report(call))[-1]["endedReason"] == "manually-canceled"
    await expect_no_entry(vapi, call)


async def test_a_room_needs_its_own_address_and_is_entered_once(vapi: Caller) -> None:
    call = await open_room(vapi)
    other = await open_room(vapi)
    token = other["webCallUrl"].rpartition("/")[2]
    await expect_no_entry(vapi, call | {"webCallUrl": f"{call['webCallUrl'].rpartition('/')[0]}/{token}"})
    async with vapi.enter(call) as socket:
        await hear(socket)
        await expect_no_entry(vapi, call)
        await say(socket, "Are you still open?")
        assert "open" in await hear(socket)


async def expect_no_entry(vapi: Caller, call: Body) -> None:
    async with vapi.enter(call) as socket:
        with pytest.raises(websockets.ConnectionClosedError):
            await socket.recv()
    assert socket.close_code == UNKNOWN_ROOM


async def test_what_cannot_be_understood_is_left_alone(vapi: Caller) -> None:
    call = await open_room(vapi)
    async with vapi.enter(call) as socket:
        await hear(socket)
        for odd in ("{", "[1]", '"text"', '{"type": "dance"}', '{"type": "say-as-user", "content": " "}'):
            await socket.send(odd)
        await say(socket, "What does it cost?")
        assert "offer" in await hear(socket)


async def test_a_muted_assistant_listens(vapi: Caller) -> None:
    call = await open_room(vapi)
    async with vapi.enter(call) as socket:
        await hear(socket)
        await socket.send(json.dumps({"type": "control", "control": "mute-assistant"}))
        await say(socket, "When are you open?")
        await hear(socket, "user")
        await say(socket, "Hello?")
        await hear(socket, "user")
        await socket.send(json.dumps({"type": "control", "control": "unmute-assistant"}))
        await say(socket, "What does it cost?")
        assert "offer" in await hear(socket)
    assert (await vapi.report(call))[-1]["transcript"].count("AI: ") == 2


async def test_silence_is_asked_about_once_and_counts(vapi: Caller) -> None:
    await vapi.speed(50)
    call = await open_room(vapi)
    async with vapi.enter(call) as socket:
        await hear(socket)
        assert await hear(socket) == "Are you still there? Take your time."
        await socket.send(json.dumps({"type": "end-call"}))
        async for _ in socket:
            pass
    await vapi.speed(0)
    report = (await vapi.report(call))[-1]
    last = report["artifact"]["messages"][-1]
    assert last["secondsFromStart"] >= 10  # the silence is part of the call
    assert report["durationSeconds"] >= last["secondsFromStart"] + last["duration"] / 1000
    times = [datetime.fromisoformat(report[name]) for name in ("startedAt", "endedAt")]
    assert (times[1] - times[0]).total_seconds() == pytest.approx(report["durationSeconds"], abs=0.002)


async def test_the_longest_duration_ends_a_call(vapi: Caller) -> None:
    await vapi.speed(100)
    call = await open_room(vapi, maxDurationSeconds=10)
    async with vapi.enter(call) as socket:
        assert [json.loads(raw) async for raw in socket][-1] == {"type": "call-end"}
    await vapi.speed(0)
    report = (await vapi.report(call))[-1]
    assert (report["endedReason"], report["durationSeconds"]) == ("exceeded-max-duration", 10)


async def test_several_people_call_at_once(vapi: Caller) -> None:
    calls = [await open_room(vapi, firstMessage=f"Room {n}.") for n in range(5)]

    async def visit(n: int) -> None:
        async with vapi.enter(calls[n]) as socket:
            assert await hear(socket) == f"Room {n}."
            await say(socket, f"I am caller {n}.")
            assert f"I am caller {n}." in await hear(socket)

    await asyncio.gather(*(visit(n) for n in range(5)))
    for n, call in enumerate(calls):
        assert f"User: I am caller {n}." in (await vapi.report(call))[-1]["transcript"]
