"""The worker process: takes jobs from the queue until it is stopped."""

from __future__ import annotations

import asyncio

import procrastinate

from inspralv.assembly import SLICES, dsns_of, open_services
from inspralv.foundation.jobs.upkeep import keep_house
from inspralv.foundation.jobs.worker import build_queue, keep_working
from inspralv.foundation.logs import configure_logs
from inspralv.foundation.services import Services
from inspralv.settings import Settings

CONCURRENCY = 8


def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; jobs under way are finished first."""
    configure_logs(settings.logs.level, settings.logs.format)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    async with open_services(settings) as services:
        await keep_house(services)
        await keep_working(lambda: queue_of(settings, services), CONCURRENCY)


def queue_of(settings: Settings, services: Services) -> procrastinate.App:
    """Return the queue with every slice's tasks and schedules."""
    tasks = [task for part in SLICES for task in part.tasks]
    schedules = [schedule for part in SLICES for schedule in part.schedules]
    return build_queue(dsns_of(settings).worker, services, tasks, schedules)
