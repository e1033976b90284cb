"""What a page may load and reach while it holds a call (contract section 8, content security policy)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

REAL_CALL_SOURCES: Mapping[str, str] = {
    "script-src": "https://c.daily.co blob:",
    "connect-src": "https://api.vapi.ai https://api.eu.vapi.ai https://*.daily.co wss://*.daily.co https://*.wss.daily.co"
    " wss://*.wss.daily.co https://prod-ks.pluot.blue",
    "worker-src": "'self' blob:",
    "frame-src": "'self' https://*.daily.co",
    # The room's engine is loaded by script address; the island's default policy lets exactly that one pass.
    "trusted-types": "default",
}


def stand_in_sources(base_url: str) -> Mapping[str, str]:
    """The stand-in speaks HTTP and WebSocket on its own origin and serves the recording from there."""
    parts = urlsplit(base_url)
    web_socket = "wss" if parts.scheme == "https" else "ws"
    origin = f"{parts.scheme}://{parts.netloc}"
    return {"connect-src": f"{origin} {web_socket}://{parts.netloc}", "media-src": origin}
