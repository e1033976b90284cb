"""Calls: phone calls, web calls, lists, and what can be done to a call."""

from __future__ import annotations

from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.recording import make_wav
from inspralv.sandbox.retell.ground import ApiRequest, account_of, object_of, world_of
from inspralv.sandbox.retell.lists import fits, page_of
from inspralv.sandbox.retell.placing import place, place_web, register
from inspralv.sandbox.retell.play import JOIN_SECONDS
from inspralv.sandbox.retell.rules import call_extras, e164, strings
from inspralv.sandbox.retell.store import OVER, Thing, new_id, now_ms, shown

_LOST = "The answer got lost on purpose"
_WORDS = frozenset({"transcript", "transcript_object", "transcript_with_tool_calls"})
_LINES = 20


@post("/v2/create-phone-call")
async def create_phone_call(request: ApiRequest) -> Thing:
    account, world = account_of(request), world_of(request)
    call = place(world, account, await object_of(request))
    if world.imp.lose_answer():
        raise ApiError(500, _LOST)
    return shown(call)


@post("/v3/create-web-call")
async def create_web_call(request: ApiRequest) -> Thing:
    """Only what a browser needs. There is no address of a server in between: the gateway is on this very machine."""
    call = place_web(world_of(request), account_of(request), await object_of(request))
    return {
        "call_id": call["call_id"], "access_token": call["access_token"], "transport": "gateway", "ice_servers": [],
        "expires_at": now_ms() + round(1000 * JOIN_SECONDS),
    }  # fmt: skip


@post("/v2/create-web-call")
async def create_older_web_call(request: ApiRequest) -> Thing:
    """The older generation answers with the call itself; there is no room to join here."""
    return shown(place_web(world_of(request), account_of(request), await object_of(request)))


@post("/v2/register-phone-call")
async def register_call(request: ApiRequest) -> Thing:
    return shown(register(world_of(request), account_of(request), await object_of(request)))


@post("/create-batch-call")
async def create_batch(request: ApiRequest) -> Thing:
    """Several calls from one number, all of them now."""
    account, world, body = account_of(request), world_of(request), await object_of(request)
    from_, tasks = e164(body, "from_number"), body.get("tasks")
    if not isinstance(tasks, list) or not tasks:
        raise ApiError(400, "tasks must be a non-empty array")
    batch_id = new_id("batch_call")
    for task in tasks:
        place(world, account, {**task, "from_number": from_})["batch_call_id"] = batch_id
    named = {"name": body.get("name") or "Batch", "scheduled_timestamp": body.get("trigger_timestamp") or now_ms()}
    return {"batch_call_id": batch_id, "from_number": from_, "total_task_count": len(tasks), **named}


@get("/v2/get-call/{call_id:str}")
async def read_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    return shown(world_of(request).store.get("calls", account_of(request), call_id))


@post("/v3/list-calls", status_code=200)
async def list_calls(request: ApiRequest) -> Thing:
    """Everything but what was said."""
    account, body = account_of(request), await object_of(request)
    found = [
        call for call in world_of(request).store.list("calls", account) if fits(call, body.get("filter_criteria") or {})
    ]
    found.sort(key=lambda call: call.get("start_timestamp") or call["_made_at"])
    return page_of(found, body, _listed)


@patch("/v2/update-call/{call_id:str}")
async def change_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    store = world_of(request).store
    call = store.get("calls", account_of(request), call_id)
    body = await object_of(request)
    call_extras(body)
    call |= {name: body[name] for name in ("metadata", "data_storage_setting", "custom_attributes") if name in body}
    store.save()
    return shown(call)


@patch("/v2/update-live-call/{call_id:str}")
async def change_live_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    """What is told to the agent is noted nowhere: a script goes on as it is written."""
    call = world_of(request).store.get("calls", account_of(request), call_id)
    body = await object_of(request)
    if call["call_status"] != "ongoing":
        raise ApiError(400, "The call is not ongoing")
    fields = body.get("fields_to_override") or {}
    if fields.get("override_dynamic_variables") is not None:
        strings(fields, "override_dynamic_variables")
    call |= {name: fields[name] for name in ("metadata", "data_storage_setting") if name in fields}
    return {"success": True}


@post("/v2/stop-call/{call_id:str}", status_code=204)
async def stop_call(request: ApiRequest, call_id: FromPath[str]) -> None:
    world = world_of(request)
    call = world.store.get("calls", account_of(request), call_id)
    play = world.plays.get(call_id)
    if call["call_status"] in OVER or play is None:
        raise ApiError(400, "The call is not ongoing")
    play.end("manual_stopped")


@delete("/v2/delete-call/{call_id:str}")
async def delete_call(request: ApiRequest, call_id: FromPath[str]) -> None:
    store = world_of(request).store
    if store.get("calls", account_of(request), call_id)["call_status"] not in OVER:
        raise ApiError(400, "The call is still going on")
    store.remove("calls", account_of(request), call_id)
    store.recordings.pop(call_id, None)


@put("/rerun-call-analysis/{call_id:str}")
async def rerun_analysis(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    call = world_of(request).store.get("calls", account_of(request), call_id)
    if not call.get("call_analysis"):
        raise ApiError(400, "The call was not analyzed yet")
    return shown(call)


@get("/get-concurrency")
async def read_concurrency(request: ApiRequest) -> Thing:
    account, store = account_of(request), world_of(request).store
    running = sum(call["call_status"] == "ongoing" for call in store.list("calls", account))
    return {
        "current_concurrency": running, "concurrency_limit": _LINES, "base_concurrency": _LINES,
        "purchased_concurrency": 0, "concurrency_purchase_limit": 100, "remaining_purchase_limit": 100,
        "concurrency_burst_enabled": False, "concurrency_burst_limit": 0, "reserved_inbound_concurrency": 0,
    }  # fmt: skip


@get("/get-api-key-info")
async def read_key(request: ApiRequest) -> Thing:
    account = account_of(request)
    return {"org_id": account.id, "org_name": account.name, "api_key_name": "server"}


@get("/_recordings/{name:str}")
async def read_recording(request: ApiRequest, name: FromPath[str]) -> Response[bytes]:
    """Send the sound of a call."""
    kept = world_of(request).store.recordings.get(name.removesuffix(".wav"))
    if not kept:
        raise ApiError(404, "There is no such recording.")
    return Response(make_wav(kept[1:], kept[0]["seconds"]), media_type="audio/wav")


def _listed(call: Thing) -> Thing:
    return {name: value for name, value in shown(call).items() if name not in _WORDS}


ROUTES = [
    create_phone_call, create_web_call, create_older_web_call, register_call, create_batch, read_call, list_calls,
    change_call, change_live_call, stop_call, delete_call, rerun_analysis, read_concurrency, read_key, read_recording,
]  # fmt: skip
