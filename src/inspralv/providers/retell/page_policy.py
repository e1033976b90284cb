"""What a page may reach while it holds a call (contract section 13). The sound itself goes by WebRTC, which is under no
Content-Security-Policy; the microphone is allowed to our own pages by the Permissions-Policy of every answer."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit


def call_sources(base_url: str, livekit_url: str | None) -> Mapping[str, str]:
    """Return the sources by directive: the gateway's host, or with `livekit_url` the hosts of the older generation."""
    if livekit_url is None:
        return {"connect-src": _origin(base_url)}
    parts = urlsplit(livekit_url)
    # The room sends the browser on to a region's host next to the one that was asked for.
    host = f"*.{parts.netloc.partition('.')[2]}" if parts.netloc.count(".") > 1 else parts.netloc
    schemes = ("wss", "https") if parts.scheme == "wss" else ("ws", "http")
    return {"connect-src": " ".join(f"{scheme}://{host}" for scheme in schemes)}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
