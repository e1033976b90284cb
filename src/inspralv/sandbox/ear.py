"""When a caller speaks: told from how loud each 20 ms are, since nothing here understands words."""

from __future__ import annotations

import asyncio
from typing import Final

_VOICE: Final = 0.008  # louder than a quiet room, softer than a soft voice
_BEGINS: Final = 6  # frames with voice in them, close to each other
_PAUSE: Final = 8  # quiet frames between two syllables of the same word
_ENDS: Final = 30  # quiet frames after which somebody has finished


class Ear:
    """`frames` counts what came in, `voiced` what could be heard. `began` is set while somebody speaks, `quiet` while
    nobody does."""

    def __init__(self) -> None:
        self.frames = 0
        self.voiced = 0
        self.loudness = 0.0
        self.began = asyncio.Event()
        self.quiet = asyncio.Event()
        self.quiet.set()
        self._voice = 0
        self._silence = 0

    def hear(self, loudness: float) -> None:
        """Take in the loudness of the next 20 ms."""
        self.frames += 1
        self.loudness = loudness
        if loudness >= _VOICE:
            self.voiced += 1
            self._voice += 1
            self._silence = 0
            if self._voice >= _BEGINS:
                self.began.set()
                self.quiet.clear()
            return
        self._silence += 1
        if self._silence >= _PAUSE:
            self._voice = 0
        if self._silence >= _ENDS:
            self.began.clear()
            self.quiet.set()

    def attend(self) -> None:
        """Begin to listen: what was said before now counts as said before."""
        self._voice = 0
        self.began.clear()
