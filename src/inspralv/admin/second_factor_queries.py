"""Staff's second factors, and sign-ins that wait for one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.admin.access import PlatformContext
from inspralv.admin.schemas import StaffAccount
from inspralv.foundation.db.rows import to_struct

_FIND = "SELECT secret, confirmed_at FROM staff_two_factors WHERE staff_id = $1"
_BEGIN = """
INSERT INTO staff_two_factors (staff_id, partner_id, secret, created_at) VALUES ($1, $2, $3, $now)
ON CONFLICT (staff_id) DO UPDATE SET secret = excluded.secret, last_step = 0, created_at = excluded.created_at
 WHERE staff_two_factors.confirmed_at IS NULL
"""
_USE_STEP = """
UPDATE staff_two_factors SET last_step = $2, confirmed_at = coalesce(confirmed_at, $now)
 WHERE staff_id = $1 AND last_step < $2 RETURNING confirmed_at = $now AS first
"""
_ADD_PENDING = "INSERT INTO staff_pending_sign_ins (token_hash, staff_id, expires_at) VALUES ($1, $2, $3)"
_FIND_PENDING = """
SELECT a.id, a.email, a.first_name, a.last_name, a.password_hash, a.status
  FROM staff_pending_sign_ins s JOIN super_admin a ON a.id = s.staff_id
 WHERE s.token_hash = $1 AND s.expires_at > $now AND a.status = 'active'
"""
_DROP_PENDING = "DELETE FROM staff_pending_sign_ins WHERE token_hash = $1 RETURNING staff_id"
_SWEEP = "DELETE FROM staff_pending_sign_ins WHERE expires_at < $now"
_RESET = "DELETE FROM staff_two_factors WHERE staff_id = $1 RETURNING staff_id"
_END_ALL = "DELETE FROM staff_sessions WHERE staff_id = $1"
_END_PENDING = "DELETE FROM staff_pending_sign_ins WHERE staff_id = $1"


class StaffFactor(msgspec.Struct, frozen=True):
    """An authenticator app of a member of staff; `secret` is sealed."""

    secret: bytes
    confirmed_at: datetime | None


async def find_factor(ctx: PlatformContext, staff_id: UUID) -> StaffFactor | None:
    """Return the authenticator app of a member of staff, confirmed or not."""
    rows = await ctx.directory(_FIND, staff_id)
    return to_struct(StaffFactor, rows[0]) if rows else None


async def begin_factor(ctx: PlatformContext, staff_id: UUID, sealed: bytes) -> None:
    """Keep a secret that waits for its first code; a confirmed one stays."""
    await ctx.directory(_BEGIN, staff_id, ctx.partner_id, sealed)


async def use_step(ctx: PlatformContext, staff_id: UUID, step: int) -> bool | None:
    """Use a code up; True when it was the first, None when it or a newer one was used before."""
    rows = await ctx.directory(_USE_STEP, staff_id, step)
    return bool(rows[0]["first"]) if rows else None


async def add_pending(ctx: PlatformContext, token: bytes, staff_id: UUID, until: datetime) -> None:
    """Remember that the password was right, and forget who never gave a code."""
    await ctx.directory(_SWEEP)
    await ctx.directory(_ADD_PENDING, token, staff_id, until)


async def find_pending(ctx: PlatformContext, token: bytes) -> StaffAccount | None:
    """Return who waits with this token."""
    rows = await ctx.directory(_FIND_PENDING, token)
    return to_struct(StaffAccount, rows[0]) if rows else None


async def drop_pending(ctx: PlatformContext, token: bytes) -> bool:
    """Use a token up; False when somebody else was faster."""
    return bool(await ctx.directory(_DROP_PENDING, token))


async def reset_factor(ctx: PlatformContext, staff_id: UUID) -> bool:
    """Forget the second factor and end every session; False when there was no factor."""
    had = bool(await ctx.directory(_RESET, staff_id))
    await ctx.directory(_END_ALL, staff_id)
    await ctx.directory(_END_PENDING, staff_id)
    return had
