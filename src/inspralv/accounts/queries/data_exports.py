"""The copies of their data that people asked for; each person has the latest only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from inspralv.accounts.schemas import DataExport
from inspralv.foundation.context import Context

# One whose time is over counts as expired at once, before the nightly sweep has written it down.
STATUS_OF_EXPORT = "CASE WHEN e.status = 'ready' AND e.expires_at <= $now THEN 'expired' ELSE e.status END"
_COLUMNS = f"e.id, {STATUS_OF_EXPORT} AS status, e.size_bytes, e.asked_at, e.ready_at, e.expires_at"
_FIND = f"SELECT {_COLUMNS} FROM data_exports e WHERE e.partner_id = $partner AND e.user_id = $1"
_WAITING = "SELECT user_id FROM data_exports WHERE partner_id = $partner AND id = $1 AND status = 'waiting'"
_LOCK_PERSON = "SELECT id FROM users WHERE partner_id = $partner AND id = $1 FOR UPDATE"
_DROP_OF = "DELETE FROM data_exports WHERE partner_id = $partner AND user_id = $1 RETURNING id"
_ADD = """
INSERT INTO data_exports (partner_id, id, user_id, status, asked_at) VALUES ($partner, $1, $2, 'waiting', $now)
"""
_MARK_READY = """
UPDATE data_exports SET status = 'ready', size_bytes = $2, ready_at = $now, expires_at = $3
 WHERE partner_id = $partner AND id = $1 AND status = 'waiting'
"""
_MARK_FAILED = (
    "UPDATE data_exports SET status = 'failed' WHERE partner_id = $partner AND id = $1 AND status = 'waiting'"
)
_FAIL = "UPDATE data_exports SET status = 'failed' WHERE partner_id = $partner AND status = 'waiting' AND asked_at < $1"
_END = """
UPDATE data_exports SET status = 'expired' WHERE partner_id = $partner AND status = 'ready' AND expires_at <= $now
RETURNING id
"""
_FORGET = "DELETE FROM data_exports WHERE partner_id = $partner AND status = 'expired' AND expires_at < $1"


async def find_export(ctx: Context, user_id: UUID) -> DataExport | None:
    """Return a person's export, or None when they never asked, or long ago."""
    return await ctx.fetch_one(DataExport, _FIND, user_id)


async def hold_export(ctx: Context, user_id: UUID) -> DataExport | None:
    """Return a person's export; nobody else asks for one until the unit of work ends."""
    await ctx.fetch_value(_LOCK_PERSON, user_id)
    return await find_export(ctx, user_id)


async def find_waiting(ctx: Context, export_id: UUID) -> UUID | None:
    """Return whose export waits to be made; None when it does not any more."""
    user_id: UUID | None = await ctx.fetch_value(_WAITING, export_id)
    return user_id


async def drop_export_of(ctx: Context, user_id: UUID) -> UUID | None:
    """Forget a person's export and return its id, by which its file goes; None when there was none."""
    export_id: UUID | None = await ctx.fetch_value(_DROP_OF, user_id)
    return export_id


async def add_export(ctx: Context, export_id: UUID, user_id: UUID) -> None:
    """Note that a person wants a copy of their data."""
    await ctx.execute(_ADD, export_id, user_id)


async def mark_ready(ctx: Context, export_id: UUID, size: int, until: datetime) -> bool:
    """Note that the file is there; False when nobody waits for it any more."""
    return await ctx.execute(_MARK_READY, export_id, size, until) == 1


async def mark_failed(ctx: Context, export_id: UUID) -> None:
    """Note that it could not be made."""
    await ctx.execute(_MARK_FAILED, export_id)


async def fail_stuck(ctx: Context, before: datetime) -> None:
    """Note that exports asked for before then will not come any more: their job is lost."""
    await ctx.execute(_FAIL, before)


async def take_ended(ctx: Context) -> list[UUID]:
    """Mark what has run out, and return it: its files are to go."""
    return [row["id"] for row in await ctx.records(_END)]


async def forget_ended(ctx: Context, before: datetime) -> None:
    """Forget exports that ran out before then."""
    await ctx.execute(_FORGET, before)
