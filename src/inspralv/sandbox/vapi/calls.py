"""/call: phone calls, web calls, recordings, and the control address of a running call."""

from __future__ import annotations

import secrets
import time
import uuid
from typing import Any

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath
from litestar.response import Redirect

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.options import Account
from inspralv.sandbox.play import Play
from inspralv.sandbox.recording import make_wav
from inspralv.sandbox.rules import check_assistant, check_call
from inspralv.sandbox.scripts import script_for
from inspralv.sandbox.vapi.ground import ApiRequest, account_of, body_of, world_of
from inspralv.sandbox.world import World

Thing = dict[str, Any]


@post("/call")
async def create_call(request: ApiRequest) -> Thing:
    account = account_of(request)
    world = world_of(request)
    body = check_call(await body_of(request))
    if body.get("customers"):
        results = [_place(world, account, {**body, "customers": None, "customer": customer}) for customer in body["customers"]]
        return {"subscriptionLimits": _limits(world), "results": results, "errors": []}
    call = _place(world, account, body)
    if world.imp.lose_answer():
        raise ApiError(500, "The answer got lost on purpose")
    return call


@post("/call/web")
async def create_web_call(request: ApiRequest) -> Thing:
    account = account_of(request, public=True)
    world = world_of(request)
    body = check_call(await body_of(request))
    assistant = _assistant(world, account, body)
    call = _new_call(world, account, body, "webCall")
    address = f"{world.options.public_url}/web-call/{call['id']}/{secrets.token_urlsafe(16)}"
    call |= {"webCallUrl": address, "transport": {"provider": "daily", "conversationType": "voice", "callUrl": address},
             "artifactPlan": {"videoRecordingEnabled": False}}  # fmt: skip
    Play(world, call, assistant)
    return _shown(call)


@get("/call")
async def list_calls(request: ApiRequest) -> list[Thing]:
    return [_shown(c) for c in world_of(request).store.list("calls", account_of(request), dict(request.query_params))]


@get("/call/{call_id:str}")
async def read_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    return _shown(world_of(request).store.get("calls", account_of(request), call_id))


@patch("/call/{call_id:str}")
async def rename_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    body = await body_of(request)
    if set(body) - {"name"}:
        raise ApiError(400, [f"property {name} should not exist" for name in sorted(set(body) - {"name"})])
    return _shown(world_of(request).store.change("calls", account_of(request), call_id, body))


@delete("/call/{call_id:str}", status_code=200)
async def delete_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    return _shown(world_of(request).store.remove("calls", account_of(request), call_id))


@get("/call/{call_id:str}/{track:str}")
async def find_recording(request: ApiRequest, call_id: FromPath[str], track: FromPath[str]) -> Redirect:
    """Lead to a short-lived address of the recording."""
    world = world_of(request)
    world.store.get("calls", account_of(request), call_id)
    if not track.endswith("-recording") or call_id not in world.store.recordings:
        raise ApiError(404, "Recording not found")
    return Redirect(f"{world.options.public_url}/_recordings/{call_id}.wav", status_code=302)


@get("/_recordings/{name:str}")
async def read_recording(request: ApiRequest, name: FromPath[str]) -> Response[bytes]:
    """Send the sound of a call."""
    kept = world_of(request).store.recordings.get(name.removesuffix(".wav"))
    if not kept or not kept[1:]:
        raise ApiError(404, "Recording not found")
    return Response(make_wav(kept[1:], kept[0]["seconds"]), media_type="audio/wav")


@post("/_control/{call_id:str}", status_code=200)
async def control_call(request: ApiRequest, call_id: FromPath[str]) -> Thing:
    """The control address of a running call (contract, section 4)."""
    play = world_of(request).plays.get(call_id)
    body = await body_of(request)
    if play is None:
        raise ApiError(404, "Call not found")
    if body.get("type") == "end-call":
        play.end("manually-canceled" if play.call["status"] != "in-progress" else "assistant-ended-call")
    elif body.get("type") == "say":
        world_of(request).start(play.speak("assistant", str(body.get("content", ""))))
    elif body.get("type") not in {"add-message", "control", "transfer", "handoff"}:
        raise ApiError(400, ["type must be one of the following values: end-call, say, add-message, control, transfer, handoff"])
    return {}


def place_inbound(world: World, account: Account, line: Thing, number: str) -> Thing:
    """Somebody calls one of the account's numbers. Raises ApiError when no assistant answers it."""
    assistant = _assistant(world, account, {"assistantId": line.get("assistantId")})
    call = _new_call(
        world, account, {"assistantId": assistant["id"], "phoneNumberId": line["id"], "customer": {"number": number}}, "inboundPhoneCall"
    )
    world.start(Play(world, call, assistant).run(script_for(number, call["id"])))
    return call


def _place(world: World, account: Account, body: Thing) -> Thing:
    assistant = _assistant(world, account, body)
    if not body.get("phoneNumberId") and not body.get("phoneNumber"):
        raise ApiError(400, "Need Either `phoneNumberId` Or `phoneNumber`.")
    if body.get("phoneNumberId"):
        world.store.get("phone_numbers", account, body["phoneNumberId"])
    if not (body.get("customer") or {}).get("number"):
        raise ApiError(400, ["customer.number should not be empty"])
    call = _new_call(world, account, body, "outboundPhoneCall")
    call |= {"phoneCallProvider": "twilio", "phoneCallTransport": "pstn", "subscriptionLimits": _limits(world)}
    play = Play(world, call, assistant)
    world.start(play.run(script_for(body["customer"]["number"], call["id"])))
    return _shown(dict(call))


def _assistant(world: World, account: Account, body: Thing) -> Thing:
    if body.get("assistant"):
        return check_assistant(body["assistant"])
    assistant = world.store.find("assistants", body.get("assistantId"))
    if assistant is None or assistant["orgId"] != account.org_id:
        raise ApiError(400, f"Couldn't Find Assistant {body.get('assistantId')}")
    return {**assistant, **{k: v for k, v in (body.get("assistantOverrides") or {}).items() if k not in {"variableValues", "metadata"}}}


def _new_call(world: World, account: Account, body: Thing, kind: str) -> Thing:
    call_id = _uuid7()
    base = world.options.public_url
    kept = {k: v for k, v in body.items() if v is not None and k in {"assistantId", "assistantOverrides", "phoneNumberId", "customer", "name", "schedulePlan"}}
    fields = {
        **kept, "type": kind, "status": "queued", "cost": 0,
        "monitor": {"listenUrl": f"{base}/_listen/{call_id}".replace("http", "ws", 1), "controlUrl": f"{base}/_control/{call_id}"},
    }  # fmt: skip
    return world.store.add("calls", account, fields, call_id)


def _shown(call: Thing) -> Thing:
    """Lists and reads repeat some of the artifact at the top level, as the vendor's do."""
    artifact, analysis = call.get("artifact") or {}, call.get("analysis") or {}
    legacy = {"transcript": artifact.get("transcript"), "recordingUrl": artifact.get("recordingUrl"), "summary": analysis.get("summary")}
    return {**call, **{k: v for k, v in legacy.items() if v is not None}}


def _limits(world: World) -> Thing:
    return {"concurrencyBlocked": False, "concurrencyLimit": 10, "remainingConcurrentCalls": max(0, 10 - len(world.plays))}


def _uuid7() -> str:
    value = int(time.time() * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62))


ROUTES = [create_call, create_web_call, list_calls, read_call, rename_call, delete_call, find_recording, read_recording, control_call]
