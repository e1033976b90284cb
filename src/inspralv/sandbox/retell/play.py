"""One call being played: it tells the webhook address, the browser and the store what happens, in this order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from inspralv.sandbox.retell.delivery import letter_of
from inspralv.sandbox.retell.dialogue import Dialogue, analysis_of, cost_of, filled
from inspralv.sandbox.retell.endings import LATE, ending_for, reason_of, status_of
from inspralv.sandbox.retell.functions import use
from inspralv.sandbox.retell.store import Thing, now_ms, shown
from inspralv.sandbox.retell.world import World
from inspralv.sandbox.scripts import Script

_RING_SECONDS = 3.0
_GAP_SECONDS = 0.7
_ANALYSIS_SECONDS = 6.0
_LATE_SECONDS = 600.0
JOIN_SECONDS = 30.0
_USUAL_MS = 3_600_000
_NEVER_CAME = "error_user_not_joined"
_LAST = 5  # utterances that a browser is told
_BASIC = frozenset(
    {
        "call_type", "call_id", "agent_id", "agent_version", "agent_name", "call_status", "direction", "from_number",
        "to_number", "metadata", "retell_llm_dynamic_variables", "data_storage_setting", "opt_in_signed_url",
        "start_timestamp", "telephony_identifier", "access_token",
    }
)  # fmt: skip
Watcher = Callable[[Thing], None]


class Play:
    """The life of one call. `watch` is told what a browser would be told; `over` is set as soon as somebody hangs up,
    `ended` when the call object says so."""

    def __init__(self, world: World, call: Thing, agent: Thing, llm: Thing) -> None:
        self.world = world
        self.call = call
        self.agent = agent
        self.llm = llm
        self.watch: Watcher = lambda _frame: None
        self.over = asyncio.Event()
        self.ended = asyncio.Event()
        self.dialogue = Dialogue()
        self.reason = "user_hangup"
        self.values: Thing = {
            **(llm.get("default_dynamic_variables") or {}), **(call.get("retell_llm_dynamic_variables") or {}),
        }  # fmt: skip
        self._moved = asyncio.Event()
        self._started: datetime | None = None
        world.plays[call["call_id"]] = self

    def end(self, reason: str) -> None:
        """Hang up; the first reason counts."""
        if not self.over.is_set():
            self.reason = reason
            self.over.set()
            self._moved.set()

    async def run(self, script: Script) -> None:
        """Play a telephone call from dialling to its analysis."""
        await self._wait(_RING_SECONDS)
        if script.answered and not self.over.is_set():
            self.connect()
            await self._talk(script)
        self.end(reason_of(script))
        await self._close(script)

    async def await_browser(self) -> None:
        """Play a web call: wait until its browser comes, then until somebody hangs up. The talking is the gateway's."""
        while not self.over.is_set() and self._started is None:
            self._moved.clear()
            try:
                async with asyncio.timeout(JOIN_SECONDS / (self.world.speed or 1)):
                    await self._moved.wait()
            except TimeoutError:
                self.end(_NEVER_CAME)
        await self.over.wait()
        await self._close(ending_for(None, self.call["call_id"]))

    def knock(self) -> None:
        """A browser is at the door: it gets its time again."""
        self._moved.set()

    def connect(self) -> None:
        """The call is answered."""
        self._started = datetime.now(UTC)
        self.call |= {"call_status": "ongoing", "start_timestamp": now_ms()}
        self._moved.set()
        self._tell("call_started", {name: value for name, value in shown(self.call).items() if name in _BASIC})

    async def greet(self) -> None:
        """The agent says its first message, if it has one and speaks first."""
        text = str(self.llm.get("begin_message") or "")
        if text and self.llm.get("start_speaker") != "user":
            await self.speak("agent", filled(text, self.values))

    async def speak(self, who: str, text: str) -> None:
        """Somebody says something, which takes as long as it takes to say."""
        self._catch_up()
        length = self.dialogue.length_of(text)
        await self._wait(length)
        self.dialogue.add(who, text, length)
        last = [{"role": one["role"], "content": one["content"]} for one in self.dialogue.spoken[-_LAST:]]
        self.watch({"event_type": "update", "transcript": last})
        self.call |= self.dialogue.words
        self._tell_transcript()
        if self.dialogue.seconds * 1000 >= float(self.agent.get("max_call_duration_ms") or _USUAL_MS):
            self.end("max_duration_reached")
        await self._wait(_GAP_SECONDS)

    async def _talk(self, script: Script) -> None:
        if script.talks:
            await self.greet()
        for n, line in enumerate(script.lines):
            if self.over.is_set():
                return
            if n == script.tool_at:
                await use(self.world, self)
            await self.speak("agent" if line.who == "assistant" else "user", filled(line.text, self.values))

    async def _close(self, script: Script) -> None:
        """End the call, and tell of it again once it is analysed."""
        started = self._started is not None
        self._catch_up()
        seconds = self.dialogue.seconds if started else 0.0
        self.call |= {
            "call_status": status_of(self.reason, started=started), "disconnection_reason": self.reason,
        }  # fmt: skip
        if started:
            ended = self.call["start_timestamp"] + round(1000 * seconds)
            self.call |= {"end_timestamp": ended, "duration_ms": round(1000 * seconds), **self.dialogue.words}
            self._keep_recording()
        else:
            self.call["end_timestamp"] = now_ms()
        self.ended.set()
        self._tell("call_ended", shown(self.call))
        if started:
            self._tell_transcript()
        if self.world.speed:
            await self.world.pause(_LATE_SECONDS if script.name == LATE else _ANALYSIS_SECONDS)
        self._analyse(script, seconds)
        self._tell("call_analyzed", shown(self.call))
        self.world.courier.finish(self.call["call_id"])
        self.world.plays.pop(self.call["call_id"], None)
        self.world.store.save()

    def _analyse(self, script: Script, seconds: float) -> None:
        machine = self.reason == "voicemail_reached"
        found = analysis_of(script, self.agent, talked=bool(self.dialogue.spoken), machine=machine)
        cost = cost_of(seconds, phone=self.call["call_type"] == "phone_call")
        self.call |= {"call_analysis": found, "call_cost": cost}

    def _keep_recording(self) -> None:
        if self.dialogue.spoken:
            self.world.store.recordings[self.call["call_id"]] = self.dialogue.recording
            self.call["recording_url"] = f"{self.world.options.public_url}/_recordings/{self.call['call_id']}.wav"

    def _catch_up(self) -> None:
        """A call from a browser lasts as long as it really does, silences included."""
        if self._started and self.call["call_type"] == "web_call":
            real = (datetime.now(UTC) - self._started).total_seconds() * (self.world.speed or 1)
            self.dialogue.seconds = max(self.dialogue.seconds, real)

    async def _wait(self, seconds: float) -> None:
        """Let time pass, unless the call ends."""
        if not self.world.speed or self.over.is_set():
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(seconds / self.world.speed):
                await self.over.wait()
        except TimeoutError:
            return

    def _tell_transcript(self) -> None:
        self._tell("transcript_updated", {**shown(self.call), **self.dialogue.words})

    def _tell(self, event: str, call: Thing) -> None:
        letter = letter_of(self.call["_account"], self.agent, event, call)
        if letter is not None:
            self.world.courier.put(self.call["call_id"], letter)
