"""/call: phone calls, web calls, and the control address of a running call."""

from __future__ import annotations

from typing import Any

from litestar import delete, get, patch, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.options import Account
from inspralv.sandbox.rules import check_call, check_name, check_web_call
from inspralv.sandbox.vapi.ground import ApiRequest, account_of, body_of, object_of, world_of
from inspralv.sandbox.vapi.orders import carry_out
from inspralv.sandbox.vapi.placing import limits, place, place_web
from inspralv.sandbox.world import World

Thing = dict[str, Any]


@post("/call")
async def create_call(request: ApiRequest) -> Thing:
    account = account_of(request)
    world = world_of(request)
    body = check_call(await body_of(request))
    if body.get("customers"):
        results = [place(world, account, {**body, "customer": customer}) for customer in body["customers"]]
        answer = {"subscriptionLimits": limits(world), "results": results, "errors": []}
    else:
        answer = {**place(world, account, body), "subscriptionLimits": limits(world)}
    if world.imp.lose_answer():
        raise ApiError(500, "The answer got lost on purpose")
    return answer


@post("/call/web")
async def create_web_call(request: ApiRequest) -> Thing:
    account = account_of(request, public=True)
    return place_web(world_of(request), account, check_web_call(await body_of(request)))


@get("/call")
async def list_calls(request: ApiRequest) -> list[Thing]:
    account = account_of(request)
    return [_shown(call) for call in world_of(request).store.list("calls", account, dict(request.query_params))]


@get("/call/{call_id:str}")
async def read_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    return _shown(world_of(request).store.get("calls", account_of(request), call_id))


@patch("/call/{call_id:str}")
async def rename_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    account = account_of(request)
    return _shown(world_of(request).store.change("calls", account, call_id, check_name(await body_of(request))))


@delete("/call/{call_id:str}", status_code=200)
async def delete_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    """Cancel a scheduled call; hang up a running one; delete the data of an ended one, or of several."""
    account = account_of(request)
    body = await body_of(request)
    world = world_of(request)
    wanted = [call_id, *(body.get("ids") or [])] if isinstance(body, dict) else [call_id]
    gone = [await _delete(world, account, one) for one in dict.fromkeys(wanted)]
    return _shown(gone[0])


@post("/_control/{call_id:str}", status_code=200)
async def control_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    """The control address of a running call (contract, section 4). It needs no key."""
    world = world_of(request)
    play = world.plays.get(call_id)
    body = await object_of(request)
    if play is None or play.over.is_set():
        raise ApiError(404, "Call not found")
    carry_out(world, play, body)
    return {}


async def _delete(world: World, account: Account, call_id: str) -> Thing:
    call = world.store.get("calls", account, call_id)
    play = world.plays.get(call_id)
    scheduled = call["status"] == "scheduled"
    if play is not None and call["status"] != "ended":
        play.end("scheduled-call-deleted" if scheduled else "call-deleted")
        await play.ended.wait()
    if not scheduled:
        world.store.remove("calls", account, call_id)
        world.store.recordings.pop(call_id, None)
    return call


def _shown(call: Thing) -> Thing:
    """Lists and reads repeat some of the artifact at the top level, as the vendor's do."""
    artifact, analysis = call.get("artifact") or {}, call.get("analysis") or {}
    legacy = {
        "transcript": artifact.get("transcript"),
        "recordingUrl": artifact.get("recordingUrl"),
        "summary": analysis.get("summary"),
    }
    return {**call, **{name: value for name, value in legacy.items() if value is not None}}


ROUTES = [create_call, create_web_call, list_calls, read_call, rename_call, delete_call, control_call]
