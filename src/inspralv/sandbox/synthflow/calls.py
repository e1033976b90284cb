"""/calls: placing, listing, reading. A running call can be neither ended nor listened to."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.recording import make_wav
from inspralv.sandbox.scripts import script_for, talk_for
from inspralv.sandbox.synthflow.accounts import Account
from inspralv.sandbox.synthflow.ground import ApiRequest, account_of, answer, object_of, one_of, page_of, world_of
from inspralv.sandbox.synthflow.play import new_call as keep_call
from inspralv.sandbox.synthflow.play import run
from inspralv.sandbox.synthflow.rules import new_call
from inspralv.sandbox.synthflow.store import Thing, shown
from inspralv.sandbox.synthflow.world import World

_ONLY_ALONE = {"status", "custom_end_call_reason", "prompt_variables"}
_ETA = 5


@post("/calls", status_code=200)
async def make_call(request: ApiRequest) -> Thing:
    account, world = account_of(request), world_of(request)
    body = new_call(await object_of(request))
    assistant = world.store.find("assistants", body["model_id"])
    if assistant is None or assistant["_account"] != account.id:
        raise ApiError(404, "Assistant not found.")
    line = body.get("from_phone_number") or next(iter(assistant["_numbers"]), None)
    if line and line not in assistant["_numbers"]:
        raise ApiError(400, "from_phone_number is not attached to the assistant.")
    variables = {one["key"]: str(one.get("value", "")) for one in body.get("custom_variables") or ()}
    told = {"name": body["name"], "prompt_variables": variables, "_greeting": body.get("greeting")}
    call = keep_call(world, assistant, "outbound", body["phone"], line, told)
    world.start(run(world, call, assistant, script_for(body["phone"], call["call_id"])))
    if world.imp.lose_answer():
        raise ApiError(500, "The answer got lost on purpose.")
    return {**answer({"answer": "The call has been queued", "call_id": call["call_id"]}), "eta": _ETA}


@get("/calls")
async def list_calls(request: ApiRequest) -> Thing:
    """Parameters nobody knows are passed over in silence."""
    account, query = account_of(request), request.query_params
    if not query.get("model_id"):
        raise ApiError(400, "model_id is required.")
    rows = [
        call
        for call in world_of(request).store.list("calls", account)
        if call["model_id"] == query["model_id"]
        and query.get("call_status") in {None, call["status"]}
        and query.get("lead_phone_number") in {None, call["_lead"]}
        and _moment(query.get("from_date")) <= int(call["start_time"])
        and int(call["start_time"]) < _moment(query.get("to_date"), 1 << 62)
    ]
    return page_of(request, "calls", [_listed(call) for call in rows])


@get("/calls/{call_id:str}")
async def read_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    return one_of("calls", shown(world_of(request).store.get("calls", account_of(request), call_id)))


@get("/_recordings/{name:str}")
async def read_recording(request: ApiRequest, name: FromPath[str]) -> Response[bytes]:
    """Send the sound of a call; the address needs no key."""
    kept = world_of(request).store.recordings.get(name.removesuffix(".wav"))
    if not kept:
        raise ApiError(404, "Recording not found.")
    return Response(make_wav(kept[1:], kept[0]["seconds"]), media_type="audio/wav")


def place_inbound(world: World, account: Account, line: str, caller: str) -> Thing:
    """Somebody calls one of the account's numbers. Raises ApiError when no assistant answers it."""
    for assistant in world.store.list("assistants", account):
        if assistant["type"] == "inbound" and line in assistant["_numbers"]:
            call = keep_call(world, assistant, "inbound", caller, line, {})
            script = script_for(caller, call["call_id"])
            # Whoever calls is there: the endings for callees that are not make no sense here.
            talk = script if script.talks else talk_for(caller)
            world.start(run(world, call, assistant, talk))
            return shown(call)
    raise ApiError(404, "No assistant answers this number.")


def _listed(call: Thing) -> Thing:
    """The list has other names than a single call, and a duration that is a text every other time."""
    seconds = call["duration"] or 0
    return {
        **{name: value for name, value in shown(call).items() if name not in _ONLY_ALONE},
        "call_status": call["status"], "duration": str(seconds) if seconds % 2 else seconds,
        "judge_results": call["_judge"], "lead_phone_number": call["_lead"], "lead_name": call["name"],
        "agent_phone_number": call["_line"], "agents_used": [call["model_id"]], "labels": [],
    }  # fmt: skip


def _moment(text: str | None, otherwise: int = 0) -> int:
    """Return a bound in epoch milliseconds; ISO 8601 works as well. Raises ApiError(400)."""
    if text is None:
        return otherwise
    if text.isdecimal():
        return int(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ApiError(400, "The date cannot be read.") from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


ROUTES = [make_call, list_calls, read_call]
OPEN_ROUTES = [read_recording]
