"""Deleting what a workspace does not keep: recordings and texts go after their days, figures stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from inspralv.conversations.events import TextsExpired
from inspralv.conversations.queries import retention as queries
from inspralv.foundation.files import FileStore
from inspralv.foundation.jobs.job import Job
from inspralv.tenancy.retention import Retention

BATCH: Final = 200


async def expire(job: Job, workspace_id: UUID, wanted: Retention) -> dict[str, int]:
    """Delete what a workspace no longer keeps; return how many recordings and texts."""
    inside = job.inside(workspace_id)
    recordings = await _recordings(inside, wanted.recording_days) if wanted.recording_days else 0
    texts = await _texts(inside, wanted.transcript_days) if wanted.transcript_days else 0
    deleted = {"recordings": recordings, "texts": texts}
    if recordings or texts:
        async with inside.workspace() as ctx:
            ctx.record(TextsExpired(entity_id=workspace_id, new=deleted))
    return deleted


async def _recordings(job: Job, days: int) -> int:
    """First the file, then the row: whatever interrupts this, the next night goes on with what is left."""
    store, deleted = job.services.get(FileStore), 0
    while True:
        async with job.workspace() as ctx:
            before = ctx.now - timedelta(days=days)
            found = await queries.list_recordings(ctx, before, BATCH)
        for one in found:
            await store.delete(one.recording_key)
        async with job.workspace() as ctx:
            for one in found:
                await queries.forget_recording(ctx, one.id, days)
            if not found:
                return deleted + await queries.close_recordings(ctx, before, days)
        deleted += len(found)


async def _texts(job: Job, days: int) -> int:
    deleted = 0
    while True:
        async with job.workspace() as ctx:
            before = ctx.now - timedelta(days=days)
            found = await queries.forget_texts(ctx, before, days, BATCH)
            if not found:
                await queries.forget_letters(ctx, before)
                return deleted
        deleted += len(found)
