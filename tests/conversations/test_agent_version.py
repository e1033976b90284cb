"""Every conversation names the version of the agent that took it: the one that the provider had when it began."""

from __future__ import annotations

import csv
import io
from typing import Any

from tests.conversations.conftest import API, Desk, at, new_call_id


async def edit(desk: Desk, greeting: str, *, push: bool = True) -> int:
    """Save a version, and bring it to the provider."""
    answer = await desk.mia.patch(f"{API}/agents/{desk.agent['id']}", json={"config": {"first_message": greeting}})
    assert answer.status_code == 200, answer.text
    if push:
        await desk.work()
    return int(answer.json()["data"]["version"])


async def version_of(desk: Desk, call_id: str) -> Any:
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    return conversation["agent_version"]


async def test_an_incoming_call_names_what_the_provider_had(desk: Desk) -> None:
    live = await edit(desk, "One")
    call_id = new_call_id()
    await desk.deliver(desk.message("status-update.ringing", call_id, call={"createdAt": at(1)}))
    assert await version_of(desk, call_id) == live
    later = await edit(desk, "Two")
    await desk.deliver(desk.message("end-of-call-report", call_id, call={"createdAt": at(1)}))
    assert await version_of(desk, call_id) == live, "it ends under another version, but was taken by this one"
    other = new_call_id()
    await desk.deliver(desk.message("status-update.ringing", other, call={"createdAt": at(1)}))
    assert await version_of(desk, other) == later


async def test_a_report_that_comes_late_is_told_by_the_calls_own_time(desk: Desk) -> None:
    first = await edit(desk, "Before")
    owner_time = "UPDATE app.agent_publications SET published_at = published_at - interval '1 hour' WHERE version <= $1"
    await desk.rows.execute(owner_time, first)
    await edit(desk, "Meanwhile")
    call_id = new_call_id()
    await desk.deliver(desk.message("end-of-call-report", call_id, call={"createdAt": at(-600)}))
    assert await version_of(desk, call_id) == first


async def test_what_is_saved_but_not_sent_yet_takes_no_call(desk: Desk, sandbox: Any) -> None:
    live = await edit(desk, "Live")
    saved = await edit(desk, "Saved", push=False)
    assert saved == live + 1
    started = await desk.mia.post(f"{API}/agents/{desk.agent['id']}/test-call")
    assert started.status_code in {200, 201}, started.text
    conversation = await desk.read(started.json()["data"]["conversationId"])
    assert conversation["agent_version"] == live
    await desk.work()


async def test_an_outgoing_call_names_what_the_provider_had_when_it_was_dialled(desk: Desk) -> None:
    live = await edit(desk, "Dialling")
    answer = await desk.mia.post(
        f"{API}/agents/{desk.agent['id']}/outbound-call", json={"customerNumber": "+14155550123"}
    )
    assert answer.status_code == 202, answer.text
    conversation_id = answer.json()["data"]["conversationId"]
    assert (await desk.read(conversation_id))["agent_version"] == live
    await desk.work()
    await edit(desk, "Afterwards")
    assert (await desk.read(conversation_id))["agent_version"] == live


async def test_it_is_shown_with_the_way_there(desk: Desk) -> None:
    live = await edit(desk, "Shown")
    call_id = new_call_id()
    await desk.deliver(desk.message("end-of-call-report", call_id, call={"createdAt": at(1)}))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    page = (await desk.mia.get(f"/w/clinic/conversations/{conversation['id']}")).text
    href = f"/w/clinic/agents/{desk.agent['id']}/versions/{live}"
    assert f'href="{href}"' in page
    assert (await desk.mia.get(href)).status_code == 200
    exported = (await desk.mia.get("/w/clinic/conversations/export.csv")).text
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(exported.lstrip("\ufeff")))}
    assert rows[conversation["id"]]["agent_version"] == str(live)
    listed = (await desk.mia.get(f"{API}/conversations")).json()["data"]
    assert next(one for one in listed["data"] if one["id"] == conversation["id"])["agent_version"] == live
