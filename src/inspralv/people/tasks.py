"""The nightly sweep of invitations."""

from __future__ import annotations

import msgspec

from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.people.queries import invitations


class SweepArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def sweep(job: Job, _args: SweepArgs) -> None:
    """Write down which invitations were not answered in time."""
    async with job.partner() as ctx:
        await invitations.sweep(ctx)


SWEEP = Task("people.sweep", SweepArgs, sweep, attempts=3)
SWEEPING = Schedule("people.sweep", "23 3 * * *", lambda: SWEEP(SweepArgs()))
