"""Agents at the provider: what is created here appears there, through every kind of bad day."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient
from tests.conftest import Sandbox, Site
from tests.world import ACME, CLINIC, MIA, OLGA

from inspralv.agents.tasks import MOST_ATTEMPTS, AgentArgs, SweepArgs, push_agent, sweep_agents
from inspralv.foundation.context import Actor
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.foundation.outbound.breaker import Breakers
from inspralv.foundation.outbound.client import Outbound
from inspralv.foundation.services import Services
from inspralv.sandbox.options import RIVAL as OTHER_ACCOUNT

API = "/api/w/clinic/agents"
PAGES = "/w/clinic/agents"
KEYS = "/api/partner/integrations"
Work = Callable[[], Awaitable[None]]


@pytest.fixture(scope="module")
async def key(site: Site, sandbox: Sandbox, dsns: Dsns) -> dict[str, Any]:
    """A provider key that both workspaces use, and room for many agents."""
    await sandbox.reset()
    owner = await asyncpg.connect(dsns.owner)
    await owner.execute("""UPDATE app.workspaces SET resource_limits = '{"max_agents": -1}' WHERE id = $1""", CLINIC)
    await owner.close()
    body = {
        "provider": "vapi",
        "name": "Sandbox",
        "default_secret_key": sandbox.private_key,
        "default_public_key": sandbox.public_key,
    }
    answer = await site.as_(OLGA).post(KEYS, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


@pytest.fixture(autouse=True)
async def behaved(sandbox: Sandbox, key: dict[str, Any], services: Services) -> None:
    """A bad day ends with its test."""
    await recover(sandbox, services)


async def recover(sandbox: Sandbox, services: Services) -> None:
    """The provider answers again, and the rest that the jobs' client gave it is over."""
    await sandbox.mischief()
    services.get(Outbound)._breakers = Breakers()  # noqa: SLF001 - thirty seconds are too long for a test


async def create(client: AsyncClient, name: str, **config: Any) -> dict[str, Any]:
    answer = await client.post(API, json={"name": name, "provider": "vapi", "config": config})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def read(site: Site, agent: dict[str, Any]) -> dict[str, Any]:
    return dict((await site.as_(MIA).get(f"{API}/{agent['id']}")).json()["data"])


async def at_provider(sandbox: Sandbox, agent: dict[str, Any]) -> list[dict[str, Any]]:
    """The assistants that carry our agent's id."""
    everything = (await sandbox.api.get("/assistant", params={"limit": "1000"})).json()
    return [one for one in everything if one["metadata"]["agent_id"] == agent["id"]]


async def until_asked(sandbox: Sandbox, first_message: str) -> None:
    """Wait until the provider is being told this greeting."""
    for _ in range(200):
        asked = [one for one in await sandbox.requests() if one["method"] == "PATCH"]
        if any((one["body"] or {}).get("firstMessage") == first_message for one in asked):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the provider was never asked")


async def make_due(dsns: Dsns) -> None:
    """Let what waits for later run now."""
    owner = await asyncpg.connect(dsns.owner)
    try:
        await owner.execute("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    finally:
        await owner.close()


async def test_what_is_created_here_appears_there(site: Site, sandbox: Sandbox, work: Work) -> None:
    mia = site.as_(MIA)
    made = await create(
        mia, "Front desk " * 5, system_prompt="Be kind.", first_message="Hello!", tools=[{"type": "end_call"}]
    )
    await work()
    synced = await read(site, made)
    (assistant,) = await at_provider(sandbox, made)
    assert (synced["sync_status"], synced["synced_version"], synced["external_agent_id"]) == (
        "synced",
        1,
        assistant["id"],
    )
    assert synced["last_synced_at"]
    assert assistant["firstMessage"] == "Hello!"
    assert assistant["model"]["messages"][0]["content"] == "Be kind."
    assert [tool["type"] for tool in assistant["model"]["tools"]] == ["endCall"]
    assert "/api/webhooks/vapi/" in assistant["server"]["url"]
    assert len(assistant["server"]["headers"]["X-Vapi-Secret"]) > 30
    await mia.patch(f"{API}/{made['id']}", json={"config": {"first_message": "Good day!"}})
    await work()
    (assistant,) = await at_provider(sandbox, made)
    assert assistant["firstMessage"] == "Good day!"
    assert (await read(site, made))["synced_version"] == 2


async def test_an_activation_is_ours_alone(site: Site, sandbox: Sandbox, work: Work) -> None:
    mia = site.as_(MIA)
    made = await create(mia, "Quiet")
    await work()
    before = len(await sandbox.requests())
    switched = (await mia.delete(f"{API}/{made['id']}/activation")).json()["data"]
    await work()
    assert len([r for r in (await sandbox.requests())[before:] if r["path"].startswith("/assistant")]) == 0
    assert (switched["sync_status"], switched["synced_version"]) == ("synced", switched["version"])


async def test_a_refusal_stands_at_its_field(site: Site, sandbox: Sandbox, work: Work) -> None:
    mia = site.as_(MIA)
    made = await create(mia, "Wrong voice", voice_id="missing-voice")
    await work()
    refused = await read(site, made)
    assert (refused["sync_status"], refused["sync_error_field"]) == ("error", "config.voice_id")
    assert "missing-voice was not found" in refused["sync_error"]
    page = (await mia.get(f"{PAGES}/{made['id']}")).text
    note = page.split('id="e-config-voice_id"', 1)[1].split("</p>", 1)[0]
    assert "missing-voice was not found" in note
    await mia.patch(f"{API}/{made['id']}", json={"config": {"voice_id": None}})
    assert (await read(site, made))["sync_error"] is None
    await work()
    assert (await read(site, made))["sync_status"] == "synced"


async def test_a_language_refusal_stands_at_the_language(site: Site, sandbox: Sandbox, work: Work) -> None:
    made = await create(site.as_(MIA), "Refused")
    await work()
    await sandbox.mischief(fail=[{"status": 400, "method": "PATCH", "body": "transcriber.language must be one of: en"}])
    await site.as_(MIA).patch(f"{API}/{made['id']}", json={"config": {"language": "tlh"}})
    await work()
    assert (await read(site, made))["sync_error_field"] == "config.language"


async def test_an_outage_is_waited_out(
    site: Site, sandbox: Sandbox, work: Work, dsns: Dsns, services: Services
) -> None:
    await sandbox.mischief(outage=True)
    made = await create(site.as_(MIA), "Patient")
    await work()
    waiting = await read(site, made)
    assert waiting["sync_status"] == "pending"
    assert "not reachable" in waiting["sync_error"]
    assert "not reachable" in (await site.as_(MIA).get(f"{PAGES}/{made['id']}")).text
    german = (await site.as_(MIA).get(f"{PAGES}/{made['id']}", headers={"accept-language": "de"})).text
    assert "Vapi ist im Moment nicht erreichbar" in german
    assert "not reachable" not in german
    await recover(sandbox, services)
    await make_due(dsns)
    await work()
    repaired = await read(site, made)
    assert (repaired["sync_status"], repaired["sync_error"]) == ("synced", None)
    assert len(await at_provider(sandbox, made)) == 1


async def test_a_retry_does_not_wait_for_the_wait(site: Site, sandbox: Sandbox, work: Work, dsns: Dsns) -> None:
    await sandbox.mischief(fail=[{"status": 429, "method": "POST", "retry_after": 500}])
    made = await create(site.as_(MIA), "Impatient")
    await work()
    assert (await read(site, made))["sync_status"] == "pending"
    assert (await site.as_(MIA).post(f"{API}/{made['id']}/sync")).status_code == 202
    await work()
    assert (await read(site, made))["sync_status"] == "synced"
    await make_due(dsns)
    await work()
    assert len(await at_provider(sandbox, made)) == 1


async def test_after_the_last_attempt_it_says_so(site: Site, sandbox: Sandbox, work: Work, services: Services) -> None:
    made = await create(site.as_(MIA), "Given up")
    await sandbox.mischief(fail=[{"status": 503, "times": 9}])
    job = Job(services, Envelope(partner_id=ACME, workspace_id=CLINIC, actor=Actor("user", MIA.id), args={}), 1)
    await push_agent(job, AgentArgs(made["id"], MOST_ATTEMPTS))
    failed = await read(site, made)
    assert failed["sync_status"] == "error"
    assert "Vapi is not reachable" in failed["sync_error"]
    await recover(sandbox, services)
    await work()
    assert (await read(site, made))["sync_status"] == "synced"


async def test_a_creation_whose_answer_was_lost_is_not_repeated(
    site: Site, sandbox: Sandbox, work: Work, dsns: Dsns, services: Services
) -> None:
    # Made, but the answer is lost, and so is the one to the look-up that follows at once.
    await sandbox.mischief(
        lost_answers=1, fail=[{"status": 503, "method": "GET", "path_prefix": "/assistant", "times": 9}]
    )
    made = await create(site.as_(MIA), "Made once")
    await work()
    assert (await read(site, made))["sync_status"] == "pending"
    await recover(sandbox, services)
    assert len(await at_provider(sandbox, made)) == 1
    await make_due(dsns)
    await work()
    (assistant,) = await at_provider(sandbox, made)
    assert (await read(site, made))["external_agent_id"] == assistant["id"]


async def test_an_agent_deleted_over_there_is_made_again(site: Site, sandbox: Sandbox, work: Work) -> None:
    made = await create(site.as_(MIA), "Phoenix")
    await work()
    first = (await read(site, made))["external_agent_id"]
    await sandbox.api.delete(f"/assistant/{first}")
    await site.as_(MIA).patch(f"{API}/{made['id']}", json={"name": "Phoenix again"})
    await work()
    (assistant,) = await at_provider(sandbox, made)
    again = await read(site, made)
    assert (again["sync_status"], again["external_agent_id"]) == ("synced", assistant["id"])
    assert assistant["id"] != first


async def test_an_edit_during_a_push_is_pushed_too(
    site: Site, sandbox: Sandbox, work: Work, services: Services
) -> None:
    made = await create(site.as_(MIA), "Racing", first_message="One")
    await work()
    await site.as_(MIA).patch(f"{API}/{made['id']}", json={"config": {"first_message": "Two"}})
    await sandbox.mischief(slow_seconds=0.4)
    pushing = asyncio.create_task(work())  # type: ignore[arg-type]
    await until_asked(sandbox, "Two")
    await site.as_(MIA).patch(f"{API}/{made['id']}", json={"config": {"first_message": "Three"}})
    await pushing
    await recover(sandbox, services)
    await work()
    (assistant,) = await at_provider(sandbox, made)
    after = await read(site, made)
    assert assistant["firstMessage"] == "Three"
    assert (after["sync_status"], after["synced_version"]) == ("synced", after["version"])


async def test_a_deletion_reaches_the_provider_and_can_be_undone(site: Site, sandbox: Sandbox, work: Work) -> None:
    olga = site.as_(OLGA)
    made = await create(olga, "Removed")
    await work()
    await olga.delete(f"{API}/{made['id']}")
    await work()
    assert await at_provider(sandbox, made) == []
    await olga.post(f"{API}/{made['id']}/restore")
    await work()
    (assistant,) = await at_provider(sandbox, made)
    assert (await read(site, made))["external_agent_id"] == assistant["id"]


async def test_a_removal_is_not_forgotten_when_the_provider_is_down(
    site: Site, sandbox: Sandbox, work: Work, dsns: Dsns, services: Services
) -> None:
    olga = site.as_(OLGA)
    made = await create(olga, "Clings")
    await work()
    await sandbox.mischief(fail=[{"status": 503, "method": "DELETE", "times": 9}])
    await olga.delete(f"{API}/{made['id']}")
    await work()
    assert len(await at_provider(sandbox, made)) == 1
    await recover(sandbox, services)
    await make_due(dsns)
    await work()
    assert await at_provider(sandbox, made) == []


async def test_an_undo_before_the_removal_keeps_the_same_assistant(site: Site, sandbox: Sandbox, work: Work) -> None:
    olga = site.as_(OLGA)
    made = await create(olga, "Second thoughts")
    await work()
    (before,) = await at_provider(sandbox, made)
    await olga.delete(f"{API}/{made['id']}")
    await olga.post(f"{API}/{made['id']}/restore")
    await work()
    (after,) = await at_provider(sandbox, made)
    assert after["id"] == before["id"]
    assert (await read(site, made))["sync_status"] == "synced"


async def test_a_tested_key_is_valid_and_lists_its_numbers(site: Site, sandbox: Sandbox, key: dict[str, Any]) -> None:
    olga = site.as_(OLGA)
    path = f"{KEYS}/{key['id']}"
    tested = (await olga.post(f"{path}/test")).json()["data"]
    assert (tested["key_status"], tested["key_error"]) == ("valid", None)
    numbers = [(number["id"], number["number"]) for number in tested["config"]["numbers"]]
    assert numbers == [(sandbox.phone_number_id, "+14155550100")]
    chosen = await olga.patch(path, json={"config": {"shared_outbound_phone_number_id": sandbox.phone_number_id}})
    assert chosen.json()["data"]["config"]["shared_outbound_phone_number"] == "+14155550100"
    await sandbox.mischief(outage=True)
    down = await olga.post(f"{path}/test")
    assert down.status_code == 502
    assert (await olga.get(path)).json()["data"]["key_status"] == "valid", "an outage says nothing about the key"


async def test_a_bad_key_is_marked_and_its_replacement_repairs_the_agents(
    site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work, dsns: Dsns
) -> None:
    olga = site.as_(OLGA)
    path = f"{KEYS}/{key['id']}"
    await sandbox.mischief(fail=[{"status": 401, "times": 50, "body": "Invalid Key."}])
    made = await create(olga, "Locked out")
    await work()
    refused = await read(site, made)
    assert refused["sync_status"] == "error"
    assert "does not accept the key" in refused["sync_error"]
    marked = (await olga.get(path)).json()["data"]
    assert (marked["key_status"], "Invalid Key" in marked["key_error"]) == ("invalid", True)
    owner = await asyncpg.connect(dsns.owner)
    told = await owner.fetchval("SELECT count(*) FROM app.audit_log WHERE action = 'integration.key_refused'")
    await owner.close()
    assert told == 1, "however many agents failed with it"
    assert (await olga.post(f"{path}/test")).json()["data"]["key_status"] == "invalid"
    await sandbox.mischief()
    await olga.patch(path, json={"default_secret_key": sandbox.private_key})
    await work()
    assert (await read(site, made))["sync_status"] == "synced"


async def test_without_a_key_it_says_why_and_a_key_repairs_it(
    site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work
) -> None:
    olga = site.as_(OLGA)
    assignments = f"/api/partner/workspaces/{CLINIC}/integrations"
    await olga.delete(f"{assignments}/vapi")
    made = await create(olga, "Keyless")
    await work()
    alone = await read(site, made)
    assert (alone["sync_status"], alone["sync_error"]) == ("not_synced", "No Vapi key is assigned to this workspace.")
    assert "No Vapi key is assigned" in (await olga.get(f"{PAGES}/{made['id']}")).text
    await olga.post(assignments, json={"provider": "vapi", "partner_integration_id": key["id"]})
    await work()
    assert (await read(site, made))["sync_status"] == "synced"


async def test_another_account_gets_the_agents_and_the_former_loses_them(
    site: Site, sandbox: Sandbox, key: dict[str, Any], work: Work
) -> None:
    olga = site.as_(OLGA)
    made = await create(olga, "Moves house")
    await work()
    body = {"provider": "vapi", "name": "Other account", "default_secret_key": OTHER_ACCOUNT.private_key}
    other = (await olga.post(KEYS, json=body)).json()["data"]
    assignments = f"/api/partner/workspaces/{CLINIC}/integrations"
    await olga.post(assignments, json={"provider": "vapi", "partner_integration_id": other["id"]})
    await work()
    assert await at_provider(sandbox, made) == []
    headers = {"authorization": f"Bearer {OTHER_ACCOUNT.private_key}"}
    there = (await sandbox.api.get("/assistant", headers=headers)).json()
    assert [one["id"] for one in there if one["metadata"]["agent_id"] == made["id"]] == [
        (await read(site, made))["external_agent_id"]
    ]
    await olga.post(assignments, json={"provider": "vapi", "partner_integration_id": key["id"]})
    await work()
    assert len(await at_provider(sandbox, made)) == 1


async def test_no_key_ever_leaves(site: Site, sandbox: Sandbox, key: dict[str, Any]) -> None:
    olga = site.as_(OLGA)
    for path in (
        KEYS,
        f"{KEYS}/{key['id']}",
        API,
        PAGES,
        "/org/integrations",
        f"/org/integrations/{key['id']}",
        "/w/clinic/integrations",
    ):
        answer = await olga.get(path)
        assert answer.status_code == 200, path
        assert sandbox.private_key not in answer.text
        assert sandbox.public_key not in answer.text


async def test_what_was_given_up_is_tried_again_by_itself(
    site: Site, sandbox: Sandbox, work: Work, services: Services, dsns: Dsns
) -> None:
    olga = site.as_(OLGA)
    job = Job(services, Envelope(partner_id=ACME, workspace_id=CLINIC, actor=Actor("system"), args={}), 1)
    failed, refused = await create(olga, "Given up on"), await create(olga, "Refused", voice_id="missing-voice")
    clings = await create(olga, "Left behind")
    await work()
    await sandbox.mischief(fail=[{"status": 503, "method": "DELETE", "times": 9}])
    await olga.delete(f"{API}/{clings['id']}")
    await work()
    await recover(sandbox, services)
    assert len(await at_provider(sandbox, clings)) == 1
    owner = await asyncpg.connect(dsns.owner)
    await owner.execute(
        "UPDATE app.ai_agents SET sync_status = 'error', synced_version = NULL WHERE id = $1", failed["id"]
    )
    await owner.execute(
        "UPDATE app.ai_agents SET deleted_at = deleted_at - interval '2 hours' WHERE id = $1", clings["id"]
    )
    await owner.close()
    before = len(await sandbox.requests())
    await sweep_agents(job, SweepArgs())
    await work()
    assert (await read(site, failed))["sync_status"] == "synced"
    assert await at_provider(sandbox, clings) == []
    posts = [
        one for one in (await sandbox.requests())[before:] if one["method"] == "POST" and one["path"] == "/assistant"
    ]
    assert posts == [], "a refusal at a field waits for a person"
    assert (await read(site, refused))["sync_status"] == "error"


async def test_an_unconfirmed_creation_is_found_when_its_agent_is_deleted(
    site: Site, sandbox: Sandbox, work: Work, services: Services
) -> None:
    olga = site.as_(OLGA)
    await sandbox.mischief(lost_answers=1, fail=[{"status": 503, "method": "GET", "times": 9}])
    made = await create(olga, "Never confirmed")
    await work()
    await recover(sandbox, services)
    assert len(await at_provider(sandbox, made)) == 1
    await olga.delete(f"{API}/{made['id']}")
    await work()
    assert await at_provider(sandbox, made) == []
