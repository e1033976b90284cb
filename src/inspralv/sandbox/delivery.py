"""Delivering webhooks: in order for each call, signed, retried only where the assistant has a back-off plan."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import defaultdict
from typing import Any

import httpx
import msgspec

from inspralv.sandbox.mischief import Imp
from inspralv.sandbox.signing import sign
from inspralv.sandbox.store import Store, Thing

DEFAULT_MESSAGES = (
    "conversation-update", "end-of-call-report", "function-call", "hang", "speech-update", "status-update", "tool-calls",
    "transfer-destination-request", "handoff-destination-request", "user-interrupted", "assistant.started",
)  # fmt: skip
_OK = range(200, 300)


class Courier:
    """One queue per call keeps its webhooks in order, unless mischief says otherwise."""

    def __init__(self, store: Store, imp: Imp, speed: float) -> None:
        self._store = store
        self._imp = imp
        self.speed = speed
        self._queues: dict[str, asyncio.Queue[tuple[Thing, bytes] | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: dict[str, list[tuple[Thing, bytes]]] = defaultdict(list)
        self._client = httpx.AsyncClient(timeout=None, trust_env=False)

    def post(self, call: Thing, server: Thing | None, wanted: list[str] | None, message: Thing) -> None:
        """Queue one message for the call's webhook address, if it subscribed to this type."""
        if not server or not server.get("url") or not _subscribed(message, wanted or list(DEFAULT_MESSAGES)):
            return
        body = msgspec.json.encode({"message": message})
        queue = self._queues.get(call["id"])
        if queue is None:
            queue = self._queues[call["id"]] = asyncio.Queue()
            task = asyncio.create_task(self._deliver_all(call["id"], queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        held = self._held[call["id"]]
        if self._imp.late() and not held:
            held.append((server, body))
            return
        for _ in range(self._imp.copies()):
            queue.put_nowait((server, body))
        self._release(call["id"])

    def finish(self, call_id: str) -> None:
        """No more messages will come for this call."""
        self._release(call_id)
        queue = self._queues.pop(call_id, None)
        if queue is not None:
            queue.put_nowait(None)

    async def close(self) -> None:
        """Stop delivering."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    def _release(self, call_id: str) -> None:
        queue = self._queues.get(call_id)
        for entry in self._held.pop(call_id, []):
            if queue is not None:
                queue.put_nowait(entry)

    async def _deliver_all(self, call_id: str, queue: asyncio.Queue[tuple[Thing, bytes] | None]) -> None:
        while (entry := await queue.get()) is not None:
            server, body = entry
            await self._deliver(call_id, server, body)

    async def _deliver(self, call_id: str, server: Thing, body: bytes) -> None:
        if self._imp.plan.delay_seconds:
            await asyncio.sleep(self._imp.plan.delay_seconds)
        plan = server.get("backoffPlan") or {}
        tries = 1 + int(plan.get("maxRetries", 0) if plan else 0)
        wait = float(plan.get("baseDelaySeconds", 1) if plan else 0)
        for attempt in range(tries):
            status = await self._send(server, body)
            kind = msgspec.json.decode(body)["message"]["type"]
            self._store.deliveries.append({"callId": call_id, "type": kind, "status": status, "attempt": attempt + 1, "url": server["url"]})
            if status in _OK or status in plan.get("excludedStatusCodes", []):
                return
            if attempt + 1 < tries:
                await asyncio.sleep(wait * (2**attempt if plan.get("type") == "exponential" else 1) / (self.speed or 50))

    async def _send(self, server: Thing, body: bytes) -> int:
        credential = self._store.find("credentials", server.get("credentialId"))
        plan: Any = credential["authenticationPlan"] if credential else None
        headers = {"content-type": "application/json", **{k.lower(): v for k, v in (server.get("headers") or {}).items()}}
        headers |= sign(plan, body, timestamp=str(int(time.time() * 1000)), message_id=f"msg_{uuid.uuid4().hex}", url=server["url"])
        try:
            answer = await self._client.post(server["url"], content=body, headers=headers, timeout=server.get("timeoutSeconds", 20))
        except httpx.HTTPError:
            return 0
        return answer.status_code


def _subscribed(message: Thing, wanted: list[str]) -> bool:
    kind = message["type"]
    if kind in wanted:
        return True
    return kind == "transcript" and message["transcriptType"] == "final" and 'transcript[transcriptType="final"]' in wanted
