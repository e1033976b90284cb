"""Recordings: the address with a key leads to one without, as the vendor's does."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.recording import make_wav
from inspralv.sandbox.vapi.ground import ApiRequest, account_of, world_of

_TRACKS = {"mono-recording": "", "assistant-recording": "-assistant", "customer-recording": "-customer"}
_VOICES = {"assistant": "bot", "customer": "user"}


@get("/call/{call_id:str}/{track:str}")
async def find_recording(request: ApiRequest, call_id: FromPath[str], track: FromPath[str]) -> Redirect:
    """Lead to the recording of both voices or of one. There is no stereo recording and no video."""
    world = world_of(request)
    world.store.get("calls", account_of(request), call_id)
    if track not in _TRACKS or call_id not in world.store.recordings:
        raise ApiError(404, "Recording not found")
    return Redirect(f"{world.options.public_url}/_recordings/{call_id}{_TRACKS[track]}.wav", status_code=302)


@get("/_recordings/{name:str}")
async def read_recording(request: ApiRequest, name: FromPath[str]) -> Response[bytes]:
    """Send the sound of a call."""
    call_id, voice = name.removesuffix(".wav"), None
    for track, role in _VOICES.items():
        if call_id.endswith(f"-{track}"):
            call_id, voice = call_id.removesuffix(f"-{track}"), role
    kept = world_of(request).store.recordings.get(call_id)
    if not kept:
        raise ApiError(404, "Recording not found")
    heard = [message for message in kept[1:] if voice in {None, message["role"]}]
    return Response(make_wav(heard, kept[0]["seconds"]), media_type="audio/wav")


ROUTES = [find_recording, read_recording]
