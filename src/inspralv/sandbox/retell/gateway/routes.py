"""The addresses of the gateway (contract section 13). A browser asks here directly, so the answers allow other origins."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.gateway.sessions import WRONG_TOKEN, Sessions

_ROOT = "/webrtc-proxy/{call_id:str}/v1/webrtc/sessions"
ALLOWED_HEADERS = ("authorization", "content-type", "x-retell-client-js-sdk-version")
Asked = Request[Any, Any, Any]


@post(_ROOT, status_code=201)
async def open_session(request: Asked, call_id: FromPath[str]) -> dict[str, str]:
    """Answer the offer of the browser that the call was made for."""
    body = await _object(request)
    if body.get("identity") != "client" or not isinstance(body.get("sdp"), str):
        raise ApiError(400, 'identity must be "client", and sdp an offer')
    return dict(await _sessions(request).open(call_id, _token(request), body["sdp"]))


@patch(_ROOT + "/{session_id:str}", status_code=204)
async def change_session(request: Asked, call_id: FromPath[str], session_id: FromPath[str]) -> None:
    """Take another address of the browser. Taking a call over from another browser is not emulated."""
    if request.headers.get("content-type", "").startswith("application/sdp"):
        raise ApiError(501, "Taking a call over is not emulated.")
    candidate = (await _object(request)).get("candidate")
    if not isinstance(candidate, dict):
        raise ApiError(400, "candidate must be an object")
    await _sessions(request).add_candidate(session_id, _token(request), candidate)


@delete(_ROOT + "/{session_id:str}", status_code=204)
async def close_session(request: Asked, call_id: FromPath[str], session_id: FromPath[str]) -> None:
    """The browser hangs up."""
    _sessions(request).leave(session_id, _token(request))


@get("/_sandbox/audio/{call_id:str}")
async def read_audio(request: Asked, call_id: FromPath[str]) -> dict[str, float]:
    """The developer's side: how many frames of 20 ms came from the caller, and in how many there was a voice."""
    ear = _sessions(request).heard(call_id)
    return {"frames": ear.frames, "voiced": ear.voiced, "loudness": round(ear.loudness, 4)}


def _sessions(request: Asked) -> Sessions:
    sessions: Sessions = request.app.state.gateway
    return sessions


def _token(request: Asked) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ApiError(401, WRONG_TOKEN)
    return token


async def _object(request: Asked) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError):
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "Invalid request format, please check API reference.")
    return body


ROUTES = [open_session, change_session, close_session, read_audio]
