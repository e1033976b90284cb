"""A worker that dies in the middle of a job must not take the job with it."""

from __future__ import annotations

import asyncpg
import msgspec
from tests.world import ACME

from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.worker import build_queue, run_worker
from inspralv.foundation.services import Services


class Nothing(msgspec.Struct):
    """No arguments."""


async def test_the_job_of_a_dead_worker_runs_again(services: Services, dsns: Dsns) -> None:
    ran: list[int] = []

    async def note(job: Job, _args: Nothing) -> None:
        ran.append(job.attempt)

    task = Task("test.note", Nothing, note)
    ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
    ctx.defer(task(Nothing(), lock="held by the dead"))
    await ctx.commit()
    admin = await asyncpg.connect(dsns.worker)
    worker = await admin.fetchval(
        "INSERT INTO queue.procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
    )
    taken = await admin.execute(
        "UPDATE queue.procrastinate_jobs SET status = 'doing', worker_id = $1 WHERE task_name = 'test.note'", worker
    )
    await admin.close()
    assert taken == "UPDATE 1"

    await run_worker(build_queue(dsns.worker, services, [task], []), 1, wait=False)

    assert ran == [2]
