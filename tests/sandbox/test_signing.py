"""How webhooks prove who sent them, by the contract's vectors and delivered for real."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from tests.foundation.outbound.listener import Received, Reply, as_json
from tests.providers.vapi.examples import VECTORS
from tests.sandbox.caller import Caller

from inspralv.sandbox.signing import sign

TOKEN_PATH = "/token"  # noqa: S105 - an address


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_every_vector_is_signed_as_the_contract_says(vector: dict[str, Any]) -> None:
    headers = sign(vector["plan"], vector["body"].encode(), timestamp="1788264063000", message_id="msg_1")
    assert headers == {name.lower(): value for name, value in vector["headers"].items()}


def test_every_algorithm_and_every_place_in_the_payload() -> None:
    for algorithm in ("sha1", "sha256", "sha512"):
        plan = {"type": "hmac", "secretKey": "s", "algorithm": algorithm, "payloadFormat": "{method} {url} {body}"}
        signature = sign(plan, b"{}", timestamp="1", message_id="m", url="https://a.example/x")["x-signature"]
        assert signature == hmac.new(b"s", b"POST https://a.example/x {}", algorithm).hexdigest()


def test_without_a_plan_nothing_is_added_and_an_unknown_one_is_refused() -> None:
    assert sign(None, b"{}", timestamp="1", message_id="m") == {}
    with pytest.raises(ValueError, match="telepathy"):
        sign({"type": "telepathy"}, b"{}", timestamp="1", message_id="m")


async def deliver(vapi: Caller, plan: dict[str, Any]) -> list[Received]:
    """A whole call's deliveries, with a credential that has this plan."""
    body = {"provider": "custom-credential", "name": "hooks", "authenticationPlan": plan}
    credential = await vapi.ask("POST", "/credential", body)
    await vapi.call(server={"url": f"{vapi.hooks.url}/hook", "credentialId": credential["id"]})
    return vapi.deliveries()


@pytest.mark.parametrize(
    ("plan", "header", "value"),
    [
        ({"type": "bearer", "token": "tok_1"}, "authorization", "Bearer tok_1"),
        (
            {"type": "bearer", "token": "tok_1", "headerName": "X-Vapi-Secret", "bearerPrefixEnabled": False},
            "x-vapi-secret", "tok_1",
        ),
    ],
)  # fmt: skip
async def test_bearer_tokens_are_delivered(vapi: Caller, plan: dict[str, Any], header: str, value: str) -> None:
    delivered = await deliver(vapi, plan)
    assert {received.headers.get(header) for received in delivered} == {value}


async def test_signatures_are_delivered_over_the_raw_body(vapi: Caller) -> None:
    delivered = await deliver(vapi, {"type": "hmac", "secretKey": "s3", "algorithm": "sha256"})
    for received in delivered:
        payload = received.headers["x-timestamp"].encode() + b"." + received.body
        assert received.headers["x-signature"] == hmac.new(b"s3", payload, hashlib.sha256).hexdigest()


async def test_svix_signatures_carry_an_id_for_each_message(vapi: Caller) -> None:
    (plan,) = [vector["plan"] for vector in VECTORS if vector["name"] == "svix style"]
    delivered = await deliver(vapi, plan)
    for received in delivered:
        head = received.headers
        payload = f"{head['svix-id']}.{head['svix-timestamp']}.".encode() + received.body
        digest = hmac.new(base64.b64decode(plan["secretKey"]), payload, hashlib.sha256).digest()
        assert head["svix-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert len({received.headers["svix-id"] for received in delivered}) == len(delivered)


async def test_an_oauth_token_is_fetched_once_and_carried(vapi: Caller) -> None:
    token = as_json({"access_token": "fetched", "token_type": "Bearer", "expires_in": 3600})
    vapi.hooks.script = lambda received: token if received.path == TOKEN_PATH else Reply()
    plan = {
        "type": "oauth2",
        "url": vapi.hooks.url + TOKEN_PATH,
        "clientId": "me",
        "clientSecret": "pw",
        "scope": "all",
    }
    delivered = await deliver(vapi, plan)
    assert {received.headers.get("authorization") for received in delivered} == {"Bearer fetched"}
    (asked,) = [received for received in vapi.hooks.received if received.path == TOKEN_PATH]
    assert asked.body == b"grant_type=client_credentials&client_id=me&client_secret=pw&scope=all"


async def test_without_a_token_nothing_is_delivered_and_the_log_says_so(vapi: Caller) -> None:
    vapi.hooks.script = [Reply(403)]
    plan = {"type": "oauth2", "url": vapi.hooks.url + TOKEN_PATH, "clientId": "me", "clientSecret": "pw"}
    credential = await vapi.ask("POST", "/credential", {"provider": "custom-credential", "authenticationPlan": plan})
    server = {"url": f"{vapi.hooks.url}/hook", "credentialId": credential["id"]}
    await vapi.dial(await vapi.assistant(server=server, serverMessages=["end-of-call-report"]))
    assert [one["status"] for one in await vapi.tries(1)] == [0]
    assert vapi.deliveries() == []


async def test_headers_of_the_server_are_carried_as_they_are(vapi: Caller) -> None:
    await vapi.call(server={"url": f"{vapi.hooks.url}/hook", "headers": {"X-Vapi-Secret": "s3cret"}})
    assert {received.headers.get("x-vapi-secret") for received in vapi.deliveries()} == {"s3cret"}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"provider": "custom-credential"}, "authenticationPlan must be an object"),
        (
            {"provider": "custom-credential", "authenticationPlan": {"type": "magic"}},
            "authenticationPlan.type must be one of the following values: bearer, hmac, oauth2",
        ),
        (
            {"provider": "custom-credential", "authenticationPlan": {"type": "bearer"}},
            "authenticationPlan.token should not be empty",
        ),
        (
            {"provider": "custom-credential", "authenticationPlan":
             {"type": "hmac", "secretKey": "no base64!", "algorithm": "sha256", "secretIsBase64": True}},
            "authenticationPlan.secretKey must be base64 encoded",
        ),
        ({"provider": "openai", "authenticationPlan": {"type": "bearer", "token": "t"}},
         "provider must be one of the following values: byo-sip-trunk, custom-credential"),
    ],
)  # fmt: skip
async def test_a_plan_that_cannot_work_is_refused(vapi: Caller, body: dict[str, Any], fault: str) -> None:
    refusal = await vapi.ask("POST", "/credential", body, 400)
    assert refusal["message"] == [fault]
