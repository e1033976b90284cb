"""Removing what is no longer shown: the files of pictures, and the texts of failed mails that are old."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from inspralv.branding.queries.pictures import is_kept, take_ended
from inspralv.foundation.files import FileStore, partner_file_key
from inspralv.foundation.ids import uuid7_floor
from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.foundation.mail.log import forget_texts

FAILED_FOR = timedelta(days=14)
_FOLDER = "brand"


class DropPictures(msgspec.Struct, frozen=True):
    """The names of pictures that were forgotten."""

    names: tuple[str, ...]


class SweepArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def drop_pictures(job: Job, args: DropPictures) -> None:
    """Remove files, except of a picture that was uploaded again meanwhile."""
    async with job.partner() as ctx:
        gone = [name for name in args.names if not await is_kept(ctx, name)]
    for name in gone:
        await job.services.get(FileStore).delete(partner_file_key(job.partner_id, _FOLDER, name))


async def sweep(job: Job, _args: SweepArgs) -> None:
    """Forget pictures whose time is over, and the texts of mails that failed long ago."""
    async with job.partner() as ctx:
        names = tuple(await take_ended(ctx))
        if names:
            ctx.defer(DROP(DropPictures(names)))
        await forget_texts(ctx, uuid7_floor(ctx.now - FAILED_FOR))


DROP = Task("branding.drop_pictures", DropPictures, drop_pictures, attempts=10, outlives=True)
SWEEP = Task("branding.sweep", SweepArgs, sweep, attempts=3)
SWEEPING = Schedule("branding.sweep", "41 3 * * *", lambda: SWEEP(SweepArgs()))
