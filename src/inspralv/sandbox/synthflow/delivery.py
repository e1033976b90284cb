"""What goes out: the one signed delivery after a call, and what custom actions ask during it. All of it is logged."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from inspralv.sandbox.synthflow.accounts import ACCOUNTS
from inspralv.sandbox.synthflow.store import Thing
from inspralv.sandbox.synthflow.world import World

SIGNATURE_HEADER = "HTTP_SYNTHFLOW_SIGNATURE"
_OK = range(200, 300)
_LATE_SECONDS = 0.2


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One request to somebody outside. `kind` is the word of the vendor's log."""

    kind: str
    url: str
    method: str = "POST"
    headers: dict[str, str] = {}
    params: dict[str, str] = {}
    body: bytes | None = None
    action_id: str = ""


async def post_call(world: World, call: Thing, assistant: Thing) -> None:
    """Tell the address of the assistant that its call is over. Nothing is repeated when nobody takes it."""
    url = assistant.get("external_webhook_url")
    if not url:
        return
    body = msgspec.json.encode(report_of(call))
    headers = {SIGNATURE_HEADER: signature_of(call["call_id"], _secret_of(call["_account"]))}
    for _ in range(world.imp.copies()):
        await world.pause(world.imp.plan.delay_seconds)
        if world.imp.late():
            await world.pause(_LATE_SECONDS * (world.speed or 1))
        await send(world, call, Letter(kind="external_webhook", url=url, headers=headers, body=body))


async def send(world: World, call: Thing, letter: Letter) -> Any:
    """Ask somebody something; return the JSON of the answer, None when there is none."""
    began, at = time.monotonic(), datetime.now(UTC).isoformat()
    status, content = 0, None
    headers = {"content-type": "application/json", **letter.headers}
    try:
        reply = await world.client.request(
            letter.method, letter.url, content=letter.body, headers=headers, params=letter.params or None
        )
        status, content = reply.status_code, _json(reply)
    except httpx.HTTPError:
        content = None
    world.store.logs.appendleft(
        {
            "webhook_log_id": str(uuid.uuid4()), "webhook_type": letter.kind, "webhook_url": letter.url,
            "call_id": call["call_id"], "model_id": call["model_id"], "workspace_id": call["_account"],
            "action_id": letter.action_id, "request_timestamp": at, "attempt_number": 1, "request_headers": {},
            "request_payload": msgspec.json.decode(letter.body) if letter.body else {},
            "response_status_code": status, "http_method": letter.method,
            "duration_ms": round(1000 * (time.monotonic() - began)),
            "response_payload": content if isinstance(content, dict) else {},
            "status": "success" if status in _OK else "failed",
        }
    )  # fmt: skip
    world.store.deliveries.append(
        {"callId": call["call_id"], "type": letter.kind, "status": status, "attempt": 1, "url": letter.url}
    )  # fmt: skip
    return content


def signature_of(call_id: str, secret: str) -> str:
    """Return the signature of a delivery; the body is not signed (contract, section 6)."""
    return base64.b64encode(hmac.new(secret.encode(), call_id.encode(), hashlib.sha256).digest()).decode()


def report_of(call: Thing) -> Thing:
    """Return the body of a delivery, whose names and times differ from the API's."""
    began = datetime.fromtimestamp(int(call["start_time"]) / 1000, UTC)
    inner = {name: call.get(name) for name in ("status", "end_call_reason", "model_id", "call_id", "timezone")}
    return {
        "status": call["status"],
        "error_message": call["error_message"],
        "lead": {
            "name": call.get("name") or "", "phone_number": call["_lead"], "prompt_variables": call["prompt_variables"]
        },
        "call": {
            **inner, "duration": int(call["duration"] or 0), "start_time": began.isoformat(),
            "transcript": call["transcript"] or "", "recording_url": call["recording_url"],
        },
        "executed_actions": call["executed_actions"],
        "analysis": call["_judge"],
        "collected_variables": None,
    }  # fmt: skip


def _secret_of(account_id: str) -> str:
    return next(account.webhook_key for account in ACCOUNTS if account.id == account_id)


def _json(reply: httpx.Response) -> Any:
    try:
        return reply.json()
    except ValueError:
        return None
