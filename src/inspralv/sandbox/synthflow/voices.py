"""/voices: some voices of each maker, with something to hear."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.recording import make_wav
from inspralv.sandbox.synthflow.ground import ApiRequest, page_of, workspace_of, world_of
from inspralv.sandbox.synthflow.store import Thing

_VOICES = (
    ("21m00Tcm4TlvDq8ikWAM", "Rachel", "elevenlabs", "female", ["english", "en"]),
    ("29vD33N1CtxCmqQRPOHJ", "Drew", "elevenlabs", "male", ["english"]),
    ("EXAVITQu4vr4xnSDxMaL", "Bella", "elevenlabs", "female", ["english", "spanish"]),
    ("ErXwobaYiN019PkySvjV", "Antoni", "elevenlabs", "male", ["en-US"]),
    ("pNInz6obpgDQGcFmaJgB", "Adam", "elevenlabs", "male", ["english", "german"]),
    ("XrExE9yKIg1WjnnlVkGX", "Matilda", "elevenlabs", "female", ["en", "fr"]),
    ("IKne3meq5aSn9XLyUdCD", "Charlie", "elevenlabs", "male", None),
    ("aura-asteria-en", "Asteria", "deepgram", "female", ["en"]),
    ("aura-orion-en", "Orion", "deepgram", "male", ["en"]),
    ("aura-luna-en", "Luna", "deepgram", "female", ["english"]),
    ("sf-harper", "Harper", "synthflow", "neutral", ["english"]),
    ("sf-jonas", "Jonas", "synthflow", "male", ["german", "de"]),
)
VOICES = {voice[0]: voice for voice in _VOICES}
_USUAL_MAKER = "elevenlabs"
_SECONDS = 2.0


@get("/voices")
async def list_voices(request: ApiRequest) -> Thing:
    account = workspace_of(request)
    query = request.query_params
    maker, wanted = query.get("provider", _USUAL_MAKER), query.get("search", "").lower()
    base = world_of(request).options.public_url
    rows = [
        {
            "voice_id": voice_id, "name": name, "provider": by, "gender": gender, "languages": languages,
            "workspace": account.id, "preview": f"{base}/_previews/{voice_id}.wav",
        }
        for voice_id, name, by, gender, languages in _VOICES
        if by == maker and wanted in name.lower()
    ]  # fmt: skip
    return page_of(request, "voices", rows, 50)


@get("/_previews/{name:str}")
async def read_preview(name: FromPath[str]) -> Response[bytes]:
    """Send the sound of a voice."""
    voice_id = name.removesuffix(".wav")
    if voice_id not in VOICES:
        raise ApiError(404, "Voice not found.")
    role = "user" if VOICES[voice_id][3] == "male" else "bot"
    spoken = [{"role": role, "secondsFromStart": 0.0, "duration": 1000 * _SECONDS}]
    return Response(make_wav(spoken, _SECONDS), media_type="audio/wav")


ROUTES = [list_voices]
OPEN_ROUTES = [read_preview]
