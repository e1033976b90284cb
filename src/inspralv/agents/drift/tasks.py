"""The jobs that look at providers: one agent at somebody's wish, and all of them a few times a day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec

from inspralv.agents.drift import queries
from inspralv.agents.drift.checking import check_agent
from inspralv.foundation.jobs.job import Deferred, Job, Task
from inspralv.foundation.jobs.schedule import Schedule

_EVERY = timedelta(hours=6)
_SPREAD = timedelta(minutes=50)
"""Checks of one sweep are spread over this time, so that no provider is asked everything at once."""


class CheckArgs(msgspec.Struct, frozen=True):
    """Which agent."""

    agent_id: UUID


class SweepArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def check(job: Job, args: CheckArgs) -> None:
    """Compare one agent with what its provider has."""
    await check_agent(job, args.agent_id)


async def sweep(job: Job, _args: SweepArgs) -> None:
    """Have every agent looked at that nobody has looked at for some hours."""
    async with job.partner() as ctx:
        for agent in await queries.list_due(ctx, ctx.now - _EVERY):
            later = ctx.now + timedelta(seconds=agent.id.int % int(_SPREAD.total_seconds()))
            waits = f"drift of {agent.id}"
            ctx.defer(CHECK(CheckArgs(agent.id), workspace_id=agent.workspace_id, queueing_lock=waits, at=later))


CHECK = Task("agents.check_drift", CheckArgs, check, attempts=3)
SWEEP = Task("agents.sweep_drift", SweepArgs, sweep)
SWEEPING = Schedule("agents.sweep_drift", "5 * * * *", lambda: SWEEP(SweepArgs()))
TASKS = (CHECK, SWEEP)


def check_job(agent_id: UUID) -> Deferred:
    """Return the job that looks at an agent of the context's workspace."""
    return CHECK(CheckArgs(agent_id))
