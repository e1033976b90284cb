"""A number is bound at the provider as its workspace wishes, and stays bound whatever else is edited."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from tests.telephony.conftest import BINDING, HERE, ORG, PAGES, REGISTRY, ROUTING, Office, errors_of
from tests.world import CLINIC

from inspralv.providers.contract import RemoteRef

WEEK = {"timezone": "Europe/Berlin", "mon": [{"start": "09:00", "end": "17:00"}]}
MESSAGE = {"kind": "message", "message": "We are closed."}

pytestmark = pytest.mark.parametrize("office", BINDING, indirect=True)


async def ids_of(office: Office, agent: dict[str, Any]) -> list[str]:
    ref = await office.rows.fetchval("SELECT external_ref -> 'ids' FROM app.ai_agents WHERE id = $1", agent["id"])
    return [str(agent["external_agent_id"]), str(ref)]


async def test_bound_and_unbound(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Front desk")
    bound = await office.bind(number, inbound_agent_id=agent["id"], outbound_agent_id=agent["id"])
    assert (bound["bind_status"], bound["bind_error"]) == ("synced", None)
    assert bound["bound_at"]
    answering = await office.answering()
    assert answering
    assert any(answering in text for text in await ids_of(office, agent))
    freed = await office.bind(number, inbound_agent_id=None)
    assert (freed["inbound_agent_id"], freed["outbound_agent_id"]) == (None, agent["id"])
    assert await office.answering() is None
    empty = await office.bind(number, outbound_agent_id=None)
    assert empty["bind_status"] == "not_synced"


async def test_bound_once_bound_through_everything(office: Office) -> None:
    """Other fields, edits of the agent, a pause of its pushes, a key that is replaced: nobody touches the binding."""
    number, agent = await office.lent(), await office.agent("Steady")
    await office.bind(number, inbound_agent_id=agent["id"])
    answering, asked = await office.answering(), await office.asked("phone")
    await office.bind(number, friendly_name="Reception", description="By the door")
    await office.olga.patch(f"{ORG}/phone-numbers/{number['id']}", json={"friendly_name": "Renamed above"})
    api = f"/api/w/clinic/agents/{agent['id']}"
    for edit in ({"name": "Steady on"}, {"config": {"first_message": "Hello!"}}, {"description": "New"}):
        assert (await office.wim.patch(api, json=edit)).status_code == 200
        await office.work()
    secret = office.customer.credentials.get("secret_key") or office.customer.credentials["api_key"]
    key = f"/api/partner/integrations/{office.key['id']}"
    assert (await office.olga.patch(key, json={"default_secret_key": secret})).status_code == 200
    await office.olga.post(f"{key}/test")
    await office.olga.post(f"{ORG}/phone-numbers/fetch")
    await office.work()
    assert await office.answering() == answering
    assert await office.asked("phone") == asked
    after = await office.read(number)
    assert (after["bind_status"], after["inbound_agent_id"], after["friendly_name"]) == (
        "synced",
        agent["id"],
        "Renamed above",
    )


async def test_an_agent_made_anew_is_bound_anew(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Phoenix")
    await office.bind(number, inbound_agent_id=agent["id"])
    before = await office.answering()
    await office.rows.execute(
        "UPDATE app.ai_agents SET external_ref = '{}', external_agent_id = NULL, synced_version = NULL WHERE id = $1",
        agent["id"],
    )
    again = await office.wim.post(f"/api/w/clinic/agents/{agent['id']}/sync")
    assert again.status_code < 300, again.text
    await office.work()
    made = await office.read_agent(agent["id"])
    assert made["external_agent_id"] != agent["external_agent_id"]
    after = await office.answering()
    assert after != before
    assert any(str(after) in text for text in await ids_of(office, made))
    assert (await office.read(number))["bind_status"] == "synced"


async def test_an_agent_that_is_not_there_yet_is_waited_for(office: Office) -> None:
    number, first = await office.lent(), await office.agent("First")
    await office.bind(number, inbound_agent_id=first["id"])
    bound = await office.answering()
    await office.vendor.post("/_sandbox/mischief", json={"outage": True})
    made = await office.wim.post("/api/w/clinic/agents", json={"name": "Late", "provider": office.name})
    waiting = await office.bind(number, inbound_agent_id=made.json()["data"]["id"])
    assert waiting["bind_status"] == "pending"
    assert "“Late” is not at" in waiting["bind_error"]
    await office.behave()
    assert await office.answering() == bound  # whoever answered goes on until the new one is there
    await office.rows.execute("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    await office.work()
    assert (await office.read(number))["bind_status"] == "synced"
    assert await office.answering() != bound


async def test_a_paused_agent_answers_nobody_until_it_is_back(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Napping")
    await office.bind(number, inbound_agent_id=agent["id"])
    answering = await office.answering()
    api = f"/api/w/clinic/agents/{agent['id']}"
    await office.wim.patch(api, json={"is_active": False})
    await office.work()
    paused = await office.read(number)
    assert (paused["bind_status"], paused["inbound_agent_id"]) == ("error", agent["id"])
    assert "“Napping” is paused" in paused["bind_error"]
    assert await office.answering() is None
    await office.wim.patch(api, json={"is_active": True})
    await office.work()
    assert (await office.read(number))["bind_status"] == "synced"
    assert await office.answering() == answering


async def test_a_deleted_agent_answers_nobody_and_an_undo_brings_it_back(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Leaving")
    await office.bind(number, inbound_agent_id=agent["id"])
    await office.wim.delete(f"/api/w/clinic/agents/{agent['id']}")
    await office.work()
    gone = await office.read(number)
    assert "“Leaving” was deleted" in gone["bind_error"]
    assert await office.answering() is None
    page = (await office.wim.get(f"{PAGES}/{number['id']}")).text
    assert "Leaving · deleted" in page
    await office.wim.post(f"/api/w/clinic/agents/{agent['id']}/restore")
    await office.work()
    back = await office.read(number)
    assert back["bind_status"] == "synced", back
    assert await office.answering()


async def test_an_agent_that_is_gone_at_the_provider_first_is_still_told_of_as_deleted(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Going")
    await office.bind(number, inbound_agent_id=agent["id"])
    state = await office.rows.fetchval("SELECT external_ref FROM app.ai_agents WHERE id = $1", agent["id"])
    await office.session().remove_agent(RemoteRef(msgspec.json.decode(state)["ids"]))
    await office.wim.delete(f"/api/w/clinic/agents/{agent['id']}")
    await office.work()
    assert "“Going” was deleted" in (await office.read(number))["bind_error"]


async def test_an_agent_that_moves_to_another_provider_says_what_to_do(office: Office) -> None:
    others = [name for name in REGISTRY if name != office.name]
    number, agent = await office.lent(), await office.agent("Mover")
    await office.bind(number, inbound_agent_id=agent["id"])
    # Agents change their provider by a screen of their own; what counts here is where they say they run.
    await office.rows.execute("UPDATE app.ai_agents SET provider = $2 WHERE id = $1", agent["id"], others[0])
    await office.wim.patch(f"/api/w/clinic/agents/{agent['id']}", json={"is_active": False})
    await office.work()
    moved = await office.read(number)
    assert f"runs at {REGISTRY[others[0]].label} now" in moved["bind_error"]
    assert await office.answering() is None
    refused = await office.wim.patch(f"{HERE}/{number['id']}", json={"outbound_agent_id": agent["id"]})
    assert refused.status_code == 200  # the one that is named already may stay; a new choice is looked at
    other = await office.agent("Elsewhere")
    await office.rows.execute("UPDATE app.ai_agents SET provider = $2 WHERE id = $1", other["id"], others[0])
    refused = await office.wim.patch(f"{HERE}/{number['id']}", json={"inbound_agent_id": other["id"]})
    assert f"runs at {REGISTRY[others[0]].label}" in errors_of(refused)["/inbound_agent_id"]


async def test_a_workspace_without_the_key_says_so(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Keyless")
    await office.bind(number, inbound_agent_id=agent["id"])
    path = f"/api/partner/workspaces/{CLINIC}/integrations"
    await office.olga.delete(f"{path}/{office.name}")
    await office.work()
    lost = await office.read(number)
    assert lost["bind_status"] == "error"
    assert "does not use the" in lost["bind_error"]
    assert await office.answering() is None
    await office.olga.post(path, json={"provider": office.name, "partner_integration_id": office.key["id"]})
    await office.work()
    assert (await office.read(number))["bind_status"] == "synced"
    assert await office.answering()


async def test_taking_a_number_back_unbinds_it(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Borrower")
    await office.bind(number, inbound_agent_id=agent["id"], outbound_agent_id=agent["id"])
    await office.olga.patch(f"{ORG}/phone-numbers/{number['id']}", json={"assigned_workspace_id": None})
    await office.work()
    free = await office.number()
    assert (free["inbound_agent_id"], free["outbound_agent_id"], free["bind_status"]) == (None, None, "not_synced")
    assert await office.answering() is None


async def test_an_outage_delays_a_binding(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Patient")
    await office.vendor.post("/_sandbox/mischief", json={"outage": True})
    waiting = await office.bind(number, inbound_agent_id=agent["id"])
    assert waiting["bind_status"] == "pending"
    assert "not reachable at the moment" in waiting["bind_error"]
    await office.behave()
    await office.rows.execute("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    await office.work()
    assert (await office.read(number))["bind_status"] == "synced"
    assert await office.answering()


async def test_two_edits_at_once_end_as_the_last_one(office: Office) -> None:
    number, one, two = await office.lent(), await office.agent("One"), await office.agent("Two")
    path = f"{HERE}/{number['id']}"
    edits = [office.wim.patch(path, json={"inbound_agent_id": agent["id"]}) for agent in (one, two, one, two)]
    await asyncio.gather(*edits, office.work())
    await office.wim.patch(path, json={"inbound_agent_id": one["id"]})
    await office.work()
    answering = await office.answering()
    assert any(str(answering) in text for text in await ids_of(office, one))
    stale = await office.wim.patch(path, json={"inbound_agent_id": None}, headers={"if-match": '"1"'})
    assert stale.status_code == 409


async def test_hours_are_offered_where_the_provider_can_keep_them(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Office hours")
    page = (await office.wim.get(f"{PAGES}/{number['id']}")).text
    change = {"inbound_agent_id": agent["id"], "hours": WEEK, "fallback": {"kind": "agent", "agent_id": agent["id"]}}
    answer = await office.wim.patch(f"{HERE}/{number['id']}", json=change)
    if office.name in ROUTING:
        assert 'name="hours_on"' in page
        assert answer.status_code == 200, answer.text
        await office.work()
        assert (await office.read(number))["bind_status"] == "synced"
    else:
        assert 'name="hours_on"' not in page
        assert "does not ask who takes a call" in page
        assert "does not ask who takes a call" in errors_of(answer)["/hours"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"hours": {**WEEK, "timezone": "Europe/Atlantis"}, "fallback": MESSAGE}, "/hours/timezone"),
        ({"hours": {"timezone": "UTC"}, "fallback": MESSAGE}, "/hours"),
        ({"hours": {**WEEK, "mon": [{"start": "9:00", "end": "17:00"}]}, "fallback": MESSAGE}, "/hours/mon/0/start"),
        ({"hours": {**WEEK, "tue": [{"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "13:00"}]},
          "fallback": MESSAGE}, "/hours/tue/1"),
        ({"hours": {**WEEK, "closed_days": ["2026-02-30"]}, "fallback": MESSAGE}, "/hours/closed_days/0"),
        ({"hours": WEEK, "fallback": {"kind": "number", "number": "0171"}}, "/fallback/number"),
        ({"hours": WEEK, "fallback": {"kind": "message"}}, "/fallback/message"),
        ({"inbound_agent_id": "0199a0f0-0000-7000-8000-0000000000aa"}, "/inbound_agent_id"),
    ],
)  # fmt: skip
async def test_faults_stand_at_their_fields(office: Office, change: dict[str, Any], pointer: str) -> None:
    number = await office.lent()
    refused = await office.wim.patch(f"{HERE}/{number['id']}", json=change)
    assert refused.status_code == 400
    assert pointer in errors_of(refused)
