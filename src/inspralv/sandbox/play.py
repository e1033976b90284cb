"""One call being played: it tells the webhook address, the browser and the store what happens, in this order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from inspralv.sandbox.reports import analysis_of, artifact_of, costs_of, message_of, variables_in
from inspralv.sandbox.scripts import Script
from inspralv.sandbox.store import Thing, now_iso
from inspralv.sandbox.world import World

_RING_SECONDS = 3.0
_WORDS_PER_SECOND = 2.6
_GAP_SECONDS = 0.7
_REPORT_SECONDS = 6.0
Watcher = Callable[[Thing], None]


class Play:
    """The life of one call. `watch` is told what a browser would be told."""

    def __init__(self, world: World, call: Thing, assistant: Thing) -> None:
        self.world = world
        self.call = call
        self.assistant = assistant
        self.messages: list[Thing] = []
        self.watch: Watcher = lambda _message: None
        self.over = asyncio.Event()
        self.reason = "customer-ended-call"
        self._seconds = 0.0
        self._started: datetime | None = None
        prompt = _prompt(assistant)
        if prompt:
            self.messages.append({"role": "system", "message": prompt, "time": _ms(datetime.now(UTC)), "secondsFromStart": 0})
        world.plays[call["id"]] = self

    @property
    def longest(self) -> float:
        return float(self.assistant.get("maxDurationSeconds") or 600)

    def end(self, reason: str) -> None:
        """Hang up; the first reason counts."""
        if not self.over.is_set():
            self.reason = reason
            self.over.set()

    async def run(self, script: Script) -> None:
        """Play a phone call from ringing to its report."""
        self.status("ringing")
        await self._wait(_RING_SECONDS)
        if script.answered and not self.over.is_set():
            self.connect()
            await self.greet()
            for line in script.lines:
                if self.over.is_set() or self._seconds > self.longest:
                    break
                await self.speak(line.who, line.text)
        if self._seconds > self.longest:
            self.end("exceeded-max-duration")
        self.end(script.ended_reason)
        await self.close(script.summary, script.success, script.sentiment)

    def connect(self) -> None:
        """The call is answered."""
        self._started = datetime.now(UTC)
        self.call["startedAt"] = now_iso(self._started)
        self.status("in-progress")

    async def greet(self) -> None:
        """The assistant says its first message, if it has one."""
        text = str(self.assistant.get("firstMessage") or "")
        if text:
            values = ((self.call.get("assistantOverrides") or {}).get("variableValues")) or {}
            await self.speak("assistant", variables_in(text, values))

    async def speak(self, who: str, text: str) -> None:
        """Somebody says something; it takes as long as it takes to say."""
        assert self._started is not None
        length = max(0.8, len(text.split()) / _WORDS_PER_SECOND)
        self._tell({"type": "speech-update", "status": "started", "role": who, "turn": len(self.messages)})
        words = text.split()
        self._tell({"type": "transcript", "role": who, "transcriptType": "partial", "transcript": " ".join(words[: len(words) // 2 + 1])})
        await self._wait(length)
        self.messages.append(message_of(who, text, self._started, self._seconds, length))
        self._seconds += length + _GAP_SECONDS
        self._tell({"type": "transcript", "role": who, "transcriptType": "final", "transcript": text})
        self._tell({"type": "speech-update", "status": "stopped", "role": who, "turn": len(self.messages)})
        if not self.over.is_set():
            await self._wait(_GAP_SECONDS)

    def status(self, status: str, **more: Any) -> None:
        """Move the call to a status and say so."""
        self.call["status"] = status
        self.call["updatedAt"] = now_iso()
        self._tell({"type": "status-update", "status": status, **more})

    async def close(self, summary: str, success: str, sentiment: str) -> None:
        """End the call, and report once it is analysed."""
        seconds = self._seconds if self._started else 0.0
        ended = self._started + timedelta(seconds=seconds) if self._started else datetime.now(UTC)
        self.call |= {"endedAt": now_iso(ended), "endedReason": self.reason}
        spoken = [m for m in self.messages if m["role"] != "system"]
        total, breakdown, items = costs_of(self.call, seconds, spoken)
        store = self.world.store
        store.recordings[self.call["id"]] = [{"seconds": seconds}, *spoken]
        artifact = artifact_of(self.call, self.messages if spoken else [], self.world.options.public_url, ended=True)
        analysis = analysis_of(self.assistant, summary, success, sentiment) if spoken else {}
        self.status("ended", endedReason=self.reason)
        self.watch({"type": "call-end"})
        await self.world.pause(_REPORT_SECONDS)
        self.call |= {"cost": total, "costBreakdown": breakdown, "costs": items, "artifact": artifact, "analysis": analysis}
        self._tell(
            {"type": "end-of-call-report", "endedReason": self.reason, "startedAt": self.call.get("startedAt"), "endedAt": self.call["endedAt"],
             "cost": total, "costBreakdown": breakdown, "costs": items, "analysis": analysis, "artifact": artifact,
             "durationMs": round(seconds * 1000), "durationSeconds": round(seconds, 3), "durationMinutes": round(seconds / 60, 4),
             "summary": analysis.get("summary"), "transcript": artifact.get("transcript"), "recordingUrl": artifact.get("recordingUrl")}
        )  # fmt: skip
        self.world.courier.finish(self.call["id"])
        self.world.plays.pop(self.call["id"], None)
        store.save()

    async def _wait(self, seconds: float) -> None:
        """Let time pass, unless the call ends."""
        if not self.world.speed:
            await asyncio.sleep(0)
            return
        try:
            await asyncio.wait_for(self.over.wait(), seconds / self.world.speed)
        except TimeoutError:
            return

    def _tell(self, message: Thing) -> None:
        message = {name: value for name, value in message.items() if value is not None}
        self.watch(message)
        line = self.world.store.find("phone_numbers", self.call.get("phoneNumberId"))
        envelope = {
            "timestamp": _ms(datetime.now(UTC)), "call": {k: v for k, v in self.call.items() if k not in {"artifact", "analysis", "costs", "costBreakdown"}},
            "assistant": self.assistant, "artifact": message.get("artifact") or artifact_of(self.call, list(self.messages), "", ended=False),
        }  # fmt: skip
        if self.call.get("customer"):
            envelope["customer"] = self.call["customer"]
        if line:
            envelope["phoneNumber"] = line
        server = self.assistant.get("server") or (line or {}).get("server")
        self.world.courier.post(self.call, server, self.assistant.get("serverMessages"), {**envelope, **message})


def _prompt(assistant: Thing) -> str:
    messages = (assistant.get("model") or {}).get("messages") or []
    return str(messages[0].get("content", "")) if messages else ""


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
