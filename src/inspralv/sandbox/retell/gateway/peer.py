"""The gateway's end of one WebRTC connection. The only file that needs the `voice` extra; import it late."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import msgspec
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame

from inspralv.sandbox.ear import Ear
from inspralv.sandbox.recording import RATE
from inspralv.sandbox.retell.gateway.web_call import Frame
from inspralv.sandbox.sound import FRAME_SECONDS, SAMPLES, Murmur, loudness

_LAST_WORDS: Final = 1.0  # seconds in which the other side may read the end and close


class BadOffer(Exception):
    """What the browser sent cannot be made a connection of."""


class Peer:
    """`ear` hears the browser's microphone, `murmur` is heard there. `connected` and `gone` tell the connection's fate."""

    def __init__(self) -> None:
        self.ear = Ear()
        self.murmur = Murmur()
        self.connected = asyncio.Event()
        self.gone = asyncio.Event()
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._channel: RTCDataChannel | None = None
        self._untold: list[str] = []
        self._listener: asyncio.Task[None] | None = None
        self._connection.on("connectionstatechange", self._state_changed)
        self._connection.on("datachannel", self._take_channel)
        self._connection.on("track", self._take_track)

    async def answer(self, offer: str) -> str:
        """Return the answer to an offer, both in SDP. Raises BadOffer."""
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
            self._connection.addTrack(Mouth(self.murmur))
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except (ValueError, AssertionError, IndexError, KeyError, InvalidAccessError, InvalidStateError) as error:
            raise BadOffer(str(error)) from error
        return self._connection.localDescription.sdp

    async def add_candidate(self, candidate: Mapping[str, Any]) -> None:
        """Take another address of the browser; an empty one says that there are no more. Raises BadOffer."""
        text = str(candidate.get("candidate") or "").removeprefix("candidate:")
        try:
            if not text:
                await self._connection.addIceCandidate(None)
                return
            found = candidate_from_sdp(text)
            found.sdpMid, found.sdpMLineIndex = candidate.get("sdpMid"), candidate.get("sdpMLineIndex")
            await self._connection.addIceCandidate(found)
        except (ValueError, AssertionError, IndexError) as error:
            raise BadOffer(str(error)) from error

    def tell(self, frame: Frame) -> None:
        """Send a frame over the data channel, as soon as there is one."""
        self._untold.append(msgspec.json.encode(frame).decode())
        self._send()

    async def close(self) -> None:
        """Let the other side read what it was told, then hang up."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS if self.connected.is_set() else 0):
                    await self.gone.wait()
        finally:
            await asyncio.shield(
                self._connection.close()
            )  # the library may be closing it already, and is not disturbed
            if self._listener is not None:
                self._listener.cancel()  # the track of a connection that never came about has no end

    def _send(self) -> None:
        while self._untold and self._channel is not None and self._channel.readyState == "open":
            self._channel.send(self._untold.pop(0))

    def _state_changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self.connected.set()
        elif state in {"failed", "closed"}:
            self.gone.set()

    def _take_channel(self, channel: RTCDataChannel) -> None:
        if channel.label == "control":
            self._channel = channel
            self._send()

    def _take_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._listener is None:
            self._listener = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        with contextlib.suppress(MediaStreamError):  # the end of the track
            while True:
                frame = await track.recv()
                if isinstance(frame, AudioFrame):
                    self.ear.hear(loudness(bytes(frame.planes[0])))


class Mouth(MediaStreamTrack):
    """The murmur as a track, 20 ms after 20 ms."""

    kind = "audio"

    def __init__(self, murmur: Murmur) -> None:
        super().__init__()
        self._murmur = murmur
        self._sent = 0
        self._since: float | None = None

    async def recv(self) -> AudioFrame:
        """Return the next frame when its time has come."""
        if self.readyState != "live":
            raise MediaStreamError
        now = asyncio.get_running_loop().time()
        self._since = now if self._since is None else self._since
        await asyncio.sleep(max(0.0, self._since + self._sent * FRAME_SECONDS - now))
        frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(self._murmur.next_frame())
        frame.pts = self._sent * SAMPLES
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        self._sent += 1
        return frame
