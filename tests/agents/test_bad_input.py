"""What people get wrong about agents and calls, at every provider: a clear message at the right field, and no wrong row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any

import asyncpg
import pytest
from httpx import Response
from tests.conftest import SANDBOX_URL, Sandbox, Site
from tests.world import MIA, OLGA

from inspralv.providers.base_urls import BaseUrls
from inspralv.providers.contract import Ability, VoiceProvider
from inspralv.providers.registry import build_registry
from inspralv.sandbox.customers import CUSTOMERS

REGISTRY = build_registry(BaseUrls({"*": f"{SANDBOX_URL}/*"}))
API, KEYS = "/api/w/clinic", "/api/partner/integrations"
Work = Callable[[], Awaitable[None]]


def body_of_key(name: str, **config: str) -> dict[str, Any]:
    """A key of the sandbox's customer, with a line to call from."""
    customer = CUSTOMERS[name].acme
    keys = {f"default_{k}": v for k, v in customer.credentials.items() if k.endswith("_key")}
    own = {k: v for k, v in customer.credentials.items() if not k.endswith("_key")}
    line = {"shared_outbound_phone_number_id": customer.number_id, "shared_outbound_phone_number": customer.number}
    return {"provider": name, "name": f"Key of {name}", "config": own | line | config, **keys}


@pytest.fixture(scope="module")
async def keys(site: Site, sandbox: Sandbox) -> None:
    """A key of every provider, which the clinic uses."""
    await sandbox.reset()
    for name in REGISTRY:
        answer = await site.as_(OLGA).post(KEYS, json=body_of_key(name))
        assert answer.status_code == 201, answer.text


@pytest.fixture(params=list(REGISTRY))
def provider(request: pytest.FixtureRequest, keys: None) -> VoiceProvider:
    return REGISTRY[request.param]


def pointers(answer: Response) -> dict[str, str]:
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {one["pointer"]: one["message"] for one in answer.json()["errors"]}


async def create(site: Site, provider: VoiceProvider, name: str, **config: Any) -> Response:
    return await site.as_(OLGA).post(f"{API}/agents", json={"name": name, "provider": provider.name, "config": config})


async def agents_named(rows: asyncpg.Connection, name: str) -> int:
    return int(await rows.fetchval("SELECT count(*) FROM app.ai_agents WHERE name = $1", name))


@pytest.mark.parametrize("address", ["https://[", "https://[x]/hook", "https://a]b", "https://voice\u2100.test/"])
async def test_an_address_that_names_no_host(site: Site, address: str) -> None:
    """It has the form of one. A new agent is refused, at every such field."""
    about = {"name": "ask", "description": "d"}
    tools = [
        {"type": "api_request", **about, "url": address},
        {"type": "custom_function", **about, "name": "tell", "server_url": address},
    ]
    given = {"crm_webhook_url": address, "tools_server_url": address, "tools": tools}
    answer = await create(site, REGISTRY["vapi"], "Hostless", **given)
    assert pointers(answer).keys() == {
        "/config/crm_webhook_url", "/config/tools_server_url", "/config/tools/0/url", "/config/tools/1/server_url",
    }  # fmt: skip


async def test_a_voice_that_does_not_exist(site: Site, provider: VoiceProvider, work: Work) -> None:
    """It is saved, since only the provider knows all of its voices: what it says stands at the field. Where it takes
    any name, the editor marks one that it does not list."""
    olga = site.as_(OLGA)
    made = (await create(site, provider, "Voiceless", voice_id="no-such-voice")).json()["data"]
    await work()
    agent = (await olga.get(f"{API}/agents/{made['id']}")).json()["data"]
    page = unescape((await olga.get(f"/w/clinic/agents/{made['id']}")).text)
    if Ability.VOICE_LIST in provider.abilities:
        assert (agent["sync_status"], agent["external_agent_id"]) == ("error", None)
        assert "no-such-voice" in agent["sync_error"]
        assert agent["sync_error"].removesuffix(".") in page.partition('id="e-config-voice_id"')[2][:400]
    else:
        assert "no-such-voice" in page
    assert (await olga.delete(f"{API}/agents/{made['id']}")).is_success
    await work()


async def test_instructions_beyond_the_limit(site: Site, provider: VoiceProvider, rows: asyncpg.Connection) -> None:
    most = provider.options.prompt_length
    refused = await create(site, provider, "Talkative", system_prompt="x" * (most + 1))
    assert "/config/system_prompt" in pointers(refused)
    assert not await agents_named(rows, "Talkative")


@pytest.mark.parametrize(
    ("parameters", "place"),
    [
        ({"type": "objekt"}, "/config/tools/0/parameters"),
        ({"type": "object", "properties": {"day": {"type": "day"}}}, "/config/tools/0/parameters"),
        ({"type": "array", "items": {"type": "string"}}, "/config/tools/0/parameters"),
    ],
)
async def test_a_tool_whose_schema_is_none(
    site: Site, provider: VoiceProvider, rows: asyncpg.Connection, parameters: dict[str, Any], place: str
) -> None:
    tool = {
        "type": "custom_function", "name": "book_slot", "description": "Books",
        "parameters": parameters,
    }  # fmt: skip
    found = pointers(await create(site, provider, "Tooled", tools=[tool]))
    assert any(at.startswith(place) for at in found), found
    assert not await agents_named(rows, "Tooled")


@pytest.mark.parametrize(
    "number", ["0301234567", "+0123456789", "+1", "+1415555010112345678", "call me", "+1415555O101", ""]
)
async def test_a_number_that_is_none(
    site: Site, provider: VoiceProvider, work: Work, rows: asyncpg.Connection, number: str
) -> None:
    name = f"Caller of {provider.name}"
    if not await agents_named(rows, name):
        await create(site, provider, name)
        await work()
    agent_id = await rows.fetchval("SELECT id FROM app.ai_agents WHERE name = $1", name)
    before = await rows.fetchval("SELECT count(*) FROM app.conversations")
    refused = await site.as_(MIA).post(f"{API}/agents/{agent_id}/outbound-call", json={"customerNumber": number})
    assert "/customerNumber" in pointers(refused)
    assert await rows.fetchval("SELECT count(*) FROM app.conversations") == before


async def test_a_key_of_another_provider(site: Site, provider: VoiceProvider, rows: asyncpg.Connection) -> None:
    other = next(name for name in REGISTRY if name != provider.name)
    foreign = next(v for k, v in CUSTOMERS[other].acme.credentials.items() if k.endswith("_key"))
    wrong = body_of_key(provider.name) | {"name": "Mixed up"}
    wrong |= {name: foreign for name in wrong if name.startswith("default_")}
    added = await site.as_(OLGA).post(KEYS, json=wrong)
    if added.status_code == 400:  # tried before it was kept
        assert any("key" in at for at in pointers(added))
        assert not await rows.fetchval("SELECT count(*) FROM app.integrations WHERE name = 'Mixed up'")
        return
    assert added.status_code == 201, added.text
    key = added.json()["data"]
    tested = (await site.as_(OLGA).post(f"{KEYS}/{key['id']}/test")).json()["data"]
    assert tested["key_status"] == "invalid"
    page = (await site.as_(OLGA).get(f"/org/integrations/{key['id']}")).text
    assert f"{provider.label} does not accept" in page or "not accepted" in page or "no longer accepts" in page
    assert not await rows.fetchval(
        "SELECT count(*) FROM app.integration_assignments WHERE integration_id = $1", key["id"]
    )
    assert (await site.as_(OLGA).delete(f"{KEYS}/{key['id']}")).is_success
