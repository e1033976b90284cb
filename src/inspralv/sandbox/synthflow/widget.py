"""The widget's session: plain sound over a WebSocket (contract, section 8).

The browser sends {"type": "status_client_ready"} and its microphone as signed 16-bit samples, 48,000 a second; it gets
{"type": "status_agent_ready"} and the agent's murmur, 16,000 a second. Whatever a caller says aloud is taken for the next
line of the script, since nothing here understands words.
"""

from __future__ import annotations

import array
import asyncio
import contextlib
import secrets
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import WebSocket, get
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import websocket
from litestar.params import FromPath

from inspralv.sandbox.ear import Ear
from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.scripts import FAREWELL, Script, talk_for
from inspralv.sandbox.sound import FRAME_SECONDS, Murmur, loudness
from inspralv.sandbox.synthflow.dialogue import Dialogue, Outcome, judge_of, naive
from inspralv.sandbox.synthflow.ground import ApiRequest, account_of, world_of
from inspralv.sandbox.synthflow.play import close, greeting_of, longest, new_call
from inspralv.sandbox.synthflow.store import Thing
from inspralv.sandbox.synthflow.world import World

_BYTES_PER_FRAME = round(2 * 48_000 * FRAME_SECONDS)
_FASTEST = 10.0  # a person cannot be hurried any more than this
_PATIENCE_SECONDS = 20.0
_UNKNOWN_SESSION = 4404
_NOBODY = "web"


@get("/websocket/token/{model_id:str}")
async def open_session(request: ApiRequest, model_id: FromPath[str]) -> Thing:
    account, world = account_of(request), world_of(request)
    assistant = world.store.get("assistants", account, model_id)
    if assistant["type"] != "widget":
        raise ApiError(400, "The assistant is not a widget.")
    token = secrets.token_urlsafe(24)
    world.sessions[token] = model_id
    base = world.options.public_url.replace("http", "ws", 1)
    return {"sessionURL": f"{base}/websocket/start?token={token}"}


@websocket("/websocket/start")
async def start_session(socket: WebSocket[Any, Any, Any]) -> None:
    """Hold a conversation until somebody hangs up. A session is entered once."""
    world: World = socket.app.state.world
    model_id = world.sessions.pop(socket.query_params.get("token", ""), None)
    assistant = world.store.find("assistants", model_id or "")
    await socket.accept()
    if assistant is None:
        await socket.close(_UNKNOWN_SESSION, "There is no such session.")
        return
    call = new_call(world, assistant, "widget", _NOBODY, None, {"phone_number_from": "", "phone_number_to": ""})
    await _Talk(world, call, assistant, socket).hold()


class _Talk:
    def __init__(self, world: World, call: Thing, assistant: Thing, socket: WebSocket[Any, Any, Any]) -> None:
        self.world = world
        self.call = call
        self.assistant = assistant
        self.socket = socket
        self.script: Script = talk_for(call["call_id"])
        self.dialogue = Dialogue(longest(assistant))
        self.ear = Ear()
        self.murmur = Murmur()
        self.ready = asyncio.Event()
        self.began_at = datetime.now(UTC)
        self.reason = "human_goodbye"
        self._rest = b""

    async def hold(self) -> None:
        """The first of the tasks to end ends the call: the browser has gone, or everything is said."""
        tasks = [asyncio.create_task(work) for work in (self._read(), self._converse(), self._murmur_on())]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await self.socket.close()
        status = "completed" if self.ready.is_set() else "failed"
        outcome = Outcome(status=status, reason=self.reason, began_at=self.began_at, judge=judge_of(self.script))
        self.world.start(close(self.world, self.call, self.assistant, self.dialogue, outcome))

    async def _read(self) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                message: Any = await self.socket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                if message.get("bytes"):
                    self._hear(message["bytes"])
                elif message.get("text"):
                    self._take(message["text"])

    def _take(self, text: str) -> None:
        with contextlib.suppress(msgspec.DecodeError):
            message = msgspec.json.decode(text)
            if isinstance(message, dict) and message.get("type") == "status_client_ready":
                self.ready.set()

    def _hear(self, samples: bytes) -> None:
        samples = self._rest + samples
        whole = len(samples) - len(samples) % _BYTES_PER_FRAME
        self._rest = samples[whole:]
        for at in range(0, whole, _BYTES_PER_FRAME):
            self.ear.hear(loudness(samples[at : at + _BYTES_PER_FRAME]))

    async def _converse(self) -> None:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await self.ready.wait()
        self.call |= {"status": "in-progress", "telephony_start": naive(self.began_at)}
        await self.socket.send_text('{"type":"status_agent_ready"}')
        await self._say(greeting_of(self.assistant, {}))
        for line in self.script.lines:
            if self.dialogue.is_full:
                self.reason = "max_duration"
                return
            if line.who == "user":
                await self._listen()
                self.dialogue.add("user", line.text)
            else:
                await self._say(line.text)
        await self._say(FAREWELL)
        self.reason = "agent_goodbye"

    async def _say(self, text: str) -> None:
        if text:
            self.murmur.on = True
            await asyncio.sleep(self.dialogue.add("assistant", text) / (self.world.speed or _FASTEST))
            self.murmur.on = False

    async def _listen(self) -> None:
        """Wait until the caller has said something and finished."""
        self.ear.attend()
        await self.ear.began.wait()
        await self.ear.quiet.wait()

    async def _murmur_on(self) -> None:
        """Send 20 ms of sound every 20 ms, as a line does; each sample twice, since the murmur has half as many."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await asyncio.sleep(FRAME_SECONDS)
                if self.ready.is_set() and self.murmur.on:
                    samples = array.array("h", self.murmur.next_frame())
                    await self.socket.send_bytes(array.array("h", [s for s in samples for _ in range(2)]).tobytes())


ROUTES = [open_session]
OPEN_ROUTES = [start_session]
