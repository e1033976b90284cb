"""Looking every hour at what is used, and telling whom it concerns."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.billing import queries
from inspralv.billing.events import WorkspaceLimitsChanged
from inspralv.billing.letters import tell_owner
from inspralv.billing.reached import Reached, compare, list_reached
from inspralv.foundation.cache.invalidation import stale
from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.tenancy.directory import TOPIC, Directory, Partner


class WatchArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def watch(job: Job, _args: WatchArgs) -> None:
    """Keep the notices that pages show, and mail what is new: once per limit, level and month."""
    partner = await job.services.get(Directory).by_id.get(job.partner_id)
    async with job.partner() as ctx:
        known = await queries.list_notices(ctx)
        use = await queries.find_use(ctx)
        notices, news = compare(known, list_reached(partner, use), f"{ctx.now:%Y-%m}")
        if notices == list(known):
            return
        await queries.save_notices(ctx, notices)
        stale(ctx, TOPIC)
        slugs = {entry.id: entry.slug for entry in use.workspaces}
        for one in news:
            await _tell(ctx, partner, one, slugs[one.workspace_id] if one.workspace_id else "")


async def _tell(ctx: Context, partner: Partner, reached: Reached, slug: str) -> None:
    """A workspace's own owners are told of its limits; where it has none, those of the organisation."""
    owners = await queries.list_owners(ctx, UUID(reached.workspace_id) if reached.workspace_id else None)
    at_home = bool(owners and slug)
    for owner in owners or await queries.list_owners(ctx, None):
        path = f"/w/{slug}/dashboard" if at_home else "/org/plan"
        await tell_owner(ctx, partner, owner, reached, path)


WATCH = Task("billing.watch", WatchArgs, watch, attempts=3)


def look_again(ctx: Context) -> None:
    """Look at once, after a limit became another: notices of the one before are no longer true."""
    ctx.defer(WATCH(WatchArgs(), queueing_lock="billing.watch"))


def on_limits_changed(ctx: Context, _event: WorkspaceLimitsChanged) -> None:
    """React to other limits of a workspace."""
    look_again(ctx)


WATCHING = Schedule("billing.watch", "11 * * * *", lambda: WATCH(WatchArgs(), queueing_lock="billing.watch"))
