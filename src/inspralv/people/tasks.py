"""The nightly sweep of invitations, and those that end with an account."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.people.actions.taking_back import take_back
from inspralv.people.circles import PARTNER
from inspralv.people.queries import invitations


class TakeBackArgs(msgspec.Struct, frozen=True):
    """Somebody whose account is gone."""

    user_id: UUID


class SweepArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def sweep(job: Job, _args: SweepArgs) -> None:
    """Write down which invitations were not answered in time."""
    async with job.partner() as ctx:
        await invitations.sweep(ctx)


async def take_back_links(job: Job, args: TakeBackArgs) -> None:
    """Take back the invitations that a person sent."""
    async with job.partner() as ctx:
        await take_back(ctx, PARTNER, args.user_id)


TAKE_BACK = Task("people.take_back", TakeBackArgs, take_back_links)
SWEEP = Task("people.sweep", SweepArgs, sweep, attempts=3)
SWEEPING = Schedule("people.sweep", "23 3 * * *", lambda: SWEEP(SweepArgs()))
