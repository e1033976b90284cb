"""Webhooks: queued per call, signed, retried only where the assistant has a back-off plan."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from inspralv.sandbox.mischief import Imp
from inspralv.sandbox.postroom import Postroom
from inspralv.sandbox.signing import sign
from inspralv.sandbox.store import Store, Thing
from inspralv.sandbox.tokens import Tokens

DEFAULT_MESSAGES = (
    "conversation-update", "end-of-call-report", "function-call", "hang", "speech-update", "status-update", "tool-calls",
    "transfer-destination-request", "handoff-destination-request", "user-interrupted", "assistant.started",
)  # fmt: skip
_OK = range(200, 300)
_SECONDS = 20
_RETRY_SPEED = 50  # retries are hurried when calls are played as fast as possible


@dataclass(frozen=True)
class Letter:
    """One webhook on its way."""

    org_id: str
    server: Thing
    kind: str
    body: bytes


class Courier(Postroom[Letter]):
    """Signs as the server's credential says, and repeats as its back-off plan does."""

    def __init__(self, store: Store, imp: Imp, speed: float) -> None:
        super().__init__(imp)
        self._store = store
        self.speed = speed
        self._client = httpx.AsyncClient(timeout=_SECONDS, trust_env=False)
        self._tokens = Tokens(self._client)

    def post(self, call: Thing, server: Thing | None, wanted: list[str] | None, message: Thing) -> None:
        """Queue one message for the call's webhook address, if it subscribed to this type."""
        if server and server.get("url") and is_wanted(message, wanted):
            self.put(call["id"], _letter(call, server, message))

    async def inquire(self, call: Thing, server: Thing, message: Thing) -> Any:
        """Queue a message that wants an answer; return the answer's JSON, or None when there was none."""
        return await self.ask(call["id"], _letter(call, server, message))

    async def close(self) -> None:
        """Stop delivering for good."""
        await self.stop()
        await self._client.aclose()

    async def deliver(self, call_id: str, letter: Letter) -> Any:
        plan = letter.server.get("backoffPlan") or {"maxRetries": 0}
        tries = 1 + int(plan.get("maxRetries", 0))
        wait = float(plan.get("baseDelaySeconds", 1)) / (self.speed or _RETRY_SPEED)
        for attempt in range(1, tries + 1):
            status, content = await self._send(letter)
            seen = {"callId": call_id, "type": letter.kind, "status": status, "attempt": attempt}
            self._store.deliveries.append({**seen, "url": letter.server["url"]})
            if status in _OK or status in plan.get("excludedStatusCodes", []):
                return content
            if attempt < tries:
                await asyncio.sleep(wait * (2 ** (attempt - 1) if plan.get("type") == "exponential" else 1))
        return None

    async def _send(self, letter: Letter) -> tuple[int, Any]:
        """Return the answer's status and JSON; status 0 means that nobody answered, or no token could be had."""
        server, body = letter.server, letter.body
        headers = {"content-type": "application/json"}
        headers |= {name.lower(): value for name, value in (server.get("headers") or {}).items()}
        stamp, message_id = str(int(time.time() * 1000)), f"msg_{uuid.uuid4().hex}"
        try:
            plan = await self._plan(letter)
            headers |= sign(plan, body, timestamp=stamp, message_id=message_id, url=server["url"])
            seconds = server.get("timeoutSeconds", _SECONDS)
            answer = await self._client.post(server["url"], content=body, headers=headers, timeout=seconds)
        except (httpx.HTTPError, KeyError, ValueError):
            return 0, None
        try:
            return answer.status_code, answer.json()
        except ValueError:
            return answer.status_code, None

    async def _plan(self, letter: Letter) -> Thing | None:
        """Return how to prove who is sending: the credential counts only in the organisation that made it."""
        credential = self._store.find("credentials", letter.server.get("credentialId"))
        if credential is None or credential["orgId"] != letter.org_id:
            return None
        plan: Thing = credential["authenticationPlan"]
        if plan["type"] == "oauth2":
            return {"type": "bearer", "token": await self._tokens.get(plan)}
        return plan


def is_wanted(message: Thing, wanted: list[str] | None) -> bool:
    """Whether an assistant with these `serverMessages` is told of a message."""
    types = DEFAULT_MESSAGES if wanted is None else wanted
    if message["type"] == "transcript" and message["transcriptType"] == "final":
        return "transcript" in types or 'transcript[transcriptType="final"]' in types
    return message["type"] in types


def _letter(call: Thing, server: Thing, message: Thing) -> Letter:
    return Letter(call["orgId"], server, message["type"], msgspec.json.encode({"message": message}))
