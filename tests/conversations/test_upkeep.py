"""What is put right without anybody asking: calls whose end never came, deliveries that wait, old letters."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import Sandbox
from tests.conversations.conftest import API, Desk, new_call_id, run_job

from inspralv.conversations.actions.repair import FORGOTTEN
from inspralv.conversations.queries.inbox import list_waiting
from inspralv.conversations.tasks import SCHEDULES, TASKS, NothingArgs, find_overdue, sweep_inbox
from inspralv.foundation.ids import uuid7


async def age(desk: Desk, conversation_id: str, minutes: int) -> None:
    await desk.rows.execute(
        "UPDATE app.conversations SET created_at = created_at - $2::interval, started_at = started_at - $2::interval,"
        " ended_at = ended_at - $2::interval WHERE id = $1", conversation_id, timedelta(minutes=minutes),
    )  # fmt: skip


async def ask(desk: Desk) -> None:
    """What the schedule does every five minutes."""
    await find_overdue(run_job(desk, None), NothingArgs())
    await desk.work()


async def running(desk: Desk) -> dict[str, Any]:
    call_id = new_call_id()
    await desk.deliver(desk.message("status-update.in-progress", call_id))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    return conversation


async def test_a_call_whose_end_was_lost_is_asked_for(desk: Desk, sandbox: Sandbox) -> None:
    before = await desk.usage()
    await sandbox.mischief(drop=1.0)
    answer = await desk.mia.post(
        f"{API}/agents/{desk.agent['id']}/outbound-call", json={"customerNumber": "+14155550101"}
    )
    conversation_id = answer.json()["data"]["conversationId"]
    await desk.work()
    for _ in range(100):
        call = await desk.read(conversation_id)
        ended = (await sandbox.api.get(f"/call/{call['provider_call_id']}")).json()
        if ended.get("cost"):
            break
        await asyncio.sleep(0.05)
    assert (await desk.read(conversation_id))["status"] == "queued"
    await ask(desk)
    assert (await desk.read(conversation_id))["status"] == "queued"
    await age(desk, conversation_id, 19)
    await ask(desk)
    assert (await desk.read(conversation_id))["status"] == "queued"
    await age(desk, conversation_id, 2)
    await ask(desk)
    await sandbox.mischief()
    call = await desk.read(conversation_id)
    assert (call["status"], call["sentiment"]) == ("completed", "positive")
    assert call["transcript"]
    assert (await desk.usage())["calls"] == before.get("calls", 0) + 1


async def test_a_call_that_the_provider_forgot_is_closed(desk: Desk) -> None:
    call = await running(desk)
    await age(desk, call["id"], 30)
    await ask(desk)
    closed = await desk.read(call["id"])
    assert (closed["status"], closed["error_message"]) == ("failed", FORGOTTEN())


async def test_a_report_that_never_came_is_asked_for(desk: Desk) -> None:
    call = await running(desk)
    await desk.deliver(desk.message("status-update.ended", call["provider_call_id"]))
    assert (await desk.read(call["id"]))["status"] == "completed"
    await age(desk, call["id"], 30)
    await ask(desk)
    assert await desk.rows.fetchval("SELECT reported_at FROM app.conversations WHERE id = $1", call["id"])
    assert (await desk.read(call["id"]))["status"] == "completed"


async def test_a_call_that_was_never_placed_is_closed(desk: Desk) -> None:
    answer = await desk.mia.post(
        f"{API}/agents/{desk.agent['id']}/outbound-call", json={"customerNumber": "+14155550101"}
    )
    conversation_id = answer.json()["data"]["conversationId"]
    await forget_jobs(desk)
    await age(desk, conversation_id, 30)
    await ask(desk)
    assert (await desk.read(conversation_id))["status"] == "failed"


async def test_a_delivery_that_waits_is_handed_out_again(desk: Desk) -> None:
    call_id = new_call_id()
    assert (await desk.send(desk.message("end-of-call-report", call_id))).status_code == 200
    await forget_jobs(desk)
    await ask(desk)
    assert await desk.conversation(call_id) is None
    await make_older(desk, timedelta(minutes=11))
    await ask(desk)
    assert await desk.conversation(call_id) is not None
    ctx = desk.context(None, wide=True)
    assert await list_waiting(ctx, timedelta(minutes=10), 10) == []
    await ctx.commit()


async def forget_jobs(desk: Desk) -> None:
    """Whatever waits in the queue is lost."""
    await desk.rows.execute("SET search_path = queue; DELETE FROM procrastinate_jobs; RESET search_path")


async def make_older(desk: Desk, by: timedelta) -> None:
    """The id of a letter carries its time."""
    for row in await desk.rows.fetch("SELECT id, received_at FROM app.provider_inbox"):
        await desk.rows.execute(
            "UPDATE app.provider_inbox SET id = $2 WHERE id = $1", row["id"], uuid7(row["received_at"] - by)
        )


async def test_letters_are_swept_after_thirty_days_and_failures_stay(desk: Desk) -> None:
    done, failed = new_call_id(), new_call_id()
    await desk.deliver(desk.message("end-of-call-report", done), desk.message("end-of-call-report", failed))
    await desk.rows.execute("UPDATE app.provider_inbox SET status = 'failed' WHERE event_key LIKE '%' || $1", failed)
    await sweep_inbox(run_job(desk, None), NothingArgs())
    assert await left(desk, done, failed) == {done, failed}
    await make_older(desk, timedelta(days=29))
    await sweep_inbox(run_job(desk, None), NothingArgs())
    assert await left(desk, done, failed) == {done, failed}
    await make_older(desk, timedelta(days=31))
    await sweep_inbox(run_job(desk, None), NothingArgs())
    assert await left(desk, done, failed) == {failed}


async def left(desk: Desk, *call_ids: str) -> set[str]:
    keys = {row[0] for row in await desk.rows.fetch("SELECT event_key FROM app.provider_inbox")}
    return {call_id for call_id in call_ids if f"end-of-call-report:{call_id}" in keys}


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: str(schedule.name))
def test_schedules_name_tasks_that_exist(schedule: Any) -> None:
    assert schedule.job().task in {task.name for task in TASKS}
