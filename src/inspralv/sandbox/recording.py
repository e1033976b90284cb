"""Recordings: real WAV files, made of tones that follow who spoke when."""

from __future__ import annotations

import array
import io
import math
import wave
from functools import lru_cache
from typing import Any

RATE = 8000
_SYLLABLE = 0.17
_PITCHES = {"bot": (180.0, 200.0, 160.0), "user": (120.0, 135.0, 110.0)}


def make_wav(messages: list[dict[str, Any]], seconds: float) -> bytes:
    """Return a mono WAV of `seconds`, with a murmur wherever a message of the artifact was spoken."""
    total = max(1, round(seconds * RATE))
    sound = array.array("h", bytes(2 * total))
    for message in messages:
        if message["role"] in _PITCHES:
            _murmur(sound, message["role"], float(message["secondsFromStart"]), message.get("duration", 0) / 1000)
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return target.getvalue()


def _murmur(sound: array.array[int], role: str, start: float, length: float) -> None:
    at, end = round(start * RATE), min(len(sound), round((start + length) * RATE))
    n = 0
    while at < end:
        spoken = syllable(_PITCHES[role][n % 3])
        part = spoken[: end - at]
        sound[at : at + len(part)] = part
        at, n = at + round(len(spoken) * 1.15), n + 1


@lru_cache(maxsize=16)
def syllable(pitch: float) -> array.array[int]:
    """Return the samples of one syllable, signed 16 bits at `RATE`; `pitch` is in hertz."""
    count = round(_SYLLABLE * RATE)
    samples = array.array("h")
    for i in range(count):
        envelope = math.sin(math.pi * i / count)
        t = i / RATE
        tone = (
            math.sin(2 * math.pi * pitch * t)
            + 0.5 * math.sin(4 * math.pi * pitch * t)
            + 0.25 * math.sin(6 * math.pi * pitch * t)
        )
        samples.append(round(7000 * envelope * tone / 1.75))
    return samples
