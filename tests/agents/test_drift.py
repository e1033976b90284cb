"""What runs at the provider, compared with what stands here: seen, shown, overwritten and adopted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from tests.agents.test_sync import at_provider, create, read, recover
from tests.conftest import Sandbox, Site
from tests.world import ACME, CLINIC, MIA, OLGA, STAN, VERA

from inspralv.agents.drift.tasks import SweepArgs, sweep
from inspralv.foundation.context import Actor
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.foundation.services import Services

API = "/api/w/clinic/agents"
PAGES = "/w/clinic/agents"
KEYS = "/api/partner/integrations"
Work = Callable[[], Awaitable[None]]


@pytest.fixture(scope="module")
async def key(site: Site, sandbox: Sandbox, dsns: Dsns) -> dict[str, Any]:
    """A provider key of both workspaces, and room for many agents."""
    await sandbox.reset()
    owner = await asyncpg.connect(dsns.owner)
    await owner.execute("""UPDATE app.workspaces SET resource_limits = '{"max_agents": -1}' WHERE id = $1""", CLINIC)
    await owner.close()
    body = {"provider": "vapi", "name": "Sandbox", "default_secret_key": sandbox.private_key,
            "default_public_key": sandbox.public_key}  # fmt: skip
    answer = await site.as_(OLGA).post(KEYS, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


@pytest.fixture(autouse=True)
async def behaved(sandbox: Sandbox, key: dict[str, Any], services: Services) -> None:
    await recover(sandbox, services)


async def report(client: AsyncClient, agent: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"{API}/{agent['id']}/drift")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


async def drift(site: Site, sandbox: Sandbox, work: Work, agent: dict[str, Any], **patch: Any) -> dict[str, Any]:
    """Change the agent behind our back, and look."""
    remote = (await read(site, agent))["external_agent_id"]
    (await sandbox.api.post("/_sandbox/drift", json={"assistantId": remote, "patch": patch})).raise_for_status()
    return await check(site, work, agent)


async def check(site: Site, work: Work, agent: dict[str, Any]) -> dict[str, Any]:
    answer = await site.as_(MIA).post(f"{API}/{agent['id']}/drift/check")
    assert (answer.status_code, answer.json()["data"]["checking"]) == (202, True), answer.text
    await work()
    found = await report(site.as_(MIA), agent)
    assert found["checking"] is False
    return found


async def made_and_there(site: Site, work: Work, name: str, **config: Any) -> dict[str, Any]:
    made = await create(site.as_(MIA), name, **config)
    await work()
    return await read(site, made)


async def events(dsns: Dsns, agent: dict[str, Any]) -> list[tuple[str, Any]]:
    owner = await asyncpg.connect(dsns.owner)
    await owner.set_type_codec("jsonb", encoder=str, decoder=str, schema="pg_catalog")
    rows = await owner.fetch(
        "SELECT action, actor_kind FROM app.audit_log WHERE entity_id = $1 AND action LIKE 'agent.drift%' ORDER BY id",
        agent["id"],
    )
    await owner.close()
    return [(row["action"], row["actor_kind"]) for row in rows]


async def test_what_was_just_sent_does_not_differ(site: Site, sandbox: Sandbox, work: Work) -> None:
    made = await made_and_there(
        site, work, "Exactly", system_prompt="Be kind.\n\nAlways.", first_message="Hello!", voice_settings={"speed": 1.1},
        model_settings={"temperature": 0.3, "max_tokens": 200}, end_call_phrases=["Bye"],
        tools=[{"type": "end_call"}, {"type": "transfer_call", "targets": [{"number": "+14155550123"}]}],
    )  # fmt: skip
    after_push = await report(site.as_(MIA), made)
    assert (after_push["state"], after_push["sent_version"], after_push["fields"]) == ("same", 1, [])
    assert after_push["checked_at"]
    assert (await check(site, work, made))["state"] == "same"


async def test_an_address_over_there_that_names_no_host(site: Site, sandbox: Sandbox, work: Work) -> None:
    made = await made_and_there(site, work, "Astray")
    found = await drift(site, sandbox, work, made, server={"url": "https://["})
    assert {one["field"]: one["at_provider"] for one in found["fields"]} == {"webhook": "Another address"}


async def test_a_change_over_there_is_seen_and_shown(site: Site, sandbox: Sandbox, work: Work, dsns: Dsns) -> None:
    made = await made_and_there(site, work, "Meddled", first_message="Hello!", system_prompt="One\nTwo")
    found = await drift(site, sandbox, work, made, firstMessage="Howdy!", server={"url": "https://evil.example/x?t=1"})
    assert found["state"] == "changed"
    by_name = {one["field"]: one for one in found["fields"]}
    greeting = by_name["config.first_message"]
    assert (greeting["here"], greeting["last_sent"], greeting["at_provider"]) == ("Hello!", "Hello!", "Howdy!")
    assert (greeting["changed_there"], greeting["changed_here"], greeting["adoptable"]) == (True, False, True)
    assert (by_name["webhook"]["at_provider"], by_name["webhook"]["adoptable"]) == ("evil.example", False)
    vera = site.as_(VERA)
    assert "Changed at Vapi" in (await vera.get(PAGES)).text
    assert "Changed at Vapi" in (await vera.get(f"{PAGES}/{made['id']}")).text
    page = (await vera.get(f"{PAGES}/{made['id']}/drift")).text
    assert "Howdy!" in page
    assert "/drift/adopt" not in page, "a viewer only looks"
    assert "/drift/adopt" in (await site.as_(MIA).get(f"{PAGES}/{made['id']}/drift")).text
    await check(site, work, made)
    assert await events(dsns, made) == [("agent.drifted", "user")], "said once, however often somebody looks"


async def test_overwriting_brings_ours_back(site: Site, sandbox: Sandbox, work: Work, dsns: Dsns) -> None:
    made = await made_and_there(site, work, "Ours wins", first_message="Hello!")
    await drift(site, sandbox, work, made, firstMessage="Howdy!")
    answer = await site.as_(MIA).post(f"{API}/{made['id']}/drift/overwrite")
    assert (answer.status_code, answer.json()["data"]["version"]) == (202, 1)
    await work()
    (assistant,) = await at_provider(sandbox, made)
    assert assistant["firstMessage"] == "Hello!"
    assert (await report(site.as_(MIA), made))["state"] == "same"
    assert "Changed at Vapi" not in (await site.as_(MIA).get(f"{PAGES}/{made['id']}")).text
    assert [action for action, _ in await events(dsns, made)] == ["agent.drifted", "agent.drift_overwritten"]


async def test_adopting_makes_a_version_of_what_is_there(site: Site, sandbox: Sandbox, work: Work, dsns: Dsns) -> None:
    mia = site.as_(MIA)
    made = await made_and_there(
        site, work, "Theirs wins", first_message="Hello!", system_prompt="Stay.", tools=[{"type": "end_call"}]
    )
    (assistant,) = await at_provider(sandbox, made)
    model = assistant["model"] | {"temperature": 0.9, "tools": [{"type": "dtmf"}]}
    await drift(
        site, sandbox, work, made, firstMessage="Howdy!", model=model, maxDurationSeconds=900,
        server={"url": "https://evil.example/x"},
    )  # fmt: skip
    path = f"{API}/{made['id']}/drift/adopt"
    assert (await mia.post(path, headers={"if-match": '"7"'})).status_code == 409
    answer = await mia.post(path, headers={"if-match": '"1"'})
    assert answer.status_code == 200, answer.text
    taken = answer.json()["data"]
    assert sorted(taken["adopted"]) == [
        "config.first_message", "config.max_duration_seconds", "config.model_settings.temperature", "config.tools",
    ]  # fmt: skip
    assert [one["field"] for one in taken["skipped"]] == ["webhook"]
    assert taken["agent"]["version"] == 2
    assert taken["agent"]["config"] == {
        "first_message": "Howdy!", "system_prompt": "Stay.", "max_duration_seconds": 900,
        "model_settings": {"temperature": 0.9}, "tools": [{"type": "press_digits"}],
    }  # fmt: skip
    newest = (await mia.get(f"{API}/{made['id']}/versions")).json()["data"]["data"][0]
    assert (newest["version"], newest["note"]) == (2, "Adopted from Vapi")
    await work()
    (assistant,) = await at_provider(sandbox, made)
    assert "/api/webhooks/vapi/" in assistant["server"]["url"], "reports come here again"
    assert (assistant["firstMessage"], assistant["maxDurationSeconds"]) == ("Howdy!", 900)
    assert (await report(mia, made))["state"] == "same"
    again = await mia.post(path)
    assert again.status_code == 409, "nothing differs any more"
    assert [action for action, _ in await events(dsns, made)] == ["agent.drifted", "agent.drift_adopted"]


async def test_what_ours_cannot_hold_is_left_and_named(site: Site, sandbox: Sandbox, work: Work) -> None:
    made = await made_and_there(site, work, "Odd voice")
    voice = {"provider": "playht", "voiceId": "jennifer"}
    await drift(site, sandbox, work, made, voice=voice)
    answer = await site.as_(MIA).post(f"{API}/{made['id']}/drift/adopt")
    assert answer.status_code == 400, answer.text
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/voice_provider", "/config/voice_id"}
    page = await site.as_(MIA).post(f"{PAGES}/{made['id']}/drift/adopt", data={"version": "1"})
    assert page.status_code == 400
    assert "can be taken over" in page.text


async def test_missing_over_there_is_said_and_repaired(site: Site, sandbox: Sandbox, work: Work) -> None:
    mia = site.as_(MIA)
    made = await made_and_there(site, work, "Vanished")
    await sandbox.api.delete(f"/assistant/{made['external_agent_id']}")
    assert (await check(site, work, made))["state"] == "missing"
    page = (await mia.get(f"{PAGES}/{made['id']}/drift")).text
    assert "Missing at Vapi" in page
    assert "Create it again" in page
    assert "Missing at Vapi" in (await mia.get(PAGES)).text
    assert (await mia.post(f"{API}/{made['id']}/drift/adopt")).status_code == 409
    done = await mia.post(f"{PAGES}/{made['id']}/drift/overwrite")
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGES}/{made['id']}/drift?done=sent")
    await work()
    (assistant,) = await at_provider(sandbox, made)
    assert (await read(site, made))["external_agent_id"] == assistant["id"]
    assert (await report(mia, made))["state"] == "same"


async def test_an_outage_keeps_what_was_known(site: Site, sandbox: Sandbox, work: Work, services: Services) -> None:
    made = await made_and_there(site, work, "Unheard")
    before = await drift(site, sandbox, work, made, firstMessage="Howdy!")
    await sandbox.mischief(outage=True)
    during = await check(site, work, made)
    await recover(sandbox, services)
    assert "could not be asked" in during["trouble"]
    assert (during["state"], during["checked_at"]) == ("changed", before["checked_at"])
    assert (await check(site, work, made))["trouble"] is None


async def test_a_key_that_is_refused_keeps_what_was_known(
    site: Site, sandbox: Sandbox, work: Work, key: dict[str, Any]
) -> None:
    olga, path = site.as_(OLGA), f"{KEYS}/{key['id']}"
    made = await made_and_there(site, work, "Locked out")
    before = await drift(site, sandbox, work, made, firstMessage="Howdy!")
    await sandbox.mischief(fail=[{"status": 401, "times": 50, "body": "Invalid Key."}])
    during = await check(site, work, made)
    assert "does not accept the key" in during["trouble"]
    assert (during["state"], during["checked_at"]) == ("changed", before["checked_at"])
    assert (await olga.get(path)).json()["data"]["key_status"] == "invalid"
    page = (await site.as_(MIA).get(f"{PAGES}/{made['id']}/drift")).text
    assert "as of the last check" in page
    await sandbox.mischief()
    await olga.patch(path, json={"default_secret_key": sandbox.private_key})
    await work()
    assert (await check(site, work, made))["trouble"] is None


async def test_a_push_that_cannot_be_read_back_is_compared_with_what_was_sent(
    site: Site, sandbox: Sandbox, work: Work, services: Services
) -> None:
    await sandbox.mischief(fail=[{"status": 503, "method": "GET", "path_prefix": "/assistant", "times": 9}])
    made = await made_and_there(site, work, "Unread", first_message="Hello!")
    await recover(sandbox, services)
    assert (made["sync_status"], (await report(site.as_(MIA), made))["state"]) == ("synced", "unknown")
    assert (await drift(site, sandbox, work, made, firstMessage="Howdy!"))["state"] == "changed"


async def test_edits_that_are_not_sent_yet_stand_beside_it(site: Site, sandbox: Sandbox, work: Work) -> None:
    mia = site.as_(MIA)
    made = await made_and_there(site, work, "Both sides", first_message="Hello!")
    await sandbox.mischief(fail=[{"status": 400, "method": "PATCH", "body": "firstMessage is rude", "times": 3}])
    await mia.patch(f"{API}/{made['id']}", json={"config": {"first_message": "Hey!"}})
    await work()
    assert (await read(site, made))["sync_status"] == "error"
    found = await drift(site, sandbox, work, made, firstMessage="Howdy!")
    (field,) = found["fields"]
    assert (field["here"], field["last_sent"], field["at_provider"]) == ("Hey!", "Hello!", "Howdy!")
    assert (field["changed_here"], field["changed_there"]) == (True, True)


async def test_everything_is_looked_at_by_itself(
    site: Site, sandbox: Sandbox, work: Work, services: Services, dsns: Dsns
) -> None:
    made = await made_and_there(site, work, "Unwatched")
    remote = made["external_agent_id"]
    await sandbox.api.post("/_sandbox/drift", json={"assistantId": remote, "patch": {"firstMessage": "Howdy!"}})
    owner = await asyncpg.connect(dsns.owner)
    await owner.execute(
        "UPDATE app.agent_remotes SET checked_at = checked_at - interval '7 hours' WHERE agent_id = $1", made["id"]
    )
    job = Job(services, Envelope(partner_id=ACME, workspace_id=None, actor=Actor("system"), args={}), 1)
    for _ in range(2):
        await sweep(job, SweepArgs())
    waiting = await owner.fetch(
        "SELECT scheduled_at > now() AS later FROM queue.procrastinate_jobs"
        " WHERE status = 'todo' AND task_name = 'agents.check_drift'"
    )
    assert [row["later"] for row in waiting] == [True], "one agent is due, once, and spread over time"
    await owner.execute("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    await owner.close()
    await work()
    assert (await report(site.as_(MIA), made))["state"] == "changed"
    assert await events(dsns, made) == [("agent.drifted", "system")]


async def test_an_agent_from_before_is_compared_with_what_it_is(
    site: Site, sandbox: Sandbox, work: Work, dsns: Dsns
) -> None:
    made = await made_and_there(site, work, "Veteran", first_message="Hello!")
    owner = await asyncpg.connect(dsns.owner)
    await owner.execute("DELETE FROM app.agent_remotes WHERE agent_id = $1", made["id"])
    await owner.close()
    assert (await report(site.as_(MIA), made))["state"] == "unknown"
    assert (await check(site, work, made))["state"] == "same"
    assert (await drift(site, sandbox, work, made, firstMessage="Howdy!"))["state"] == "changed"


async def test_rights_and_strangers(site: Site, work: Work) -> None:
    made = await made_and_there(site, work, "Guarded")
    for path in ("check", "adopt", "overwrite"):
        assert (await site.as_(VERA).post(f"{API}/{made['id']}/drift/{path}")).status_code == 403
        for client, where in ((site.as_(STAN), "clinic"), (site.as_(OLGA), "bakery")):
            assert (await client.post(f"/api/w/{where}/agents/{made['id']}/drift/{path}")).status_code == 404
            assert (await client.get(f"/api/w/{where}/agents/{made['id']}/drift")).status_code == 404
            assert (await client.get(f"/w/{where}/agents/{made['id']}/drift")).status_code == 404


async def test_what_is_kept_holds_no_secret(site: Site, sandbox: Sandbox, work: Work, dsns: Dsns) -> None:
    made = await made_and_there(site, work, "Discreet")
    (assistant,) = await at_provider(sandbox, made)
    await drift(site, sandbox, work, made, firstMessage="Howdy!")
    owner = await asyncpg.connect(dsns.owner)
    kept = await owner.fetchval("SELECT r::text FROM app.agent_remotes r WHERE agent_id = $1", made["id"])
    await owner.close()
    assert "Howdy!" in kept
    assert assistant["server"]["headers"]["X-Vapi-Secret"] not in kept
    assert assistant["server"]["url"].rpartition("/")[2] not in kept
