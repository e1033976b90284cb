"""Numbers of one's own over real HTTP: what is sent for a trunk, and what stays behind when something is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.foundation.outbound.listener import Listener, Reply, as_json
from tests.providers.vapi.examples import example
from tests.providers.vapi.schemas import Schemas

from inspralv.providers.contract import (
    E164,
    CallRoute,
    NumberBinding,
    NumberImport,
    NumberRef,
    ProviderSession,
    RemoteRef,
    RouteRequested,
    SipTrunk,
    WebhookTarget,
)
from inspralv.providers.errors import Missing, Refused
from inspralv.providers.vapi.provider import VapiProvider

TRUNK = SipTrunk(
    host="203.0.113.5", port=5061, transport="tls", username="acme", password="pw", realm="r", register=True
)  # noqa: S106
OWN = NumberImport(number=E164("+14155550177"), name="N" * 60, trunk=TRUNK)
LINE: dict[str, Any] = {"id": "line-1", "provider": "byo-phone-number", "number": "+14155550177", "credentialId": "cred-1",
                        "status": "active"}  # fmt: skip
REF = NumberRef("line-1")
REFUSAL = Reply(400, body=b'{"message": ["number must be a valid phone number"], "statusCode": 400}')


async def test_a_trunk_and_a_number_are_made(session: ProviderSession, listener: Listener, schemas: Schemas) -> None:
    listener.script = [as_json([]), as_json({"id": "cred-1"}, 201), as_json(LINE, 201)]
    made = await session.import_number(OWN)
    assert (made.ref, made.number) == (REF, "+14155550177")
    _, credential, number = listener.received
    schemas.check("CreateByoSipTrunkCredentialDTO", credential.json)
    schemas.check("CreateByoPhoneNumberDTO", number.json)
    assert credential.json["gateways"] == [{"ip": "203.0.113.5", "port": 5061, "outboundProtocol": "tls"}]
    plan = credential.json["outboundAuthenticationPlan"]
    assert plan["sipRegisterPlan"] == {"domain": "203.0.113.5", "username": "acme", "realm": "r"}
    assert (number.json["credentialId"], len(number.json["name"])) == ("cred-1", 40)


@pytest.mark.parametrize(
    ("host", "proxy", "gateway"),
    [
        ("sip.example.com", None, {"ip": "sip.example.com", "port": 5060, "inboundEnabled": False}),
        ("203.0.113.5", None, {"ip": "203.0.113.5", "port": 5060}),
        ("203.0.113.5", "proxy.example.com:5080", {"ip": "proxy.example.com", "port": 5080, "inboundEnabled": False}),
    ],
)  # fmt: skip
async def test_a_name_can_only_be_called_out_to(
    session: ProviderSession, listener: Listener, host: str, proxy: str | None, gateway: dict[str, Any]
) -> None:
    trunk = SipTrunk(host=host, username="u", password="p", outbound_proxy=proxy)  # noqa: S106
    listener.script = [as_json([]), as_json({"id": "cred-1"}, 201), as_json(LINE, 201)]
    await session.import_number(NumberImport(number=OWN.number, trunk=trunk))
    assert listener.received[1].json["gateways"] == [{**gateway, "outboundProtocol": "udp"}]


async def test_a_number_that_is_there_is_taken(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json([LINE])]
    assert (await session.import_number(OWN)).ref == REF
    assert len(listener.received) == 1


async def test_a_refused_number_leaves_no_trunk_behind(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json([]), as_json({"id": "cred-1"}, 201), REFUSAL, as_json({"id": "cred-1"})]
    with pytest.raises(Refused) as refused:
        await session.import_number(OWN)
    assert refused.value.field == "number"
    removed = listener.received[-1]
    assert (removed.method, removed.path) == ("DELETE", "/credential/cred-1")


async def test_a_refused_trunk_is_the_trunks(session: ProviderSession, listener: Listener) -> None:
    reply = Reply(400, body=b'{"message": ["gateways.0.ip far could not be reached"], "statusCode": 400}')
    listener.script = [as_json([]), reply]
    with pytest.raises(Refused) as refused:
        await session.import_number(OWN)
    assert refused.value.field == "trunk"


async def test_binding_names_one_side_and_takes_the_other_away(
    session: ProviderSession, listener: Listener, schemas: Schemas
) -> None:
    agent, route = RemoteRef({"assistant_id": "a-1"}), WebhookTarget(url="https://hooks.test/x", secret="s")  # noqa: S106
    bindings = [NumberBinding(inbound=agent), NumberBinding(inbound=agent, route=route), NumberBinding()]
    for binding in bindings:
        listener.script = [as_json(LINE), as_json(LINE)]
        await session.bind_number(REF, binding)
    told = [one.json for one in listener.received if one.method == "PATCH"]
    assert [one["assistantId"] for one in told] == ["a-1", None, None]
    assert [one["server"] and one["server"]["headers"]["X-Vapi-Secret"] for one in told] == [None, "s", None]
    assert {one["provider"] for one in told} == {"byo-phone-number"}
    schemas.check(
        "CreateByoPhoneNumberDTO", {"credentialId": "c", **{k: v for k, v in told[0].items() if v is not None}}
    )


async def test_a_released_number_takes_its_trunk_along(session: ProviderSession, listener: Listener) -> None:
    listener.script = [as_json(LINE), as_json(LINE), as_json({"id": "cred-1"})]
    await session.release_number(REF)
    assert [(one.method, one.path) for one in listener.received] == [
        ("GET", "/phone-number/line-1"), ("DELETE", "/phone-number/line-1"), ("DELETE", "/credential/cred-1"),
    ]  # fmt: skip
    listener.script = [Reply(404, body=b"{}")]
    with pytest.raises(Missing):
        await session.release_number(REF)


def test_the_question_names_both_ends() -> None:
    raw = msgspec.json.encode(example("webhook.assistant-request"))
    (asked,) = VapiProvider.hooks.read(raw, datetime.now(UTC))
    assert isinstance(asked, RouteRequested)
    assert (asked.from_number, asked.to_number) == ("+14155550123", "+14155550100")


def test_answers_keep_to_the_schema(schemas: Schemas) -> None:
    routes = [
        CallRoute(agent_id="a-1", variables={"city": "Lakeside"}), CallRoute(agent_id="a-1"), CallRoute(number="+14155550123"),
        CallRoute(message="Closed."), CallRoute(),
    ]  # fmt: skip
    bodies = [msgspec.json.decode(VapiProvider.hooks.route_answer(route)) for route in routes]
    for body in bodies:
        schemas.check("ServerMessageResponseAssistantRequest", body)
    assert bodies == [
        {"assistantId": "a-1", "assistantOverrides": {"variableValues": {"city": "Lakeside"}}}, {"assistantId": "a-1"},
        {"destination": {"type": "number", "number": "+14155550123"}}, {"error": "Closed."}, {},
    ]  # fmt: skip
