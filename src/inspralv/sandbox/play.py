"""One call being played: it tells the webhook address, the browser and the store what happens, in this order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from inspralv.sandbox import tool_calls
from inspralv.sandbox.reports import (
    analysis_of,
    artifact_of,
    costs_of,
    formatted,
    is_spoken,
    message_of,
    milliseconds,
    variables_in,
)  # fmt: skip
from inspralv.sandbox.scripts import Script
from inspralv.sandbox.store import Thing, now_iso
from inspralv.sandbox.world import World

_RING_SECONDS = 3.0
_WORDS_PER_SECOND = 2.6
_GAP_SECONDS = 0.7
_REPORT_SECONDS = 6.0
_JOIN_SECONDS = 60.0
_NEVER_CAME = "call.in-progress.error-assistant-did-not-receive-customer-audio"
_KEPT_BACK = {"id", "orgId", "createdAt", "updatedAt", "latestVersion", "status", "server"}
_REPORTED = {"artifact", "analysis", "costs", "costBreakdown"}
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
        self.ended = asyncio.Event()
        self.silenced: set[str] = set()
        self.reason = "customer-ended-call"
        self._moved = asyncio.Event()
        self._seconds = 0.0
        self._started: datetime | None = None
        self._values: Thing = (call.get("assistantOverrides") or {}).get("variableValues") or {}
        prompt = _prompt(assistant)
        if prompt:
            text = variables_in(prompt, self._values)
            self.messages.append(
                {"role": "system", "message": text, "time": now_in_milliseconds(), "secondsFromStart": 0}
            )
        world.plays[call["id"]] = self

    @property
    def longest(self) -> float:
        """How many seconds the call may last."""
        return float(self.assistant.get("maxDurationSeconds") or 600)

    def end(self, reason: str) -> None:
        """Hang up; the first reason counts."""
        if not self.over.is_set():
            self.reason = reason
            self.over.set()
            self._moved.set()

    async def run(self, script: Script) -> None:
        """Play a phone call from its time, if it has one, to its report."""
        if self.call["status"] == "scheduled":
            await self._wait(_seconds_until(self.call["schedulePlan"]["earliestAt"]))
        if not self.over.is_set():
            self.status("ringing")
            await self._wait(_RING_SECONDS)
        if script.answered and not self.over.is_set():
            self.connect()
            await self._talk(script)
        self.end(script.ended_reason)
        await self.close(script.summary, script.success, script.sentiment)

    async def await_browser(self) -> None:
        """Wait until the browser of a web call comes; end the call when it does not."""
        try:
            async with asyncio.timeout(_JOIN_SECONDS / (self.world.speed or 1)):
                await self._moved.wait()
        except TimeoutError:
            self.end(_NEVER_CAME)
        if self._started is None:
            await self.close("", "false", "neutral")

    def connect(self) -> None:
        """The call is answered."""
        self._started = datetime.now(UTC)
        self.call["startedAt"] = now_iso(self._started)
        self._moved.set()
        self.status("in-progress")

    async def greet(self, *, asked: bool = False) -> None:
        """The assistant says its first message, if it has one and speaks first, or is asked to."""
        text = str(self.assistant.get("firstMessage") or "")
        if text and (asked or self.assistant.get("firstMessageMode") != "assistant-waits-for-user"):
            await self.speak("assistant", variables_in(text, self._values))

    async def speak(self, who: str, text: str) -> None:
        """Somebody says something; it takes as long as it takes to say."""
        if who in self.silenced:
            return
        assert self._started is not None
        self._catch_up()
        words = text.split()
        length = min(max(0.8, len(words) / _WORDS_PER_SECOND), max(0.0, self.longest - self._seconds))
        self._tell({"type": "speech-update", "status": "started", "role": who, "turn": len(self.messages)})
        half = " ".join(words[: len(words) // 2 + 1])
        self._tell({"type": "transcript", "role": who, "transcriptType": "partial", "transcript": half})
        await self._wait(length)
        self.messages.append(message_of(who, text, self._started, self._seconds, length))
        self._seconds = min(self._seconds + length + _GAP_SECONDS, self.longest)
        self._tell({"type": "transcript", "role": who, "transcriptType": "final", "transcript": text})
        self._tell({"type": "speech-update", "status": "stopped", "role": who, "turn": len(self.messages)})
        self._tell_conversation()
        if self._seconds >= self.longest:
            self.end("exceeded-max-duration")
        await self._wait(_GAP_SECONDS)

    async def speak_last(self, text: str) -> None:
        """The assistant says something and hangs up."""
        await self.speak("assistant", text)
        self.end("assistant-ended-call")

    def note(self, role: str, text: str) -> None:
        """Something joins the conversation without being said."""
        assert self._started is not None
        self._catch_up()
        if role == "system":
            self.messages.append(
                {
                    "role": role,
                    "message": text,
                    "time": now_in_milliseconds(),
                    "secondsFromStart": round(self._seconds, 1),
                }
            )
        else:
            self.messages.append(message_of(role, text, self._started, self._seconds, 0))
        self._tell_conversation()

    def forward(self, destination: Thing) -> None:
        """The call goes on somewhere else, and ends for the assistant."""
        self.call["destination"] = destination
        self.end("assistant-forwarded-call")

    def status(self, status: str, **more: Any) -> None:
        """Move the call to a status and say so."""
        self.call["status"] = status
        self.call["updatedAt"] = now_iso()
        self._tell({"type": "status-update", "status": status, **more})

    async def close(self, summary: str, success: str, sentiment: str) -> None:
        """End the call, and report once it is analysed."""
        self._catch_up()
        seconds = self._seconds if self._started else 0.0
        ended = (self._started or datetime.now(UTC)) + timedelta(seconds=seconds)
        self.call |= {"endedAt": now_iso(ended), "endedReason": self.reason}
        spoken = [message for message in self.messages if is_spoken(message)]
        self.status("ended", endedReason=self.reason)
        self.ended.set()
        self.watch({"type": "call-end"})
        await self.world.pause(_REPORT_SECONDS)
        if spoken and (self.assistant.get("artifactPlan") or {}).get("recordingEnabled", True):
            self.world.store.recordings[self.call["id"]] = [{"seconds": seconds}, *spoken]
        self._report(seconds, analysis_of(self.assistant, summary, success, sentiment) if spoken else {})
        self.world.courier.finish(self.call["id"])
        self.world.plays.pop(self.call["id"], None)
        self.world.store.save()

    def _report(self, seconds: float, analysis: Thing) -> None:
        spoken = [message for message in self.messages if is_spoken(message)]
        total, breakdown, items = costs_of(self.call, seconds, spoken)
        base = self.world.options.public_url if self.call["id"] in self.world.store.recordings else None
        artifact = artifact_of(self.call, self.messages if spoken else [], base)
        found = {"cost": total, "costBreakdown": breakdown, "costs": items, "artifact": artifact, "analysis": analysis}
        self.call |= {**found, "updatedAt": now_iso()}
        self._tell(
            {"type": "end-of-call-report", "endedReason": self.reason, "startedAt": self.call.get("startedAt"),
             "endedAt": self.call["endedAt"], **found, "durationMs": round(seconds * 1000),
             "durationSeconds": round(seconds, 3), "durationMinutes": round(seconds / 60, 4),
             "summary": analysis.get("summary"), "transcript": artifact.get("transcript"),
             "recordingUrl": artifact.get("recordingUrl")}
        )  # fmt: skip

    async def _talk(self, script: Script) -> None:
        await self.greet()
        for n, line in enumerate(script.lines):
            if self.over.is_set():
                return
            if n == script.tool_at:
                await self._use_tool()
            await self.speak(line.who, line.text)

    async def _use_tool(self) -> None:
        """The assistant asks its first function tool, if it has one, and remembers the answer."""
        tool = tool_calls.function_tool(self.assistant)
        if tool is None:
            return
        call = tool_calls.call_of(tool)
        message = tool_calls.message_of(tool, call)
        server = tool_calls.server_of(tool, message, self._server(), self.assistant.get("serverMessages"))
        at = {"time": now_in_milliseconds(), "secondsFromStart": round(self._seconds, 1)}
        self.messages.append({"role": "tool_calls", "toolCalls": [call], "message": "", **at})
        self.watch(message)
        answer = await self.world.courier.inquire(self.call, server, self._envelope(message)) if server else None
        result = tool_calls.result_in(answer, call)
        name = call["function"]["name"]
        self.messages.append(
            {
                "role": "tool_call_result",
                "toolCallId": call["id"],
                "name": name,
                "result": result,
                **at,
                "time": now_in_milliseconds(),
            }
        )

    def _catch_up(self) -> None:
        """A call from a browser lasts as long as it really does, silences included."""
        if self._started and self.call["type"] == "webCall":
            real = (datetime.now(UTC) - self._started).total_seconds() * self.world.speed
            self._seconds = min(max(self._seconds, real), self.longest)

    async def _wait(self, seconds: float) -> None:
        """Let time pass, unless the call ends."""
        if not self.world.speed or self.over.is_set():
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout(seconds / self.world.speed):  # not wait_for, which may swallow a cancellation
                await self.over.wait()
        except TimeoutError:
            return

    def _tell_conversation(self) -> None:
        known = {"messages": list(self.messages), "messagesOpenAIFormatted": formatted(self.messages)}
        self._tell({"type": "conversation-update", **known})

    def _tell(self, message: Thing) -> None:
        message = {name: value for name, value in message.items() if value is not None}
        self.watch(message)
        wanted = self.assistant.get("serverMessages")
        self.world.courier.post(self.call, self._server(), wanted, self._envelope(message))

    def _envelope(self, message: Thing) -> Thing:
        call = {name: value for name, value in self.call.items() if name not in _REPORTED}
        envelope = {"timestamp": now_in_milliseconds(), "call": call, "assistant": as_made(self.assistant)}
        envelope["artifact"] = artifact_of(self.call, list(self.messages), None)
        if self.call.get("customer"):
            envelope["customer"] = self.call["customer"]
        line = self._line()
        if line:
            envelope["phoneNumber"] = as_made(line)
        return {**envelope, **message}

    def _server(self) -> Thing | None:
        server: Thing | None = self.assistant.get("server") or (self._line() or {}).get("server")
        return server

    def _line(self) -> Thing | None:
        return self.world.store.find("phone_numbers", self.call.get("phoneNumberId"))


def _prompt(assistant: Thing) -> str:
    messages = (assistant.get("model") or {}).get("messages") or []
    return str(messages[0].get("content", "")) if messages else ""


def as_made(thing: Thing) -> Thing:
    """Webhooks carry assistants and lines in the shape they were made in, without the address that gets them."""
    return {name: value for name, value in thing.items() if name not in _KEPT_BACK}


def _seconds_until(moment: str) -> float:
    at = datetime.fromisoformat(moment)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def now_in_milliseconds() -> int:
    """Return the time as messages write it."""
    return milliseconds(datetime.now(UTC))
