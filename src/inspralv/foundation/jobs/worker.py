"""The worker: takes jobs from the queue and runs them under the fences of their tenant."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
import procrastinate
import structlog
from procrastinate.jobs import DeleteJobCondition

from inspralv.foundation.context import Actor
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.jobs.job import Envelope, Job, Task
from inspralv.foundation.jobs.retry import Backoff
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.foundation.jobs.upkeep import DAILY, keep_house
from inspralv.foundation.services import Services

log = structlog.get_logger()

_LONGEST_ERROR = 4000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds
_IS_THERE = "SELECT EXISTS (SELECT FROM app.partners WHERE id = $1 AND deleted_at IS NULL)"
_NOTE_ERROR = """
INSERT INTO queue.job_errors (job_id, error, failed_at) VALUES (%(job_id)s, %(error)s, now())
ON CONFLICT (job_id) DO UPDATE SET error = excluded.error, failed_at = excluded.failed_at
"""


class PartnerAway(Exception):
    """The partner of a job was deleted. That can be undone, so the job is tried again for a while."""


def build_queue(
    dsn: str, services: Services, tasks: Iterable[Task[Any]], schedules: Iterable[Schedule]
) -> procrastinate.App:
    """Register every task and schedule with the queue reached at `dsn` (role app_worker)."""
    queue = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn, min_size=1, max_size=8))
    for task in tasks:
        _register(queue, services, task)
    for schedule in schedules:
        _register_schedule(queue, services, schedule)
    _register_upkeep(queue, services)
    _register_rescue(queue)
    return queue


async def run_worker(queue: procrastinate.App, concurrency: int, *, wait: bool = True) -> None:
    """Run jobs until stopped; with `wait=False`, until none is left."""
    async with queue.open_async():
        await rescue_jobs(queue)
        await queue.run_worker_async(
            concurrency=concurrency,
            wait=wait,
            fetch_job_polling_interval=2.0,
            install_signal_handlers=False,
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            listen_notify=wait,
            shutdown_graceful_timeout=20,
        )


async def keep_working(build: Callable[[], procrastinate.App], concurrency: int, *, signals: bool = True) -> None:
    """Run jobs until stopped, over every fall of the database: the worker waits a little and begins anew with the queue
    that `build` makes. What it held is taken up again (`rescue_jobs`).

    A worker ends of its own accord when one of its parts loses the database, so an end that nobody asked for is a fall
    as well. With `signals`, SIGINT and SIGTERM ask for the end.
    """
    pause = _FIRST_PAUSE
    with _ending_on_signals() if signals else contextlib.nullcontext():
        while True:
            began = time.monotonic()
            try:
                await run_worker(build(), concurrency)
            except procrastinate.exceptions.ConnectorException as error:
                reason = repr(error.__cause__ or error)
            else:
                reason = "a part of the worker failed"
            log.warning("the database is away; the worker waits", seconds=pause, error=reason)
            await asyncio.sleep(pause)
            held = time.monotonic() - began > _LONGEST_PAUSE
            pause = _FIRST_PAUSE if held else min(_LONGEST_PAUSE, pause * 2)


@contextlib.contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Make SIGINT and SIGTERM end what this task does, in order."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None
    asked = False

    def end() -> None:
        nonlocal asked
        asked = True
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    try:
        yield
    except asyncio.CancelledError:
        if not asked:
            raise
        task.uncancel()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _register(queue: procrastinate.App, services: Services, task: Task[Any]) -> None:
    async def run(context: procrastinate.JobContext, /, **payload: Any) -> None:
        envelope = msgspec.convert(payload, Envelope, strict=False)
        attempt = context.job.attempts + 1
        if not task.outlives and not await services.pool.fetchval(_IS_THERE, envelope.partner_id):
            if attempt < task.attempts:
                raise PartnerAway
            log.info("job of a deleted partner let go", task=task.name, job=context.job.id)
            return
        job = Job(services, envelope, attempt)
        args = msgspec.convert(envelope.args, task.args, strict=False)
        with structlog.contextvars.bound_contextvars(
            task=task.name, job=context.job.id, request_id=envelope.request_id
        ):
            try:
                await task.handler(job, args)
            except Exception as error:
                last = getattr(error, "permanent", False) or attempt >= task.attempts
                log.warning("job failed", attempt=attempt, last=last, error=repr(error))
                if last:
                    await _note_error(queue, context.job.id, error)
                    if task.give_up:
                        await task.give_up(job, args, error)
                raise

    queue.task(name=task.name, queue=task.queue, retry=Backoff(task.attempts), pass_context=True)(run)


async def _note_error(queue: procrastinate.App, job_id: int | None, error: Exception) -> None:
    """Keep what went wrong beside the failed job, for the operator."""
    told = f"{type(error).__name__}: {error}".encode(errors="replace").decode().replace("\x00", "")[:_LONGEST_ERROR]
    await queue.connector.execute_query_async(_NOTE_ERROR, job_id=job_id, error=told)


def _register_schedule(queue: procrastinate.App, services: Services, schedule: Schedule) -> None:
    async def fan_out(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned time
        partners = await services.pool.fetch("SELECT app.list_partner_ids()")
        for (partner_id,) in partners:
            job = Job(services, Envelope(partner_id=partner_id, actor=Actor("system"), args={}), 1)
            async with job._open(Scope(partner_id, wide=True)) as ctx:  # noqa: SLF001 - the schedule opens on behalf of the job
                ctx.defer(schedule.job())

    with contextlib.suppress(procrastinate.exceptions.TaskAlreadyRegistered):
        queue.periodic(cron=schedule.cron)(queue.task(name=f"schedule.{schedule.name}", queue="schedule")(fan_out))


def _register_upkeep(queue: procrastinate.App, services: Services) -> None:
    async def tend(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned time
        await keep_house(services)

    queue.periodic(cron=DAILY)(queue.task(name="upkeep", queue="schedule", retry=Backoff(5))(tend))


async def rescue_jobs(queue: procrastinate.App) -> None:
    """Put back the jobs of workers that died: nobody would finish them, and their locks would hold others up."""
    for job in await queue.job_manager.get_stalled_jobs():
        log.warning("job of a dead worker taken up again", job=job.id, task=job.task_name)
        await queue.job_manager.retry_job(job)


def _register_rescue(queue: procrastinate.App) -> None:
    async def rescue(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the planned time
        await rescue_jobs(queue)

    queue.periodic(cron="* * * * *")(queue.task(name="rescue", queue="schedule")(rescue))
