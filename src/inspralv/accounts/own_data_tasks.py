"""Making the copy of somebody's data, and removing what is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from inspralv.accounts import jobs, letters
from inspralv.accounts.actions.exporting import LIFE, export_key
from inspralv.accounts.devices import device_label
from inspralv.accounts.events import DataReady
from inspralv.accounts.jobs import ExportArgs
from inspralv.accounts.own_data_file import pack
from inspralv.accounts.queries import accounts, data_exports, own_data
from inspralv.accounts.schemas import Account
from inspralv.foundation.context import Context
from inspralv.foundation.files import FileStore
from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.language.languages import speak
from inspralv.tenancy.directory import Directory, Partner

STUCK = timedelta(days=1)  # all attempts take less
KEEP_ENDED = timedelta(days=30)  # so that the page can say that it has expired


async def make_export(job: Job, args: ExportArgs) -> None:
    """Gather a person's data, keep it as a file, and tell them. Whoever deleted their account meanwhile gets none."""
    speak(args.language)
    partner = await job.services.get(Directory).by_id.get(job.partner_id)
    async with job.partner() as ctx:
        user_id = await data_exports.find_waiting(ctx, args.export_id)
        person = await accounts.find_person(ctx, user_id) if user_id else None
        if person is None:
            return
        files, at = await _gather(ctx, partner, person), ctx.now
    body = await asyncio.to_thread(pack, files, partner.label, person.email, at)
    await job.services.get(FileStore).put(export_key(job.partner_id, args.export_id), body)
    async with job.partner() as ctx:
        until = ctx.now + LIFE
        if await data_exports.mark_ready(ctx, args.export_id, len(body), until):
            ctx.record(DataReady(entity_id=person.id, new={"bytes": len(body), "until": until.isoformat()}))
            await letters.tell_data_ready(ctx, partner, person, until)
        else:
            ctx.defer(jobs.drop_export(args.export_id))


async def _gather(ctx: Context, partner: Partner, person: Account) -> dict[str, Any]:
    sessions = await own_data.list_sessions(ctx, person.id)
    return {
        "profile": {"organisation": partner.label, **await own_data.find_profile(ctx, person.id)},
        "sessions": [{"device": device_label(one["user_agent"]), **one} for one in sessions],
        **await own_data.list_rest(ctx, person.id),
        "activity": await own_data.list_activity(ctx, person.id),
    }


async def give_up_export(job: Job, args: ExportArgs, _error: Exception) -> None:
    """Note that it could not be made: the person can ask again."""
    async with job.partner() as ctx:
        await data_exports.mark_failed(ctx, args.export_id)
        ctx.defer(jobs.drop_export(args.export_id))


async def drop_export(job: Job, args: ExportArgs) -> None:
    """Remove the file of a copy that is over."""
    await job.services.get(FileStore).delete(export_key(job.partner_id, args.export_id))


async def sweep_exports(ctx: Context) -> None:
    """Have the files of a week ago removed, and let those ask again whose copy never came."""
    await data_exports.fail_stuck(ctx, ctx.now - STUCK)
    for export_id in await data_exports.take_ended(ctx):
        ctx.defer(jobs.drop_export(export_id))
    await data_exports.forget_ended(ctx, ctx.now - KEEP_ENDED)


TASKS = (
    Task(jobs.MAKE_EXPORT, ExportArgs, make_export, queue=jobs.SLOW_QUEUE, attempts=5, give_up=give_up_export),
    Task(jobs.DROP_EXPORT, ExportArgs, drop_export, queue=jobs.SLOW_QUEUE, outlives=True),
)
