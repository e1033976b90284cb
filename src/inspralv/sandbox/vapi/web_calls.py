"""The room of a web call: a WebSocket that stands in for the provider's audio network.

To the browser: {"type": "call-start"}, {"type": "call-end"}, and client messages as the vendor's browser package emits
them (status-update, speech-update, transcript). From the browser: {"type": "say-as-user", "content": …} for what the
person says, {"type": "end-call"}, and the other orders that a running call takes (see `orders`).
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import websocket
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.play import Play
from inspralv.sandbox.scripts import FAREWELL, NUDGE, mood_of, reply_to, says_goodbye
from inspralv.sandbox.vapi.orders import carry_out
from inspralv.sandbox.world import World

_SILENCE_SECONDS = 10.0
_UNKNOWN_ROOM = 4404
_BROKEN = "worker-shutdown"
_FASTEST = 10.0  # a person cannot be hurried any more than this


@websocket("/web-call/{call_id:str}/{token:str}")
async def join_web_call(socket: WebSocket[Any, Any, Any], call_id: FromPath[str], token: FromPath[str]) -> None:
    """Hold a conversation until somebody hangs up. A room is entered once."""
    world: World = socket.app.state.world
    play = world.plays.get(call_id)
    await socket.accept()
    if play is None or play.call["status"] != "queued" or not play.call["webCallUrl"].endswith(f"/{token}"):
        await socket.close(_UNKNOWN_ROOM, "There is no such call.")
        return
    await _Room(world, play, socket).hold()


class _Room:
    def __init__(self, world: World, play: Play, socket: WebSocket[Any, Any, Any]) -> None:
        self.world = world
        self.play = play
        self.socket = socket
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.said: list[str] = []

    async def hold(self) -> None:
        self.play.watch = self.out.put_nowait
        self.out.put_nowait({"type": "call-start"})
        self.play.connect()
        writer = asyncio.create_task(self._write())
        helpers = [asyncio.create_task(work) for work in (self._read(), self._talk(), self._watch_the_clock())]
        await self.play.over.wait()
        for task in helpers:
            task.cancel()
        results = await asyncio.gather(*helpers, return_exceptions=True)
        success = "true" if self.said else "false"
        self.world.start(self.play.close(_summary(self.said), success, mood_of(self.said)))
        await writer
        for problem in results:
            if isinstance(problem, Exception):
                raise problem

    async def _talk(self) -> None:
        try:
            await self._converse()
        finally:
            self.play.end(_BROKEN)  # counts only where nobody hung up

    async def _converse(self) -> None:
        await self.play.greet()
        silence = _SILENCE_SECONDS / (self.world.speed or _FASTEST)
        while True:
            try:
                async with asyncio.timeout(silence):
                    text = await self.heard.get()
            except TimeoutError:
                await self.play.speak("assistant", NUDGE)
                text = await self.heard.get()
            self.said.append(text)
            await self.play.speak("user", text)
            if says_goodbye(text):
                await self.play.speak("assistant", str(self.play.assistant.get("endCallMessage") or FAREWELL))
                self.play.end("customer-ended-call")
                return
            await self.play.speak("assistant", reply_to(text))

    async def _watch_the_clock(self) -> None:
        await asyncio.sleep(self.play.longest / (self.world.speed or _FASTEST))
        self.play.end("exceeded-max-duration")

    async def _read(self) -> None:
        """Take what the browser sends; whatever cannot be understood is left alone."""
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                with contextlib.suppress(msgspec.DecodeError):
                    message = msgspec.json.decode(await self.socket.receive_text())
                    if isinstance(message, dict):
                        self._take(message)
        self.play.end("customer-ended-call")

    def _take(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "say-as-user" and str(message.get("content", "")).strip():
            self.heard.put_nowait(str(message["content"])[:500])
        elif kind == "end-call":
            self.play.end("customer-ended-call")
        else:
            if kind == "say":  # the browser package calls the text `message`, the control address `content`
                message = {**message, "content": message.get("message")}
            with contextlib.suppress(ApiError):
                carry_out(self.world, self.play, message)

    async def _write(self) -> None:
        """Send what happens, up to the end of the call. A browser that went away is told nothing more."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                message = await self.out.get()
                await self.socket.send_text(msgspec.json.encode(message).decode())
                if message["type"] == "call-end":
                    await self.socket.close()
                    return


def _summary(said: list[str]) -> str:
    if not said:
        return "The caller listened to the greeting and said nothing."
    things = "thing" if len(said) == 1 else "things"
    return f"A test call from the browser. The caller said {len(said)} {things}, first: “{said[0][:120]}”."


ROUTES = [join_web_call]
