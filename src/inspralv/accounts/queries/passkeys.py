"""Passkeys, and what they are asked to sign."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.accounts.queries.sessions import OWN_SESSION, PROVABLE
from inspralv.accounts.schemas import KnownPasskey, OwnPasskeys, StoredPasskey
from inspralv.foundation.context import Context

_ADD_CHALLENGE = """
INSERT INTO passkey_challenges (partner_id, challenge_hash, user_id, expires_at) VALUES ($partner, $1, $2, $3)
"""
_USE_CHALLENGE = """
DELETE FROM passkey_challenges
 WHERE partner_id = $partner AND challenge_hash = $1 AND user_id IS NOT DISTINCT FROM $2::uuid AND expires_at > $now
"""
_SWEEP = "DELETE FROM passkey_challenges WHERE partner_id = $partner AND expires_at < $now"
_ADD = """
INSERT INTO passkeys (partner_id, id, user_id, name, rp_id, credential_id, public_key, sign_count, transports, backed_up,
                      created_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, $9, $now)
ON CONFLICT (partner_id, credential_id) DO NOTHING
"""
_LOCK_USER = "SELECT id FROM users WHERE partner_id = $partner AND id = $1 FOR UPDATE"
_LIST_IDS = "SELECT credential_id FROM passkeys WHERE partner_id = $partner AND user_id = $1"
_LIST = """
SELECT id, name, rp_id, backed_up, created_at, last_used_at FROM passkeys WHERE partner_id = $partner AND user_id = $1
 ORDER BY id
"""
_OWN = f"""
SELECT {PROVABLE},
       coalesce((SELECT jsonb_agg(to_jsonb(x) ORDER BY x.id) FROM (
          SELECT k.id, k.name, k.rp_id, k.backed_up, k.created_at, k.last_used_at FROM passkeys k
           WHERE k.partner_id = $partner AND k.user_id = u.id) x), '[]') AS passkeys
  FROM users u {OWN_SESSION}
 WHERE u.partner_id = $partner AND u.id = $1
"""
_FIND = """
SELECT p.id, p.rp_id, p.public_key, p.sign_count, u.id AS user_id
  FROM passkeys p JOIN users u ON u.partner_id = p.partner_id AND u.id = p.user_id
 WHERE p.partner_id = $partner AND u.partner_id = $partner AND p.credential_id = $1
"""
_NOTE_USE = """
UPDATE passkeys SET sign_count = $2, last_used_at = $now
 WHERE partner_id = $partner AND id = $1 AND (sign_count < $2 OR $2 = 0)
"""
_RENAME = "UPDATE passkeys SET name = $3 WHERE partner_id = $partner AND user_id = $1 AND id = $2"
_NAME_OF = "SELECT name FROM passkeys WHERE partner_id = $partner AND user_id = $1 AND id = $2 FOR UPDATE"
_REMOVE = "DELETE FROM passkeys WHERE partner_id = $partner AND user_id = $1 AND id = $2"
_REMOVE_ALL = "DELETE FROM passkeys WHERE partner_id = $partner AND user_id = $1"


async def add_challenge(ctx: Context, challenge: bytes, user_id: UUID | None, until: datetime) -> None:
    """Remember what was asked: of a signed-in person who adds a passkey, or of anybody who signs in (None)."""
    await ctx.execute(_ADD_CHALLENGE, challenge, user_id, until)


async def use_challenge(ctx: Context, challenge: bytes, user_id: UUID | None) -> bool:
    """Use a challenge up; False when it was not asked, of somebody else, or too long ago."""
    return await ctx.execute(_USE_CHALLENGE, challenge, user_id) == 1


async def sweep_challenges(ctx: Context) -> None:
    """Forget what nobody answered."""
    await ctx.execute(_SWEEP)


async def list_credential_ids(ctx: Context, user_id: UUID) -> list[bytes]:
    """Return what recognises a person's authenticators; nobody else adds one for them meanwhile."""
    await ctx.fetch_value(_LOCK_USER, user_id)
    return [row["credential_id"] for row in await ctx.records(_LIST_IDS, user_id)]


async def add_passkey(ctx: Context, new: dict[str, Any]) -> bool:
    """Add a passkey; False when it is known already."""
    columns = ("id", "user_id", "name", "rp_id", "credential_id", "public_key", "sign_count", "transports", "backed_up")
    return await ctx.execute(_ADD, *(new[column] for column in columns)) == 1


async def list_passkeys(ctx: Context, user_id: UUID) -> list[KnownPasskey]:
    """Return a person's passkeys, the oldest first."""
    return await ctx.fetch_all(KnownPasskey, _LIST, user_id)


async def find_own(ctx: Context, user_id: UUID, session_id: UUID) -> OwnPasskeys:
    """Return what the page of a person's passkeys shows. Raises LookupError for somebody who does not exist."""
    rows = await ctx.records(_OWN, user_id, session_id)
    if not rows:
        raise LookupError(f"no user {user_id}")
    own = msgspec.convert(rows[0]["passkeys"], list[KnownPasskey])
    return OwnPasskeys(has_password=rows[0]["has_password"], signed_in_at=rows[0]["signed_in_at"], passkeys=own)


async def find_passkey(ctx: Context, credential_id: bytes) -> StoredPasskey | None:
    """Return the passkey of a credential, and whose it is."""
    return await ctx.fetch_one(StoredPasskey, _FIND, credential_id)


async def note_use(ctx: Context, passkey_id: UUID, sign_count: int) -> bool:
    """Keep the count of signatures; False when somebody else used the same count: one of both is a copy."""
    return await ctx.execute(_NOTE_USE, passkey_id, sign_count) == 1


async def name_of(ctx: Context, user_id: UUID, passkey_id: UUID) -> str | None:
    """Return what a passkey of a person is called, held until the unit of work ends."""
    name: str | None = await ctx.fetch_value(_NAME_OF, user_id, passkey_id)
    return name


async def rename_passkey(ctx: Context, user_id: UUID, passkey_id: UUID, name: str) -> None:
    """Call a passkey something else."""
    await ctx.execute(_RENAME, user_id, passkey_id, name)


async def remove_passkey(ctx: Context, user_id: UUID, passkey_id: UUID) -> None:
    """Forget a passkey."""
    await ctx.execute(_REMOVE, user_id, passkey_id)


async def remove_passkeys(ctx: Context, user_id: UUID) -> int:
    """Forget every passkey of a person; return how many there were."""
    return await ctx.execute(_REMOVE_ALL, user_id)
