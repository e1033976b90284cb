"""A call from the browser: a WebSocket that carries plain sound both ways (contract section 8)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from inspralv.providers.contract import WebCallTicket
from inspralv.providers.errors import Malformed
from inspralv.providers.synthflow import wire

CLIENT = "pcm-socket"
SENT_RATE, HEARD_RATE = 48_000, 16_000
"""Samples a second, signed 16 bit, little-endian, one channel."""
REAL_CALL_SOURCES: Mapping[str, str] = {"connect-src": "wss://widget.synthflow.ai"}


def ticket_of(raw: bytes) -> WebCallTicket:
    """The call itself has no id before it is over."""
    url = wire.decode(raw, wire.Session).session_url
    if urlsplit(url).scheme not in {"ws", "wss"}:
        raise Malformed("a session that is no WebSocket")
    return WebCallTicket(
        call_id=None, web_call_url=url, client=CLIENT, raw={"sentRate": SENT_RATE, "heardRate": HEARD_RATE}
    )


def stand_in_sources(base_url: str) -> Mapping[str, str]:
    """The stand-in speaks WebSocket on its own origin and serves recordings and voices from there."""
    parts = urlsplit(base_url)
    web_socket = "wss" if parts.scheme == "https" else "ws"
    return {
        "connect-src": f"{web_socket}://{parts.netloc}",
        "media-src": f"{parts.scheme}://{parts.netloc}",
    }
