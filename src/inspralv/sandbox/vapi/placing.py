"""How a call comes about: placed, scheduled, from a browser, or from a customer."""

from __future__ import annotations

import secrets
import time
import uuid
from typing import Any

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.options import Account
from inspralv.sandbox.play import Play
from inspralv.sandbox.scripts import script_for
from inspralv.sandbox.world import World

Thing = dict[str, Any]
_ASKED = ("assistantId", "assistant", "assistantOverrides", "phoneNumberId", "customer", "name", "schedulePlan")
_OWN = {"variableValues", "metadata", "tools:append"}
_LINES = 10


def place(world: World, account: Account, body: Thing) -> Thing:
    """Call a customer, now or at the scheduled time. Raises ApiError."""
    assistant = assistant_of(world, account, body)
    if not body.get("phoneNumberId") and not body.get("phoneNumber"):
        raise ApiError(400, "Need Either `phoneNumberId` Or `phoneNumber`.")
    if body.get("phoneNumberId"):
        world.store.get("phone_numbers", account, body["phoneNumberId"])
    if not (body.get("customer") or {}).get("number"):
        raise ApiError(400, ["customer.number should not be empty"])
    more = {
        "status": "scheduled" if body.get("schedulePlan") else "queued",
        "phoneCallProvider": "twilio",
        "phoneCallTransport": "pstn",
    }
    call = new_call(world, account, body, "outboundPhoneCall", more)
    _play(world, call, assistant)
    return dict(call)


def place_web(world: World, account: Account, body: Thing) -> Thing:
    """Open a room for a call from a browser. Raises ApiError."""
    assistant = assistant_of(world, account, body)
    call = new_call(world, account, body, "webCall", {"status": "queued"})
    address = f"{world.options.public_url}/web-call/{call['id']}/{secrets.token_urlsafe(16)}"
    transport = {"provider": "daily", "conversationType": "voice", "callUrl": address}
    call |= {"webCallUrl": address, "transport": transport, "artifactPlan": {"videoRecordingEnabled": False}}
    world.start(Play(world, call, assistant).await_browser())
    return dict(call)


def resume(world: World) -> None:
    """Wait again for the calls that were scheduled before a restart."""
    for account in world.options.accounts:
        for call in world.store.scheduled(account):
            _play(world, call, assistant_of(world, account, call))


def limits(world: World) -> Thing:
    """Return the account's concurrency. Nothing is ever held back for it."""
    return {
        "concurrencyBlocked": False,
        "concurrencyLimit": _LINES,
        "remainingConcurrentCalls": max(0, _LINES - len(world.plays)),
    }


def _play(world: World, call: Thing, assistant: Thing) -> None:
    script = script_for(call["customer"]["number"], call["id"])
    world.start(Play(world, call, assistant).run(script))


def assistant_of(world: World, account: Account, body: Thing) -> Thing:
    """Return the assistant that holds the call: the saved or the inline one, with the call's overrides."""
    assistant = body.get("assistant") or world.store.find("assistants", body.get("assistantId"))
    if assistant is None or assistant.get("orgId", account.org_id) != account.org_id:
        raise ApiError(400, f"Couldn't Find Assistant {body.get('assistantId')}")
    overrides = body.get("assistantOverrides") or {}
    return {**assistant, **{name: value for name, value in overrides.items() if name not in _OWN}}


def new_call(world: World, account: Account, body: Thing, kind: str, more: Thing) -> Thing:
    """Keep a call that was just asked for."""
    call_id = _uuid7()
    base = world.options.public_url
    monitor = {"controlUrl": f"{base}/_control/{call_id}"}  # there is no sound to listen to
    asked = {name: body[name] for name in _ASKED if body.get(name) is not None}
    return world.store.add("calls", account, {**asked, "type": kind, "cost": 0, "monitor": monitor, **more}, call_id)


def _uuid7() -> str:
    value = int(time.time() * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62))
