"""What becomes of calls, and what is told of it by webhook: endings, order, repeats, functions, incoming calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.conftest import SANDBOX_URL, Sandbox
from tests.foundation.outbound.listener import Listener, Received, Reply, as_json
from tests.sandbox.retell.browser import until

from inspralv.foundation.outbound.certificates import certificates
from inspralv.sandbox.app import create_sandbox
from inspralv.sandbox.options import SandboxOptions
from inspralv.sandbox.retell.accounts import ACME

Body = dict[str, Any]
EVENTS = ["call_started", "call_ended", "call_analyzed", "transcript_updated"]


class Customer:
    """Acme, with an agent that tells everything to the hooks."""

    def __init__(self, api: httpx.AsyncClient, hooks: Listener) -> None:
        self.api = api
        self.hooks = hooks

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.api.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def agent(self, **llm: Any) -> str:
        words = {"start_speaker": "agent", "begin_message": "Hi {{name}}"} | llm
        made = await self.ask("POST", "/create-retell-llm", words)
        engine = {"type": "retell-llm", "llm_id": made["llm_id"]}
        told = {"webhook_url": f"{self.hooks.url}/hook", "webhook_events": EVENTS}
        agent = await self.ask("POST", "/create-agent", {"response_engine": engine, "voice_id": "retell-Cimo", **told})
        return str(agent["agent_id"])

    async def dial(self, number: str, **llm: Any) -> Body:
        asked = {"from_number": ACME.phone_number, "to_number": number, "override_agent_id": await self.agent(**llm)}
        variables = {"retell_llm_dynamic_variables": {"name": "Dana"}}
        call: Body = await self.ask("POST", "/v2/create-phone-call", asked | variables)
        return call

    def told(self, event: str | None = None) -> list[Body]:
        bodies = [one.json for one in self.hooks.received if one.path == "/hook"]
        return [body for body in bodies if event in {None, body["event"]}]

    async def ending(self, number: str, **llm: Any) -> Body:
        """A whole call, as its analysis tells it."""
        await self.dial(number, **llm)
        await until(lambda: self.told("call_analyzed"))
        call: Body = self.told("call_analyzed")[0]["call"]
        return call


@pytest.fixture
async def acme(sandbox: Sandbox) -> AsyncIterator[Customer]:
    assert sandbox
    headers = {"authorization": f"Bearer {ACME.api_key}"}
    async with (
        Listener() as hooks,
        httpx.AsyncClient(base_url=f"{SANDBOX_URL}/retell", headers=headers, timeout=20, verify=certificates()) as api,
    ):
        (await api.post("/_sandbox/reset")).raise_for_status()
        yield Customer(api, hooks)
        (await api.post("/_sandbox/reset")).raise_for_status()


@pytest.mark.parametrize(
    ("digits", "status", "reason"),
    [
        ("01", "ended", "user_hangup"),
        ("02", "ended", "agent_hangup"),
        ("04", "not_connected", "dial_no_answer"),
        ("05", "not_connected", "dial_busy"),
        ("06", "ended", "voicemail_reached"),
        ("07", "not_connected", "dial_failed"),
        ("09", "error", "concurrency_limit_reached"),
        ("10", "ended", "inactivity"),
        ("11", "ended", "user_hangup"),
    ],
)
async def test_endings(acme: Customer, digits: str, status: str, reason: str) -> None:
    call = await acme.ending(f"+141555501{digits}")
    assert (call["call_status"], call["disconnection_reason"]) == (status, reason)
    assert ("start_timestamp" in call) == (status == "ended")
    assert bool(acme.told("call_started")) == (status == "ended")
    assert (call["call_analysis"]["in_voicemail"], bool(call.get("transcript"))) == (digits == "06", status == "ended")


async def test_a_call_is_told_in_order(acme: Customer) -> None:
    await acme.ending("+14155550101")
    events = [body["event"] for body in acme.told()]
    assert events[0] == "call_started"
    assert events[-1] == "call_analyzed"
    assert "call_ended" in events
    assert events.count("transcript_updated") > 4
    assert "call_analysis" not in acme.told("call_ended")[0]["call"]
    assert acme.told("transcript_updated")[0]["call"]["transcript_with_tool_calls"][0]["content"] == "Hi Dana"


async def test_what_nobody_takes_is_repeated_three_times(acme: Customer) -> None:
    acme.hooks.script = [Reply(503)]
    await acme.dial("+14155550104")
    await until(lambda: len(acme.told("call_ended")) == 4)
    await until(lambda: acme.told("call_analyzed"))
    assert len(acme.told("call_ended")) == 4


async def test_webhooks_are_doubled_dropped_and_overtaken(acme: Customer) -> None:
    await acme.ask("POST", "/_sandbox/mischief", {"duplicate": 1})
    await acme.ending("+14155550104")
    assert [body["event"] for body in acme.told()][:2] == ["call_ended", "call_ended"]
    acme.hooks.received.clear()
    await acme.ask("POST", "/_sandbox/mischief", {"reorder": 1})
    await acme.ending("+14155550104")
    await until(lambda: len(acme.told()) == 2)
    assert [body["event"] for body in acme.told()] == ["call_analyzed", "call_ended"]
    acme.hooks.received.clear()
    await acme.ask("POST", "/_sandbox/mischief", {"drop": 1})
    call = await acme.dial("+14155550104")
    for _ in range(200):
        if "call_analysis" in (await acme.ask("GET", f"/v2/get-call/{call['call_id']}")):
            break
    assert acme.told() == []


async def test_a_function_is_used_and_its_answer_is_kept(acme: Customer) -> None:
    schema = {"type": "object", "properties": {"day": {"type": "string"}, "people": {"type": "integer"}}}
    tool = {"type": "custom", "name": "book", "url": f"{acme.hooks.url}/tool", "parameters": schema}
    acme.hooks.script = lambda asked: as_json({"result": "Booked"} if asked.path == "/tool" else {})
    call = await acme.ending("+14155550101", general_tools=[tool])
    (asked,) = [one for one in acme.hooks.received if one.path == "/tool"]
    assert (asked.json["name"], asked.json["args"]) == ("book", {"day": "Thursday", "people": 2})
    assert asked.json["call"]["call_id"] == call["call_id"]
    assert asked.headers["x-retell-signature"].startswith("v=")
    used = [one for one in call["transcript_with_tool_calls"] if one["role"].startswith("tool_call")]
    assert [(one.get("name"), one.get("content")) for one in used] == [("book", None), (None, '{"result":"Booked"}')]


async def bind(acme: Customer, **fields: Any) -> None:
    await acme.ask("PATCH", f"/update-phone-number/{ACME.phone_number}", fields)


async def ring(acme: Customer) -> None:
    await acme.ask("POST", "/_sandbox/inbound", {"to": ACME.phone_number, "from": "+14155550104"})


async def test_an_incoming_call_asks_who_answers(acme: Customer) -> None:
    agent_id = await acme.agent()
    said = {"override_agent_id": agent_id, "dynamic_variables": {"name": "Sam"}, "metadata": {"of": "us"}}

    def answer(asked: Received) -> Reply:
        return as_json({"call_inbound": said} if asked.path == "/route" else {})

    acme.hooks.script = answer
    await bind(acme, inbound_webhook_url=f"{acme.hooks.url}/route")
    await ring(acme)
    await until(lambda: acme.told("call_analyzed"))
    call = acme.told("call_analyzed")[0]["call"]
    asked = next(one.json for one in acme.hooks.received if one.path == "/route")
    assert (asked["event"], asked["call_inbound"]["call_id"]) == ("call_inbound", call["call_id"])
    assert (call["agent_id"], call["direction"], call["metadata"]) == (agent_id, "inbound", {"of": "us"})
    assert call["transcript"].startswith("Agent: Hi Sam\n")


async def test_the_lines_own_agent_answers_when_nobody_says(acme: Customer) -> None:
    agent_id = await acme.agent()
    acme.hooks.script = lambda asked: Reply(500) if asked.path == "/route" else Reply()
    agents = [{"agent_id": agent_id, "weight": 1}]
    await bind(acme, inbound_agents=agents, inbound_webhook_url=f"{acme.hooks.url}/route")
    await ring(acme)
    await until(lambda: acme.told("call_analyzed"))
    assert sum(one.path == "/route" for one in acme.hooks.received) == 4
    assert acme.told("call_analyzed")[0]["call"]["agent_id"] == agent_id


async def test_a_call_that_nobody_takes_is_rejected(acme: Customer) -> None:
    await ring(acme)
    assert (await acme.ask("POST", "/v3/list-calls", {}))["items"] == []


async def test_a_browser_that_never_comes(acme: Customer) -> None:
    await acme.ask("POST", "/_sandbox/speed", {"speed": 300})
    await acme.ask("POST", "/v3/create-web-call", {"agent_id": await acme.agent()})
    await until(lambda: acme.told("call_analyzed"))
    call = acme.told("call_ended")[0]["call"]
    assert (call["call_status"], call["disconnection_reason"]) == ("error", "error_user_not_joined")


async def test_a_recording_can_be_fetched(acme: Customer) -> None:
    call = await acme.ending("+14155550101")
    sound = await acme.api.get(call["recording_url"])
    assert (sound.headers["content-type"], sound.content[:4]) == ("audio/wav", b"RIFF")
    assert len(sound.content) > 10_000


async def test_a_restart_keeps_agents_and_ends_calls(tmp_path: Any) -> None:
    options = SandboxOptions("http://sandbox.test", speed=1, data_file=tmp_path / "sandbox.json")
    headers = {"authorization": f"Bearer {ACME.api_key}"}

    async def with_app(work: Any) -> Any:
        app = create_sandbox(options)
        async with app.lifespan():
            transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
            base = "http://sandbox.test/retell"
            async with (
                httpx.AsyncClient(transport=transport, base_url=base, headers=headers) as api,
                Listener() as hooks,
            ):
                return await work(Customer(api, hooks))

    call = await with_app(lambda one: one.dial("+14155550101"))

    async def again(one: Customer) -> Body:
        assert (await one.ask("GET", f"/get-agent/{call['agent_id']}"))["agent_id"] == call["agent_id"]
        found: Body = await one.ask("GET", f"/v2/get-call/{call['call_id']}")
        return found

    ended = await with_app(again)
    assert (ended["call_status"], ended["disconnection_reason"]) == ("error", "error_retell")
