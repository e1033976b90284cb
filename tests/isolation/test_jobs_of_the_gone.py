"""A job of a partner that was deleted acts towards nobody, whatever kind it is, and ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.conftest import Sandbox
from tests.isolation.conftest import TASKS, Run
from tests.isolation.due import Due
from tests.world import RIVAL, RIVAL_SHOP

from inspralv.foundation.jobs.job import Task
from inspralv.foundation.services import Services
from inspralv.tenancy.directory import Directory

# What people wanted taken away before, is.
CLEANERS = {
    "agents.remove", "agents.remove_later", "agents.discard", "agents.retire", "telephony.release", "telephony.release_later",
}  # fmt: skip
# They fail: a mail so that it is seen and can be sent again when the partner is back, a recording because there is none.
FAILING = {"mail.send", "conversations.copy_recording"}
MANY = 50  # more than any kind is tried


@pytest.fixture
async def gone(rival: Due, services: Services, task: Task[Any]) -> AsyncIterator[Due]:
    """The rival, deleted for the length of a test, with what a kind of job would act upon."""
    await rival.rows.execute("DELETE FROM procrastinate_jobs")
    await rival.ripen(task.name)
    await rival.rows.execute("UPDATE partners SET deleted_at = now() WHERE id = $1", RIVAL)
    services.get(Directory).by_id.clear()  # nobody listens in a test's own services
    yield rival
    await rival.rows.execute("UPDATE partners SET deleted_at = NULL WHERE id = $1", RIVAL)


async def _mails(gone: Due) -> dict[UUID, str]:
    found = await gone.rows.fetch("SELECT id, status FROM mail_messages WHERE partner_id = $1", RIVAL)
    return {row["id"]: row["status"] for row in found}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
async def test_nobody_hears_of_it(gone: Due, run: Run, sandbox: Sandbox, task: Task[Any]) -> None:
    mails, asked = await _mails(gone), len(await sandbox.requests())
    await run(task, RIVAL, RIVAL_SHOP, MANY)
    changing = [one for one in (await sandbox.requests())[asked:] if one["method"] != "GET"]
    assert {one["method"] for one in changing} <= ({"DELETE"} if task.name in CLEANERS else set())
    failing = {gone.things["message_id"]: "failed"} if task.name == "mail.send" else {}
    assert await _mails(gone) == mails | failing, "no mail is written, and none leaves"
    failed = await gone.rows.fetch("SELECT task_name FROM procrastinate_jobs WHERE status = 'failed'")
    assert {row["task_name"] for row in failed} == FAILING & {task.name}


@pytest.mark.parametrize("task", [task for task in TASKS if not task.outlives], ids=lambda task: task.name)
async def test_it_waits_for_a_while(gone: Due, run: Run, task: Task[Any]) -> None:
    """Whoever deleted the partner by mistake restores it within minutes."""
    before = await gone.digest()
    await run(task, RIVAL, RIVAL_SHOP)
    assert await gone.digest() == before
    left = await gone.rows.fetch("SELECT status::text FROM procrastinate_jobs WHERE task_name = $1", task.name)
    assert [row["status"] for row in left] == (["todo"] if task.attempts > 1 else [])


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
async def test_it_ends_where_the_partner_was_erased(rival: Due, run: Run, task: Task[Any]) -> None:
    await rival.rows.execute("DELETE FROM procrastinate_jobs")
    await rival.ripen(task.name)
    before = await rival.digest()
    await run(task, uuid4(), RIVAL_SHOP, MANY)
    assert await rival.digest() == before
    assert await rival.rows.fetchval("SELECT count(*) FROM procrastinate_jobs") == 0
