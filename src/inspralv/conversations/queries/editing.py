"""Changing what people may change of a conversation. Its version counts these edits only, not what providers tell."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context

_LOCK = """
SELECT version, follow_up_note, followed_up_at, followed_up_by, called_back_id, status, direction, agent_id, created_at
  FROM conversations
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1 AND deleted_at IS NULL
   FOR UPDATE
"""
_SAVE = """
UPDATE conversations
   SET follow_up_note = $2, followed_up_at = $3, followed_up_by = $4, version = version + 1, updated_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
RETURNING version
"""
_CALLED_BACK = """
UPDATE conversations SET called_back_id = $2, updated_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
"""
_DELETE = """
UPDATE conversations SET deleted_at = $now, updated_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
"""


class Editable(msgspec.Struct, frozen=True):
    """What people may change, held until the unit of work ends; and what the log says of it when it goes, which names
    nobody: the log is kept longer than what was said."""

    version: int
    follow_up_note: str | None
    followed_up_at: datetime | None
    followed_up_by: UUID | None
    called_back_id: UUID | None
    status: str
    direction: str
    agent_id: UUID | None
    created_at: datetime


async def lock_editable(ctx: Context, call_id: UUID) -> Editable | None:
    """Return a conversation that is not deleted, held."""
    return await ctx.fetch_one(Editable, _LOCK, call_id)


async def save_follow_up(ctx: Context, call_id: UUID, note: str | None, at: datetime | None, by: UUID | None) -> int:
    """Write note and mark; return the new version."""
    version: int = await ctx.fetch_value(_SAVE, call_id, note, at, by)
    return version


async def save_called_back(ctx: Context, call_id: UUID, by: UUID) -> None:
    """Say which call answered a conversation last."""
    await ctx.execute(_CALLED_BACK, call_id, by)


async def mark_deleted(ctx: Context, call_id: UUID) -> None:
    """Remove it softly."""
    await ctx.execute(_DELETE, call_id)
