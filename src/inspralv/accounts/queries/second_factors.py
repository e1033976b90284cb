"""Second factors: authenticator secrets, recovery codes, and sign-ins that wait for one of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.accounts.schemas import Account
from inspralv.foundation.context import Context

_BEGIN = """
INSERT INTO two_factors (partner_id, user_id, secret, created_at) VALUES ($partner, $1, $2, $now)
ON CONFLICT (partner_id, user_id) DO UPDATE SET secret = excluded.secret, last_step = 0, created_at = excluded.created_at
 WHERE two_factors.confirmed_at IS NULL
"""
_FIND = """
SELECT secret, last_step, created_at, confirmed_at FROM two_factors WHERE partner_id = $partner AND user_id = $1
"""
_USE_STEP = """
UPDATE two_factors SET last_step = $2, confirmed_at = coalesce(confirmed_at, $now)
 WHERE partner_id = $partner AND user_id = $1 AND last_step < $2
"""
_MARK = "UPDATE users SET two_factor_since = $2, updated_at = $now WHERE partner_id = $partner AND id = $1"
_DROP = "DELETE FROM two_factors WHERE partner_id = $partner AND user_id = $1 RETURNING confirmed_at"
_DROP_CODES = "DELETE FROM recovery_codes WHERE partner_id = $partner AND user_id = $1"
_ADD_CODES = """
INSERT INTO recovery_codes (partner_id, user_id, code_hash, created_at)
SELECT $partner, $1, h, $now FROM unnest($2::bytea[]) AS h
"""
_USE_CODE = """
UPDATE recovery_codes SET used_at = $now
 WHERE partner_id = $partner AND user_id = $1 AND code_hash = $2 AND used_at IS NULL
"""
_ADD_PENDING = """
INSERT INTO pending_sign_ins (partner_id, token_hash, user_id, expires_at, method) VALUES ($partner, $1, $2, $3, $4)
"""
_FIND_PENDING = """
SELECT u.id, u.email, u.password_hash, u.first_name, u.last_name, u.status, u.two_factor_since IS NOT NULL AS two_factor
  FROM pending_sign_ins s JOIN users u ON u.partner_id = s.partner_id AND u.id = s.user_id
 WHERE s.partner_id = $partner AND u.partner_id = $partner AND s.token_hash = $1 AND s.expires_at > $now
   AND u.status = 'active' AND u.deleted_at IS NULL
"""
_DROP_PENDING = "DELETE FROM pending_sign_ins WHERE partner_id = $partner AND token_hash = $1 RETURNING method"
_DROP_PENDING_OF = "DELETE FROM pending_sign_ins WHERE partner_id = $partner AND user_id = $1"
_SWEEP = "DELETE FROM pending_sign_ins WHERE partner_id = $partner AND expires_at < $now"


class SecondFactor(msgspec.Struct, frozen=True):
    """An authenticator app of somebody; `secret` is sealed, `last_step` the newest one whose code was used."""

    secret: bytes
    last_step: int
    created_at: datetime
    confirmed_at: datetime | None


async def begin_two_factor(ctx: Context, user_id: UUID, sealed: bytes) -> bool:
    """Keep a secret that waits for its first code, in the place of an earlier one; False when two-factor is on."""
    return await ctx.execute(_BEGIN, user_id, sealed) == 1


async def find_two_factor(ctx: Context, user_id: UUID) -> SecondFactor | None:
    """Return the authenticator app of a person, confirmed or not."""
    return await ctx.fetch_one(SecondFactor, _FIND, user_id)


async def use_step(ctx: Context, user_id: UUID, step: int) -> bool:
    """Use a code up, and with it every older one; False when it or a newer one was used before."""
    return await ctx.execute(_USE_STEP, user_id, step) == 1


async def mark_two_factor(ctx: Context, user_id: UUID, since: datetime | None) -> None:
    """Note since when a person has a second factor; None for not any more."""
    await ctx.execute(_MARK, user_id, since)


async def drop_two_factor(ctx: Context, user_id: UUID) -> bool:
    """Forget secret and recovery codes; False when no code had confirmed the secret."""
    confirmed_at = await ctx.fetch_value(_DROP, user_id)
    await ctx.execute(_DROP_CODES, user_id)
    return confirmed_at is not None


async def replace_codes(ctx: Context, user_id: UUID, hashes: list[bytes]) -> None:
    """Keep new recovery codes; the old ones no longer work."""
    await ctx.execute(_DROP_CODES, user_id)
    await ctx.execute(_ADD_CODES, user_id, hashes)


async def use_code(ctx: Context, user_id: UUID, code_hash: bytes) -> bool:
    """Use a recovery code up; False when there is none such."""
    return await ctx.execute(_USE_CODE, user_id, code_hash) == 1


async def add_pending(ctx: Context, token: bytes, user_id: UUID, until: datetime, method: str) -> None:
    """Remember that the password was right, or whatever else `method` names."""
    await ctx.execute(_ADD_PENDING, token, user_id, until, method)


async def find_pending(ctx: Context, token: bytes) -> Account | None:
    """Return who waits with this token, or None when it is unknown, used or too old."""
    return await ctx.fetch_one(Account, _FIND_PENDING, token)


async def drop_pending(ctx: Context, token: bytes) -> str | None:
    """Use a token up and return its method; None when somebody else was faster."""
    method: str | None = await ctx.fetch_value(_DROP_PENDING, token)
    return method


async def drop_pending_of(ctx: Context, user_id: UUID) -> None:
    """Forget every sign-in of a person that waits: the password is another one now."""
    await ctx.execute(_DROP_PENDING_OF, user_id)


async def sweep_pending(ctx: Context) -> None:
    """Forget sign-ins that nobody finished."""
    await ctx.execute(_SWEEP)
