"""Links for a new password."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from inspralv.accounts.schemas import WaitingReset
from inspralv.foundation.context import Context

_ADD = """
INSERT INTO password_resets (partner_id, id, email, created_at, expires_at) VALUES ($partner, $1, $2, $now, $3)
"""
_FIND_EMAIL = "SELECT email FROM password_resets WHERE partner_id = $partner AND id = $1 AND expires_at > $now"
_GIVE_LINK = "UPDATE password_resets SET user_id = $2, token_hash = $3 WHERE partner_id = $partner AND id = $1"
_FIND = """
SELECT r.id, u.id AS user_id, u.email, u.first_name, u.last_name, u.email_verified_at IS NULL AS is_first
  FROM password_resets r JOIN users u ON u.partner_id = r.partner_id AND u.id = r.user_id
 WHERE r.partner_id = $partner AND u.partner_id = $partner AND r.token_hash = $1 AND r.used_at IS NULL
   AND r.expires_at > $now AND u.status = 'active' AND u.deleted_at IS NULL
"""
_USE = "UPDATE password_resets SET used_at = $now WHERE partner_id = $partner AND id = $1 AND used_at IS NULL"
_USE_OTHERS = """
UPDATE password_resets SET used_at = $now WHERE partner_id = $partner AND user_id = $1 AND used_at IS NULL
"""
_DROP = "DELETE FROM password_resets WHERE partner_id = $partner AND id = $1"
_SWEEP = "DELETE FROM password_resets WHERE partner_id = $partner AND expires_at < $now"


async def add_reset(ctx: Context, reset_id: UUID, email: str, until: datetime) -> None:
    """Note that somebody asked for a new password for this address, known or not."""
    await ctx.execute(_ADD, reset_id, email, until)


async def find_reset_email(ctx: Context, reset_id: UUID) -> str | None:
    """Return the address of a request that is still young enough, or None."""
    email: str | None = await ctx.fetch_value(_FIND_EMAIL, reset_id)
    return email


async def set_reset_token(ctx: Context, reset_id: UUID, user_id: UUID, token: bytes) -> None:
    """Say whose password it is, and give the request its link."""
    await ctx.execute(_GIVE_LINK, reset_id, user_id, token)


async def find_reset(ctx: Context, token: bytes) -> WaitingReset | None:
    """Return what a link is good for, or None when it is unknown, used or too old."""
    return await ctx.fetch_one(WaitingReset, _FIND, token)


async def use_reset(ctx: Context, reset: WaitingReset) -> bool:
    """Use a link up, and every other one of the person; False when somebody else was faster."""
    if await ctx.execute(_USE, reset.id) != 1:
        return False
    await ctx.execute(_USE_OTHERS, reset.user_id)
    return True


async def use_resets_of(ctx: Context, user_id: UUID) -> None:
    """Let no link work any more that was sent to a person before."""
    await ctx.execute(_USE_OTHERS, user_id)


async def drop_reset(ctx: Context, reset_id: UUID) -> None:
    """Forget a request for an address without an account."""
    await ctx.execute(_DROP, reset_id)


async def sweep_resets(ctx: Context) -> None:
    """Forget requests whose link has run out."""
    await ctx.execute(_SWEEP)
