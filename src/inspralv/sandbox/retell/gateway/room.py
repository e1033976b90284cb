"""A conversation by voice: the agent's lines are murmured, and whatever a caller says aloud is taken for the next line
of the script, since nothing here understands words."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Final

from inspralv.sandbox.retell.gateway.peer import Peer
from inspralv.sandbox.retell.gateway.web_call import WebCall
from inspralv.sandbox.scripts import FAREWELL, NUDGE, Script

_FASTEST: Final = 10.0  # a person cannot be hurried any more than this
_LONGEST_TURN: Final = 8.0
_BROKEN: Final = "error_retell"
_SECONDS: Final = {  # the vendor's defaults of an agent's settings
    "reminder_trigger_ms": 10_000, "end_call_after_silence_ms": 600_000, "max_call_duration_ms": 3_600_000,
}  # fmt: skip


class Room:
    """One call of one browser. `speed` is asked again and again, since tests change it during a call."""

    def __init__(self, call: WebCall, peer: Peer, script: Script, speed: Callable[[], float]) -> None:
        self.call = call
        self.peer = peer
        self.script = script
        self.speed = speed

    async def hold(self) -> None:
        """Hold the conversation until somebody hangs up or the connection is gone."""
        self.call.watch = self.peer.tell
        self.call.connect()
        tasks = [asyncio.create_task(work) for work in (self._talk(), self._watch_the_clock(), self._watch_the_line())]
        await self.call.over.wait()
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for problem in results:
            if isinstance(problem, Exception):
                raise problem

    async def _talk(self) -> None:
        try:
            await self._follow_the_script()
        finally:
            self.call.end(_BROKEN)  # counts only where nobody hung up

    async def _follow_the_script(self) -> None:
        with self._aloud():
            await self.call.greet()
        for line in self.script.lines:
            if line.who == "user":
                if not await self._hear():
                    self.call.end("inactivity")
                    return
                await self.call.speak("user", line.text)
                await self._until_quiet()
            else:
                await self._say(line.text)
        await self._say(FAREWELL)
        self.call.end("agent_hangup")

    async def _say(self, text: str) -> None:
        with self._aloud():
            await self.call.speak("agent", text)

    @contextlib.contextmanager
    def _aloud(self) -> Iterator[None]:
        self.peer.murmur.on = True
        try:
            yield
        finally:
            self.peer.murmur.on = False

    async def _hear(self) -> bool:
        """Wait until the caller says something, asking after them as often as the agent is set to. False when they never
        do."""
        reminders = self._setting("reminder_max_count", 1)
        patience = self._seconds("end_call_after_silence_ms")
        self.peer.ear.attend()
        while patience > 0:
            wait = min(patience, self._seconds("reminder_trigger_ms") if reminders else patience)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self.peer.ear.began.wait()
                    return True
            patience -= wait
            if reminders and patience > 0:
                reminders -= 1
                await self._say(NUDGE)
        return False

    async def _until_quiet(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_TURN):
                await self.peer.ear.quiet.wait()

    async def _watch_the_clock(self) -> None:
        await asyncio.sleep(self._seconds("max_call_duration_ms"))
        self.call.end("max_duration_reached")

    async def _watch_the_line(self) -> None:
        await self.peer.gone.wait()
        self.call.end("user_hangup")

    def _seconds(self, name: str) -> float:
        """Return a setting in milliseconds as seconds of the clock on the wall."""
        return self._setting(name, _SECONDS[name]) / 1000 / (self.speed() or _FASTEST)

    def _setting(self, name: str, usual: int) -> int:
        value = self.call.agent.get(name)
        return value if isinstance(value, int) else usual
