"""A job that belongs to one partner and names another's things touches none of them, whatever kind it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.conftest import Sandbox
from tests.isolation.conftest import NAMING, TASKS, Run
from tests.isolation.due import ELSEWHERE, NEW_HERE, Due
from tests.world import ACME, CLINIC, RIVAL, RIVAL_SHOP, STAN

from inspralv.foundation.jobs.job import Task


@pytest.mark.parametrize("workspace_id", [CLINIC, RIVAL_SHOP], ids=["own", "theirs"])
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
async def test_nothing_of_others_is_touched(
    rival: Due, run: Run, sandbox: Sandbox, task: Task[Any], workspace_id: UUID
) -> None:
    await rival.rows.execute("DELETE FROM procrastinate_jobs")
    await rival.ripen(task.name)
    before, asked = await rival.digest(), len(await sandbox.requests())
    await run(task, ACME, workspace_id)
    after = await rival.digest()
    assert [name for name in before if before[name] != after[name]] == []
    if task in NAMING:  # any other looks after its own partner's things
        assert len(await sandbox.requests()) == asked, "no provider heard of it"
    written = await rival.rows.fetchval(
        "SELECT count(*) FROM mail_messages WHERE partner_id = $1 AND recipient = ANY ($2)",
        ACME, [STAN.email, NEW_HERE, ELSEWHERE],
    )  # fmt: skip
    assert written == 0
    left = await rival.rows.fetch(
        "SELECT task_name, status::text, args FROM procrastinate_jobs WHERE scheduled_at IS NULL OR attempts > 0"
    )
    assert [dict(job) for job in left] == [], "it has ended, quietly"


@pytest.mark.parametrize("task", NAMING, ids=lambda task: task.name)
async def test_their_own_job_does_touch_them(rival: Due, run: Run, sandbox: Sandbox, task: Task[Any]) -> None:
    """So that the test above looks at something."""
    await rival.rows.execute("DELETE FROM procrastinate_jobs")
    await rival.ripen(task.name)
    before, asked = await rival.digest(), len(await sandbox.requests())
    await run(task, RIVAL, RIVAL_SHOP)
    assert before != await rival.digest() or len(await sandbox.requests()) > asked
