"""The walk, once for each file, and jobs about the things of a tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.conftest import Sandbox, Site
from tests.isolation.askers import let_in
from tests.isolation.due import Due
from tests.isolation.tenants import KEYS, prepare, three
from tests.isolation.walk import Walk
from tests.world import OLGA

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
Run = Callable[..., Awaitable[None]]


@pytest.fixture(scope="module")
async def walk(site: Site, dsns: Dsns, services: Services) -> AsyncIterator[Walk]:
    rows = await asyncpg.connect(dsns.owner)
    await prepare(rows)
    await let_in(rows)
    tenants = three()
    for tenant in tenants:
        await tenant.furnish(site, rows)
        await tenant.furnish_around(site, rows, services)
    walking = Walk(site, rows, *tenants)
    yield walking
    await walking.http.aclose()
    await rows.close()


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
    """Run a job whose arguments are the rival's things, as one of a partner and workspace, and what it brings about; `attempts` are those
    it has behind it."""

    async def do(task: Task[Any], partner_id: UUID, workspace_id: UUID, attempts: int = 0) -> None:
        ctx = Context(services, Scope(partner_id, wide=True), Actor("system"), Origin())
        ctx.defer(rival.forge(task, workspace_id))
        await ctx.commit()
        await rival.rows.execute("UPDATE procrastinate_jobs SET attempts = $1", attempts)
        while await rival.rows.fetchval(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NULL)"
        ):
            await run_worker(build_queue(dsns.worker, services, TASKS, ()), 2, wait=False)

    return do
