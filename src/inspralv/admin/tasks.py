"""The nightly removal of partners whose 30 days are over: agents at providers, files, rows. And views that have ended."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from inspralv.admin import erasing_queries as queries
from inspralv.admin.events import PartnerErased
from inspralv.admin.partner_actions import UNDO
from inspralv.admin.viewing import close_views
from inspralv.agents.removal import Removed, prepare_removal, talk_removal
from inspralv.agents.sync_queries import forget_remote
from inspralv.foundation.cache.invalidation import stale
from inspralv.foundation.context import Actor
from inspralv.foundation.files.store import FileStore
from inspralv.foundation.jobs.job import Envelope, Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.tenancy.directory import TOPIC

log = structlog.get_logger()

_TRIED_FOR = timedelta(days=7)  # so long a provider that cannot be reached holds the rest up


class EraseArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def erase_partners(job: Job, _args: EraseArgs) -> None:
    """Remove what is due. Runs once per partner; the platform's run alone finds anything."""
    async with job.partner() as ctx:
        due = await queries.list_due(ctx, ctx.now - UNDO)
    for gone in due:
        await _erase(job, gone)


async def _erase(job: Job, gone: queries.Gone) -> None:
    there = Job(job.services, Envelope(partner_id=gone.id, actor=Actor("system"), args={}), job.attempt)
    left = await _remove_agents(there)
    if left and gone.deleted_at > job.services.clock() - UNDO - _TRIED_FOR:
        log.warning(
            "a deleted partner still has agents at providers; tried again", partner=str(gone.id), agents=len(left)
        )
        return
    files = await job.services.get(FileStore).delete_below(str(gone.id))
    async with job.partner() as ctx:
        await queries.erase_rows(ctx, gone.id)
        told = {"files": files, "agents_left": [str(agent_id) for agent_id in left]}
        ctx.record(PartnerErased(entity_id=gone.id, old={"name": gone.name, "slug": gone.slug}, new=told))
        stale(ctx, TOPIC)
    log.info("partner erased", partner=str(gone.id), **told)


async def _remove_agents(there: Job) -> list[UUID]:
    """Take every agent away at its provider; return those that could not be."""
    async with there.partner() as ctx:
        agents = await queries.retire_agents(ctx)
    left = []
    for agent_id in agents:
        wanted = await prepare_removal(there, agent_id)
        if wanted is None:
            continue
        if not isinstance(await talk_removal(there, wanted), Removed):
            left.append(agent_id)
            continue
        async with there.partner() as ctx:
            await forget_remote(ctx, agent_id, wanted.state.ids)
    return left


class CloseViewsArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def close_ended_views(job: Job, _args: CloseViewsArgs) -> None:
    """Write down which views of the operator have ended."""
    async with job.partner() as ctx:
        await close_views(ctx)


ERASE = Task("admin.erase_partners", EraseArgs, erase_partners, attempts=3)
CLOSE_VIEWS = Task("admin.close_views", CloseViewsArgs, close_ended_views, attempts=1)
TASKS = (ERASE, CLOSE_VIEWS)
SCHEDULES = (
    Schedule("admin.erase", "47 3 * * *", lambda: ERASE(EraseArgs())),
    Schedule("admin.close_views", "*/5 * * * *", lambda: CLOSE_VIEWS(CloseViewsArgs())),
)
