"""/_sandbox: the developer's side of the emulator. It misbehaves on demand and tells what it saw."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.synthflow.accounts import ACCOUNTS
from inspralv.sandbox.synthflow.calls import place_inbound
from inspralv.sandbox.synthflow.ground import ApiRequest, object_of, world_of
from inspralv.sandbox.synthflow.store import Thing, shown


@post("/_sandbox/mischief", status_code=200)
async def set_mischief(request: ApiRequest) -> Thing:
    """Misbehave from now on, as the body says (see `mischief.Mischief`)."""
    try:
        world_of(request).imp.set(await object_of(request))
    except msgspec.ValidationError as error:
        raise ApiError(400, str(error)) from None
    return {}


@post("/_sandbox/reset", status_code=200)
async def reset(request: ApiRequest) -> Thing:
    """Forget everything and behave."""
    await world_of(request).reset()
    return {}


@post("/_sandbox/speed", status_code=200)
async def set_speed(request: ApiRequest) -> Thing:
    """Play calls at another speed: 1 is real time, 0 as fast as possible."""
    speed = (await object_of(request)).get("speed", 1)
    if isinstance(speed, bool) or not isinstance(speed, int | float) or speed < 0:
        raise ApiError(400, "speed must not be less than 0")
    world_of(request).speed = float(speed)
    return {}


@post("/_sandbox/drift", status_code=200)
async def drift(request: ApiRequest) -> Thing:
    """Change an assistant behind the owner's back, as somebody in the vendor's dashboard would."""
    body, store = await object_of(request), world_of(request).store
    thing, patch = store.find("assistants", str(body.get("assistantId"))), body.get("patch") or {}
    if thing is None:
        raise ApiError(404, "Assistant not found.")
    if not isinstance(patch, dict):
        raise ApiError(400, "patch must be an object")
    thing["agent"] |= patch.get("agent") or {}
    thing |= {name: value for name, value in patch.items() if name != "agent"}
    store.save()
    return shown(thing)


@post("/_sandbox/inbound", status_code=200)
async def call_in(request: ApiRequest) -> Thing:
    """Somebody calls a number: body {"to": our line, "from": the caller}."""
    body, world = await object_of(request), world_of(request)
    line, caller = str(body.get("to")), str(body.get("from", "+14155550001"))
    for account in ACCOUNTS:
        if line in {one["number"] for one in world.store.list("numbers", account)}:
            return place_inbound(world, account, line, caller)
    raise ApiError(404, "There is no such line.")


@get("/_sandbox/requests")
async def list_requests(request: ApiRequest) -> list[Any]:
    """What was asked of the API, oldest first, without keys."""
    return list(world_of(request).store.requests)


@get("/_sandbox/deliveries")
async def list_deliveries(request: ApiRequest) -> list[Any]:
    """Which webhooks were delivered, with the answers."""
    return list(world_of(request).store.deliveries)


ROUTES = [set_mischief, reset, set_speed, drift, call_in, list_requests, list_deliveries]
