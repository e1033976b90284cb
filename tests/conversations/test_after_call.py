"""After-call messages: one a call, signed, repeated until taken, and again at somebody's wish."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.conversations.conftest import API, Desk, new_call_id, run_job
from tests.conversations.test_tools import is_signed, log_of
from tests.foundation.outbound.listener import Drop, Listener, Reply
from tests.world import STAN, VERA, WIM

from inspralv.conversations import jobs
from inspralv.conversations.actions.delivering import NotDelivered
from inspralv.conversations.tasks import deliver, delivering_failed

ENVIRON = {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}
FIELDS = {
    "callId", "agentId", "agentName", "transcript", "summary", "duration_seconds", "total_cost", "sentiment",
    "caller_number", "caller_name", "recording_url", "started_at", "ended_at", "status", "direction", "timestamp",
}  # fmt: skip


@pytest.fixture
async def crm(desk: Desk) -> AsyncIterator[Listener]:
    """The server that the agent names for its calls."""
    async with Listener() as server:
        server.script = [Reply(200, b"thanks")]
        path = f"{API}/agents/{desk.agent['id']}"
        named = await desk.mia.patch(path, json={"config": {"crm_webhook_url": f"{server.url}/hook"}})
        assert named.status_code == 200, named.text
        yield server
        assert (await desk.mia.patch(path, json={"config": {"crm_webhook_url": None}})).status_code == 200


async def finished(desk: Desk, **changes: Any) -> dict[str, Any]:
    call_id = new_call_id()
    await desk.deliver(desk.message("end-of-call-report", call_id, **changes))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    return conversation


async def entry_of(desk: Desk, conversation: dict[str, Any]) -> dict[str, Any]:
    (entry,) = await log_of(desk, conversation_id=str(conversation["id"]), kind="after_call")
    return dict((await desk.mia.get(f"{API}/activity/{entry['id']}")).json()["data"])


async def test_a_finished_call_is_told_once(desk: Desk, crm: Listener) -> None:
    secret = (await desk.site.as_(WIM).post(f"{API}/signing-secret")).json()["data"]["secret"]
    call_id = new_call_id()
    body = desk.message("end-of-call-report", call_id)
    body["message"].pop("artifact", None)
    await desk.deliver(desk.message("status-update.in-progress", call_id), body, body)
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    (request,) = crm.received
    assert (request.method, request.path) == ("POST", "/hook")
    assert is_signed(request, secret)
    told = request.json
    assert set(told) == FIELDS
    assert (told["callId"], told["agentName"], told["status"]) == (str(conversation["id"]), "Front desk", "completed")
    assert told["caller_number"] == conversation["contact_number"]
    assert told["duration_seconds"] == conversation["duration_seconds"]
    assert told["total_cost"] == pytest.approx(conversation["total_cost"])
    assert told["summary"] == conversation["summary"]
    entry = await entry_of(desk, conversation)
    assert (entry["status"], entry["http_status"], entry["attempted"], entry["answer"]) == ("done", 200, 1, "thanks")
    assert request.headers["webhook-id"] == f"msg_{entry['id']}"


async def test_the_recording_can_be_fetched_without_a_session(desk: Desk, crm: Listener) -> None:
    conversation = await finished(desk)
    await desk.rows.execute(
        "UPDATE app.conversations SET recording_error = NULL, recording_source = 'https://x.test/a.wav' WHERE id = $1",
        conversation["id"],
    )
    entry = await entry_of(desk, conversation)
    assert (await desk.mia.post(f"{API}/activity/{entry['id']}/repeat")).status_code == 202
    await desk.work()
    url = crm.received[-1].json["recording_url"]
    assert url.startswith("http://acme.localhost:")
    assert "/recordings/" in url


async def test_it_is_tried_again_with_the_same_id(desk: Desk, crm: Listener) -> None:
    crm.script = [Reply(503, b"busy", {"retry-after": "120"}), Drop(), Reply(204, b"")]
    conversation = await finished(desk)
    entry = await entry_of(desk, conversation)
    assert (entry["status"], entry["attempted"], entry["http_status"]) == ("waiting", 1, 503)
    job, args = run_job(desk), jobs.ActivityArgs(entry["id"])
    with pytest.raises(NotDelivered) as broken:
        await deliver(job, args)
    assert not broken.value.permanent
    await deliver(job, args)
    entry = await entry_of(desk, conversation)
    assert (entry["status"], entry["attempted"], entry["http_status"]) == ("done", 3, 204)
    assert [attempt["http_status"] for attempt in entry["attempts"]] == [503, None, 204]
    assert len({request.headers["webhook-id"] for request in crm.received}) == 1
    await deliver(job, args)  # what was taken is not sent again by a late job
    assert len(crm.received) == 3


async def test_what_was_never_taken_can_be_repeated(desk: Desk, crm: Listener) -> None:
    crm.script = [Reply(410, b"gone"), Reply(200, b"ok")]
    conversation = await finished(desk)
    entry = await entry_of(desk, conversation)
    assert (entry["status"], entry["error"]) == ("failed", "The server answered with status 410.")
    path = f"{API}/activity/{entry['id']}/repeat"
    assert (await desk.site.as_(VERA).post(path)).status_code == 403
    assert (await desk.site.as_(STAN).post(path)).status_code == 404
    shown = await desk.mia.get(f"/w/clinic/activity/{entry['id']}")
    assert "Send again" in shown.text
    sent = await desk.mia.post(f"/w/clinic/activity/{entry['id']}/repeat", headers={"hx-request": "true"})
    assert "sent once more" in sent.text
    assert (await desk.mia.post(path)).status_code == 409
    await desk.work()
    entry = await entry_of(desk, conversation)
    assert (entry["status"], entry["attempted"]) == ("done", 2)


async def test_giving_up_is_said(desk: Desk, crm: Listener) -> None:
    crm.script = [Reply(500, b"")]
    conversation = await finished(desk)
    entry = await entry_of(desk, conversation)
    args = jobs.ActivityArgs(entry["id"])
    with pytest.raises(NotDelivered) as failure:
        await deliver(run_job(desk), args)
    await delivering_failed(run_job(desk), args, failure.value)
    assert (await entry_of(desk, conversation))["status"] == "failed"


async def test_an_address_that_was_taken_away_is_not_told(desk: Desk, crm: Listener) -> None:
    crm.script = [Reply(500, b"")]
    conversation = await finished(desk)
    entry = await entry_of(desk, conversation)
    told = len(crm.received)
    await desk.mia.patch(f"{API}/agents/{desk.agent['id']}", json={"config": {"crm_webhook_url": None}})
    await deliver(run_job(desk), jobs.ActivityArgs(entry["id"]))
    assert len(crm.received) == told
    assert "no address" in (await entry_of(desk, conversation))["error"]


async def test_without_an_address_nothing_is_noted(desk: Desk) -> None:
    conversation = await finished(desk)
    assert await log_of(desk, conversation_id=str(conversation["id"])) == []
