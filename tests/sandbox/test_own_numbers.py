"""Numbers of one's own, and lines whose server is asked who answers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.conftest import Sandbox
from tests.foundation.outbound.listener import Received, as_json
from tests.providers.vapi.schemas import Schemas
from tests.sandbox.caller import Caller, until

GATEWAY = {"ip": "203.0.113.5", "port": 5060}
TRUNK = {"provider": "byo-sip-trunk", "gateways": [GATEWAY],
         "outboundAuthenticationPlan": {"authUsername": "u", "authPassword": "the trunk's password"}}  # fmt: skip
FROM = "+14155557701"


async def own_line(vapi: Caller) -> dict[str, Any]:
    trunk = await vapi.ask("POST", "/credential", TRUNK)
    body = {"provider": "byo-phone-number", "number": "+14155550177", "credentialId": trunk["id"]}
    return dict(await vapi.ask("POST", "/phone-number", body))


async def test_a_trunk_and_a_number_come_and_go(vapi: Caller, schemas: Schemas) -> None:
    line = await own_line(vapi)
    schemas.check("ByoPhoneNumber", line)
    (trunk,) = await vapi.ask("GET", "/credential")
    assert "password" not in str(trunk)
    twice = {"provider": "byo-phone-number", "number": line["number"], "credentialId": trunk["id"]}
    assert "already in use" in str(await vapi.ask("POST", "/phone-number", twice, 400))
    await vapi.ask("DELETE", f"/phone-number/{line['id']}")
    await vapi.ask("DELETE", f"/credential/{trunk['id']}")
    assert await vapi.ask("GET", "/credential") == []


@pytest.mark.parametrize(
    ("gateways", "fault"),
    [
        ([], "gateways must be a non-empty array"),
        ([{"ip": ""}], "gateways.0.ip should not be empty"),
        ([{"ip": "sip.example.com"}], "gateways.0.ip must be an IPv4 address for an inbound gateway"),
        ([GATEWAY, {"ip": "missing-one", "inboundEnabled": False}], "gateways.1.ip missing-one could not be reached"),
        ([{**GATEWAY, "port": 70000}], "gateways.0.port must not be greater than 65535"),
        ([{**GATEWAY, "tone": "dial"}], "gateways.0.property tone should not exist"),
    ],
)  # fmt: skip
async def test_trunks_that_cannot_be(vapi: Caller, gateways: list[Any], fault: str) -> None:
    refusal = await vapi.ask("POST", "/credential", {**TRUNK, "gateways": gateways}, 400)
    assert fault in refusal["message"]


async def test_a_trunk_of_somebody_else_serves_nobody(vapi: Caller, rival: httpx.AsyncClient) -> None:
    trunk = (await rival.post("/credential", json=TRUNK)).json()
    body = {"provider": "byo-phone-number", "number": "+14155550177", "credentialId": trunk["id"]}
    assert "Couldn't Find Credential" in str(await vapi.ask("POST", "/phone-number", body, 400))
    number = {**body, "credentialId": (await vapi.ask("POST", "/credential", TRUNK))["id"], "number": "0171"}
    assert "E.164" in str(await vapi.ask("POST", "/phone-number", number, 400))


async def asked_line(vapi: Caller, answer: Any, status: int = 200) -> dict[str, Any]:
    """A line whose server answers like this, called once: the call when it is over."""
    vapi.hooks.script = [as_json(answer, status)]
    line = await own_line(vapi)
    server = {"url": f"{vapi.hooks.url}/who", "headers": {"X-Vapi-Secret": "s"}}
    await vapi.ask("PATCH", f"/phone-number/{line['id']}", {"provider": "byo-phone-number", "server": server})
    rung = await vapi.ask("POST", "/_sandbox/inbound", {"to": line["number"], "from": FROM}, 200)

    def questions() -> list[Received]:
        return [one for one in vapi.hooks.received if one.path == "/who"]

    await until(lambda: bool(questions()))
    for _ in range(400):
        call = await vapi.ask("GET", f"/call/{rung['id']}")
        if call["status"] == "ended":
            break
        await until(lambda: True)
    return {"call": call, "question": questions()[0]}


async def test_the_server_names_the_assistant(vapi: Caller, schemas: Schemas) -> None:
    assistant = await vapi.assistant()
    found = await asked_line(
        vapi, {"assistantId": assistant["id"], "assistantOverrides": {"variableValues": {"a": "b"}}}
    )
    message = found["question"].json["message"]
    schemas.check("ServerMessageAssistantRequest", message)
    assert (message["type"], message["customer"]["number"], message["phoneNumber"]["number"]) == (
        "assistant-request", FROM, "+14155550177",
    )  # fmt: skip
    assert found["question"].headers["x-vapi-secret"] == "s"
    call = found["call"]
    assert (call["assistantId"], call["assistantOverrides"]["variableValues"]) == (assistant["id"], {"a": "b"})
    assert call["endedReason"] in {"customer-ended-call", "assistant-ended-call"}


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        ({"error": "Sorry, closed."}, 200, "assistant-request-returned-error"),
        ({"destination": {"type": "number", "number": "+14155550123"}}, 200,
         "assistant-request-returned-forwarding-phone-number"),
        ({"assistantId": "nobody"}, 200, "assistant-request-returned-invalid-assistant"),
        ({}, 200, "assistant-request-returned-no-assistant"),
        ({}, 500, "assistant-request-failed"),
    ],
)  # fmt: skip
async def test_other_answers_end_the_call(
    vapi: Caller, sandbox: Sandbox, answer: Any, status: int, reason: str
) -> None:
    assert sandbox
    found = await asked_line(vapi, answer, status)
    call = found["call"]
    assert (call["status"], call["endedReason"]) == ("ended", reason)
    assert not call.get("assistantId")
