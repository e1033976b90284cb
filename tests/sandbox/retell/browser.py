"""The browser's end of a web call: a real WebRTC client that murmurs when it is told to and notes what it hears."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self

import httpx
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from inspralv.foundation.outbound.certificates import certificates
from inspralv.sandbox.ear import Ear
from inspralv.sandbox.retell.gateway.peer import Mouth
from inspralv.sandbox.sound import Murmur, loudness

Body = dict[str, Any]


async def until(met: Callable[[], Any], seconds: float = 15) -> None:
    """Wait for something that has to happen."""
    for _ in range(round(seconds / 0.01)):
        if met():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


class Browser:
    """`call` is the answer to create-web-call; `base` is the vendor's address."""

    def __init__(self, base: str, call: Body) -> None:
        self.call = call
        self.frames: list[Body] = []
        self.agent = Ear()
        self.session = ""
        self._murmur = Murmur()
        self._root = f"/webrtc-proxy/{call['call_id']}/v1/webrtc/sessions"
        self._api = httpx.AsyncClient(
            base_url=base,
            headers={"authorization": f"Bearer {call['access_token']}"},
            timeout=20,
            verify=certificates(),
        )
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._listener: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.vanish()
        await self._api.aclose()

    async def offer(self) -> str:
        """What a browser sends first, with the addresses in it."""
        if self._peer.signalingState == "stable":
            self._peer.addTrack(Mouth(self._murmur))
            self._peer.createDataChannel("control").on("message", lambda text: self.frames.append(json.loads(text)))
            self._peer.on("track", self._hear)
            await self._peer.setLocalDescription(await self._peer.createOffer())
        return self._peer.localDescription.sdp

    async def knock(self, sdp: Any = None, **changes: Any) -> httpx.Response:
        """Ask for a session; the gateway's answer, whatever it is."""
        headers = changes.pop("headers", {})
        body = {"identity": "client", "sdp": sdp or await self.offer()} | changes
        return await self._api.post(self._root, json=body, headers=headers)

    async def join(self, *, trickle: bool = False) -> Self:
        """Become connected. With `trickle` the offer holds no address: they follow one by one, as Chromium sends them."""
        offer = await self.offer()
        addresses = [line[2:] for line in offer.splitlines() if line.startswith("a=candidate:")]
        if trickle:
            offer = "".join(f"{line}\r\n" for line in offer.splitlines() if "candidate" not in line)
        answer = await self.knock(offer)
        assert answer.status_code == 201, answer.text
        self.session = answer.json()["session_id"]
        for address in addresses if trickle else []:
            assert (await self.tell(candidate(address))).status_code == 204
        await self._peer.setRemoteDescription(RTCSessionDescription(answer.json()["sdp"], "answer"))
        await until(lambda: self._peer.connectionState == "connected")
        return self

    async def tell(self, body: Any, session: str | None = None, **options: Any) -> httpx.Response:
        """Change the session."""
        return await self._api.patch(f"{self._root}/{session or self.session}", json=body, **options)

    async def hang_up(self, session: str | None = None, **options: Any) -> httpx.Response:
        return await self._api.delete(f"{self._root}/{session or self.session}", **options)

    async def vanish(self) -> None:
        """Go away without a word, as a closed tab does."""
        await self._peer.close()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])

    async def say(self, seconds: float = 0.4) -> None:
        """Say something, and be quiet long enough to have finished."""
        self._murmur.on = True
        await asyncio.sleep(seconds)
        self._murmur.on = False
        await asyncio.sleep(0.8)

    def said(self) -> list[tuple[str, str]]:
        """The last few utterances, as the data channel told them."""
        updates = [frame["transcript"] for frame in self.frames if frame.get("event_type") == "update"]
        return [(one["role"], one["content"]) for one in updates[-1]] if updates else []

    @property
    def ended(self) -> bool:
        return {"type": "status", "state": "ended"} in self.frames

    def _hear(self, track: MediaStreamTrack) -> None:
        self._listener = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.agent.hear(loudness(bytes(frame.planes[0])))


def candidate(address: str) -> Body:
    """An address as a browser tells it."""
    return {"candidate": {"candidate": address, "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": None}}
