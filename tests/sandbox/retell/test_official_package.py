"""The vendor's own package talks to the emulator, strict about every answer, through the whole life of an agent. Each
request and each answer is checked against the description of the API as well."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from retell import APIStatusError, AsyncRetell, AuthenticationError, UnprocessableEntityError
from retell.lib import verify
from tests.conftest import SANDBOX_URL, Sandbox
from tests.foundation.outbound.listener import Listener
from tests.providers.retell.schemas import Schemas
from tests.sandbox.retell.browser import until

from inspralv.sandbox.retell.accounts import ACME, RIVAL

URL = f"{SANDBOX_URL}/retell"
REPOSITORY = Path(__file__).parents[3]
ANSWERED = "+14155550101"
TOOLS: Any = [
    {"type": "end_call", "name": "end_call"},
    {"type": "custom", "name": "book", "url": "https://acme.example.com/book", "description": "Books",
     "parameters": {"type": "object", "properties": {"day": {"type": "string"}}}},
]  # fmt: skip


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    """The vendor's description, which is not part of this repository."""
    folder = Path(os.environ.get("INSPRALV_CONTRACTS") or REPOSITORY.parent / "shared" / "contracts")
    description = folder / "retell" / "openapi-sdk-6.2.13.json"
    if not description.is_file():
        pytest.fail(
            f"the vendor's contract is not at {description}: set INSPRALV_CONTRACTS to its folder", pytrace=False
        )
    return Schemas(description)


class Watched(httpx.AsyncHTTPTransport):
    """The network, with somebody who compares what passes by with the description."""

    def __init__(self, schemas: Schemas) -> None:
        super().__init__()
        self._schemas = schemas

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request that fits; return an answer that fits."""
        path = request.url.path.removeprefix("/retell")
        content = await request.aread()
        is_json = request.headers.get("content-type") == "application/json" and content
        if not path.startswith("/_"):
            query = dict(request.url.params)
            self._schemas.request(request.method, path, query, json.loads(content) if is_json else None)
        answer = await super().handle_async_request(request)
        body = await answer.aread()
        if not path.startswith("/_"):
            self._schemas.answer(request.method, path, answer.status_code, body)
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)


def client_of(key: str, schemas: Schemas) -> AsyncRetell:
    http = httpx.AsyncClient(transport=Watched(schemas), timeout=20)
    return AsyncRetell(
        api_key=key, base_url=URL, max_retries=0, http_client=http, _strict_response_validation=True
    )  # fmt: skip


@pytest.fixture
async def retell(sandbox: Sandbox, schemas: Schemas) -> AsyncIterator[AsyncRetell]:
    assert sandbox
    async with httpx.AsyncClient(base_url=URL) as api, client_of(ACME.api_key, schemas) as client:
        (await api.post("/_sandbox/reset")).raise_for_status()
        yield client
        (await api.post("/_sandbox/reset")).raise_for_status()


@pytest.fixture
async def agent_id(retell: AsyncRetell) -> str:
    llm = await retell.llm.create(
        start_speaker="agent", general_prompt="Be kind, {{name}}.", begin_message="Hi {{name}}", general_tools=TOOLS,
        model_config={"type": "cascading", "primary": {"model": "gpt-4.1"}, "temperature": 0.1},
        default_dynamic_variables={"name": "there"},
    )  # fmt: skip
    engine: Any = {"type": "retell-llm", "llm_id": llm.llm_id, "version": 0}
    made = await retell.agent.create(response_engine=engine, voice_id="retell-Cimo", agent_name="Acme")
    await retell.agent.publish(made.agent_id, version=0, version_title="First")
    return made.agent_id


async def test_llms(retell: AsyncRetell, agent_id: str) -> None:
    agent = await retell.agent.retrieve(agent_id)
    llm_id = agent.response_engine.llm_id  # type: ignore[union-attr]
    with pytest.raises(APIStatusError, match="Cannot update published LLM"):
        await retell.llm.update(llm_id, general_prompt="Other")
    await retell.agent.create_version(agent_id, base_version=0)
    changed = await retell.llm.update(llm_id, version=1, general_prompt="Other", model_config={"temperature": 0.7})  # type: ignore[typeddict-item]
    assert (changed.general_prompt, changed.version, changed.is_published) == ("Other", 1, False)
    assert changed.model_dump(by_alias=True)["model_config"]["primary"]["model"] == "gpt-4.1"
    assert (await retell.llm.retrieve(llm_id, version=0)).general_prompt == "Be kind, {{name}}."
    others = [await retell.llm.create(start_speaker="user") for _ in range(4)]
    page = await retell.llm.list(limit=2)
    found = [one.llm_id for one in page.items or []]
    while page.has_more:
        page = await retell.llm.list(limit=2, pagination_key=page.pagination_key or "")
        found += [one.llm_id for one in page.items or []]
    assert found == [one.llm_id for one in others[::-1]] + [llm_id]
    with pytest.raises(APIStatusError, match="still in use"):
        await retell.llm.delete(llm_id)
    await retell.llm.delete(llm_id, force_delete=True)
    with pytest.raises(UnprocessableEntityError):
        await retell.llm.retrieve(llm_id)


async def test_agents_and_their_versions(retell: AsyncRetell, agent_id: str) -> None:
    with pytest.raises(APIStatusError, match="Cannot update published agent"):
        await retell.agent.update(agent_id, agent_name="B")
    draft = await retell.agent.create_version(agent_id, base_version=0)
    assert (draft.version, draft.base_version, draft.is_published) == (1, 0, False)
    await retell.agent.update(agent_id, agent_name="B", language=["en-US", "es-ES"], webhook_url=None)
    assert (await retell.agent.retrieve(agent_id)).agent_name == "B"
    assert (await retell.agent.retrieve(agent_id, version="latest_published")).agent_name == "Acme"
    versions = await retell.agent.list_versions(agent_id, limit=10)
    assert [(one.version, one.is_published) for one in versions.items] == [(1, False), (0, True)]
    await retell.agent.delete_version(agent_id, version=1)
    assert (await retell.agent.retrieve(agent_id)).version == 0
    voices: Any = {"channel": {"type": "string", "op": "eq", "value": "voice"}}
    listed = await retell.agent.list(limit=50, filter_criteria=voices)
    assert [one.agent_id for one in listed.items] == [agent_id]
    await retell.agent.delete(agent_id)
    with pytest.raises(UnprocessableEntityError):
        await retell.agent.retrieve(agent_id)


async def test_phone_calls(retell: AsyncRetell, agent_id: str) -> None:
    call = await retell.call.create_phone_call(
        from_number=ACME.phone_number, to_number=ANSWERED, override_agent_id=agent_id,
        override_agent_version="latest_published", metadata={"tenant_id": "t_42"}, idempotency_key="ik-1",
        retell_llm_dynamic_variables={"name": "Dana"},
    )  # fmt: skip
    again = await retell.call.create_phone_call(
        from_number=ACME.phone_number, to_number=ANSWERED, override_agent_id=agent_id, idempotency_key="ik-1"
    )
    assert again.call_id == call.call_id
    found: Any = call
    while found.call_analysis is None:
        await asyncio.sleep(0.01)
        found = await retell.call.retrieve(call.call_id)
    assert (found.call_status, found.disconnection_reason) == ("ended", "user_hangup")
    assert found.transcript.startswith("Agent: Hi Dana\nUser: ")
    assert found.call_cost.combined_cost > 0
    criteria: Any = {
        "agent": [{"agent_id": agent_id}],
        "call_status": {"type": "enum", "op": "in", "value": ["ended"]},
        "metadata": [{"type": "string", "op": "eq", "key": "tenant_id", "value": "t_42"}],
        "start_timestamp": {"type": "range", "op": "bt", "value": [0, 9_999_999_999_999]},
        "call_successful": {"type": "boolean", "op": "eq", "value": True},
    }
    listed = await retell.call.list(filter_criteria=criteria, include_total=True, limit=2)
    assert (listed.total, listed.has_more) == (1, False)
    assert not hasattr(listed.items[0], "transcript")
    none = await retell.call.list(
        filter_criteria={**criteria, "call_successful": {"type": "boolean", "op": "eq", "value": False}}
    )
    assert none.items == []
    await retell.call.update(call.call_id, metadata={"a": 1})
    await retell.call.rerun_analysis(call.call_id)
    await retell.call.delete(call.call_id)
    with pytest.raises(UnprocessableEntityError):
        await retell.call.retrieve(call.call_id)


async def test_web_calls_and_running_calls(retell: AsyncRetell, agent_id: str) -> None:
    web = await retell.call.create_web_call(agent_id=agent_id, agent_version=0, metadata={"tenant_id": "t_42"})
    assert (web.transport, web.ice_servers) == ("gateway", [])
    assert (await retell.call.retrieve(web.call_id)).call_status == "registered"
    await retell.call.stop(web.call_id)
    stopped: Any = await retell.call.retrieve(web.call_id)
    while stopped.call_status == "registered":
        await asyncio.sleep(0.01)
        stopped = await retell.call.retrieve(web.call_id)
    assert (stopped.call_status, stopped.disconnection_reason) == ("ended", "manual_stopped")
    with pytest.raises(APIStatusError):
        await retell.call.stop(web.call_id)
    registered = await retell.call.register_phone_call(
        agent_id=agent_id, direction="inbound", from_number=ANSWERED, to_number=ACME.phone_number
    )
    assert registered.call_status == "registered"
    with pytest.raises(APIStatusError):
        await retell.call.update_live(registered.call_id, call_control={"additional_context": "VIP"})
    await retell.concurrency.retrieve()
    batch = await retell.batch_call.create_batch_call(
        from_number=ACME.phone_number, tasks=[{"to_number": ANSWERED, "override_agent_id": agent_id}], name="Reminders"
    )
    assert batch.total_task_count == 1


async def test_pages_of_calls(retell: AsyncRetell, agent_id: str) -> None:
    placed = [
        (
            await retell.call.create_phone_call(
                from_number=ACME.phone_number, to_number=ANSWERED, override_agent_id=agent_id
            )
        ).call_id
        for _ in range(5)
    ]
    page = await retell.call.list(limit=2)
    found = [one.call_id for one in page.items]
    while page.has_more:
        page = await retell.call.list(limit=2, pagination_key=page.pagination_key or "")
        found += [one.call_id for one in page.items]
    assert sorted(found) == sorted(placed)
    with pytest.raises(APIStatusError):
        await retell.call.list(pagination_key="nonsense")


async def test_numbers(retell: AsyncRetell, agent_id: str) -> None:
    bought = await retell.phone_number.create(area_code=415, inbound_agents=[{"agent_id": agent_id, "weight": 1}])
    own = await retell.phone_number.import_(
        phone_number="+14155550111", termination_uri="acme.pstn.example.com", sip_trunk_auth_username="u",
        sip_trunk_auth_password="p",  # noqa: S106
    )  # fmt: skip
    assert "p" not in {str(value) for value in own.model_dump()["sip_outbound_trunk_config"].values()}
    changed = await retell.phone_number.update(
        own.phone_number, inbound_agents=[{"agent_id": agent_id, "agent_version": "latest", "weight": 1}], nickname="n"
    )
    assert (changed.nickname, changed.phone_number_type) == ("n", "custom")
    with pytest.raises(APIStatusError, match="add up to 1"):
        await retell.phone_number.update(own.phone_number, outbound_agents=[{"agent_id": agent_id, "weight": 0.5}])
    listed = await retell.phone_number.list(limit=5)
    assert {one.phone_number for one in listed.items or []} == {
        ACME.phone_number, own.phone_number, bought.phone_number,
    }  # fmt: skip
    await retell.phone_number.retrieve(own.phone_number)
    await retell.phone_number.delete(own.phone_number)
    with pytest.raises(UnprocessableEntityError):
        await retell.phone_number.retrieve(own.phone_number)


async def test_voices(retell: AsyncRetell) -> None:
    voices = await retell.voice.list()
    assert {"retell-Cimo", "11labs-Adrian"} <= {voice.voice_id for voice in voices}
    voice = await retell.voice.retrieve("retell-Cimo")
    async with httpx.AsyncClient() as api:
        heard = await api.get(voice.preview_audio_url or "")
    assert heard.content.startswith(b"RIFF")


async def test_knowledge_bases(retell: AsyncRetell) -> None:
    base = await retell.knowledge_base.create(
        knowledge_base_name="FAQ", knowledge_base_texts=[{"title": "Hours", "text": "Nine to five"}],
        knowledge_base_urls=["https://www.example.com"], knowledge_base_files=[("menu.pdf", b"%PDF", "application/pdf")],
    )  # fmt: skip
    assert base.status == "in_progress"
    while base.status != "complete":
        base = await retell.knowledge_base.retrieve(base.knowledge_base_id)
    assert [one.type for one in base.knowledge_base_sources or []] == ["text", "url", "document"]
    await retell.knowledge_base.add_sources(base.knowledge_base_id, knowledge_base_urls=["https://b.example.com"])
    await retell.knowledge_base.delete_source(
        (base.knowledge_base_sources or [])[0].source_id, knowledge_base_id=base.knowledge_base_id
    )
    assert len(await retell.knowledge_base.list()) == 1
    await retell.knowledge_base.delete(base.knowledge_base_id)
    assert await retell.knowledge_base.list() == []


async def test_accounts_do_not_cross(retell: AsyncRetell, agent_id: str, schemas: Schemas) -> None:
    assert (await retell.identity.retrieve()).org_name == "Acme"
    async with client_of(RIVAL.api_key, schemas) as rival:
        with pytest.raises(UnprocessableEntityError):
            await rival.agent.retrieve(agent_id)
        assert (await rival.agent.list()).items == []
    async with client_of("nobody", schemas) as nobody:
        with pytest.raises(AuthenticationError):
            await nobody.identity.retrieve()


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/create-retell-llm", {"general_prompt": "p"}, "start_speaker"),
        ("/create-retell-llm", {"start_speaker": "agent", "general_tools": [TOOLS[0], TOOLS[0]]}, "used twice"),
        ("/create-retell-llm", {"start_speaker": "agent", "default_dynamic_variables": {"n": 1}}, "strings"),
        ("/create-retell-llm", {"start_speaker": "agent", "general_prompt": "p" * 200_000}, "general_prompt"),
        ("/create-agent", {"voice_id": "retell-Cimo"}, "response_engine"),
        ("/v3/create-web-call", {"agent_id": "AGENT", "retell_llm_dynamic_variables": {"n": 1}}, "strings"),
        ("/v2/create-phone-call", {"from_number": ACME.phone_number, "to_number": "0123"}, "to_number"),
        ("/v3/list-calls", {"filter_criteria": {"call_status": "ended"}}, "filter_criteria"),
        ("/v3/list-calls", {"limit": 1001}, "limit"),
        ("/publish-agent-version/AGENT", {}, "version"),
    ],
)
async def test_what_the_vendor_refuses(agent_id: str, path: str, body: Any, told: str) -> None:
    text = json.dumps(body).replace("AGENT", agent_id)
    headers = {"authorization": f"Bearer {ACME.api_key}", "content-type": "application/json"}
    async with httpx.AsyncClient(base_url=URL, headers=headers) as api:
        (await api.post("/v3/create-web-call", json={"agent_id": agent_id})).raise_for_status()
        answer = await api.post(path.replace("AGENT", agent_id), content=text)
    assert answer.status_code == 400
    assert answer.json()["status"] == "error"
    assert told in answer.json()["message"]


async def test_webhooks_pass_the_packages_own_check(retell: AsyncRetell, agent_id: str) -> None:
    async with Listener() as hooks:
        await retell.agent.create_version(agent_id, base_version=0)
        await retell.agent.update(agent_id, webhook_url=f"{hooks.url}/hook")
        call = await retell.call.create_phone_call(
            from_number=ACME.phone_number, to_number=ANSWERED, override_agent_id=agent_id
        )
        await until(lambda: len(hooks.received) == 3)
        assert [one.json["event"] for one in hooks.received] == ["call_started", "call_ended", "call_analyzed"]
        for one in hooks.received:
            assert one.json["call"]["call_id"] == call.call_id
            assert verify(one.body.decode(), api_key=ACME.api_key, signature=one.headers["x-retell-signature"])


def test_enough_was_compared(schemas: Schemas) -> None:
    """Runs last: what all of the above had compared."""
    assert schemas.checked["requests"] >= 90
    assert schemas.checked["answers"] >= 90
    assert len(schemas.operations) >= 38
