"""The life of an agent over there, version by version, against the emulated vendor."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest
from tests.conftest import SANDBOX_URL, Sandbox
from tests.foundation.outbound.listener import Act, Listener, Received, as_json
from tests.providers.retell.examples import ANSWERS
from tests.providers.retell.specs import FULL, MARKS

from inspralv.foundation.outbound import Outbound
from inspralv.foundation.outbound.certificates import certificates
from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import E164, NumberBinding, NumberImport, NumberRef, RemoteRef, SipTrunk, WebhookTarget
from inspralv.providers.errors import (
    BadCredentials,
    Malformed,
    Missing,
    ProviderError,
    Refused,
    Throttled,
    Unavailable,
    Unconfirmed,
)
from inspralv.providers.retell.provider import RetellCredentials, RetellProvider
from inspralv.providers.retell.session import RetellSession
from inspralv.sandbox.retell.accounts import ACME

URL = f"{SANDBOX_URL}/retell"
PHONE, LINE = E164("+14155550101"), NumberRef(ACME.phone_number)


class Vendor:
    """The emulated vendor from the other side."""

    def __init__(self, api: httpx.AsyncClient) -> None:
        self.api = api

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.api.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def agent(self, ref: RemoteRef) -> Any:
        return await self.ask("GET", f"/get-agent/{ref.ids['agent_id']}")

    async def llms(self) -> list[Any]:
        return list((await self.ask("GET", "/v2/list-retell-llms"))["items"])

    async def agents(self) -> list[Any]:
        return list((await self.ask("POST", "/v2/list-agents", {}))["items"])

    async def writes(self) -> list[str]:
        """What was asked for that changes something, by path without ids."""
        asked = await self.ask("GET", "/_sandbox/requests")
        lists = ("/v2/list-agents", "/v3/list-calls")
        return [one["path"].split("/")[1] for one in asked if one["method"] != "GET" and one["path"] not in lists]

    async def mischief(self, **plan: Any) -> None:
        await self.ask("POST", "/_sandbox/mischief", plan)


@pytest.fixture
async def vendor(sandbox: Sandbox) -> AsyncIterator[Vendor]:
    assert sandbox
    headers = {"authorization": f"Bearer {ACME.api_key}"}
    async with httpx.AsyncClient(base_url=URL, headers=headers, timeout=20, verify=certificates()) as api:
        await api.post("/_sandbox/reset")
        yield Vendor(api)
        await api.post("/_sandbox/reset")


@pytest.fixture
def acme(vendor: Vendor, http: Outbound) -> RetellSession:
    """Acme's session with the emulated vendor."""
    assert vendor
    opened = RetellProvider(BaseUrls({"retell": URL})).open(RetellCredentials(secret_key=ACME.api_key), http)
    assert isinstance(opened, RetellSession)
    return opened


async def test_the_llm_first_then_the_agent_then_both_are_published(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    assert await vendor.writes() == ["create-retell-llm", "create-agent", "publish-agent-version"]
    agent = await vendor.agent(ref)
    assert (agent["version"], agent["is_published"]) == (0, True)
    assert agent["response_engine"]["llm_id"] == ref.ids["llm_id"]
    assert (await vendor.llms())[0]["is_published"] is True
    assert await acme.pull_agent(ref) == FULL


async def test_an_edit_opens_a_draft_and_publishes_it(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    edited = msgspec.structs.replace(FULL, system_prompt="Short.", name="Reception")
    assert await acme.push_agent(edited, ref) == ref
    assert (await vendor.writes())[3:] == [
        "create-agent-version", "update-retell-llm", "update-agent", "publish-agent-version",
    ]  # fmt: skip
    agent = await vendor.agent(ref)
    assert (agent["version"], agent["is_published"], agent["response_engine"]["llm_id"]) == (1, True, ref.ids["llm_id"])
    old = await vendor.ask("GET", f"/get-retell-llm/{ref.ids['llm_id']}?version=0")
    assert old["general_prompt"] == FULL.system_prompt
    assert await acme.pull_agent(ref) == edited


async def test_one_field_is_one_change(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    await acme.push_agent(msgspec.structs.replace(FULL, name="Reception"), ref)
    asked = await vendor.ask("GET", "/_sandbox/requests")
    assert [one["body"] for one in asked if one["method"] == "PATCH"] == [{"agent_name": "Reception"}]


async def test_pushing_again_opens_no_version(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    for _ in range(3):
        await acme.push_agent(FULL, ref)
    assert len(await vendor.writes()) == 3
    assert (await vendor.agent(ref))["version"] == 0


async def test_a_draft_that_was_left_is_used_and_published(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    await vendor.ask("POST", f"/create-agent-version/{ref.ids['agent_id']}", {"base_version": 0})
    await acme.push_agent(FULL, ref)
    assert (await vendor.writes())[-1] == "publish-agent-version"
    assert (await vendor.agent(ref))["version"] == 1


async def test_what_others_set_over_there_stays(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    tool = {"type": "code", "name": "sums", "code": "1 + 1"}
    llm = (await vendor.llms())[0]
    theirs = {"general_tools": [*llm["general_tools"], tool], "knowledge_base_ids": ["kb_1"]}
    drift = {"agentId": ref.ids["agent_id"], "patch": {"volume": 1.5}, "llm": theirs}
    await vendor.ask("POST", "/_sandbox/drift", drift)
    await acme.push_agent(msgspec.structs.replace(FULL, tools=FULL.tools[:1], greeting=None), ref)
    agent = await vendor.agent(ref)
    llm = await vendor.ask("GET", f"/get-retell-llm/{ref.ids['llm_id']}")
    assert (agent["volume"], llm["knowledge_base_ids"]) == (1.5, ["kb_1"])
    assert [one["name"] for one in llm["general_tools"]] == ["end_call", "sums"]
    assert llm["start_speaker"] == "user"


async def test_what_others_changed_is_seen_and_overwritten(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    drift = {"agentId": ref.ids["agent_id"], "patch": {"agent_name": "Theirs"}, "llm": {"begin_message": "Hey"}}
    await vendor.ask("POST", "/_sandbox/drift", drift)
    pulled = await acme.pull_agent(ref)
    assert (pulled.name, pulled.greeting) == ("Theirs", "Hey")
    await acme.push_agent(FULL, ref)
    assert await acme.pull_agent(ref) == FULL


async def test_another_engine_is_not_touched(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    engine = {"type": "conversation-flow", "conversation_flow_id": "flow_1"}
    await vendor.ask("POST", "/_sandbox/drift", {"agentId": ref.ids["agent_id"], "patch": {"response_engine": engine}})
    for asking in (acme.push_agent(FULL, ref), acme.pull_agent(ref)):
        with pytest.raises(Refused, match="another engine"):
            await asking
    assert (await vendor.agent(ref))["response_engine"] == engine


async def test_an_agent_that_is_refused_leaves_no_llm(acme: RetellSession, vendor: Vendor) -> None:
    voice = msgspec.structs.replace(FULL.voice, id="no-such-voice")
    with pytest.raises(Refused) as caught:
        await acme.push_agent(msgspec.structs.replace(FULL, voice=voice), None)
    assert caught.value.field == "config.voice_id"
    assert await vendor.llms() == []


async def test_a_limit_is_told_at_its_field_and_leaves_no_llm(acme: RetellSession, vendor: Vendor) -> None:
    with pytest.raises(Refused) as caught:
        await acme.push_agent(msgspec.structs.replace(FULL, max_duration_seconds=20), None)
    assert caught.value.field == "config.max_duration_seconds"
    assert await vendor.llms() == []


@pytest.mark.parametrize("path", ["/create-agent", "/publish-agent-version"])
async def test_a_push_that_breaks_off_is_taken_up_again(acme: RetellSession, vendor: Vendor, path: str) -> None:
    since = datetime.now(UTC)
    await vendor.mischief(fail=[{"status": 500, "times": 1, "path_prefix": path}])
    with pytest.raises(Unavailable):
        await acme.push_agent(FULL, None)
    ref = await acme.push_agent(FULL, await acme.find_agent(MARKS, since))
    assert len(await vendor.llms()) == len(await vendor.agents()) == 1
    assert (await vendor.agent(ref))["is_published"] is True


@pytest.mark.parametrize("lost", [1, 2])
async def test_an_answer_that_got_lost_makes_no_twin(acme: RetellSession, vendor: Vendor, lost: int) -> None:
    await vendor.mischief(lost_answers=lost)
    ref = await acme.push_agent(FULL, None)
    await vendor.mischief()
    assert len(await vendor.llms()) == len(await vendor.agents()) == 1
    assert await acme.pull_agent(ref) == FULL
    assert await acme.find_agent(MARKS, datetime.now(UTC)) == ref


async def test_an_llm_that_an_earlier_attempt_left_is_cleared_away(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    await vendor.ask("DELETE", f"/delete-agent/{ref.ids['agent_id']}")
    assert len(await vendor.llms()) == 1
    await acme.push_agent(FULL, None)
    assert [llm["llm_id"] for llm in await vendor.llms()] != [ref.ids["llm_id"]]
    assert len(await vendor.llms()) == 1


async def test_removing_takes_both(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    await acme.remove_agent(ref)
    assert (await vendor.llms(), await vendor.agents()) == ([], [])
    with pytest.raises(Missing):
        await acme.remove_agent(ref)


async def test_removing_takes_the_llm_of_an_agent_that_is_gone(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    await vendor.ask("DELETE", f"/delete-agent/{ref.ids['agent_id']}")
    with pytest.raises(Missing):
        await acme.remove_agent(ref)
    assert await vendor.llms() == []


async def test_a_call_whose_answer_got_lost_is_made_once(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    await vendor.mischief(lost_answers=1)
    call = await acme.start_phone_call(ref, PHONE, LINE, {}, "mark-1")
    listed = await vendor.ask("POST", "/v3/list-calls", {"include_total": True})
    assert (listed["total"], listed["items"][0]["call_id"]) == (1, call.id)
    await vendor.mischief(lost_answers=2)
    with pytest.raises(Unconfirmed):
        await acme.start_phone_call(ref, PHONE, LINE, {}, "mark-2")


async def test_calls_are_those_of_the_published_version(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    await vendor.ask("POST", f"/create-agent-version/{ref.ids['agent_id']}", {"base_version": 0})
    call = await acme.start_phone_call(ref, PHONE, LINE, {}, "mark-1")
    web = await acme.start_web_call(ref, {})
    for call_id in (call.id, web.call_id):
        assert (await vendor.ask("GET", f"/v2/get-call/{call_id}"))["agent_version"] == 0


async def test_a_number_asks_us_and_has_its_own_agent(acme: RetellSession, vendor: Vendor) -> None:
    ref = await acme.push_agent(FULL, None)
    route = WebhookTarget(url="https://acme.example.com/route", secret="")
    await acme.bind_number(LINE, NumberBinding(inbound=ref, route=route))
    line = await vendor.ask("GET", f"/get-phone-number/{LINE.id}")
    bound = {"agent_id": ref.ids["agent_id"], "weight": 1, "agent_version": "latest_published"}
    assert (line["inbound_agents"], line["inbound_webhook_url"]) == ([bound], route.url)
    await acme.bind_number(LINE, NumberBinding(outbound=ref))
    line = await vendor.ask("GET", f"/get-phone-number/{LINE.id}")
    assert ("inbound_agents" in line, "inbound_webhook_url" in line) == (False, False)
    assert line["outbound_agents"] == [bound]


async def test_a_trunk_that_wants_to_be_registered_with_is_refused(acme: RetellSession) -> None:
    trunk = SipTrunk(host="sip.example.com", username="u", password="p", register=True)  # noqa: S106
    with pytest.raises(Refused) as caught:
        await acme.import_number(NumberImport(number=E164("+14155550177"), trunk=trunk))
    assert caught.value.field == "trunk"


async def test_a_number_whose_import_got_lost_is_found(session: RetellSession, listener: Listener) -> None:
    number = ANSWERS["POST /import-phone-number"]
    seen: list[Received] = []

    def answer(asked: Received) -> Act:
        seen.append(asked)
        if asked.method == "POST":
            return as_json({"status": "error", "message": "Oops"}, 500)
        return as_json({"items": [number] if len(seen) > 2 else [], "has_more": False})

    listener.script = answer
    trunk = SipTrunk(host="sip.example.com", port=5070, username="u", password="p")  # noqa: S106
    made = await session.import_number(NumberImport(number=E164(number["phone_number"]), trunk=trunk))
    assert made.number == number["phone_number"]
    assert seen[1].json["termination_uri"] == "sip.example.com:5070"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refused), (401, BadCredentials), (402, Refused), (403, BadCredentials), (404, Missing), (409, Unavailable),
        (422, Missing), (429, Throttled), (500, Unavailable), (503, Unavailable), (302, Malformed),
    ],
)  # fmt: skip
async def test_errors_by_status(
    session: RetellSession, listener: Listener, status: int, kind: type[ProviderError]
) -> None:
    listener.script = [as_json({"status": "error", "message": "voice_id: key-1 is wrong"}, status)]
    with pytest.raises(kind) as caught:
        await session.check()
    assert "key-1" not in str(caught.value)


async def test_the_older_way_of_web_calls(http: Outbound, listener: Listener) -> None:
    keys = RetellCredentials(secret_key="key-1", web_call_transport="livekit")  # noqa: S106
    provider = RetellProvider(BaseUrls({"retell": listener.url}))
    listener.script = [as_json(ANSWERS["GET /v2/get-call/call_web_77aa"])]
    ticket = await provider.open(keys, http).start_web_call(RemoteRef({"agent_id": "agent_1"}), {})
    assert (ticket.client, ticket.call_id) == ("livekit", "call_web_77aa")
    assert listener.received[0].path == "/v2/create-web-call"
    assert json.loads(listener.received[0].body) == {"agent_id": "agent_1"}
    real = RetellProvider(BaseUrls())
    assert "wss://*.livekit.cloud" in real.web_call_sources["connect-src"]
    assert "https://api.retellai.com" in real.web_call_sources["connect-src"]


def test_webhooks_are_signed_with_the_badged_key_or_the_only_one() -> None:
    provider = RetellProvider(BaseUrls())
    assert provider.hook_secrets(RetellCredentials(secret_key="a")) == ("a",)  # noqa: S106
    assert provider.hook_secrets(RetellCredentials(secret_key="a", webhook_key="b")) == ("b",)  # noqa: S106
    assert "hidden" not in repr(RetellCredentials(secret_key="hidden", webhook_key="hidden"))  # noqa: S106
