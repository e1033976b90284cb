"""Calls from the browser: plain sound both ways over a WebSocket."""

from __future__ import annotations

import array
import asyncio
import contextlib
import json
import math
from typing import Any

import pytest
import websockets
from tests.sandbox.synthflow.caller import Caller, until

FRAME = 960  # samples in 20 ms at 48,000 a second


def tone() -> bytes:
    return array.array("h", [round(9000 * math.sin(0.03 * n)) for n in range(FRAME)]).tobytes()


async def enter(acme: Caller, model_id: str) -> Any:
    """The address of a new session."""
    reply = await acme.api.get(f"/websocket/token/{model_id}")
    assert reply.status_code == 200, reply.text
    url = reply.json()["sessionURL"]
    assert url.startswith("ws://")
    return url


async def the_call(acme: Caller, model_id: str) -> dict[str, Any]:
    async def ended() -> list[dict[str, Any]]:
        rows = (await acme.ask("GET", f"/calls?model_id={model_id}"))["response"]["calls"]
        return [row for row in rows if row["call_status"] in {"completed", "failed"}]

    (row,) = await until(ended, bool)
    return dict(row)


async def test_a_conversation_by_sound(acme: Caller) -> None:
    model_id = await acme.assistant("widget")
    heard, ready = bytearray(), asyncio.Event()
    async with websockets.connect(await enter(acme, model_id), proxy=None) as socket:

        async def speak() -> None:
            """Say something for a while, then nothing, again and again."""
            while True:
                for part in (tone(),) * 20 + (bytes(2 * FRAME),) * 40:
                    await socket.send(part)
                    await asyncio.sleep(0.002)

        await socket.send('{"type":"status_client_ready"}')
        speaking = asyncio.create_task(speak())
        with contextlib.suppress(websockets.ConnectionClosed):
            async for message in socket:
                if isinstance(message, str):
                    assert json.loads(message) == {"type": "status_agent_ready"}
                    ready.set()
                else:
                    assert ready.is_set()
                    heard += message
        speaking.cancel()
    loud = array.array("h", bytes(heard))
    assert len(loud) > 16_000
    assert max(loud) > 2000
    call = await the_call(acme, model_id)
    assert (call["campaign_type"], call["end_call_reason"]) == ("widget", "agent_goodbye")
    assert "bot: Hi" in call["transcript"]
    assert "human: " in call["transcript"]
    assert len(await acme.told()) == 1


async def test_hanging_up(acme: Caller) -> None:
    model_id = await acme.assistant("widget")
    async with websockets.connect(await enter(acme, model_id), proxy=None) as socket:
        await socket.send('{"type":"status_client_ready"}')
        assert isinstance(await socket.recv(), str)
        await socket.send("not JSON")
        await socket.recv()
    call = await the_call(acme, model_id)
    assert (call["call_status"], call["end_call_reason"]) == ("completed", "human_goodbye")


async def test_a_browser_that_never_gets_ready(acme: Caller) -> None:
    model_id = await acme.assistant("widget")
    async with websockets.connect(await enter(acme, model_id), proxy=None):
        pass
    assert (await the_call(acme, model_id))["call_status"] == "failed"


async def test_a_session_is_entered_once_and_by_its_token(acme: Caller) -> None:
    model_id = await acme.assistant("widget")
    url = await enter(acme, model_id)
    async with websockets.connect(url, proxy=None):
        for other in (url, url.replace("token=", "token=x"), url.partition("?")[0]):
            async with websockets.connect(other, proxy=None) as late:
                with pytest.raises(websockets.ConnectionClosed) as closed:
                    await late.recv()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 4404


async def test_only_widgets_have_sessions(acme: Caller, rival: Caller) -> None:
    model_id = await acme.assistant("outbound")
    assert (await acme.api.get(f"/websocket/token/{model_id}")).status_code == 400
    widget = await acme.assistant("widget")
    assert (await rival.api.get(f"/websocket/token/{widget}")).status_code == 404
    assert (await acme.api.get("/eu/websocket/token/x")).status_code == 401
