"""/list-voices and /get-voice: some voices of each maker, with something to hear."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.recording import make_wav
from inspralv.sandbox.retell.errors import missing
from inspralv.sandbox.retell.ground import ApiRequest, account_of, world_of
from inspralv.sandbox.retell.store import Thing

_VOICES = (
    ("retell-Cimo", "Cimo", "platform", "female", "American", "Young"),
    ("retell-Brynne", "Brynne", "platform", "female", "American", "Middle Aged"),
    ("retell-Leland", "Leland", "platform", "male", "American", "Middle Aged"),
    ("11labs-Adrian", "Adrian", "elevenlabs", "male", "American", "Young"),
    ("11labs-Anna", "Anna", "elevenlabs", "female", "American", "Young"),
    ("11labs-Dorothy", "Dorothy", "elevenlabs", "female", "British", "Young"),
    ("openai-Alloy", "Alloy", "openai", "female", "American", "Young"),
    ("openai-Onyx", "Onyx", "openai", "male", "American", "Middle Aged"),
    ("cartesia-Sarah", "Sarah", "cartesia", "female", "American", "Young"),
    ("minimax-Daniel", "Daniel", "minimax", "male", "American", "Young"),
    ("custom_voice_a1c3e5", "Our own", "elevenlabs", "female", None, None),
)
VOICES = {voice[0]: voice for voice in _VOICES}
_SECONDS = 2.0


@get("/list-voices")
async def list_voices(request: ApiRequest) -> list[Thing]:
    account_of(request)
    return [_shown(request, voice_id) for voice_id in VOICES]


@get("/get-voice/{voice_id:str}")
async def read_voice(request: ApiRequest, voice_id: FromPath[str]) -> Thing:
    account_of(request)
    if voice_id not in VOICES:
        raise missing()
    return _shown(request, voice_id)


@get("/_previews/{name:str}")
async def read_preview(name: FromPath[str]) -> Response[bytes]:
    """Send the sound of a voice."""
    voice_id = name.removesuffix(".wav")
    if voice_id not in VOICES:
        raise ApiError(404, "There is no such voice.")
    role = "user" if VOICES[voice_id][3] == "male" else "bot"
    spoken = [{"role": role, "secondsFromStart": 0.0, "duration": 1000 * _SECONDS}]
    return Response(make_wav(spoken, _SECONDS), media_type="audio/wav")


def _shown(request: ApiRequest, voice_id: str) -> Thing:
    _, name, maker, gender, accent, age = VOICES[voice_id]
    preview = f"{world_of(request).options.public_url}/_previews/{voice_id}.wav"
    voice = {
        "voice_id": voice_id,
        "voice_name": name,
        "provider": maker,
        "gender": gender,
        "accent": accent,
        "age": age,
    }
    return {name: value for name, value in voice.items() if value is not None} | {"preview_audio_url": preview}


ROUTES = [list_voices, read_voice, read_preview]
