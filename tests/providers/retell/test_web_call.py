"""What a browser is handed: enough to join once, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.providers.retell.examples import ANSWERS

from inspralv.providers.errors import Malformed
from inspralv.providers.retell.page_policy import call_sources
from inspralv.providers.retell.web_call import gateway_ticket, livekit_ticket

CREATED: dict[str, Any] = ANSWERS["POST /v3/create-web-call"]


def raw(**changes: Any) -> bytes:
    return json.dumps(CREATED | changes).encode()


def test_the_gateway_is_joined_with_a_token_below_the_address_of_the_api() -> None:
    ticket = gateway_ticket(raw(retell_llm_dynamic_variables={"a": "b"}), "https://api.retellai.com/")
    assert (ticket.client, ticket.call_id, ticket.public_key) == ("webrtc-gateway", "call_web_77aa", None)
    assert ticket.web_call_url == "https://api.retellai.com/webrtc-proxy/call_web_77aa/v1/webrtc/sessions"
    assert ticket.raw == {
        "accessToken": "emulated.token.value",
        "iceServers": [{"urls": ["stun:stun.example.com:3478"]}],
    }


def test_servers_are_told_as_browsers_take_them() -> None:
    relay = {"urls": ["turn:turn.example.com"], "username": "u", "credential": "c"}
    plain = {"urls": "stun:stun.example.com", "username": None, "credential": None}
    ticket = gateway_ticket(raw(ice_servers=[relay, plain]), "https://api.retellai.com")
    assert ticket.raw["iceServers"] == [relay, {"urls": "stun:stun.example.com"}]
    assert gateway_ticket(raw(ice_servers=[]), "http://localhost:8100/retell").raw["iceServers"] == []
    unnamed = gateway_ticket(raw(ice_servers=None), "https://api.retellai.com")
    assert unnamed.raw["iceServers"] == [{"urls": ["stun:stun.l.google.com:19302"]}]


def test_the_older_generation_is_joined_at_its_room() -> None:
    call = ANSWERS["GET /v2/get-call/call_web_77aa"]
    ticket = livekit_ticket(json.dumps(call).encode(), "wss://room.example.com")
    assert (ticket.client, ticket.web_call_url) == ("livekit", "wss://room.example.com")
    assert ticket.raw == {"accessToken": call["access_token"]}


@pytest.mark.parametrize("answer", [b"", b"[]", b"\xff", b"{}", raw(access_token=None), raw(transport="livekit")])
def test_an_answer_that_opens_nothing(answer: bytes) -> None:
    with pytest.raises(Malformed):
        gateway_ticket(answer, "https://api.retellai.com")


def test_a_page_may_reach_where_the_call_is_joined_and_no_more() -> None:
    assert call_sources("https://api.retellai.com", None) == {"connect-src": "https://api.retellai.com"}
    assert call_sources("http://localhost:8100/retell", None) == {"connect-src": "http://localhost:8100"}
    cloud = call_sources("https://api.retellai.com", "wss://retell-ai.livekit.cloud")
    assert cloud == {"connect-src": "wss://*.livekit.cloud https://*.livekit.cloud"}
    own = call_sources("https://api.retellai.com", "ws://localhost:7880")
    assert own == {"connect-src": "ws://localhost:7880 http://localhost:7880"}
