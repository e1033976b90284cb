"""Agents over the API: what is kept, what is refused, and for whom."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from httpx import AsyncClient, Response
from tests.conftest import Site
from tests.world import ADAM, BAKERY, MIA, OLGA, STAN, VERA, WIM

AGENTS = "/api/w/clinic/agents"

FULL: dict[str, Any] = {
    "name": "Front desk",
    "description": "Answers and books.",
    "provider": "vapi",
    "voice_provider": "elevenlabs",
    "model_provider": "openai",
    "transcriber_provider": "deepgram",
    "config": {
        "system_prompt": "You are the front desk.",
        "first_message": "Hello!",
        "language": "en-US",
        "voice_id": "21m00Tcm4TlvDq8ikWAM",
        "voice_settings": {"stability": 0.5, "similarity_boost": 0.75, "speed": 1.1},
        "model_settings": {"model": "gpt-4o", "temperature": 0.2, "max_tokens": 300},
        "transcriber_settings": {"model": "nova-3"},
        "max_duration_seconds": 900,
        "end_call_phrases": ["Goodbye"],
        "tools": [
            {"type": "end_call"},
            {"type": "press_digits"},
            {"type": "transfer_call", "targets": [{"number": "+14155550100", "description": "The doctor on call"}]},
            {
                "type": "api_request",
                "name": "look_up",
                "description": "Finds a patient.",
                "method": "GET",
                "url": "https://crm.example/p",
            },
            {
                "type": "custom_function",
                "name": "book",
                "description": "Books.",
                "parameters": {"type": "object", "properties": {}},
            },
        ],
    },
    "is_active": True,
}


async def create(client: AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(AGENTS, json={"name": "Agent", "provider": "vapi", **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


def pointers(answer: Response) -> set[str]:
    assert answer.status_code == 400, answer.text
    return {error["pointer"] for error in answer.json()["errors"]}


async def test_a_full_body_is_kept_as_it_was_sent(site: Site) -> None:
    made = await create(site.as_(MIA), **FULL)
    for name, value in FULL.items():
        if name != "config":
            assert made[name] == value
    kept, sent = made["config"], FULL["config"]
    assert {k: v for k, v in kept.items() if k != "tools"} == {k: v for k, v in sent.items() if k != "tools"}
    assert [tool["type"] for tool in kept["tools"]] == [tool["type"] for tool in sent["tools"]]
    assert (made["version"], made["sync_status"], made["external_agent_id"]) == (1, "pending", None)
    read = await site.as_(VERA).get(f"{AGENTS}/{made['id']}")
    assert read.json()["data"] == made
    assert read.headers["etag"] == '"1"'


async def test_what_is_left_open_is_the_usual_choice(site: Site) -> None:
    made = await create(site.as_(MIA), name="Plain")
    assert (made["voice_provider"], made["model_provider"], made["transcriber_provider"]) == (
        "elevenlabs",
        "openai",
        "deepgram",
    )
    assert made["config"] == {}
    assert made["is_active"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "   "}, "/name"),
        ({"name": "x" * 10_000}, "/name"),
        ({"name": "nul\x00"}, "/name"),
        ({"provider": "unheard-of"}, "/provider"),
        ({"voice_provider": "rachel"}, "/voice_provider"),
        ({"model_provider": 7}, "/model_provider"),
        ({"agent_secret_api_key": [{"key": "x"}]}, "/agent_secret_api_key"),
        ({"config": {"surprise": 1}}, "/config/surprise"),
        ({"config": {"voice_settings": {"speed": 2.5}}}, "/config/voice_settings/speed"),
        ({"config": {"model_settings": {"temperature": "hot"}}}, "/config/model_settings/temperature"),
        ({"config": {"model_settings": {"max_tokens": 5000}}}, "/config/model_settings/max_tokens"),
        ({"config": {"max_duration_seconds": 59}}, "/config/max_duration_seconds"),
        ({"config": {"tools": [{"type": "end_call"}, {"type": "end_call"}]}}, "/config/tools/1/type"),
        ({"config": {"tools": [{"type": "transfer_call", "targets": [{}]}]}}, "/config/tools/0/targets/0/number"),
        (
            {
                "config": {
                    "tools": [
                        {"type": "custom_function", "name": "f", "description": "d", "parameters": {"type": "array"}}
                    ]
                }
            },
            "/config/tools/0/parameters",
        ),
    ],
)
async def test_a_fault_is_named_at_its_field(site: Site, change: dict[str, Any], pointer: str) -> None:
    answer = await site.as_(MIA).post(AGENTS, json={"name": "Faulty", "provider": "vapi", **change})
    assert pointer in pointers(answer)
    assert (await site.as_(MIA).get(AGENTS, params={"search": "Faulty"})).json()["data"]["total"] == 0


async def test_all_faults_are_named_at_once(site: Site) -> None:
    answer = await site.as_(MIA).post(AGENTS, json={"config": {"voice_id": 5, "max_duration_seconds": 1}, "extra": 1})
    assert pointers(answer) == {"/name", "/provider", "/config/voice_id", "/config/max_duration_seconds", "/extra"}


async def test_a_patch_changes_exactly_what_was_sent(site: Site) -> None:
    mia = site.as_(MIA)
    made = await create(mia, **{**FULL, "name": "To patch"})
    path = f"{AGENTS}/{made['id']}"
    changed = (
        await mia.patch(path, json={"config": {"first_message": "Hi!", "voice_settings": {"speed": 0.9}}})
    ).json()["data"]
    expected = {
        **made["config"],
        "first_message": "Hi!",
        "voice_settings": {**made["config"]["voice_settings"], "speed": 0.9},
    }
    assert changed == {**made, "config": expected, "version": 2, "updated_at": changed["updated_at"]}
    cleared = (
        await mia.patch(path, json={"description": None, "config": {"tools": None, "voice_settings": None}})
    ).json()["data"]
    assert cleared["description"] is None
    assert cleared["config"].keys() == expected.keys() - {"tools", "voice_settings"}
    same = (await mia.patch(path, json={"name": "To patch"})).json()["data"]
    assert same["version"] == cleared["version"], "nothing changed, nothing counted"
    assert pointers(await mia.patch(path, json={"name": None})) == {"/name"}


async def test_a_stale_version_is_refused_and_changes_nothing(site: Site) -> None:
    mia = site.as_(MIA)
    path = f"{AGENTS}/{(await create(mia, name='Versioned'))['id']}"
    first = await mia.patch(path, json={"name": "First"}, headers={"if-match": '"1"'})
    assert first.headers["etag"] == '"2"'
    stale = await mia.patch(path, json={"name": "Second"}, headers={"if-match": '"1"'})
    assert stale.status_code == 409
    assert (await site.as_(ADAM).delete(path, headers={"if-match": '"1"'})).status_code == 409
    assert (await mia.get(path)).json()["data"]["name"] == "First"
    assert pointers(await mia.patch(path, json={"name": "X"}, headers={"if-match": "yesterday"})) == {"If-Match"}


async def test_the_list_is_paged_filtered_and_newest_first(site: Site) -> None:
    mia = site.as_(MIA)
    names = [f"Listed {i}" for i in range(3)]
    for name in names:
        await create(mia, name=name, is_active=name != "Listed 1")
    found = (await mia.get(AGENTS, params={"search": "LISTED", "pageSize": 2})).json()["data"]
    assert [row["name"] for row in found["data"]] == ["Listed 2", "Listed 1"]
    assert (found["total"], found["page"], found["pageSize"], found["totalPages"]) == (3, 1, 2, 2)
    second = (await mia.get(AGENTS, params={"search": "listed", "pageSize": 2, "page": 2})).json()["data"]
    assert [row["name"] for row in second["data"]] == ["Listed 0"]
    beyond = (await mia.get(AGENTS, params={"search": "listed", "page": 9})).json()["data"]
    assert (beyond["data"], beyond["total"]) == ([], 3)
    paused = (await mia.get(AGENTS, params={"search": "listed", "isActive": "false"})).json()["data"]
    assert [row["name"] for row in paused["data"]] == ["Listed 1"]
    assert (await mia.get(AGENTS, params={"provider": "another"})).json()["data"]["total"] == 0
    assert (await mia.get(AGENTS, params={"search": "100%_"})).json()["data"]["total"] == 0
    for wrong in ({"page": 0}, {"pageSize": 101}, {"isActive": "perhaps"}, {"search": "x" * 300}):
        assert (await mia.get(AGENTS, params=wrong)).status_code == 400


async def test_activation_is_a_thing_that_is_put_and_taken_away(site: Site) -> None:
    mia = site.as_(MIA)
    path = f"{AGENTS}/{(await create(mia, name='Switch'))['id']}"
    assert (await mia.delete(f"{path}/activation")).json()["data"]["is_active"] is False
    assert (await mia.delete(f"{path}/activation")).json()["data"]["version"] == 1, "no version of its own"
    assert (await mia.put(f"{path}/activation")).json()["data"]["is_active"] is True
    assert (await mia.patch(path, json={"is_active": False})).json()["data"]["is_active"] is False


async def test_a_deletion_can_be_repeated_and_undone(site: Site) -> None:
    adam = site.as_(ADAM)
    path = f"{AGENTS}/{(await create(adam, name='Fleeting'))['id']}"
    for _ in range(2):
        deleted = await adam.delete(path)
        assert (deleted.status_code, deleted.json()) == (200, {"data": {"success": True}})
    assert (await adam.get(path)).status_code == 404
    assert (await adam.patch(path, json={"name": "X"})).status_code == 404
    assert (await adam.post(f"{path}/sync")).status_code == 404
    for _ in range(2):
        assert (await adam.post(f"{path}/restore")).json()["data"]["name"] == "Fleeting"
    assert (await adam.get(path)).status_code == 200


async def test_the_limit_names_itself_and_holds_for_undoing_too(site: Site, rows: asyncpg.Connection) -> None:
    await rows.execute("""UPDATE app.workspaces SET resource_limits = '{"max_agents": 10}' WHERE id = $1""", BAKERY)
    wim = site.as_(WIM)
    bakery = "/api/w/bakery/agents"
    made = [
        (await wim.post(bakery, json={"name": f"No. {i}", "provider": "vapi"})).json()["data"]["id"] for i in range(10)
    ]
    refused = await wim.post(bakery, json={"name": "One too many", "provider": "vapi"})
    assert refused.status_code == 403
    assert "max_agents" in refused.json()["detail"]
    assert (await wim.delete(f"{bakery}/{made[0]}")).status_code == 200
    assert (await wim.post(bakery, json={"name": "In its place", "provider": "vapi"})).status_code == 201
    assert (await wim.post(f"{bakery}/{made[0]}/restore")).status_code == 403
    assert (await wim.get(f"/api/w/clinic/agents/{made[1]}")).status_code == 404, (
        "another workspace's agent is not found"
    )


async def test_rights(site: Site) -> None:
    path = f"{AGENTS}/{(await create(site.as_(OLGA), name='Guarded'))['id']}"
    vera, mia = site.as_(VERA), site.as_(MIA)
    assert (await vera.get(AGENTS)).status_code == 200
    assert (await vera.post(AGENTS, json={"name": "No", "provider": "vapi"})).status_code == 403
    assert (await vera.patch(path, json={"name": "No"})).status_code == 403
    assert (await vera.post(f"{path}/sync")).status_code == 403
    assert (await mia.delete(path)).status_code == 403
    assert (await mia.post(f"{path}/restore")).status_code == 403
    stan = site.as_(STAN)
    for answer in (await stan.get(path), await stan.patch(path, json={"name": "Mine"}), await stan.delete(path)):
        assert answer.status_code == 404
    assert (await site.at("acme.localhost").get(AGENTS)).status_code == 401
