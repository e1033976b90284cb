"""Sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from inspralv.accounts.schemas import OpenSession
from inspralv.foundation.context import Context

_ADD = """
INSERT INTO sessions (partner_id, id, user_id, token_hash, created_at, last_seen_at, expires_at, ip, user_agent)
VALUES ($partner, $1, $2, $3, $now, $now, $4, $5, $6)
"""
_NOTE_SIGN_IN = "UPDATE users SET last_login_at = $now WHERE partner_id = $partner AND id = $1"
_END = """
UPDATE sessions SET revoked_at = $now WHERE partner_id = $partner AND token_hash = $1 AND revoked_at IS NULL
RETURNING user_id
"""
_END_ALL = "UPDATE sessions SET revoked_at = $now WHERE partner_id = $partner AND user_id = $1 AND revoked_at IS NULL"
_LIST = """
SELECT id, ip, user_agent, created_at, last_seen_at, expires_at, id = $2 AS current FROM sessions
 WHERE partner_id = $partner AND user_id = $1 AND revoked_at IS NULL AND expires_at > $now AND last_seen_at > $3
 ORDER BY id = $2 DESC, last_seen_at DESC, id DESC LIMIT 200
"""
_END_ONE = """
UPDATE sessions SET revoked_at = $now WHERE partner_id = $partner AND user_id = $1 AND id = $2 AND revoked_at IS NULL
"""
_END_OTHERS = """
UPDATE sessions SET revoked_at = $now WHERE partner_id = $partner AND user_id = $1 AND id <> $2 AND revoked_at IS NULL
"""
# How a person (u) proves who they are: by a password, or by a session ($2) that began just now.
PROVABLE = "u.password_hash <> '' AS has_password, coalesce(s.created_at, u.created_at) AS signed_in_at"
OWN_SESSION = "LEFT JOIN sessions s ON s.partner_id = $partner AND s.id = $2"
_START = "SELECT created_at FROM sessions WHERE partner_id = $partner AND id = $1"
_RENEW = "UPDATE sessions SET token_hash = $2 WHERE partner_id = $partner AND id = $1 AND revoked_at IS NULL"
_SWEEP = "DELETE FROM sessions WHERE partner_id = $partner AND (expires_at < $1 OR revoked_at < $1)"


async def add_session(ctx: Context, session_id: UUID, user_id: UUID, token: bytes, life: timedelta) -> None:
    """Open a session that ends after `life` at the latest, and note the sign-in."""
    await ctx.execute(_ADD, session_id, user_id, token, ctx.now + life, ctx.origin.ip, ctx.origin.user_agent)
    await ctx.execute(_NOTE_SIGN_IN, user_id)


async def end_session(ctx: Context, token: bytes) -> UUID | None:
    """Revoke a session and return whose it was; None when there is none."""
    user_id: UUID | None = await ctx.fetch_value(_END, token)
    return user_id


async def end_sessions(ctx: Context, user_id: UUID) -> None:
    """Revoke every session of a person."""
    await ctx.execute(_END_ALL, user_id)


async def list_sessions(ctx: Context, user_id: UUID, current: UUID, used_since: datetime) -> list[OpenSession]:
    """Return a person's open sessions: the one that asks, then the latest used first."""
    return await ctx.fetch_all(OpenSession, _LIST, user_id, current, used_since)


async def end_one_session(ctx: Context, user_id: UUID, session_id: UUID) -> bool:
    """Revoke a session of a person; False when there is none such."""
    return await ctx.execute(_END_ONE, user_id, session_id) == 1


async def end_other_sessions(ctx: Context, user_id: UUID, current: UUID) -> int:
    """Revoke every session of a person but one; return how many there were."""
    return await ctx.execute(_END_OTHERS, user_id, current)


async def renew_session(ctx: Context, session_id: UUID, token: bytes) -> bool:
    """Give a session another token; False when there is none such."""
    return await ctx.execute(_RENEW, session_id, token) == 1


async def find_start(ctx: Context, session_id: UUID) -> datetime | None:
    """Return when a session began."""
    found: datetime | None = await ctx.fetch_value(_START, session_id)
    return found


async def sweep_sessions(ctx: Context, before: datetime) -> None:
    """Forget sessions that ended before then."""
    await ctx.execute(_SWEEP, before)
