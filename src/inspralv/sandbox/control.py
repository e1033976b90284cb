"""/_sandbox: the developer's side of the sandbox. It misbehaves on demand and tells what it saw."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.vapi.ground import ApiRequest, body_of, object_of, world_of
from inspralv.sandbox.vapi.inbound import place_inbound

Thing = dict[str, Any]


@post("/_sandbox/mischief", status_code=200)
async def set_mischief(request: ApiRequest) -> Thing:
    """Misbehave from now on, as the body says (see `mischief.Mischief`)."""
    try:
        world_of(request).imp.set(await body_of(request))
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
        raise ApiError(400, ["speed must not be less than 0"])
    world_of(request).courier.speed = float(speed)
    return {}


@post("/_sandbox/drift", status_code=200)
async def drift(request: ApiRequest) -> Thing:
    """Change an assistant behind the owner's back, as somebody in the vendor's dashboard would."""
    body = await object_of(request)
    store = world_of(request).store
    thing = store.find("assistants", str(body.get("assistantId")))
    if thing is None:
        raise ApiError(404, "Assistant not found")
    patch = body.get("patch") or {}
    if not isinstance(patch, dict):
        raise ApiError(400, ["patch must be an object"])
    return store.patch(thing, patch)


@post("/_sandbox/inbound", status_code=200)
async def call_in(request: ApiRequest) -> Thing:
    """Somebody calls a number: body {"to": our line, "from": the caller}."""
    body = await object_of(request)
    world = world_of(request)
    for account in world.options.accounts:
        for line in world.store.list("phone_numbers", account, {}):
            if line.get("number") == body.get("to"):
                return place_inbound(world, account, line, str(body.get("from", "+14155550001")))
    raise ApiError(404, "There is no such line")


@get("/_sandbox/requests")
async def list_requests(request: ApiRequest) -> list[Thing]:
    """What was asked of the API, oldest first, without keys."""
    return list(world_of(request).store.requests)


@get("/_sandbox/deliveries")
async def list_deliveries(request: ApiRequest) -> list[Thing]:
    """Which webhooks were delivered, with the answers."""
    return list(world_of(request).store.deliveries)


ROUTES = [set_mischief, reset, set_speed, drift, call_in, list_requests, list_deliveries]
