"""Accounts, sessions and one-time tokens of a partner."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from inspralv.accounts.schemas import Account, SignUp
from inspralv.foundation.context import Context

Purpose = Literal["reset", "confirm"]

_ACCOUNT = "id, email, password_hash, first_name, last_name, status, settings, email_verified_at IS NOT NULL AS confirmed"
_FIND = f"SELECT {_ACCOUNT} FROM users WHERE partner_id = $partner AND email = $1 AND deleted_at IS NULL"
_FIND_BY_ID = f"SELECT {_ACCOUNT} FROM users WHERE partner_id = $partner AND id = $1 AND deleted_at IS NULL FOR UPDATE"
_ADD = """
INSERT INTO users (partner_id, id, email, password_hash, first_name, last_name, settings, created_at, updated_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $now, $now)
ON CONFLICT (partner_id, email) DO NOTHING
"""
_ADD_TO_PARTNER = """
INSERT INTO partner_members (partner_id, user_id, id, role, joined_at, updated_at)
VALUES ($partner, $1, $2, 'member', $now, $now) ON CONFLICT (partner_id, user_id) DO NOTHING
"""
_ADD_SESSION = """
INSERT INTO sessions (partner_id, id, user_id, token_hash, created_at, last_seen_at, expires_at, ip, user_agent)
VALUES ($partner, $1, $2, $3, $now, $now, $4, $5, $6)
"""
_END_SESSION = """
UPDATE sessions SET revoked_at = $now WHERE partner_id = $partner AND token_hash = $1 AND revoked_at IS NULL
"""
_END_SESSIONS = """
UPDATE sessions SET revoked_at = $now WHERE partner_id = $partner AND user_id = $1 AND revoked_at IS NULL
"""
_ADD_TOKEN = """
INSERT INTO account_tokens (partner_id, id, user_id, purpose, token_hash, created_at, expires_at)
VALUES ($partner, $1, $2, $3, $4, $now, $5)
"""
_DROP_TOKENS = """
UPDATE account_tokens SET used_at = $now
 WHERE partner_id = $partner AND user_id = $1 AND purpose = $2 AND used_at IS NULL
"""
_USE_TOKEN = """
UPDATE account_tokens SET used_at = $now
 WHERE partner_id = $partner AND token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $now
RETURNING user_id
"""
_IS_TOKEN = """
SELECT true FROM account_tokens
 WHERE partner_id = $partner AND token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $now
"""


async def find_account(ctx: Context, email: str) -> Account | None:
    """Return the account of an address (lower case), or None."""
    return await ctx.fetch_one(Account, _FIND, email)


async def lock_account(ctx: Context, user_id: UUID) -> Account | None:
    """Return an account and keep others from changing it until the end of the transaction."""
    return await ctx.fetch_one(Account, _FIND_BY_ID, user_id)


async def add_account(ctx: Context, user_id: UUID, email: str, password_hash: str, wanted: SignUp) -> bool:
    """Add an account that is not confirmed yet; False when the address has one."""
    chosen = {"selected_plan": wanted.selected_plan, "signup_source": wanted.signup_source}
    names = (wanted.first_name.strip(), wanted.last_name.strip())
    return await ctx.execute(_ADD, user_id, email, password_hash, *names, chosen) == 1


async def confirm_account(ctx: Context, user_id: UUID, member_id: UUID) -> None:
    """Mark the address as confirmed and make the person a member of the partner."""
    await ctx.execute(
        "UPDATE users SET email_verified_at = $now, updated_at = $now WHERE partner_id = $partner AND id = $1", user_id
    )
    await ctx.execute(_ADD_TO_PARTNER, user_id, member_id)


async def save_password(ctx: Context, user_id: UUID, password_hash: str) -> None:
    """Set a password. A link that reached the mailbox also proves the address."""
    await ctx.execute(
        "UPDATE users SET password_hash = $2, updated_at = $now, email_verified_at = coalesce(email_verified_at, $now)"
        " WHERE partner_id = $partner AND id = $1", user_id, password_hash,
    )  # fmt: skip


async def save_hash(ctx: Context, user_id: UUID, password_hash: str) -> None:
    """Store the same password under newer parameters."""
    await ctx.execute("UPDATE users SET password_hash = $2 WHERE partner_id = $partner AND id = $1", user_id, password_hash)


async def save_profile(ctx: Context, user_id: UUID, first_name: str, last_name: str) -> None:
    """Set one's own name."""
    await ctx.execute(
        "UPDATE users SET first_name = $2, last_name = $3, updated_at = $now WHERE partner_id = $partner AND id = $1",
        user_id, first_name, last_name,
    )  # fmt: skip


async def add_session(ctx: Context, session_id: UUID, user_id: UUID, token: bytes, life: timedelta) -> None:
    """Open a session, and note the sign-in."""
    await ctx.execute(_ADD_SESSION, session_id, user_id, token, ctx.now + life, ctx.origin.ip, ctx.origin.user_agent)
    await ctx.execute("UPDATE users SET last_login_at = $now WHERE partner_id = $partner AND id = $1", user_id)


async def end_session(ctx: Context, token: bytes) -> None:
    """Revoke one session."""
    await ctx.execute(_END_SESSION, token)


async def end_sessions(ctx: Context, user_id: UUID) -> None:
    """Revoke every session of a person."""
    await ctx.execute(_END_SESSIONS, user_id)


async def add_token(ctx: Context, token_id: UUID, user_id: UUID, purpose: Purpose, token: bytes, until: datetime) -> None:
    """Add a one-time token; earlier ones of the same purpose no longer work."""
    await ctx.execute(_DROP_TOKENS, user_id, purpose)
    await ctx.execute(_ADD_TOKEN, token_id, user_id, purpose, token, until)


async def use_token(ctx: Context, token: bytes, purpose: Purpose) -> UUID | None:
    """Use a token up and return whose it is; None when it is unknown, used or too old."""
    user: UUID | None = await ctx.fetch_value(_USE_TOKEN, token, purpose)
    return user


async def is_token(ctx: Context, token: bytes, purpose: Purpose) -> bool:
    """Whether a token would work."""
    return bool(await ctx.fetch_value(_IS_TOKEN, token, purpose))


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail of the mailbox."""

    id: UUID
    template: str
    recipient: str
    sender: str
    subject: str
    html: str
    plain: str
    status: str
    error: str | None
    created_at: datetime


async def list_mail(ctx: Context) -> list[Mail]:
    """Return the latest mails of the partner, newest first."""
    return await ctx.fetch_all(
        Mail,
        "SELECT id, template, recipient, sender, subject, '' AS html, plain, status, error, created_at FROM mail_messages"
        " WHERE partner_id = $partner ORDER BY id DESC LIMIT 100",
    )  # fmt: skip


async def find_mail(ctx: Context, mail_id: UUID) -> Mail | None:
    """Return one mail of the partner."""
    return await ctx.fetch_one(
        Mail,
        "SELECT id, template, recipient, sender, subject, html, plain, status, error, created_at FROM mail_messages"
        " WHERE partner_id = $partner AND id = $1", mail_id,
    )  # fmt: skip
