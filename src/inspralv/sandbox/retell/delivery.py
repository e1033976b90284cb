"""Webhooks, and what custom functions ask: signed with the account's key (contract, section 12)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from typing import Any

import httpx
import msgspec

from inspralv.sandbox.mischief import Imp
from inspralv.sandbox.postroom import Postroom
from inspralv.sandbox.retell.accounts import ACCOUNTS
from inspralv.sandbox.retell.store import Store, Thing, now_ms

USUAL_EVENTS = ("call_started", "call_ended", "call_analyzed")
RETRIES = 3
_OK = range(200, 300)
_SECONDS = 10.0
_RETRY_SPEED = 50  # retries are hurried when calls are played as fast as possible


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One request to somebody outside, in the account that signs it."""

    account_id: str
    kind: str
    url: str
    content: Thing
    method: str = "POST"
    headers: dict[str, str] = {}
    seconds: float = _SECONDS
    retries: int = RETRIES


class Courier(Postroom[Letter]):
    """Repeats what nobody took, a few times."""

    def __init__(self, store: Store, imp: Imp, speed: float) -> None:
        super().__init__(imp)
        self._store = store
        self.speed = speed
        self._client = httpx.AsyncClient(timeout=_SECONDS, trust_env=False)

    async def close(self) -> None:
        """Stop delivering for good."""
        await self.stop()
        await self._client.aclose()

    async def deliver(self, call_id: str, letter: Letter) -> Any:
        for attempt in range(1, letter.retries + 2):
            status, content = await self._send(letter)
            seen = {"callId": call_id, "type": letter.kind, "status": status, "attempt": attempt, "url": letter.url}
            self._store.deliveries.append(seen)
            if status in _OK:
                return content
            if attempt <= letter.retries:
                await asyncio.sleep(2 ** (attempt - 1) / (self.speed or _RETRY_SPEED))
        return None

    async def _send(self, letter: Letter) -> tuple[int, Any]:
        """Return the answer's status and JSON; status 0 means that nobody answered."""
        body = msgspec.json.encode(letter.content)
        signed = {"content-type": "application/json", "x-retell-signature": signature(body, _key(letter.account_id))}
        try:
            answer = await self._client.request(
                letter.method, letter.url, content=body, headers={**letter.headers, **signed}, timeout=letter.seconds
            )
        except httpx.HTTPError:
            return 0, None
        try:
            return answer.status_code, answer.json()
        except ValueError:
            return answer.status_code, answer.text or None


def signature(body: bytes, key: str) -> str:
    """Return the header's value: the moment, and a digest of the body and the moment."""
    stamp = str(now_ms())
    return f"v={stamp},d={hmac.new(key.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()}"


def letter_of(account_id: str, agent: Thing, event: str, call: Thing) -> Letter | None:
    """Return a webhook of a call, if its agent wants to hear of this event."""
    url, wanted = agent.get("webhook_url"), agent.get("webhook_events")
    if not url or event not in (USUAL_EVENTS if wanted is None else wanted):
        return None
    seconds = agent.get("webhook_timeout_ms", 1000 * _SECONDS) / 1000
    return Letter(account_id=account_id, kind=event, url=url, content={"event": event, "call": call}, seconds=seconds)


def _key(account_id: str) -> str:
    return next(account.api_key for account in ACCOUNTS if account.id == account_id)
