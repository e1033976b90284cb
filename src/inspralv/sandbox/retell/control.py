"""/_sandbox: the developer's side of the emulator. It misbehaves on demand and tells what it saw."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import get, post

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell import versions
from inspralv.sandbox.retell.accounts import ACCOUNTS
from inspralv.sandbox.retell.agents import agent_shown
from inspralv.sandbox.retell.ground import ApiRequest, object_of, world_of
from inspralv.sandbox.retell.placing import ring
from inspralv.sandbox.retell.store import Thing, now_ms


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
    await request.app.state.gateway.close()
    await world_of(request).reset()
    return {}


@post("/_sandbox/speed", status_code=200)
async def set_speed(request: ApiRequest) -> Thing:
    """Play calls at another speed: 1 is real time, 0 as fast as possible."""
    speed = (await object_of(request)).get("speed", 1)
    if isinstance(speed, bool) or not isinstance(speed, int | float) or speed < 0:
        raise ApiError(400, "speed must not be less than 0")
    world_of(request).courier.speed = float(speed)
    return {}


@post("/_sandbox/drift", status_code=200)
async def drift(request: ApiRequest) -> Thing:
    """Change an agent behind the owner's back, as somebody in the vendor's dashboard would: body {"agentId", "patch":
    fields of the agent, "llm": fields of its LLM}. What was published stays so."""
    body, store = await object_of(request), world_of(request).store
    thing = store.find("agents", str(body.get("agentId")))
    if thing is None:
        raise ApiError(404, "There is no such agent.")
    changes = [body.get("patch") or {}, body.get("llm") or {}]
    if not all(isinstance(one, dict) for one in changes):
        raise ApiError(400, "patch and llm must be objects")
    was_published = versions.pick(thing)["is_published"]
    version = versions.draft(store, thing, versions.pick(thing)["version"]) if was_published else versions.pick(thing)
    llm = versions.llm_of(store, version)
    for target, change in zip((version, llm), changes, strict=True):
        if target is not None:
            target |= {**change, "last_modification_timestamp": now_ms()}
    if was_published:
        versions.publish(store, thing, {"version": version["version"]})
    store.save()
    return agent_shown(thing)


@post("/_sandbox/inbound", status_code=200)
async def call_in(request: ApiRequest) -> Thing:
    """Somebody calls a number: body {"to": our line, "from": the caller}."""
    body, world = await object_of(request), world_of(request)
    to, caller = str(body.get("to")), str(body.get("from", "+14155550001"))
    for account in ACCOUNTS:
        for line in world.store.list("numbers", account):
            if line["phone_number"] == to:
                world.start(ring(world, account, line, caller))
                return {}
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
