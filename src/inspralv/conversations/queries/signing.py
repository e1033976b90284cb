"""The secrets with which we sign towards a workspace's own servers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.conversations.activity.schemas import SigningState
from inspralv.foundation.context import Context

_HERE = "partner_id = $partner AND workspace_id = $workspace"
_VALID = f"""
SELECT id, secret FROM signing_secrets
 WHERE {_HERE} AND (expires_at IS NULL OR expires_at > $now) ORDER BY expires_at DESC NULLS FIRST, id DESC
"""
_ADD = """
INSERT INTO signing_secrets (partner_id, workspace_id, id, secret, created_by, created_at)
VALUES ($partner, $workspace, $1, $2, $3, $now)
ON CONFLICT (partner_id, workspace_id) WHERE expires_at IS NULL DO NOTHING
"""
_RETIRE = f"UPDATE signing_secrets SET expires_at = $1 WHERE {_HERE} AND expires_at IS NULL"
_FORGET = f"DELETE FROM signing_secrets WHERE {_HERE} AND expires_at <= $now"
_STATE = f"""
SELECT max(created_at) FILTER (WHERE expires_at IS NULL) AS created_at,
       max(expires_at) FILTER (WHERE expires_at > $now) AS previous_until
  FROM signing_secrets WHERE {_HERE}
"""


class SealedSecret(msgspec.Struct, frozen=True):
    """A secret as it is stored."""

    id: UUID
    secret: bytes


async def list_valid(ctx: Context) -> list[SealedSecret]:
    """Return the secrets that sign now, the current one first."""
    return await ctx.fetch_all(SealedSecret, _VALID)


async def add_secret(ctx: Context, secret_id: UUID, sealed: bytes, by: UUID | None) -> bool:
    """Store the current secret. False when there is one already."""
    return bool(await ctx.execute(_ADD, secret_id, sealed, by))


async def retire(ctx: Context, until: datetime) -> bool:
    """Let the current secret, if there is one, sign until then; forget those that no longer sign."""
    await ctx.execute(_FORGET)
    return bool(await ctx.execute(_RETIRE, until))


async def find_state(ctx: Context) -> SigningState:
    """Return when the current secret was made."""
    return await ctx.fetch_one(SigningState, _STATE) or SigningState()
