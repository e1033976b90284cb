"""The devices that people sign in from."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from inspralv.foundation.context import Context

_IS_NEW = """
SELECT EXISTS (SELECT FROM known_devices WHERE partner_id = $partner AND user_id = $1 AND last_seen_at > $3)
   AND NOT EXISTS (SELECT FROM known_devices
                    WHERE partner_id = $partner AND user_id = $1 AND device_hash = $2 AND last_seen_at > $3)
"""
_REMEMBER = """
INSERT INTO known_devices (partner_id, user_id, device_hash, last_seen_at) VALUES ($partner, $1, $2, $now)
ON CONFLICT (partner_id, user_id, device_hash) DO UPDATE SET last_seen_at = excluded.last_seen_at
"""
_SWEEP = "DELETE FROM known_devices WHERE partner_id = $partner AND last_seen_at < $1"


async def remember_device(ctx: Context, user_id: UUID, device: bytes, since: datetime) -> bool:
    """Remember a device; True when it was not seen since then, though others were."""
    is_new = bool(await ctx.fetch_value(_IS_NEW, user_id, device, since))
    await ctx.execute(_REMEMBER, user_id, device)
    return is_new


async def sweep_devices(ctx: Context, before: datetime) -> None:
    """Forget devices not seen since then."""
    await ctx.execute(_SWEEP, before)
