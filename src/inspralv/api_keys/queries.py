"""API keys of a person."""

from __future__ import annotations

from uuid import UUID

from inspralv.api_keys.schemas import ApiKey
from inspralv.foundation.context import Context

# Those of the membership that the person has now.
_LIVE = """
k.partner_id = $partner AND k.user_id = $1 AND k.revoked_at IS NULL
   AND NOT EXISTS (SELECT FROM partner_members m WHERE m.partner_id = $partner AND m.user_id = $1 AND m.removed_at IS NULL
                      AND m.joined_at > k.created_at)
"""
_LIST = f"""
SELECT k.id, k.name, k.hint, k.scopes, w.slug AS workspace, k.created_at, k.expires_at, k.last_used_at
  FROM api_keys k LEFT JOIN workspaces w ON w.partner_id = $partner AND w.id = k.workspace_id
 WHERE {_LIVE}
 ORDER BY k.id DESC
"""
_LOCK_PERSON = "SELECT id FROM users WHERE partner_id = $partner AND id = $1 FOR UPDATE"
_COUNT = f"SELECT count(*) FROM api_keys k WHERE {_LIVE}"
_ADD = """
INSERT INTO api_keys (partner_id, id, user_id, name, hint, token_hash, scopes, workspace_id, created_at, expires_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $now, $8)
"""
_REVOKE = """
UPDATE api_keys SET revoked_at = $now WHERE partner_id = $partner AND user_id = $1 AND id = $2 AND revoked_at IS NULL
RETURNING name
"""


async def list_keys(ctx: Context, user_id: UUID) -> list[ApiKey]:
    """Return a person's keys that are not revoked, the newest first."""
    return await ctx.fetch_all(ApiKey, _LIST, user_id)


async def count_keys(ctx: Context, user_id: UUID) -> int:
    """Count a person's keys; nobody else adds one meanwhile."""
    await ctx.fetch_value(_LOCK_PERSON, user_id)
    return int(await ctx.fetch_value(_COUNT, user_id))


async def add_key(ctx: Context, user_id: UUID, key: ApiKey, token: bytes, workspace_id: UUID | None) -> None:
    """Add a key, by the hash of its token."""
    await ctx.execute(_ADD, key.id, user_id, key.name, key.hint, token, key.scopes, workspace_id, key.expires_at)


async def revoke_key(ctx: Context, user_id: UUID, key_id: UUID) -> str | None:
    """Revoke a key of a person and return its name; None when there is none such."""
    name: str | None = await ctx.fetch_value(_REVOKE, user_id, key_id)
    return name
