"""A call from the browser (contract sections 6 and 13): the server makes it, and the page joins with what comes back.

Two generations: the gateway, plain WebRTC whose sessions are made over HTTP, and LiveKit, which older accounts need.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from inspralv.providers.contract import WebCallTicket
from inspralv.providers.errors import Malformed

GATEWAY_PATH: Final = "/v3/create-web-call"
LIVEKIT_PATH: Final = "/v2/create-web-call"
GATEWAY_CLIENT: Final = "webrtc-gateway"
LIVEKIT_CLIENT: Final = "livekit"
_USUAL_SERVERS: Final = ("stun:stun.l.google.com:19302",)  # what the vendor's own browser package falls back to


class IceServer(Struct, frozen=True, kw_only=True):
    urls: list[str] | str
    username: str | None = None
    credential: str | None = None


class CreatedWebCall(Struct, frozen=True, kw_only=True):
    """The part of the answer that a browser needs; the older generation sends neither `transport` nor servers."""

    call_id: str
    access_token: str
    transport: str | None = None
    ice_servers: list[IceServer] | None = None


def web_call_json(agent_id: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return the body that makes a web call, of either generation."""
    body: dict[str, Any] = {"agent_id": agent_id}
    return body | ({"retell_llm_dynamic_variables": dict(variables)} if variables else {})


def gateway_ticket(raw: bytes, base_url: str) -> WebCallTicket:
    """Return the ticket of `POST /v3/create-web-call`. Raises Malformed, also for a transport that no page here knows."""
    call = _read(raw)
    if call.transport not in {None, "gateway"}:
        raise Malformed(f"a web call by {call.transport!r} where the gateway was expected")
    servers = call.ice_servers if call.ice_servers is not None else [IceServer(urls=list(_USUAL_SERVERS))]
    return WebCallTicket(
        call_id=call.call_id,
        web_call_url=f"{base_url.rstrip('/')}/webrtc-proxy/{call.call_id}/v1/webrtc/sessions",
        client=GATEWAY_CLIENT,
        raw={"accessToken": call.access_token, "iceServers": [_server_json(server) for server in servers]},
    )


def livekit_ticket(raw: bytes, livekit_url: str) -> WebCallTicket:
    """Return the ticket of `POST /v2/create-web-call`, for a page that joins the room at `livekit_url` (wss://…).
    Raises Malformed."""
    call = _read(raw)
    return WebCallTicket(
        call_id=call.call_id, web_call_url=livekit_url, client=LIVEKIT_CLIENT, raw={"accessToken": call.access_token}
    )  # fmt: skip


def _read(raw: bytes) -> CreatedWebCall:
    try:
        return msgspec.json.decode(raw, type=CreatedWebCall)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"the answer to a web call cannot be read: {error}") from error


def _server_json(server: IceServer) -> dict[str, Any]:
    """Browsers take no null."""
    known = {"urls": server.urls, "username": server.username, "credential": server.credential}
    return {name: value for name, value in known.items() if value is not None}
