"""Adding jobs in the transaction that causes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from inspralv.foundation.context import Context
    from inspralv.foundation.jobs.job import Deferred


async def write_jobs(ctx: Context, jobs: list[Deferred]) -> None:
    """Add the jobs with the tenant and the original actor, through the queue's one door for the request role."""
    rows = [
        {
            "task": job.task,
            "queue": job.queue,
            "lock": job.lock,
            "queueing_lock": f"{ctx.partner_id} {job.queueing_lock}" if job.queueing_lock else None,
            "at": job.at.isoformat() if job.at else None,
            "args": {
                "partner_id": str(ctx.partner_id),
                "workspace_id": _text(job.workspace_id or ctx.workspace_id),
                "actor": msgspec.to_builtins(ctx.actor),
                "request_id": ctx.origin.request_id,
                "args": job.args,
            },
        }
        for job in jobs
    ]
    await ctx.directory("SELECT app.defer_jobs($1)", rows)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
