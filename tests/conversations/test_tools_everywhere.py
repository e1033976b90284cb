"""Tools used during a call at every provider: asked for with the right secret, answered here or by the workspace's own
server, logged and shown; and the workspace's server told of the call when it is over."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.agents.test_bad_input import REGISTRY, body_of_key
from tests.conftest import Sandbox, Site
from tests.conversations.test_tools import function, is_signed
from tests.foundation.outbound.listener import Listener, Received, as_json
from tests.world import MIA, OLGA, WIM

ENVIRON = {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}
API, PAGES = "/api/w/clinic", "/w/clinic"
NUMBER = "+14155550101"  # the sandbox's script there lets the agent use its first tool


@pytest.fixture(params=list(REGISTRY))
async def provider(request: pytest.FixtureRequest, site: Site, sandbox: Sandbox) -> str:
    """A provider of which the clinic has a key."""
    await sandbox.reset()
    kept = await site.as_(OLGA).post("/api/partner/integrations", json=body_of_key(request.param))
    assert kept.status_code == 201, kept.text
    return str(request.param)


async def call_with(site: Site, work: Any, provider: str, **config: Any) -> str:
    """Let an agent with this configuration call somebody; the id of the conversation."""
    mia = site.as_(MIA)
    made = await mia.post(f"{API}/agents", json={"name": "With tools", "provider": provider, "config": config})
    assert made.status_code == 201, made.text
    await work()
    agent = f"{API}/agents/{made.json()['data']['id']}"
    dialled = await mia.post(f"{agent}/outbound-call", json={"customerNumber": NUMBER})
    assert dialled.status_code == 202, dialled.text
    return str(dialled.json()["data"]["conversationId"])


async def entries_of(site: Site, work: Any, call_id: str, count: int) -> dict[str, dict[str, Any]]:
    """Work until the log holds so many finished entries of the call; by kind."""
    for _ in range(200):
        await work()
        listed = (await site.as_(MIA).get(f"{API}/activity")).json()["data"]["data"]
        found = [one for one in listed if (one["conversation_id"], one["status"]) == (call_id, "done")]
        if len(found) == count:
            return {one["kind"]: one for one in found}
        await asyncio.sleep(0.05)
    raise AssertionError(f"the log holds {listed}")


async def test_a_tool_of_ours_is_answered(provider: str, site: Site, work: Any) -> None:
    call_id = await call_with(site, work, provider, tools=[{"type": "note_follow_up"}])
    entry = (await entries_of(site, work, call_id, 1))["tool"]
    assert entry["name"] == "note_follow_up"
    page = (await site.as_(MIA).get(f"{PAGES}/conversations/{call_id}")).text
    assert f"{PAGES}/activity/{entry['id']}" in page
    noted = (await site.as_(MIA).get(f"{API}/conversations/{call_id}")).json()["data"]
    assert noted["follow_up_note"] == "Thursday"  # what the vendor's model gave as the argument


async def test_a_function_is_forwarded_and_the_end_is_told(provider: str, site: Site, work: Any) -> None:
    secret = (await site.as_(WIM).post(f"{API}/signing-secret")).json()["data"]["secret"]
    async with Listener() as theirs:
        theirs.script = [as_json({"result": "Thursday at 2 PM is free."})]
        call_id = await call_with(
            site, work, provider, tools=[function(f"{theirs.url}/tools")], crm_webhook_url=f"{theirs.url}/ended"
        )
        entries = await entries_of(site, work, call_id, 2)
    asked, told = _by_path(theirs.received)
    assert is_signed(asked, secret)
    assert is_signed(told, secret)
    assert (asked.json["name"], asked.json["arguments"]) == ("free_times", {"day": "Thursday"})
    assert (asked.json["callId"], asked.json["caller_number"]) == (call_id, NUMBER)
    assert (told.json["callId"], told.json["status"], told.json["caller_number"]) == (call_id, "completed", NUMBER)
    assert (entries["tool"]["name"], entries["tool"]["host"]) == ("free_times", "127.0.0.1")
    assert entries["after_call"]["http_status"] == 200


def _by_path(received: list[Received]) -> tuple[Received, Received]:
    (asked,) = (one for one in received if one.path == "/tools")
    (told,) = (one for one in received if one.path == "/ended")
    return asked, told
