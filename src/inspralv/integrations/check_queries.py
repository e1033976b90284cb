"""The statements about whether a provider takes a key. All of them need a context that sees the whole partner."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.integrations.queries import stored
from inspralv.integrations.schemas import Config, Integration

_SAVE_VALID = """
UPDATE integrations
   SET key_status = 'valid', key_error = NULL, checked_at = $now, config = $3, account_id = coalesce($4, account_id),
       account_label = coalesce($5, account_label), refused_at = NULL, owners_told_at = NULL, probes = 0, probe_at = NULL
 WHERE partner_id = $partner AND id = $1 AND version = $2
"""
_FORGET_ACCOUNT = (
    "UPDATE integrations SET account_id = NULL, account_label = NULL WHERE partner_id = $partner AND id = $1"
)
_SAVE_INVALID = """
UPDATE integrations
   SET key_status = 'invalid', key_error = $3, checked_at = $now, refused_at = coalesce(refused_at, $now), probe_at = $4
 WHERE partner_id = $partner AND id = $1 AND version = $2
"""
_MARK_BAD = """
UPDATE integrations
   SET key_status = 'invalid', key_error = $2, checked_at = $now, refused_at = $now, probes = 0, probe_at = $4
 WHERE partner_id = $partner AND id = $1 AND key_status <> 'invalid' AND ($3::integer IS NULL OR version = $3)
"""
_DUE = """
SELECT id, probes FROM integrations
 WHERE partner_id = $partner AND key_status = 'invalid' AND is_active AND probe_at <= $now ORDER BY probe_at, id LIMIT 100
"""
_COUNT_PROBE = "UPDATE integrations SET probes = probes + 1, probe_at = $2 WHERE partner_id = $partner AND id = $1"
# The mark that they were told is set by the same statement that asks for it, so that nobody is told twice.
_TELL_ONCE = """
UPDATE integrations SET owners_told_at = $now
 WHERE partner_id = $partner AND id = $1 AND key_status = 'invalid' AND owners_told_at IS NULL
RETURNING provider, name, key_error
"""
_OWNERS = """
SELECT u.email, u.first_name FROM partner_members m JOIN users u ON u.partner_id = m.partner_id AND u.id = m.user_id
 WHERE m.partner_id = $partner AND u.partner_id = $partner AND m.role IN ('owner', 'admin') AND m.removed_at IS NULL
 ORDER BY u.email
"""


class Due(msgspec.Struct, frozen=True):
    """A refused key that may be tried again."""

    id: UUID
    probes: int


class BadKey(msgspec.Struct, frozen=True):
    """A refused key that nobody has been told of."""

    provider: str
    name: str
    key_error: str | None


class Keeper(msgspec.Struct, frozen=True):
    """Somebody who can replace a key."""

    email: str
    first_name: str


async def save_valid(ctx: Context, row: Integration, config: Config, account: tuple[str | None, str | None]) -> bool:
    """Store that the provider takes the key, and what it told of the account (id, label). False when the integration
    was changed while the provider was asked."""
    return await ctx.execute(_SAVE_VALID, row.id, row.version, stored(config), *account) == 1


async def forget_account(ctx: Context, integration_id: UUID) -> None:
    """Forget whose account it was."""
    await ctx.execute(_FORGET_ACCOUNT, integration_id)


async def save_invalid(ctx: Context, row: Integration, reason: str, probe_at: datetime) -> bool:
    """Store that the provider refuses the key. False when the integration was changed while it was asked."""
    return await ctx.execute(_SAVE_INVALID, row.id, row.version, reason, probe_at) == 1


async def mark_bad(ctx: Context, integration_id: UUID, reason: str, version: int | None, probe_at: datetime) -> bool:
    """Mark the key as refused. False when it was marked already, or is another one by now."""
    return await ctx.execute(_MARK_BAD, integration_id, reason, version, probe_at) == 1


async def list_due(ctx: Context) -> list[Due]:
    """Return the refused keys that may be tried again now."""
    return await ctx.fetch_all(Due, _DUE)


async def count_probe(ctx: Context, integration_id: UUID, next_at: datetime) -> None:
    """Store that a refused key was tried again, and when the next time is."""
    await ctx.execute(_COUNT_PROBE, integration_id, next_at)


async def find_untold(ctx: Context, integration_id: UUID) -> BadKey | None:
    """Return a refused key that its keepers have not been told of, and count them as told."""
    return await ctx.fetch_one(BadKey, _TELL_ONCE, integration_id)


async def list_keepers(ctx: Context) -> list[Keeper]:
    """Return the owners and admins of the partner."""
    return await ctx.fetch_all(Keeper, _OWNERS)
