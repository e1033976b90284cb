"""Calls whose webhooks never came are found in the provider's own list, and put right once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.conftest import Sandbox
from tests.conversations.conftest import API, Desk, run_job
from tests.world import ACME, CLINIC, OLGA

from inspralv.conversations import jobs
from inspralv.conversations.actions import polling
from inspralv.conversations.queries import polls
from inspralv.conversations.tasks import NothingArgs, check_call, find_due_polls, poll_account

LINE = "+14155550100"
CALLER = "+14155550101"


@pytest.fixture(autouse=True)
async def at_once(desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Webhooks are late at once, and the line is answered by the clinic's agent; in the end everybody behaves."""
    monkeypatch.setattr(polling, "GRACE", -polling.EVERY)
    await desk.rows.execute("DELETE FROM app.call_polls")
    lines = (await sandbox.api.get("/phone-number")).json()
    line = next(one for one in lines if one["number"] == LINE)
    (await sandbox.api.patch(f"/phone-number/{line['id']}", json={"assistantId": desk.remote_id})).raise_for_status()
    yield
    await sandbox.mischief()


async def poll(desk: Desk) -> None:
    await poll_account(run_job(desk, None), jobs.PollArgs(desk.connection.integration_id))


async def lost_call(desk: Desk, sandbox: Sandbox) -> str:
    """Somebody calls and no webhook of it arrives; the provider's id of the call, when it is over."""
    await sandbox.mischief(drop=1.0)
    for _ in range(2):  # the look of every minute may come just now and find the first one
        await desk.rows.execute(  # the looks that earlier tests have planned would find it at once
            "SET search_path = queue; UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 day'"
            " WHERE status = 'todo'; RESET search_path"
        )
        called = await sandbox.api.post("/_sandbox/inbound", json={"to": LINE, "from": CALLER})
        assert called.status_code < 300, called.text
        call_id = str(called.json()["id"])
        await ended(sandbox, call_id)
        await desk.work()
        if await desk.conversation(call_id) is None:
            return call_id
    raise AssertionError("somebody hears of calls whose webhooks are dropped")


async def ended(sandbox: Sandbox, call_id: str) -> None:
    for _ in range(400):
        if (await sandbox.api.get(f"/call/{call_id}")).json()["status"] == "ended":
            return
    raise AssertionError("the call did not end")


async def repairs(desk: Desk, call_id: str) -> list[str]:
    rows = await desk.rows.fetch(
        "SELECT e.data ->> 'what' FROM app.conversation_events e JOIN app.conversations c ON c.id = e.conversation_id"
        " WHERE c.provider_call_id = $1 AND e.kind = 'repaired'",
        call_id,
    )
    return [row[0] for row in rows]


async def test_a_call_of_which_nothing_was_heard_is_found(desk: Desk, sandbox: Sandbox) -> None:
    before = await desk.usage()
    call_id = await lost_call(desk, sandbox)
    await poll(desk)
    await desk.work()
    call = await desk.conversation(call_id)
    assert call is not None
    assert (call["direction"], call["status"], call["contact_number"]) == ("inbound", "completed", CALLER)
    assert len(call["transcript"]) > 2
    assert call["total_cost"] > 0
    assert call["repaired_at"] is not None
    assert await repairs(desk, call_id) == ["found"]
    assert "put right by asking" in (await desk.mia.get(f"/w/clinic/conversations/{call['id']}")).text
    assert (await desk.usage())["calls"] == before.get("calls", 0) + 1


async def test_asking_again_changes_nothing(desk: Desk, sandbox: Sandbox) -> None:
    call_id = await lost_call(desk, sandbox)
    await poll(desk)
    first, usage = await desk.conversation(call_id), await desk.usage()
    await poll(desk)
    await poll(desk)
    assert await desk.conversation(call_id) == first
    assert await desk.usage() == usage
    assert await repairs(desk, call_id) == ["found"]


async def test_a_call_whose_end_was_lost_is_finished(desk: Desk, sandbox: Sandbox) -> None:
    call_id = await lost_call(desk, sandbox)
    await desk.deliver(desk.message("status-update.in-progress", call_id))
    began = await desk.conversation(call_id)
    assert began is not None
    assert began["status"] == "in_progress"
    await poll(desk)
    call = await desk.conversation(call_id)
    assert call is not None
    assert (call["id"], call["status"]) == (began["id"], "completed")
    assert await repairs(desk, call_id) == ["finished"]


async def test_calls_whose_webhooks_may_still_come_are_left_alone(
    desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = await lost_call(desk, sandbox)
    monkeypatch.setattr(polling, "GRACE", polling.OVERLAP)
    await poll(desk)
    assert await desk.conversation(call_id) is None


async def test_calls_of_other_agents_are_left_alone(desk: Desk, sandbox: Sandbox) -> None:
    """Also when their metadata says that they are ours."""
    stranger = {
        "name": "Somebody else's", "model": {"provider": "openai", "model": "gpt-4.1-mini"},
        "metadata": {"agent_id": str(desk.agent["id"]), "workspace_id": str(CLINIC)},
    }  # fmt: skip
    theirs = (await sandbox.api.post("/assistant", json=stranger)).json()["id"]
    lines = (await sandbox.api.get("/phone-number")).json()
    line = next(one for one in lines if one["number"] == LINE)
    await sandbox.api.patch(f"/phone-number/{line['id']}", json={"assistantId": theirs})
    call_id = await lost_call(desk, sandbox)
    await poll(desk)
    assert await desk.conversation(call_id) is None
    assert await desk.rows.fetchval("SELECT count(*) FROM app.conversations WHERE provider_call_id = $1", call_id) == 0


async def test_a_provider_that_is_down_is_asked_less_and_less(desk: Desk, sandbox: Sandbox) -> None:
    pauses = []
    await sandbox.mischief(outage=True)
    for _ in range(3):
        await desk.rows.execute("UPDATE app.call_polls SET next_at = now()")
        await poll(desk)
        row = await desk.rows.fetchrow("SELECT next_at - updated_at AS pause, failures, trouble FROM app.call_polls")
        assert row is not None
        assert row["trouble"]
        pauses.append((row["failures"], row["pause"]))
    assert [failures for failures, _ in pauses] == [1, 2, 3]
    assert pauses[0][1] < pauses[1][1] <= pauses[2][1]
    assert await due(desk) == []
    await sandbox.mischief()
    await poll(desk)
    row = await desk.rows.fetchrow("SELECT failures, trouble, polled_until FROM app.call_polls")
    assert row is not None
    assert (row["failures"], row["trouble"]) == (0, None)
    assert row["polled_until"] is not None


async def due(desk: Desk) -> list[Any]:
    async with run_job(desk, None).partner() as wide:
        return await polls.list_due(wide, 10)


async def test_a_refused_key_is_left_alone(desk: Desk, sandbox: Sandbox) -> None:
    assert await due(desk) == [desk.connection.integration_id]
    await sandbox.mischief(fail=[{"status": 401, "path_prefix": "/call", "method": "GET", "times": 5}])
    await poll(desk)
    status = await desk.rows.fetchval("SELECT key_status FROM app.integrations WHERE partner_id = $1", ACME)
    assert status == "invalid"
    await desk.rows.execute("UPDATE app.call_polls SET next_at = now() - interval '1 day'")
    assert await due(desk) == []
    asked = len(await sandbox.requests())
    await poll(desk)
    assert len(await sandbox.requests()) == asked
    await sandbox.mischief()
    path = f"/api/partner/integrations/{desk.connection.integration_id}"
    key = {"default_secret_key": sandbox.private_key}
    assert (await desk.site.as_(OLGA).patch(path, json=key)).status_code == 200
    await desk.work()


async def test_due_accounts_are_compared_and_then_rest(desk: Desk, sandbox: Sandbox) -> None:
    call_id = await lost_call(desk, sandbox)
    await find_due_polls(run_job(desk, None), NothingArgs())
    await desk.work()
    assert await desk.conversation(call_id) is not None
    assert await due(desk) == []


async def test_running_calls_are_asked_after_where_no_webhook_tells(desk: Desk, sandbox: Sandbox) -> None:
    call_id = await lost_call(desk, sandbox)
    await desk.deliver(desk.message("status-update.in-progress", call_id))
    running = await desk.conversation(call_id)
    assert running is not None
    async with run_job(desk, None).partner() as wide:
        found = await polls.list_running(wide, ["vapi"], polling.FIRST_LOOK, 100)
        elsewhere = await polls.list_running(wide, ["another"], polling.FIRST_LOOK, 100)
    assert str(running["id"]) in {str(one.id) for one in found}
    assert elsewhere == []
    await check_call(run_job(desk), jobs.CallArgs(running["id"]))
    assert ((await desk.conversation(call_id)) or {})["status"] == "completed"


async def test_a_round_has_an_end(desk: Desk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "MOST_REPORTS", 1)
    await lost_call(desk, sandbox)
    await lost_call(desk, sandbox)
    await poll(desk)
    trouble = await desk.rows.fetchval("SELECT trouble FROM app.call_polls")
    assert "more to compare" in trouble


async def test_the_api_tells_of_the_repair(desk: Desk, sandbox: Sandbox) -> None:
    call_id = await lost_call(desk, sandbox)
    await poll(desk)
    call = await desk.conversation(call_id)
    assert call is not None
    answer = await desk.mia.get(f"{API}/conversations/{call['id']}")
    assert answer.json()["data"]["repaired_at"]
