"""The inbox: what providers sent, as they sent it, until it is worked in."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7, uuid7_floor

_ADD = """
INSERT INTO provider_inbox (partner_id, workspace_id, provider, endpoint_id, event_key, id, body, status, note,
                            received_at, processed_at)
VALUES ($partner, $workspace, $1, $2, $3, $4, $5, $6, $7, $now, $8)
ON CONFLICT (partner_id, provider, endpoint_id, event_key) DO NOTHING
"""
_TAKE = """
SELECT id, provider, body, received_at FROM provider_inbox
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1 AND status = 'pending'
   FOR UPDATE
"""
_FINISH = """
UPDATE provider_inbox SET status = $2, note = $3, processed_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1 AND status = 'pending'
"""
_WAITING = """
SELECT id, workspace_id FROM provider_inbox
 WHERE partner_id = $partner AND status = 'pending' AND id < $1
 ORDER BY id LIMIT $2
"""
_SWEEP = """
DELETE FROM provider_inbox
 WHERE partner_id = $partner AND workspace_id IS NOT NULL AND id < $1 AND status IN ('done', 'ignored')
"""


class Letter(msgspec.Struct, frozen=True):
    """One delivery that waits to be worked in."""

    id: UUID
    provider: str
    body: bytes
    received_at: datetime


class Waiting(msgspec.Struct, frozen=True):
    """A delivery that waits longer than it should."""

    id: UUID
    workspace_id: UUID


async def add_letter(
    ctx: Context, provider: str, endpoint_id: UUID, event_key: str, body: bytes, note: str | None
) -> UUID | None:
    """Keep a delivery. With a `note` there is nothing to do with it. Returns its id, None when it is here already."""
    letter_id = uuid7(ctx.now)
    status, done_at = ("pending", None) if note is None else ("ignored", ctx.now)
    added = await ctx.execute(_ADD, provider, endpoint_id, event_key, letter_id, body, status, note, done_at)
    return letter_id if added else None


async def take_letter(ctx: Context, letter_id: UUID) -> Letter | None:
    """Return a delivery that waits, held until the unit of work ends; None when it was worked in meanwhile."""
    return await ctx.fetch_one(Letter, _TAKE, letter_id)


async def finish_letter(ctx: Context, letter_id: UUID, status: str, note: str | None = None) -> None:
    """Say what came of a delivery: done, ignored or failed."""
    await ctx.execute(_FINISH, letter_id, status, note[:1000] if note else None)


async def list_waiting(ctx: Context, longer_than: timedelta, limit: int) -> list[Waiting]:
    """Return the partner's deliveries that have waited too long, the oldest first."""
    return await ctx.fetch_all(Waiting, _WAITING, uuid7_floor(ctx.now - longer_than), limit)


async def sweep(ctx: Context, older_than: timedelta) -> int:
    """Delete the partner's deliveries that were worked in and are older; return how many. Failed ones stay."""
    return await ctx.execute(_SWEEP, uuid7_floor(ctx.now - older_than))
