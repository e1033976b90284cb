"""Signatures, and what is taken from a delivery: the id of the call, and what our own tools ask."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.providers.synthflow.examples import VECTORS, example, raw_example
from tests.providers.synthflow.schemas import Schemas

from inspralv.providers.contract import (
    CallChanged,
    CallRoute,
    Ignored,
    ToolCall,
    ToolCallsRequested,
    ToolResult,
)
from inspralv.providers.errors import Malformed
from inspralv.providers.synthflow.webhooks import SIGNATURE_HEADERS, SynthflowHooks, signature_of

HOOKS = SynthflowHooks()
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
CALL = "a1b2c3d4-0002-4b00-9b00-00000000c001"
TOOL = {"event": "tool_call", "call_id": CALL, "model_id": "m-1", "tool": "book", "arguments": {"day": "Thursday"}}


def delivery(call_id: str) -> bytes:
    body = example("webhook.post-call")
    body["call"]["call_id"] = call_id
    return json.dumps(body).encode()


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize("name", [*SIGNATURE_HEADERS, "HTTP_SYNTHFLOW_SIGNATURE", "X-Synthflow-Signature"])
def test_every_vector_under_every_name(vector: dict[str, str], name: str) -> None:
    assert signature_of(vector["call_id"], vector["secret"]) == vector["signature"]
    body, headers = delivery(vector["call_id"]), {name: vector["signature"]}
    assert HOOKS.verify(body, headers, vector["secret"], NOW)
    assert not HOOKS.verify(body, headers, vector["secret"] + "x", NOW)
    assert not HOOKS.verify(body, headers, "", NOW)
    assert not HOOKS.verify(delivery("another-call"), headers, vector["secret"], NOW)
    assert not HOOKS.verify(body, {}, vector["secret"], NOW)
    assert not HOOKS.verify(body, {"x-other": vector["signature"]}, vector["secret"], NOW)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"call":{}}', b'{"call":{"call_id":3}}', b"\xff"])
def test_what_names_no_call_is_never_verified(body: bytes) -> None:
    assert not HOOKS.verify(body, {"synthflow-signature": signature_of("", "secret")}, "secret", NOW)


@pytest.mark.parametrize("name", ["webhook.post-call", "webhook.post-call.no-answer"])
def test_after_a_call_only_its_id_is_believed(name: str, schemas: Schemas) -> None:
    schemas.check("PostCallWebhook", example(name))
    (event,) = HOOKS.read(raw_example(name), NOW)
    assert event == CallChanged(
        event_key=f"post-call:{CALL}", occurred_at=NOW, provider_call_id=CALL, remote_agent_id=None
    )
    other = example(name) | {"status": "failed"}
    assert HOOKS.read(json.dumps(other).encode(), NOW) == [event] or HOOKS.read(json.dumps(other).encode(), NOW) == (
        event,
    )


def test_a_question_about_routing_is_none_of_ours(schemas: Schemas) -> None:
    schemas.check("InboundWebhook", example("webhook.inbound"))
    (event,) = HOOKS.read(raw_example("webhook.inbound"), NOW)
    assert isinstance(event, Ignored)
    assert event.type == "call_inbound"


def test_the_answer_to_it_never_hangs_up(schemas: Schemas) -> None:
    for route in (CallRoute(), CallRoute(agent_id="m-2")):
        answer = json.loads(HOOKS.route_answer(route))
        schemas.check("InboundWebhookResponse", answer)
        assert answer == {"call_inbound": {"override_model_id": route.agent_id or ""}}


def test_a_tool_shows_our_own_secret() -> None:
    raw = json.dumps(TOOL).encode()
    assert HOOKS.verify(raw, {"x-tool-secret": "of this address"}, "of this address", NOW)
    assert not HOOKS.verify(raw, {"x-tool-secret": "of this address"}, "another", NOW)
    assert not HOOKS.verify(raw, {"x-tool-secret": ""}, "", NOW)


def test_a_tool_call_is_read_and_answered() -> None:
    (event,) = HOOKS.read(json.dumps(TOOL).encode(), NOW)
    assert isinstance(event, ToolCallsRequested)
    assert (event.provider_call_id, event.remote_agent_id) == (CALL, "m-1")
    (call,) = event.calls
    assert (call.name, call.arguments) == ("book", {"day": "Thursday"})
    assert HOOKS.tool_answer([ToolResult(call=call, text="Done")]) == b'{"result":"Done"}'
    assert HOOKS.tool_answer([ToolResult(call=call, text="No", is_error=True)]) == b'{"error":"No"}'
    (again,) = HOOKS.read(json.dumps(TOOL).encode(), NOW)
    (other,) = HOOKS.read(json.dumps(TOOL | {"arguments": {"day": "Friday"}}).encode(), NOW)
    assert again.event_key == event.event_key != other.event_key
    assert ToolCall(id=call.id, name="book", arguments=call.arguments) == call


@pytest.mark.parametrize("change", [{"call_id": None}, {"tool": 3}, {"arguments": "x"}])
def test_a_tool_call_without_its_parts_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        HOOKS.read(json.dumps(TOOL | change).encode(), NOW)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"'])
def test_what_is_no_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        HOOKS.read(body, NOW)
