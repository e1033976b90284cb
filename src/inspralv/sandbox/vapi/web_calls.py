"""The room of a web call: a WebSocket that stands in for the provider's audio network.

To the browser: {"type": "call-start"}, {"type": "call-end"}, and client messages as the vendor's browser package emits
them (status-update, speech-update, transcript). From the browser: {"type": "say-as-user", "content": …} for what the
person says, {"type": "control", "control": "mute-assistant" | "unmute-assistant"}, {"type": "end-call"}.
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

from inspralv.sandbox.play import Play
from inspralv.sandbox.scripts import FAREWELL, NUDGE, mood_of, reply_to, says_goodbye
from inspralv.sandbox.world import World

_SILENCE_SECONDS = 10.0
_UNKNOWN_ROOM = 4404


@websocket("/web-call/{call_id:str}/{token:str}")
async def join_web_call(socket: WebSocket[Any, Any, Any], call_id: FromPath[str], token: FromPath[str]) -> None:
    """Hold a conversation until somebody hangs up."""
    world: World = socket.app.state.world
    play: Play | None = world.plays.get(call_id)
    await socket.accept()
    if play is None or not str(play.call.get("webCallUrl", "")).endswith(f"/{token}"):
        await socket.close(_UNKNOWN_ROOM, "There is no such call.")
        return
    await _Room(world, play, socket).hold()


class _Room:
    def __init__(self, world: World, play: Play, socket: WebSocket[Any, Any, Any]) -> None:
        self.world = world
        self.play = play
        self.socket = socket
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.out: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self.said: list[str] = []

    async def hold(self) -> None:
        self.play.watch = self.out.put_nowait
        writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read())
        self.out.put_nowait({"type": "call-start"})
        self.play.connect()
        talk = asyncio.create_task(self._talk())
        over = asyncio.create_task(self.play.over.wait())
        await asyncio.wait({talk, over}, return_when=asyncio.FIRST_COMPLETED, timeout=self.play.longest)
        self.play.end("exceeded-max-duration")
        for task in (talk, over):
            task.cancel()
        mood = mood_of(self.said)
        self.world.start(self.play.close(_summary(self.said), "true" if self.said else "false", mood))
        await asyncio.sleep(0.05)
        self.out.put_nowait(None)
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(writer, 5)
        reader.cancel()

    async def _talk(self) -> None:
        await self.play.greet()
        while not self.play.over.is_set():
            try:
                text = await asyncio.wait_for(self.heard.get(), _SILENCE_SECONDS / (self.world.speed or 10))
            except TimeoutError:
                if self.said and self.said[-1] == "":
                    await asyncio.sleep(0.2)
                    continue
                self.said.append("")
                await self.play.speak("assistant", NUDGE)
                continue
            self.said = [s for s in self.said if s] + [text]
            await self.play.speak("user", text)
            if says_goodbye(text):
                await self.play.speak("assistant", FAREWELL)
                self.play.end("customer-ended-call")
                return
            await self.play.speak("assistant", reply_to(text))

    async def _read(self) -> None:
        try:
            while True:
                message = msgspec.json.decode(await self.socket.receive_text())
                if message.get("type") == "say-as-user" and str(message.get("content", "")).strip():
                    self.heard.put_nowait(str(message["content"])[:500])
                elif message.get("type") == "end-call":
                    self.play.end("customer-ended-call")
        except (WebSocketDisconnect, msgspec.DecodeError, AttributeError):
            self.play.end("customer-ended-call")

    async def _write(self) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while (message := await self.out.get()) is not None:
                await self.socket.send_text(msgspec.json.encode(message).decode())
            await self.socket.close()


def _summary(said: list[str]) -> str:
    spoken = [text for text in said if text]
    if not spoken:
        return "The caller listened to the greeting and said nothing."
    return f"A test call from the browser. The caller said {len(spoken)} thing{'s' if len(spoken) > 1 else ''}, first: “{spoken[0][:120]}”."


ROUTES = [join_web_call]
