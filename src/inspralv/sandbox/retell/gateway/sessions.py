"""The sessions of the gateway: who is connected, and what was heard of whom."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from inspralv.sandbox.ear import Ear
from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.retell.gateway.web_call import WebCall
from inspralv.sandbox.scripts import talk_for

if TYPE_CHECKING:
    from inspralv.sandbox.retell.gateway.peer import Peer

_REMEMBERED: Final = 200
WRONG_TOKEN: Final = "The access token is not valid, or was used already."  # noqa: S105 - says so
WITHOUT_AUDIO: Final = "This sandbox plays no sound: install the extra `voice` of the package (it brings aiortc)."


Lobby = Callable[[str, str], WebCall | None]
"""Given a call's id and its token: the call, when it waits for a browser."""


class Session(Struct, frozen=True):
    call_id: str
    token: str
    call: WebCall
    peer: Peer


class Sessions:
    """`speed` is the sandbox's, 1 for real time."""

    def __init__(self, lobby: Lobby, speed: Callable[[], float]) -> None:
        self._lobby = lobby
        self._speed = speed
        self._open: dict[str, Session] = {}
        self._used: set[str] = set()  # a token opens once
        self._heard: dict[str, Ear] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def open(self, call_id: str, token: str, offer: str) -> Mapping[str, str]:
        """Answer a browser's offer. Raises ApiError: 401 for a token that opens nothing (any more), 400 for an offer that
        is none, 501 without the extra."""
        try:
            from inspralv.sandbox.retell.gateway.peer import BadOffer, Peer
        except ImportError:
            raise ApiError(501, WITHOUT_AUDIO) from None
        call = self._lobby(call_id, token)
        if call is None or token in self._used:
            raise ApiError(401, WRONG_TOKEN)
        self._used.add(token)
        peer = Peer()
        try:
            answer = await peer.answer(offer)
        except BadOffer as error:
            self._used.discard(token)
            await peer.close()
            raise ApiError(400, "The offer cannot be answered.") from error
        session_id = f"session_{secrets.token_hex(12)}"
        session = self._open[session_id] = Session(call_id, token, call, peer)
        self._remember(call_id, peer.ear)
        task = asyncio.create_task(self._hold(session_id, session))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return {"session_id": session_id, "sdp": answer}

    async def add_candidate(self, session_id: str, token: str, candidate: Mapping[str, Any]) -> None:
        """Take another address of the browser. Raises ApiError."""
        from inspralv.sandbox.retell.gateway.peer import BadOffer

        session = self._find(session_id, token)
        try:
            await session.peer.add_candidate(candidate)
        except BadOffer as error:
            raise ApiError(400, "The candidate cannot be read.") from error

    def leave(self, session_id: str, token: str) -> None:
        """The browser hangs up. Raises ApiError."""
        session = self._find(session_id, token)
        session.call.end("user_hangup")
        session.peer.gone.set()

    def heard(self, call_id: str) -> Ear:
        """Return what was heard of a caller, now or earlier. Raises ApiError(404)."""
        if call_id not in self._heard:
            raise ApiError(404, "Nobody was heard in this call.")
        return self._heard[call_id]

    async def close(self) -> None:
        """Drop every connection."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _hold(self, session_id: str, session: Session) -> None:
        from inspralv.sandbox.retell.gateway.room import Room

        call, peer = session.call, session.peer
        try:
            await _first(peer.connected, peer.gone, call.over)
            if peer.connected.is_set() and not call.over.is_set():
                await Room(call, peer, talk_for(session.call_id), self._speed).hold()
            call.end("error_user_not_joined")  # counts only where the connection never came about
            peer.tell({"type": "status", "state": "ended"})
        except asyncio.CancelledError:
            peer.gone.set()  # there is nobody to say goodbye to
            raise
        except Exception:
            call.end("error_retell")
            raise
        finally:
            self._open.pop(session_id, None)
            await peer.close()

    def _find(self, session_id: str, token: str) -> Session:
        session = self._open.get(session_id)
        if session is None:
            raise ApiError(404, "The requested resource was not found.")
        if not compare_digest(session.token.encode(), token.encode()):
            raise ApiError(401, WRONG_TOKEN)
        return session

    def _remember(self, call_id: str, ear: Ear) -> None:
        self._heard[call_id] = ear
        while len(self._heard) > _REMEMBERED:
            del self._heard[next(iter(self._heard))]


async def _first(*events: asyncio.Event) -> None:
    """Wait until any of these is set."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
