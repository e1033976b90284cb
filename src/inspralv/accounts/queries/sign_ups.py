"""Sign-ups that wait for their address to be confirmed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from inspralv.accounts.schemas import WaitingSignUp
from inspralv.foundation.context import Context

_WAITING = """
id, email, password_hash, first_name, last_name, selected_plan, signup_source, is_invitation, redirect, browser_hash
"""
_ADD = f"""
INSERT INTO sign_ups (partner_id, {_WAITING}, created_at, expires_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $now, $11)
"""
_FIND = f"SELECT {_WAITING} FROM sign_ups WHERE partner_id = $partner AND id = $1 AND expires_at > $now"
_FIND_BY_TOKEN = f"""
SELECT {_WAITING} FROM sign_ups WHERE partner_id = $partner AND token_hash = $1 AND expires_at > $now
"""
_FIND_NEWEST = f"""
SELECT {_WAITING} FROM sign_ups WHERE partner_id = $partner AND email = $1 AND expires_at > $now
 ORDER BY id DESC LIMIT 1
"""
_GIVE_LINK = "UPDATE sign_ups SET token_hash = $2, expires_at = $3 WHERE partner_id = $partner AND id = $1"
_DROP = "DELETE FROM sign_ups WHERE partner_id = $partner AND id = $1"
_DROP_OF = "DELETE FROM sign_ups WHERE partner_id = $partner AND email = $1"
_SWEEP = "DELETE FROM sign_ups WHERE partner_id = $partner AND expires_at < $now"


async def add_sign_up(ctx: Context, new: WaitingSignUp, until: datetime) -> None:
    """Add a sign-up; nothing else changes, whatever its address."""
    await ctx.execute(
        _ADD, new.id, new.email, new.password_hash, new.first_name, new.last_name, new.selected_plan, new.signup_source,
        new.is_invitation, new.redirect, new.browser_hash, until,
    )  # fmt: skip


async def find_sign_up(ctx: Context, sign_up_id: UUID) -> WaitingSignUp | None:
    """Return a sign-up that still waits, or None."""
    return await ctx.fetch_one(WaitingSignUp, _FIND, sign_up_id)


async def find_by_token(ctx: Context, token: bytes) -> WaitingSignUp | None:
    """Return the sign-up whose link this is, or None when it is unknown, used or too old."""
    return await ctx.fetch_one(WaitingSignUp, _FIND_BY_TOKEN, token)


async def find_newest(ctx: Context, email: str) -> WaitingSignUp | None:
    """Return the latest sign-up of an address, or None."""
    return await ctx.fetch_one(WaitingSignUp, _FIND_NEWEST, email)


async def set_token(ctx: Context, sign_up_id: UUID, token: bytes | None, until: datetime) -> None:
    """Give a sign-up its link, or none; an earlier one no longer works."""
    await ctx.execute(_GIVE_LINK, sign_up_id, token, until)


async def drop_sign_up(ctx: Context, sign_up_id: UUID) -> bool:
    """Use a sign-up up; False when somebody else was faster."""
    return await ctx.execute(_DROP, sign_up_id) == 1


async def drop_sign_ups_of(ctx: Context, email: str) -> None:
    """Forget every sign-up of an address that has an account now."""
    await ctx.execute(_DROP_OF, email)


async def sweep_sign_ups(ctx: Context) -> None:
    """Forget sign-ups that nobody confirmed in time."""
    await ctx.execute(_SWEEP)
