"""What waits when a partner is suspended or deleted, or its workspace: nobody is called, and no call goes uncounted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from tests.conftest import Sandbox
from tests.conversations.conftest import Desk, new_call_id, run_job
from tests.conversations.test_calls import dial, placed_calls
from tests.world import ACME, CLINIC

from inspralv.conversations.jobs import CallArgs
from inspralv.conversations.tasks import check_call
from inspralv.tenancy.directory import Directory

SUSPEND = "UPDATE app.partners SET onboarding_status = 'suspended' WHERE id = $1"
DELETE = "UPDATE app.partners SET deleted_at = now() WHERE id = $1"
RETURN = "UPDATE app.partners SET deleted_at = NULL, onboarding_status = 'active' WHERE id = $1"
CLOSE = "UPDATE app.workspaces SET deleted_at = now() WHERE id = $1"
OPEN = "UPDATE app.workspaces SET deleted_at = NULL WHERE id = $1"


@pytest.fixture(autouse=True)
async def ground(desk: Desk, sandbox: Sandbox) -> AsyncIterator[None]:
    """Afterwards everybody is back."""
    await sandbox.mischief()
    await desk.rows.execute("DELETE FROM app.rate_limits")
    await desk.rows.execute("BEGIN; SET LOCAL search_path = queue; DELETE FROM procrastinate_jobs; COMMIT")
    yield
    await _turn(desk, RETURN)
    await desk.rows.execute(OPEN, CLINIC)


async def _turn(desk: Desk, sql: str) -> None:
    await desk.rows.execute(sql, CLINIC if sql == CLOSE else ACME)
    desk.services.get(Directory).by_id.clear()


async def _every_try(desk: Desk) -> None:
    """Work until no job waits for another try."""
    for _ in range(15):
        await desk.work()
        if not await desk.rows.fetchval("SELECT count(*) FROM queue.procrastinate_jobs WHERE status = 'todo'"):
            return
        await desk.rows.execute("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL")
    raise AssertionError("a job is tried for ever")


@pytest.mark.parametrize(
    ("how", "told"),
    [(SUSPEND, "This organisation is suspended"), (DELETE, None), (CLOSE, "There is no such workspace.")],
    ids=["suspended", "deleted", "workspace"],
)
async def test_nobody_is_called(desk: Desk, sandbox: Sandbox, how: str, told: str | None) -> None:
    asked = await placed_calls(sandbox)
    placed = (await dial(desk)).json()["data"]
    await _turn(desk, how)
    await _every_try(desk)
    assert await placed_calls(sandbox) == asked
    failed = "SELECT task_name FROM queue.procrastinate_jobs WHERE status = 'failed'"
    assert await desk.rows.fetch(failed) == [], "quietly"
    await _turn(desk, RETURN)
    await desk.rows.execute(OPEN, CLINIC)
    await _every_try(desk)
    assert await placed_calls(sandbox) == asked, "nor when it is back: the wish is old"
    call = await desk.rows.fetchrow(
        "SELECT status, error_message FROM app.conversations WHERE id = $1", UUID(placed["conversationId"])
    )
    assert tuple(call) == ("failed" if told else "queued", told)
    if told is None:  # whoever looks for calls that are overdue puts an end to it
        await check_call(run_job(desk), CallArgs(UUID(placed["conversationId"])))
        assert (await desk.read(placed["conversationId"]))["status"] == "failed"


async def test_what_was_spoken_before_is_counted(desk: Desk) -> None:
    before, call_id = await desk.usage(), new_call_id()
    assert (await desk.send(desk.message("end-of-call-report", call_id))).status_code == 200
    await _turn(desk, DELETE)
    await _every_try(desk)
    counted = await desk.usage()
    assert counted["calls"] == before.get("calls", 0) + 1
    assert counted["seconds"] > before.get("seconds", 0)
