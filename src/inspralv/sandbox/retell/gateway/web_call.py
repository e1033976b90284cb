"""What the gateway needs of a call that waits for its browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

Frame = dict[str, Any]
Voice = Literal["agent", "user"]


class WebCall(Protocol):
    """A call from the browser's side of the vendor. `watch` is told the frames of the data channel; `over` is set by
    `end`, of which the first reason counts."""

    watch: Callable[[Frame], None]
    over: asyncio.Event

    @property
    def agent(self) -> Mapping[str, Any]:
        """The agent's settings, in the vendor's names and milliseconds."""
        ...

    def connect(self) -> None:
        """The browser is there: the call runs."""
        ...

    def end(self, reason: str) -> None: ...
    async def greet(self) -> None:
        """The agent says its first message, if it has one and speaks first."""
        ...

    async def speak(self, who: Voice, text: str) -> None:
        """Somebody says something, which takes as long as it takes to say."""
        ...
