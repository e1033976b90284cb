"""Calls that are older than their workspace keeps recordings or texts. Time bounds are bounds on the id."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_floor

_HERE: Final = "partner_id = $partner AND workspace_id = $workspace"
_RECORDINGS = f"""
SELECT id, recording_key FROM conversations
 WHERE {_HERE} AND id < $1 AND recording_key IS NOT NULL ORDER BY id LIMIT $2
"""
_FORGET_RECORDING = f"""
UPDATE conversations
   SET recording_key = NULL, recording_type = NULL, recording_bytes = NULL, recording_source = NULL,
       recording_error = NULL, recording_kept_days = $2, updated_at = $now
 WHERE {_HERE} AND id = $1
"""
# What was never copied is not copied later either.
_CLOSE_RECORDINGS = f"""
UPDATE conversations SET recording_source = NULL, recording_kept_days = $2, updated_at = $now
 WHERE {_HERE} AND id < $1 AND recording_key IS NULL AND recording_source IS NOT NULL AND recording_kept_days IS NULL
"""
_TEXTS = f"""
SELECT id FROM conversations
 WHERE {_HERE} AND id < $1 AND texts_kept_days IS NULL AND status NOT IN ('queued', 'ringing', 'in_progress')
 ORDER BY id LIMIT $2
"""
_FORGET_TEXTS = f"""
UPDATE conversations
   SET summary = NULL, structured_data = '{{}}', success_evaluation = NULL, texts_kept_days = $2, updated_at = $now
 WHERE {_HERE} AND id = ANY($1::uuid[])
"""
_FORGET_TRANSCRIPTS = f"DELETE FROM conversation_transcripts WHERE {_HERE} AND conversation_id = ANY($1::uuid[])"
_FORGET_LINES = f"DELETE FROM conversation_events WHERE {_HERE} AND conversation_id = ANY($1::uuid[]) AND kind = 'line'"
# Whom we asked and how that went is kept; what was asked and answered is not, and errors may quote it.
_FORGET_TOOLS = f"""
UPDATE activities
   SET arguments = '{{}}', answer = NULL, attempts = '[]', error = CASE WHEN kind = 'tool' THEN NULL ELSE error END,
       updated_at = $now
 WHERE {_HERE} AND conversation_id = ANY($1::uuid[])
"""
_FORGET_LETTERS = f"DELETE FROM provider_inbox WHERE {_HERE} AND id < $1 AND status <> 'pending'"


class Kept(msgspec.Struct, frozen=True):
    """A recording that is too old."""

    id: UUID
    recording_key: str


async def list_recordings(ctx: Context, before: datetime, limit: int) -> list[Kept]:
    """Return the oldest recordings from before then."""
    return await ctx.fetch_all(Kept, _RECORDINGS, uuid7_floor(before), limit)


async def forget_recording(ctx: Context, call_id: UUID, days: int) -> None:
    """Say that a recording was deleted after so many days."""
    await ctx.execute(_FORGET_RECORDING, call_id, days)


async def close_recordings(ctx: Context, before: datetime, days: int) -> int:
    """Say of recordings that were never copied that they will not be; return how many."""
    return await ctx.execute(_CLOSE_RECORDINGS, uuid7_floor(before), days)


async def forget_texts(ctx: Context, before: datetime, days: int, limit: int) -> list[UUID]:
    """Delete what was said in the oldest calls from before then, and what was drawn from it; return which."""
    found = [row[0] for row in await ctx.records(_TEXTS, uuid7_floor(before), limit)]
    if found:
        for statement in (_FORGET_TRANSCRIPTS, _FORGET_LINES, _FORGET_TOOLS):
            await ctx.execute(statement, found)
        await ctx.execute(_FORGET_TEXTS, found, days)
    return found


async def forget_letters(ctx: Context, before: datetime) -> int:
    """Delete the provider's messages from before then, which repeat what was said."""
    return await ctx.execute(_FORGET_LETTERS, uuid7_floor(before))
