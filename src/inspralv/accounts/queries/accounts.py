"""Accounts, and what waits to become one."""

from __future__ import annotations

from uuid import UUID

from inspralv.accounts.schemas import Account, NewAccount
from inspralv.foundation.context import Context
from inspralv.foundation.language.languages import Language, known

_FIND = """
SELECT id, email, password_hash, first_name, last_name, status, two_factor_since IS NOT NULL AS two_factor FROM users
 WHERE partner_id = $partner AND email = $1 AND deleted_at IS NULL
"""
_IS_KNOWN = "SELECT EXISTS (SELECT FROM users WHERE partner_id = $partner AND email = $1)"
_ADD = """
INSERT INTO users (partner_id, id, email, password_hash, first_name, last_name, settings, email_verified_at, created_at,
                   updated_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $now, $now, $now)
ON CONFLICT (partner_id, email) DO NOTHING
"""
_ADD_TO_PARTNER = """
INSERT INTO partner_members (partner_id, user_id, id, role, joined_at, updated_at)
VALUES ($partner, $1, $2, 'member', $now, $now) ON CONFLICT (partner_id, user_id) DO NOTHING
"""
_SET_HASH_BY_LINK = """
UPDATE users SET password_hash = $2, updated_at = $now, email_verified_at = coalesce(email_verified_at, $now)
 WHERE partner_id = $partner AND id = $1
"""
_SAVE_HASH = "UPDATE users SET password_hash = $2 WHERE partner_id = $partner AND id = $1 AND password_hash = $3"
_FIND_BY_ID = """
SELECT id, email, password_hash, first_name, last_name, status, two_factor_since IS NOT NULL AS two_factor FROM users
 WHERE partner_id = $partner AND id = $1 AND deleted_at IS NULL
"""
_REPLACE_HASH = """
UPDATE users SET password_hash = $2, updated_at = $now
 WHERE partner_id = $partner AND id = $1 AND password_hash = $3 AND deleted_at IS NULL
"""
_LANGUAGE = "SELECT language FROM users WHERE partner_id = $partner AND id = $1"
_SAVE_LANGUAGE = "UPDATE users SET language = $2, updated_at = $now WHERE partner_id = $partner AND id = $1"
_SAVE_NAME = """
UPDATE users SET first_name = $2, last_name = $3, updated_at = $now WHERE partner_id = $partner AND id = $1
"""


async def find_account(ctx: Context, email: str) -> Account | None:
    """Return the account of an address (lower case), or None."""
    return await ctx.fetch_one(Account, _FIND, email)


async def find_person(ctx: Context, user_id: UUID) -> Account | None:
    """Return the account of an id, or None."""
    return await ctx.fetch_one(Account, _FIND_BY_ID, user_id)


async def is_known(ctx: Context, email: str) -> bool:
    """Whether an address (lower case) is taken."""
    return bool(await ctx.fetch_value(_IS_KNOWN, email))


async def add_account(ctx: Context, new: NewAccount) -> bool:
    """Add an account with a confirmed address; False when the address is taken."""
    added = await ctx.execute(_ADD, new.id, new.email, new.password_hash, new.first_name, new.last_name, new.settings)
    return added == 1


async def add_to_partner(ctx: Context, user_id: UUID, member_id: UUID) -> None:
    """Make a person a member of the partner."""
    await ctx.execute(_ADD_TO_PARTNER, user_id, member_id)


async def save_password(ctx: Context, user_id: UUID, password_hash: str) -> None:
    """Set a password by a link from the mailbox, which also proves the address."""
    await ctx.execute(_SET_HASH_BY_LINK, user_id, password_hash)


async def save_hash(ctx: Context, account: Account, password_hash: str) -> None:
    """Store the same password under newer parameters, unless another one was set meanwhile."""
    await ctx.execute(_SAVE_HASH, account.id, password_hash, account.password_hash)


async def replace_password(ctx: Context, account: Account, password_hash: str) -> bool:
    """Set another password; False when it was changed meanwhile."""
    return await ctx.execute(_REPLACE_HASH, account.id, password_hash, account.password_hash) == 1


async def find_language(ctx: Context, user_id: UUID) -> Language | None:
    """Return the language that a person has chosen, or None."""
    return known(await ctx.fetch_value(_LANGUAGE, user_id))


async def save_language(ctx: Context, user_id: UUID, language: Language | None) -> None:
    """Set a person's language; None follows the organisation."""
    await ctx.execute(_SAVE_LANGUAGE, user_id, language)


async def save_name(ctx: Context, user_id: UUID, first_name: str, last_name: str) -> None:
    """Set a person's name."""
    await ctx.execute(_SAVE_NAME, user_id, first_name, last_name)
