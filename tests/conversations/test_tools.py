"""Tools at run time: verified, checked, run once, answered in words a model can read, and logged."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.conversations.conftest import API, Desk, new_call_id
from tests.foundation.outbound.listener import Act, Drop, Hang, Listener, Received, Reply, as_json
from tests.world import ACME, BAKERY, CLINIC, OLGA, STAN, VERA, WIM

from inspralv.conversations.tools import forwarding
from inspralv.conversations.tools.forwarding import read_answer
from inspralv.conversations.tools.shortening import MOST_CHARACTERS, shortened
from inspralv.foundation.ids import uuid7
from inspralv.integrations.connections import open_session
from inspralv.providers.contract import RemoteRef

ENVIRON = {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}
NUMBER = "+14155550188"
SCHEMA = {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]}


@pytest.fixture
async def theirs() -> AsyncIterator[Listener]:
    """The workspace's own server."""
    async with Listener() as listening:
        listening.script = [as_json({"result": "Thursday at 2 PM is free."})]
        yield listening


@pytest.fixture
async def tools(desk: Desk, theirs: Listener) -> str:
    """The agent has both tools of ours, and a function that the server answers; the address of that."""
    url = f"{theirs.url}/tools?key=abc"
    await give(desk, {"type": "earlier_calls"}, {"type": "note_follow_up"}, function(url))
    return url


def function(url: str | None) -> dict[str, Any]:
    tool = {"type": "custom_function", "name": "free_times", "description": "Free times", "parameters": SCHEMA}
    return tool | ({"server_url": url} if url else {})


async def give(desk: Desk, *tools: dict[str, Any], **config: Any) -> None:
    answer = await desk.mia.patch(f"{API}/agents/{desk.agent['id']}", json={"config": {"tools": list(tools), **config}})
    assert answer.status_code == 200, answer.text


def asked(desk: Desk, call_id: str, *calls: tuple[str, str, dict[str, Any]], number: str | None = NUMBER) -> Any:
    """The provider's request for results; each call is id, name and arguments."""
    body = desk.message("tool-calls", call_id, call={"type": "inboundPhoneCall", "customer": {"number": number}})
    body["message"].pop("toolWithToolCallList", None)
    body["message"]["customer"] = {"number": number}
    if number is None:
        body["message"]["call"].pop("customer")
        body["message"].pop("customer")
        body["message"]["call"]["type"] = "webCall"
    body["message"]["toolCallList"] = [
        {"id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}
        for id_, name, arguments in calls
    ]
    return body


async def results(desk: Desk, body: Any) -> list[dict[str, str]]:
    answer = await desk.send(body)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"])


async def log_of(desk: Desk, **query: str) -> list[dict[str, Any]]:
    answer = await desk.mia.get(f"{API}/activity", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"]["data"])


async def add_call(desk: Desk, number: str, summary: str, *, partner: Any = ACME, workspace: Any = CLINIC) -> None:
    """A finished call with a number."""
    await desk.rows.execute(
        "INSERT INTO app.conversations (partner_id, workspace_id, id, provider, direction, status, contact_number,"
        " summary, duration_seconds, created_at, started_at, updated_at)"
        " VALUES ($1, $2, $3, 'vapi', 'inbound', 'completed', $4, $5, 95, now() - interval '2 days',"
        " now() - interval '2 days', now())",
        partner, workspace, uuid7(desk.services.clock()), number, summary,
    )  # fmt: skip


async def test_the_provider_learns_no_address_of_the_customer(desk: Desk, tools: str) -> None:
    await desk.work()
    there = await open_session(desk.services, desk.connection).pull_agent(RemoteRef({"assistant_id": desk.remote_id}))
    functions = {tool.name: tool for tool in there.tools if hasattr(tool, "parameters")}
    assert set(functions) == {"look_up_earlier_calls", "note_follow_up", "free_times"}
    assert [tool.server_url for tool in functions.values()] == [None] * 3
    kept = (await desk.mia.get(f"{API}/agents/{desk.agent['id']}")).json()["data"]["config"]["tools"]
    assert kept[2]["server_url"] == tools


async def test_earlier_calls_of_this_number_only(desk: Desk, tools: str) -> None:
    await add_call(desk, NUMBER, "Moved the appointment to Thursday.")
    await add_call(desk, "+14155550199", "SECRET of another number")
    await add_call(desk, NUMBER, "SECRET of another workspace", workspace=BAKERY)
    call_id = new_call_id()
    (result,) = await results(desk, asked(desk, call_id, ("t1", "look_up_earlier_calls", {})))
    assert "Moved the appointment to Thursday." in result["result"]
    assert "they called" in result["result"]
    assert "1:35" in result["result"]
    assert "SECRET" not in result["result"]
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    assert conversation["contact_number"] == NUMBER


async def test_nobody_earlier_and_nobody_known(desk: Desk, tools: str) -> None:
    (first,) = await results(
        desk, asked(desk, new_call_id(), ("t1", "look_up_earlier_calls", {}), number="+14155550777")
    )
    assert "has not called before" in first["result"]
    (web,) = await results(desk, asked(desk, new_call_id(), ("t1", "look_up_earlier_calls", {}), number=None))
    assert "not known" in web["result"]


async def test_a_follow_up_is_noted_once(desk: Desk, tools: str) -> None:
    call_id = new_call_id()
    body = asked(desk, call_id, ("note-1", "note_follow_up", {"note": "Call back with an offer."}))
    first = await results(desk, body)
    assert first[0]["result"].startswith("Noted")
    assert await results(desk, body) == first
    await results(desk, asked(desk, call_id, ("note-2", "note_follow_up", {"note": "Ask for Ms Lee."})))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    assert conversation["follow_up_note"] == "Call back with an offer.\nAsk for Ms Lee."
    assert conversation["followed_up_at"] is None
    audited = await desk.rows.fetchval(
        "SELECT count(*) FROM app.audit_log WHERE entity_id = $1 AND action = 'conversation.follow_up_changed'",
        conversation["id"],
    )
    assert audited == 2


async def test_a_function_is_asked_of_the_workspaces_server_and_signed(
    desk: Desk, tools: str, theirs: Listener
) -> None:
    secret = (await desk.site.as_(WIM).post(f"{API}/signing-secret")).json()["data"]["secret"]
    call_id = new_call_id()
    (result,) = await results(desk, asked(desk, call_id, ("t9", "free_times", {"day": "Thursday"})))
    assert result == {"toolCallId": "t9", "name": "free_times", "result": "Thursday at 2 PM is free."}
    (request,) = theirs.received
    assert (request.method, request.path, request.params) == ("POST", "/tools", {"key": "abc"})
    assert request.headers["content-type"] == "application/json"
    told = request.json
    assert (told["type"], told["name"], told["arguments"]) == ("tool_call", "free_times", {"day": "Thursday"})
    assert (told["caller_number"], told["direction"], told["toolCallId"]) == (NUMBER, "inbound", "t9")
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    assert told["callId"] == str(conversation["id"])
    assert is_signed(request, secret)
    assert not is_signed(request, "whsec_" + base64.b64encode(b"x" * 32).decode())
    (entry,) = await log_of(desk, conversation_id=str(conversation["id"]))
    assert (entry["name"], entry["status"], entry["host"], entry["http_status"]) == (
        "free_times", "done", "127.0.0.1", 200,
    )  # fmt: skip
    detail = (await desk.mia.get(f"{API}/activity/{entry['id']}")).json()["data"]
    assert detail["arguments"] == {"day": "Thursday"}
    assert detail["answer"] == "Thursday at 2 PM is free."


def is_signed(request: Received, secret: str) -> bool:
    """The check of the Standard Webhooks specification, written anew from it."""
    stamp = request.headers["webhook-timestamp"]
    words = f"{request.headers['webhook-id']}.{stamp}.".encode() + request.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()
    return expected in request.headers["webhook-signature"].split(" ")


async def test_a_replaced_secret_signs_for_another_day(desk: Desk, tools: str, theirs: Listener) -> None:
    wim = desk.site.as_(WIM)
    old = (await wim.post(f"{API}/signing-secret")).json()["data"]["secret"]
    renewed = (await wim.post(f"{API}/signing-secret")).json()["data"]
    await results(desk, asked(desk, new_call_id(), ("t1", "free_times", {"day": "Friday"})))
    request = theirs.received[-1]
    assert is_signed(request, old)
    assert is_signed(request, renewed["secret"])
    assert renewed["previous_until"] is not None
    await desk.rows.execute("UPDATE app.signing_secrets SET expires_at = now() WHERE expires_at IS NOT NULL")
    await results(desk, asked(desk, new_call_id(), ("t1", "free_times", {"day": "Friday"})))
    assert not is_signed(theirs.received[-1], old)
    assert is_signed(theirs.received[-1], renewed["secret"])
    stored = await desk.rows.fetch("SELECT secret FROM app.signing_secrets")
    assert all(renewed["secret"].encode() not in row[0] for row in stored)
    state = (await wim.get(f"{API}/signing-secret")).text
    assert renewed["secret"] not in state


async def test_the_same_call_again_is_answered_alike_and_not_asked_again(
    desk: Desk, tools: str, theirs: Listener
) -> None:
    theirs.script = [as_json({"result": "first"}), as_json({"result": "second"})]
    body = asked(desk, new_call_id(), ("t1", "free_times", {"day": "Monday"}))
    answers = await asyncio.gather(*(results(desk, body) for _ in range(4)))
    assert [answer[0].get("result") for answer in answers] == ["first"] * 4
    assert len(theirs.received) == 1


async def test_several_at_once_keep_their_order(desk: Desk, tools: str, theirs: Listener) -> None:
    def act(request: Received) -> Act:
        return as_json({"result": f"day {request.json['arguments']['day']}"})

    theirs.script = act
    body = asked(
        desk, new_call_id(), ("a", "free_times", {"day": "1"}), ("b", "look_up_earlier_calls", {}),
        ("c", "free_times", {"day": "2"}), ("d", "unheard_of", {}), ("e", "free_times", {}),
    )  # fmt: skip
    answers = await results(desk, body)
    assert [answer["toolCallId"] for answer in answers] == ["a", "b", "c", "d", "e"]
    assert (answers[0]["result"], answers[2]["result"]) == ("day 1", "day 2")
    assert answers[3]["error"] == "tool not available"
    assert "'day' is a required property" in answers[4]["error"]
    assert len(theirs.received) == 2


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (Reply(500, b"boom: password=hunter2"), "status 500"),
        (Reply(302, b"", {"location": "http://127.0.0.1:1/inside"}), "status 302"),
        (Drop(), "could not be reached"),
        (Reply(200, b"x" * (forwarding.MAX_ANSWER + 1)), "more than can be read"),
        (as_json({"error": "No such order."}), "No such order."),
        (as_json({"results": [{"toolCallId": "other", "result": "x"}]}), "no result for this call"),
    ],
)
async def test_trouble_is_told_to_the_model(desk: Desk, tools: str, theirs: Listener, act: Act, words: str) -> None:
    theirs.script = [act]
    (result,) = await results(desk, asked(desk, new_call_id(), ("t1", "free_times", {"day": "1"})))
    assert words in result["error"]
    assert "hunter2" not in result["error"]
    (entry, *_) = await log_of(desk, status="failed")
    assert words in entry["error"]


async def test_a_silent_server_is_not_waited_for(
    desk: Desk, tools: str, theirs: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarding, "DEADLINE", 0.3)
    theirs.script = [Hang()]
    (result,) = await results(desk, asked(desk, new_call_id(), ("t1", "free_times", {"day": "1"})))
    assert "no answer within" in result["error"]


async def test_the_agents_own_server_stands_in(desk: Desk, theirs: Listener) -> None:
    await give(desk, function(None))
    (nobody,) = await results(desk, asked(desk, new_call_id(), ("t1", "free_times", {"day": "1"})))
    assert "no server" in nobody["error"]
    await give(desk, function(None), tools_server_url=f"{theirs.url}/all")
    (result,) = await results(desk, asked(desk, new_call_id(), ("t1", "free_times", {"day": "1"})))
    assert result["result"] == "Thursday at 2 PM is free."
    assert theirs.received[-1].path == "/all"
    await give(desk, function(None), tools_server_url=None)


async def test_a_wrong_signature_runs_nothing(desk: Desk, tools: str, theirs: Listener) -> None:
    body = asked(desk, new_call_id(), ("t1", "free_times", {"day": "1"}))
    assert (await desk.send(body, secret="wrong")).status_code == 401
    assert theirs.received == []


async def test_an_agent_of_others_gets_no_tool(desk: Desk, tools: str, theirs: Listener) -> None:
    body = asked(desk, new_call_id(), ("t1", "free_times", {"day": "1"}))
    body["message"]["call"]["assistantId"] = "9b0c6f5e-6a4d-4c0a-8f2f-9a1f4f8d7c10"
    (result,) = await results(desk, body)
    assert result["error"] == "tool not available"
    assert theirs.received == []


async def test_who_may_read_the_log_and_the_secret(desk: Desk, tools: str) -> None:
    await results(desk, asked(desk, new_call_id(), ("t1", "look_up_earlier_calls", {})))
    (entry, *_) = await log_of(desk)
    for path in (f"{API}/activity", f"{API}/activity/{entry['id']}"):
        assert (await desk.site.as_(VERA).get(path)).status_code == 200
        assert (await desk.site.as_(STAN).get(path)).json().get("data", {}).get("id") != entry["id"]
    assert (await desk.site.as_(STAN).get(f"{API}/activity/{entry['id']}")).status_code == 404
    assert (await desk.mia.post(f"{API}/signing-secret")).status_code == 403
    assert (await desk.mia.post(f"{API}/activity/{entry['id']}/repeat")).status_code == 409
    page = await desk.mia.get("/w/clinic/activity")
    assert page.status_code == 200
    assert "look_up_earlier_calls" in page.text
    assert "Make a new secret" not in page.text
    shown = await desk.mia.get(f"/w/clinic/activity/{entry['id']}")
    assert shown.status_code == 200
    made = await desk.site.as_(WIM).post("/w/clinic/activity/signing-secret")
    assert "whsec_" in made.text
    assert made.headers["cache-control"] == "no-store"
    assert "whsec_" not in (await desk.site.as_(OLGA).get("/w/clinic/activity")).text


async def test_filters_of_the_log(desk: Desk, tools: str) -> None:
    await results(desk, asked(desk, new_call_id(), ("t1", "free_times", {}), ("t2", "note_follow_up", {"note": "x"})))
    assert {entry["name"] for entry in await log_of(desk, search="free_")} == {"free_times"}
    assert {entry["status"] for entry in await log_of(desk, status="failed")} == {"failed"}
    assert await log_of(desk, kind="after_call") == []
    assert (await desk.mia.get("/w/clinic/activity?kind=nonsense&page=x&status=done")).status_code == 200


async def test_the_conversation_shows_its_tools(desk: Desk, tools: str) -> None:
    call_id = new_call_id()
    await results(desk, asked(desk, call_id, ("t1", "free_times", {"day": "1"})))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    page = (await desk.mia.get(f"/w/clinic/conversations/{conversation['id']}")).text
    assert "free_times" in page
    assert "Thursday at 2 PM is free." in page


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", ("Done.", False)), (b"plain words", ("plain words", False)), (b'"a text"', ("a text", False)),
        (b'{"result": {"slots": [1, 2]}}', ('{"slots":[1,2]}', False)), (b'{"error": "no"}', ("no", True)),
        (b'{"slots": 3}', ('{"slots":3}', False)), (b'{"result": "a\\u0000b"}', ("ab", False)),
        (b'{"results": [{"toolCallId": "t", "result": "yes"}]}', ("yes", False)),
        (b'{"results": [{"toolCallId": "t", "error": "no"}]}', ("no", True)),
        (b"\xff\xfe", ("\ufffd\ufffd", False)), (b"[" * 5000, ("[" * 5000, False)),
    ],
)  # fmt: skip
def test_what_a_server_may_answer(body: bytes, expected: tuple[str, bool]) -> None:
    assert read_answer(body, "t") == expected


def test_the_log_keeps_no_documents() -> None:
    kept = shortened({"text": "x" * 5000, "list": list(range(100)), "deep": {"a": {"b": {"c": {"d": 1}}}}, "n": 1})
    assert len(kept["text"]) < MOST_CHARACTERS + 50
    assert "5,000 characters" in kept["text"]
    assert len(kept["list"]) == 21
    assert kept["deep"] == {"a": {"b": {"c": "… 1 fields"}}}
    assert kept["n"] == 1
