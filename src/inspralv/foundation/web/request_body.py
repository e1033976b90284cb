"""Reading off what of a request nobody has read."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from litestar.types import Receive

_MOST = 64 * 1024 * 1024  # bytes
_LONGEST = 15.0  # seconds
_SILENCE = 2.0  # seconds: who announces a body and sends none waits for our answer


def has_body(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request announces a body (RFC 9112, section 6)."""
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


class RequestBody:
    """A request's body, taken off the wire to its end before the answer goes out: a server that still has some of it
    unread closes the connection under the sender, who then sees a broken connection in place of a refusal."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._waits = True

    async def receive(self) -> Any:
        message = await self._receive()
        self._waits = self._waits and message["type"] == "http.request" and message["more_body"]
        return message

    async def finish(self) -> None:
        """Read what nobody has read, within reason: a sender beyond that may see the connection break."""
        left = _MOST
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST):
                while self._waits and left > 0:
                    message = await asyncio.wait_for(self.receive(), _SILENCE)
                    left -= len(message.get("body", b""))
