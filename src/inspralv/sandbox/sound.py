"""Sound as samples: the agent's murmur, and how loud a caller is."""

from __future__ import annotations

import array
import math
from typing import Final

from inspralv.sandbox.recording import RATE, syllable

FRAME_SECONDS: Final = 0.02
SAMPLES: Final = round(RATE * FRAME_SECONDS)
_PITCHES: Final = (180.0, 200.0, 160.0)
_GAP: Final = array.array("h", bytes(2 * round(RATE * 0.025)))
_FULL_SCALE: Final = 32768
_EVERY: Final = 7  # a few samples of a frame tell its loudness as well as all of them; no multiple of two channels


class Murmur:
    """The agent's voice: endless, and heard only while it is `on`."""

    def __init__(self) -> None:
        self.on = False
        self._sound = array.array("h")
        for pitch in _PITCHES:
            self._sound += syllable(pitch) + _GAP
        self._at = 0

    def next_frame(self) -> bytes:
        """Return the next 20 ms as signed 16-bit samples at `RATE`."""
        if not self.on:
            self._at = 0  # the next word begins at its beginning
            return bytes(2 * SAMPLES)
        end = self._at + SAMPLES
        part = self._sound[self._at : end] + self._sound[: max(0, end - len(self._sound))]
        self._at = end % len(self._sound)
        return part.tobytes()


def loudness(samples: bytes) -> float:
    """Return the loudness of signed 16-bit samples: 0 for silence, 1 for the loudest square wave."""
    values = array.array("h", samples)[::_EVERY]
    return math.sqrt(sum(value * value for value in values) / len(values)) / _FULL_SCALE if values else 0.0
