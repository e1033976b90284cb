"""From deliveries to conversations: any order, any number of times, any number of workers."""

from __future__ import annotations

import asyncio
from itertools import permutations
from typing import Any
from uuid import UUID

import msgspec
import pytest
from tests.conversations.conftest import Desk, at, new_call_id, run_job

from inspralv.conversations import jobs
from inspralv.conversations.actions.ingest import take_event
from inspralv.conversations.tasks import ingest, ingest_failed
from inspralv.foundation.ids import uuid7
from inspralv.foundation.jobs.worker import run_worker
from inspralv.integrations.connections import provider_of
from inspralv.worker import queue_of

STORY = ("status-update.ringing", "status-update.in-progress", "status-update.ended", "end-of-call-report")
REPORTED = {
    "status": "completed", "direction": "outbound", "contact_number": "+14155550123", "contact_name": "Dana Lee",
    "agent_number": "+14155550100", "duration_seconds": 60, "total_cost": 0.0789, "ended_reason": "customer-ended-call",
}  # fmt: skip


async def tell(desk: Desk, call_id: str, names: tuple[str, ...]) -> None:
    """Deliver in this order and work each in before the next."""
    for name in names:
        await desk.deliver(desk.message(name, call_id))


def facts(conversation: dict[str, Any] | None) -> dict[str, Any]:
    assert conversation is not None
    return {name: conversation[name] for name in REPORTED}


async def ingest_now(desk: Desk, letter_id: UUID) -> None:
    """Run the job of one delivery, as a worker does."""
    await ingest(run_job(desk), jobs.LetterArgs(letter_id))


@pytest.mark.parametrize(
    "order", list(permutations(STORY)), ids=lambda order: "-".join(name.rpartition(".")[2][:4] for name in order)
)
async def test_every_order_comes_to_the_same_end(desk: Desk, order: tuple[str, ...]) -> None:
    call_id, before = new_call_id(), await desk.usage()
    await tell(desk, call_id, order)
    assert facts(await desk.conversation(call_id)) == REPORTED
    after = await desk.usage()
    added = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert added == {"calls": 1, "completed": 1, "outbound": 1, "seconds": 60, "cost_micros": 78_900}


async def test_states_move_forward_only(desk: Desk) -> None:
    call_id = new_call_id()
    seen = []
    for name in (
        "status-update.in-progress",
        "status-update.ringing",
        "status-update.ended",
        "status-update.in-progress",
    ):
        body = desk.message(name, call_id)
        body["message"]["extra"] = len(seen)
        await desk.deliver(body)
        conversation = await desk.conversation(call_id)
        assert conversation is not None
        seen.append(conversation["status"])
    assert seen == ["in_progress", "in_progress", "completed", "completed"]


async def test_sentences_are_shown_while_the_call_runs_and_replaced_by_the_report(desk: Desk) -> None:
    call_id = new_call_id()
    first = desk.message("transcript.final", call_id, role="assistant", transcript="Hello?")
    second = desk.message("transcript.final", call_id, role="user", transcript="Hi, it is Dana.")
    second["message"]["timestamp"] += 1000
    await desk.deliver(second, first, second, first)
    running = await desk.conversation(call_id)
    assert running is not None
    assert running["status"] == "in_progress"
    assert [(line["role"], line["text"]) for line in running["transcript"]] == [
        ("agent", "Hello?"),
        ("caller", "Hi, it is Dana."),
    ]
    await desk.deliver(desk.message("end-of-call-report", call_id))
    finished = await desk.conversation(call_id)
    assert finished is not None
    assert len(finished["transcript"]) > 2
    assert finished["transcript"][0]["seconds"] is not None
    assert finished["summary"]
    assert finished["cost_breakdown"]["transport"] == 0.014


async def test_a_call_keeps_the_time_it_began(desk: Desk) -> None:
    call_id = new_call_id()
    began = at(-3600)
    await desk.deliver(desk.message("end-of-call-report", call_id, call={"createdAt": began}))
    conversation = await desk.conversation(call_id)
    assert conversation is not None
    assert conversation["created_at"][:19] == began[:19]


async def test_a_second_report_adds_the_difference(desk: Desk) -> None:
    call_id, before = new_call_id(), await desk.usage()
    await desk.deliver(desk.message("end-of-call-report", call_id))
    other = desk.message("end-of-call-report", call_id, cost=0.5, durationSeconds=90, endedAt=at(0), startedAt=at(-90))
    other["message"]["costBreakdown"]["total"] = 0.5
    # By webhook the provider cannot correct itself: its reports of one call share a name. It is asked instead.
    (event,) = provider_of(desk.services, "vapi").hooks.read(msgspec.json.encode(other), desk.services.clock())
    ctx = desk.context()
    await take_event(ctx, "vapi", event, uuid7(ctx.now))
    await ctx.commit()
    after = await desk.usage()
    assert after["calls"] == before.get("calls", 0) + 1
    assert after["cost_micros"] == before.get("cost_micros", 0) + 500_000
    assert after["seconds"] == before.get("seconds", 0) + 90


async def test_workers_with_events_of_one_call_take_turns(desk: Desk) -> None:
    before = await desk.usage()
    calls = [new_call_id() for _ in range(6)]
    for call_id in calls:
        for name in STORY:
            assert (await desk.send(desk.message(name, call_id))).status_code == 200
    letters = [
        row["id"]
        for row in await desk.rows.fetch(
            "SELECT id FROM app.provider_inbox WHERE status = 'pending' ORDER BY event_key"
        )
    ]
    assert len(letters) == len(calls) * len(STORY)
    # Every delivery twice, all at once, over the pool's five connections: each is worked in once.
    await asyncio.gather(*(ingest_now(desk, letter) for letter in letters for _ in range(2)))
    await desk.work()
    for call_id in calls:
        assert facts(await desk.conversation(call_id)) == REPORTED
    after = await desk.usage()
    assert after["calls"] == before.get("calls", 0) + len(calls)
    assert after["seconds"] == before.get("seconds", 0) + 60 * len(calls)
    assert after["cost_micros"] == before.get("cost_micros", 0) + 78_900 * len(calls)


async def test_two_worker_processes_share_the_queue(desk: Desk) -> None:
    before = await desk.usage()
    calls = [new_call_id() for _ in range(10)]
    for call_id in calls:
        for name in reversed(STORY):
            assert (await desk.send(desk.message(name, call_id))).status_code == 200
    workers = [run_worker(queue_of(desk.site.settings, desk.services), 4, wait=False) for _ in range(2)]
    await asyncio.gather(*workers)
    await desk.work()
    after = await desk.usage()
    assert after["calls"] == before.get("calls", 0) + len(calls)
    for call_id in calls:
        assert facts(await desk.conversation(call_id)) == REPORTED


async def test_a_missing_month_keeps_the_delivery_waiting(desk: Desk) -> None:
    call_id = new_call_id()
    long_ago = {"createdAt": "2024-02-03T10:00:00.000Z"}
    await desk.deliver(desk.message("end-of-call-report", call_id, call=long_ago))
    row = await desk.rows.fetchrow(
        "SELECT id, status FROM app.provider_inbox WHERE event_key = $1", f"end-of-call-report:{call_id}"
    )
    assert row is not None
    assert row["status"] == "pending"
    with pytest.raises(Exception, match="no partition") as caught:
        await ingest_now(desk, row["id"])
    await ingest_failed(run_job(desk), jobs.LetterArgs(row["id"]), caught.value)
    assert await desk.rows.fetchval("SELECT status FROM app.provider_inbox WHERE id = $1", row["id"]) == "pending"
    await desk.rows.execute("SELECT app.ensure_partitions('2024-02-01', '2024-02-20')")
    await ingest_now(desk, row["id"])
    assert await desk.rows.fetchval("SELECT status FROM app.provider_inbox WHERE id = $1", row["id"]) == "done"
    assert facts(await desk.conversation(call_id)) == REPORTED


async def test_one_bad_delivery_holds_up_no_other(desk: Desk) -> None:
    bad, good = new_call_id(), new_call_id()
    assert (await desk.send(desk.message("end-of-call-report", bad))).status_code == 200
    await desk.rows.execute(
        "UPDATE app.provider_inbox SET body = 'broken' WHERE event_key = $1", f"end-of-call-report:{bad}"
    )
    await desk.deliver(desk.message("end-of-call-report", good))
    row = await desk.rows.fetchrow(
        "SELECT status, note FROM app.provider_inbox WHERE event_key = $1", f"end-of-call-report:{bad}"
    )
    assert row is not None
    assert row["status"] == "failed"
    assert row["note"].startswith("unreadable")
    assert facts(await desk.conversation(good)) == REPORTED


async def test_what_is_over_is_said_once_in_the_log(desk: Desk) -> None:
    call_id = new_call_id()
    await tell(desk, call_id, (*STORY, "status-update.in-progress"))
    said = await desk.rows.fetch(
        "SELECT a.action, a.actor_kind FROM app.audit_log a"
        " JOIN app.conversations c ON c.id::text = a.entity_id WHERE c.provider_call_id = $1",
        call_id,
    )  # fmt: skip
    assert [tuple(row) for row in said] == [("conversation.ended", "provider")]
