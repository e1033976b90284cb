"""A job that belongs to one partner and names another's things touches none of them, whatever kind it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.conftest import Sandbox, Site
from tests.isolation.due import ELSEWHERE, NEW_HERE, Due
from tests.isolation.tenants import KEYS, prepare, three
from tests.world import ACME, CLINIC, OLGA, RIVAL, RIVAL_SHOP, STAN

from inspralv.assembly import SLICES
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.files import FileStore
from inspralv.foundation.jobs.job import Task
from inspralv.foundation.jobs.worker import build_queue, run_worker
from inspralv.foundation.services import Services

TASKS = [task for part in SLICES for task in part.tasks]
NAMING = [task for task in TASKS if task.args.__struct_fields__]
Run = Callable[[Task[Any], UUID, UUID | None], Awaitable[None]]


@pytest.fixture(scope="module")
async def rival(
    site: Site, dsns: Dsns, services: Services, sandbox: Sandbox, work: Callable[[], Awaitable[None]]
) -> AsyncIterator[Due]:
    """The rival's things: those that the jobs of others must not find."""
    rows = await asyncpg.connect(dsns.owner, server_settings={"search_path": "app, queue"})
    await prepare(rows)
    await sandbox.reset()
    due = Due(three()[2], rows, services.get(FileStore))
    await due.settle(site, sandbox)
    await work()
    await due.remember()
    key = {"provider": "vapi", "name": "Ours", "default_secret_key": sandbox.private_key, "is_default": True}
    assert (await site.as_(OLGA).post(KEYS, json=key)).status_code == 201  # what a job could hand to others
    yield due
    await rows.close()


@pytest.fixture
async def run(rival: Due, services: Services, dsns: Dsns) -> Run:
    """Run a job whose arguments are the rival's things, as one of a partner and workspace, and what it brings about."""

    async def do(task: Task[Any], partner_id: UUID, workspace_id: UUID | None) -> None:
        ctx = Context(services, Scope(partner_id, wide=True), Actor("system"), Origin())
        ctx.defer(rival.forge(task, workspace_id))
        await ctx.commit()
        for _ in range(3):
            await run_worker(build_queue(dsns.worker, services, TASKS, ()), 2, wait=False)

    return do


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
