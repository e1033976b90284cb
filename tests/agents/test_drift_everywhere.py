"""What somebody changes in a provider's own dashboard, at every provider: seen, shown, overwritten, adopted, made anew."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import msgspec
import pytest
from tests.agents.test_bad_input import REGISTRY, body_of_key
from tests.conftest import Sandbox, Site
from tests.world import CLINIC, MIA, OLGA

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.outbound import Outbound
from inspralv.providers.contract import AgentSpec, ProviderSession, RemoteRef, VoiceProvider
from inspralv.providers.errors import Missing
from inspralv.sandbox.customers import CUSTOMERS

API, PAGES = "/api/w/clinic/agents", "/w/clinic/agents"
OURS = {"first_message": "Hello!", "system_prompt": "One.\n\nTwo.", "tools": [{"type": "end_call"}]}
Work = Callable[[], Awaitable[None]]


@dataclass
class Meddler:
    """Somebody with the account's key, and an agent of ours to change behind our back."""

    site: Site
    work: Work
    rows: asyncpg.Connection
    provider: VoiceProvider
    session: ProviderSession

    async def agent(self, name: str) -> dict[str, Any]:
        body = {"name": name, "provider": self.provider.name, "config": OURS}
        made = await self.site.as_(MIA).post(API, json=body)
        assert made.status_code == 201, made.text
        await self.work()
        return dict(made.json()["data"])

    async def ref(self, agent: dict[str, Any]) -> RemoteRef:
        ids = await self.rows.fetchval("SELECT external_ref -> 'ids' FROM app.ai_agents WHERE id = $1", agent["id"])
        return RemoteRef(msgspec.json.decode(ids))

    async def there(self, agent: dict[str, Any]) -> AgentSpec:
        return await self.session.pull_agent(await self.ref(agent))

    async def change(self, agent: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Change the agent there, and look from here."""
        spec = msgspec.structs.replace(await self.there(agent), **fields)
        await self.session.push_agent(spec, await self.ref(agent))
        return await self.look(agent)

    async def look(self, agent: dict[str, Any]) -> dict[str, Any]:
        asked = await self.site.as_(MIA).post(f"{API}/{agent['id']}/drift/check")
        assert asked.status_code == 202, asked.text
        await self.work()
        return dict((await self.site.as_(MIA).get(f"{API}/{agent['id']}/drift")).json()["data"])


@pytest.fixture(scope="module", params=list(REGISTRY))
async def meddler(
    request: pytest.FixtureRequest, site: Site, sandbox: Sandbox, work: Work, dsns: Dsns
) -> AsyncIterator[Meddler]:  # fmt: skip
    """One at each provider in turn, with room for many agents here."""
    await sandbox.reset()
    provider = REGISTRY[request.param]
    kept = await site.as_(OLGA).post("/api/partner/integrations", json=body_of_key(provider.name))
    assert kept.status_code == 201, kept.text
    keys = msgspec.convert(CUSTOMERS[provider.name].acme.credentials, provider.credentials)
    rows = await asyncpg.connect(dsns.owner)
    await rows.execute("""UPDATE app.workspaces SET resource_limits = '{"max_agents": -1}' WHERE id = $1""", CLINIC)
    async with Outbound() as http:
        yield Meddler(site, work, rows, provider, provider.open(keys, http))
    await rows.close()


async def test_nothing_differs_after_a_push(meddler: Meddler) -> None:
    found = await meddler.look(await meddler.agent("Untouched"))
    assert (found["state"], found["fields"]) == ("same", [])


async def test_it_is_seen_and_overwritten(meddler: Meddler) -> None:
    mia, agent = meddler.site.as_(MIA), await meddler.agent("Ours wins")
    found = await meddler.change(agent, greeting="Howdy!", tools=())
    assert found["state"] == "changed"
    shown = {one["field"]: one for one in found["fields"]}
    assert set(shown) == {"config.first_message", "config.tools"}
    greeting = shown["config.first_message"]
    assert (greeting["here"], greeting["last_sent"], greeting["at_provider"]) == ("Hello!", "Hello!", "Howdy!")
    card = f"Changed at {meddler.provider.label}"
    assert card in (await mia.get(PAGES)).text
    assert "Howdy!" in (await mia.get(f"{PAGES}/{agent['id']}/drift")).text
    assert (await mia.post(f"{API}/{agent['id']}/drift/overwrite")).status_code == 202
    await meddler.work()
    there = await meddler.there(agent)
    assert (there.greeting, there.system_prompt, len(there.tools)) == ("Hello!", "One.\n\nTwo.", 1)
    assert (await meddler.look(agent))["state"] == "same"
    assert card not in (await mia.get(f"{PAGES}/{agent['id']}")).text


async def test_it_is_adopted_as_a_version(meddler: Meddler) -> None:
    mia, agent = meddler.site.as_(MIA), await meddler.agent("Theirs wins")
    await meddler.change(agent, greeting="Howdy!", system_prompt="Otherwise.")
    adopted = await mia.post(f"{API}/{agent['id']}/drift/adopt")
    assert adopted.status_code == 200, adopted.text
    taken = adopted.json()["data"]
    assert (sorted(taken["adopted"]), taken["skipped"]) == (["config.first_message", "config.system_prompt"], [])
    assert taken["agent"]["config"] == OURS | {"first_message": "Howdy!", "system_prompt": "Otherwise."}
    newest = (await mia.get(f"{API}/{agent['id']}/versions")).json()["data"]["data"][0]
    assert (newest["version"], newest["note"]) == (2, f"Adopted from {meddler.provider.label}")
    await meddler.work()
    there = await meddler.there(agent)
    assert (there.greeting, there.system_prompt, len(there.tools)) == ("Howdy!", "Otherwise.", 1)
    assert (await meddler.look(agent))["state"] == "same"


async def test_one_that_was_deleted_there_is_made_anew(meddler: Meddler) -> None:
    mia, agent = meddler.site.as_(MIA), await meddler.agent("Vanished")
    before = await meddler.ref(agent)
    await meddler.session.remove_agent(before)
    assert (await meddler.look(agent))["state"] == "missing"
    assert f"Missing at {meddler.provider.label}" in (await mia.get(PAGES)).text
    assert (await mia.post(f"{API}/{agent['id']}/drift/overwrite")).status_code == 202
    await meddler.work()
    assert await meddler.ref(agent) != before
    assert (await meddler.there(agent)).greeting == "Hello!"
    with pytest.raises(Missing):
        await meddler.session.pull_agent(before)
    assert (await meddler.look(agent))["state"] == "same"
