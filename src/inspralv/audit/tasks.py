"""Sealing in the background, once a minute per partner."""

from __future__ import annotations

import msgspec

from inspralv.audit.actions import BATCH, seal_entries
from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.schedule import Schedule


class SealArgs(msgspec.Struct, frozen=True):
    """Nothing: the job's partner says whose entries."""


async def seal_partner(job: Job, _args: SealArgs) -> None:
    """Seal batch after batch, each in a transaction of its own, until nothing waits."""
    sealed = BATCH
    while sealed == BATCH:
        async with job.partner() as ctx:
            sealed = await seal_entries(ctx)


SEAL = Task("audit.seal", SealArgs, seal_partner, outlives=True)
EVERY_MINUTE = Schedule("audit.seal", "* * * * *", lambda: SEAL(SealArgs()))
