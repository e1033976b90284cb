"""Voices: the account's own list, and whose a voice is by its id."""

from collections.abc import Sequence
from typing import Literal

from inspralv.providers.contract import Voice
from inspralv.providers.errors import Missing
from inspralv.providers.retell import wire
from inspralv.providers.retell.client import RetellClient

DEFAULT_VOICE_ID = "retell-Cimo"
STOCK_VOICES: Sequence[Voice] = (
    Voice(provider="platform", id=DEFAULT_VOICE_ID, name="Cimo", gender="female", accent="American"),
)
_MAKERS = {
    "11labs": "elevenlabs", "retell": "platform", "openai": "openai", "cartesia": "cartesia", "minimax": "minimax",
    "fish_audio": "fish_audio", "inworld": "inworld", "xai": "xai",
}  # fmt: skip
"""By what stands before the first hyphen of an id; a voice of one's own has a name of its own."""
_GENDERS: dict[str | None, Literal["female", "male"]] = {"female": "female", "male": "male"}
_UNKNOWN = "platform"


class RetellVoices:
    def __init__(self, client: RetellClient) -> None:
        self._client = client

    async def list(self) -> Sequence[Voice]:
        found = wire.decode(await self._client.get("/list-voices"), list[wire.Voice])
        return [_voice_of(entry) for entry in found]

    async def has(self, voice_id: str) -> bool:
        try:
            await self._client.get(f"/get-voice/{voice_id}")
        except Missing:
            return False
        return True

    async def maker_of(self, voice_id: str) -> str:
        """The maker, which an agent does not name."""
        maker = _MAKERS.get(voice_id.partition("-")[0])
        if maker is not None:
            return maker
        try:
            raw = await self._client.get(f"/get-voice/{voice_id}")
        except Missing:
            return _UNKNOWN
        return wire.decode(raw, wire.Voice).provider or _UNKNOWN


def _voice_of(entry: wire.Voice) -> Voice:
    return Voice(
        provider=entry.provider or _UNKNOWN,
        id=entry.voice_id,
        name=entry.voice_name or entry.voice_id,
        gender=_GENDERS.get(entry.gender),
        accent=entry.accent,
        description=entry.age,
        preview_url=entry.preview_audio_url,
    )
