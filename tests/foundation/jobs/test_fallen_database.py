"""A worker goes on after the database has fallen and come back."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import asyncpg
import msgspec
from tests import world
from tests.conftest import settings_for

from inspralv.assembly import dsns_of, open_services
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db import migrate
from inspralv.foundation.db.embedded import EmbeddedServer
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.worker import build_queue, keep_working


class Nothing(msgspec.Struct):
    """No arguments."""


async def test_jobs_run_again_after_the_database_fell() -> None:
    ran: list[int] = []

    async def note(job: Job, _args: Nothing) -> None:
        ran.append(job.attempt)

    task = Task("test.note", Nothing, note)
    with tempfile.TemporaryDirectory(prefix="fallen-", dir="/tmp") as name:  # noqa: S108 - the socket path must be short
        folder = Path(name)
        folder.chmod(0o755)
        with EmbeddedServer.start(folder / "pg") as server:
            server.ensure_database("fallen")
            settings = settings_for(server.dsn("fallen"), 0, folder)
            dsns = dsns_of(settings)
            await asyncio.to_thread(migrate.upgrade, dsns)
            await world.settle(dsns.owner)
            async with open_services(settings, listen=False) as services:
                build = lambda: build_queue(dsns.worker, services, [task], [])  # noqa: E731
                worker = asyncio.create_task(keep_working(build, 1, signals=False))
                for turn in (1, 2):
                    await _defer(services, task)
                    await _until(lambda turn=turn: len(ran) >= turn)
                    if turn == 1:
                        await _until_noted(dsns.owner)  # a job whose end was not noted would rightly run once more
                        await _fell(dsns.admin)
                worker.cancel()
                with suppress(asyncio.CancelledError):
                    await worker
    assert len(ran) == 2


async def _fell(admin_dsn: str) -> None:
    """Kill a process of the server: all of it goes through a crash and recovers.

    Returns once it has: a commit under way when the crash comes may hold although its answer is lost, and would then
    rightly be there beside the same job sent again.
    """
    victim, bystander = await asyncpg.connect(admin_dsn), await asyncpg.connect(admin_dsn)
    os.kill(await victim.fetchval("SELECT pg_backend_pid()"), signal.SIGKILL)
    for _ in range(1200):
        if not await _answers(bystander):
            break
        await asyncio.sleep(0.05)
    for connection in (victim, bystander):
        with suppress(Exception):
            await connection.close(timeout=1)
    for _ in range(1200):
        with suppress(asyncpg.PostgresError, OSError):
            await (await asyncpg.connect(admin_dsn)).close()  # let in only when every process from before is gone
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the database did not come back")


async def _answers(connection: asyncpg.Connection) -> bool:
    try:
        await connection.execute("SELECT 1")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return False
    return True


async def _defer(services: object, task: Task[Nothing]) -> None:
    for _ in range(200):
        ctx = Context(services, Scope(world.ACME, wide=True), Actor("system"), Origin())  # type: ignore[arg-type]
        ctx.defer(task(Nothing()))
        try:
            await ctx.commit()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await ctx.rollback()
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError("the database did not come back")


async def _until_noted(owner_dsn: str) -> None:
    owner = await asyncpg.connect(owner_dsn)
    for _ in range(1200):
        if not await owner.fetchval("SELECT EXISTS (SELECT FROM queue.procrastinate_jobs WHERE status <> 'succeeded')"):
            break
        await asyncio.sleep(0.05)
    await owner.close()


async def _until(met: object) -> None:
    for _ in range(3600):  # the queue waits longer and longer between its tries
        if met():  # type: ignore[operator]
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")
