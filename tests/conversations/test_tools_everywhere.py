"""A tool of ours, used during a call at every provider: asked for with the right signature, answered, logged, shown."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.agents.test_bad_input import REGISTRY, body_of_key
from tests.conftest import Sandbox, Site
from tests.world import MIA, OLGA

API, PAGES = "/api/w/clinic", "/w/clinic"
NUMBER = "+14155550101"  # the sandbox's script there lets the agent use its first tool


@pytest.mark.parametrize("name", list(REGISTRY))
async def test_a_tool_of_ours_is_used_during_a_call(name: str, site: Site, work: Any, sandbox: Sandbox) -> None:
    await sandbox.reset()
    mia = site.as_(MIA)
    kept = await site.as_(OLGA).post("/api/partner/integrations", json=body_of_key(name))
    assert kept.status_code == 201, kept.text
    tools = {"config": {"tools": [{"type": "note_follow_up"}]}}
    made = await mia.post(f"{API}/agents", json={"name": f"Notes at {name}", "provider": name, **tools})
    assert made.status_code == 201, made.text
    await work()
    dialled = await mia.post(f"{API}/agents/{made.json()['data']['id']}/outbound-call", json={"customerNumber": NUMBER})
    assert dialled.status_code == 202, dialled.text
    call_id = dialled.json()["data"]["conversationId"]
    entry = await _entry(site, work, call_id)
    assert (entry["kind"], entry["name"], entry["status"]) == ("tool", "note_follow_up", "done")
    assert entry["conversation_id"] == call_id
    page = (await mia.get(f"{PAGES}/conversations/{call_id}")).text
    assert f"{PAGES}/activity/{entry['id']}" in page
    noted = (await mia.get(f"{API}/conversations/{call_id}")).json()["data"]
    assert noted["follow_up_note"] == "Thursday"  # what the vendor's model gave as the argument


async def _entry(site: Site, work: Any, call_id: str) -> dict[str, Any]:
    """Work until the tool has run."""
    for _ in range(200):
        await work()
        listed = (await site.as_(MIA).get(f"{API}/activity")).json()["data"]["data"]
        if found := [one for one in listed if one["conversation_id"] == call_id and one["status"] != "running"]:
            (entry,) = found
            return dict(entry)
        await asyncio.sleep(0.05)
    raise AssertionError("no tool was used")
