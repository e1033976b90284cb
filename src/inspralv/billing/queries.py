"""What is used. All but the notices need a context that sees the whole partner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from inspralv.billing.schemas import PartnerUse, WorkspaceUse
from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.tenancy.directory import LimitNotice

# Days are in each workspace's own time zone, and so are months.
_THIS_MONTH = "u.day >= date_trunc('month', ($now::timestamptz) AT TIME ZONE w.timezone)::date"
_SECONDS = f"""
SELECT coalesce(sum(u.seconds), 0)::bigint AS everywhere,
       coalesce(sum(u.seconds) FILTER (WHERE u.workspace_id = $1), 0)::bigint AS here
  FROM usage_daily u JOIN workspaces w ON w.partner_id = $partner AND w.id = u.workspace_id
 WHERE u.partner_id = $partner AND w.partner_id = $partner AND {_THIS_MONTH}
"""
_USE = f"""
WITH spent AS (
  SELECT u.workspace_id, sum(u.seconds)::bigint AS seconds
    FROM usage_daily u JOIN workspaces w ON w.partner_id = $partner AND w.id = u.workspace_id
   WHERE u.partner_id = $partner AND w.partner_id = $partner AND {_THIS_MONTH} GROUP BY 1
), agents AS (
  SELECT a.workspace_id, count(*) AS n FROM ai_agents a WHERE a.partner_id = $partner AND a.deleted_at IS NULL GROUP BY 1
), users AS (
  SELECT p.workspace_id, count(*) AS n FROM (
    SELECT m.workspace_id FROM workspace_members m WHERE m.partner_id = $partner AND m.removed_at IS NULL
    UNION ALL
    SELECT i.workspace_id FROM workspace_invitations i
     WHERE i.partner_id = $partner AND i.status = 'pending' AND i.expires_at > $now
    UNION ALL
    SELECT (one ->> 'workspace_id')::uuid FROM partner_invitations i,
           jsonb_array_elements(coalesce(i.metadata -> 'workspace_assignments', '[]')) AS one
     WHERE i.partner_id = $partner AND i.status = 'pending' AND i.expires_at > $now
  ) p GROUP BY 1
)
SELECT (SELECT count(*) FROM integrations i WHERE i.partner_id = $partner) AS integrations,
       (SELECT coalesce(sum(s.seconds), 0)::bigint FROM spent s) AS seconds,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                 'id', w.id, 'slug', w.slug, 'name', w.name, 'limits', w.resource_limits, 'agents', coalesce(a.n, 0),
                 'users', coalesce(p.n, 0), 'seconds', coalesce(s.seconds, 0)) ORDER BY w.name, w.id), '[]')
          FROM workspaces w LEFT JOIN spent s ON s.workspace_id = w.id LEFT JOIN agents a ON a.workspace_id = w.id
          LEFT JOIN users p ON p.workspace_id = w.id
         WHERE w.partner_id = $partner AND w.deleted_at IS NULL) AS workspaces
"""
_LOCK_LIMITS = """
SELECT resource_limits FROM workspaces WHERE partner_id = $partner AND id = $1 AND deleted_at IS NULL FOR UPDATE
"""
_SAVE_LIMITS = """
UPDATE workspaces SET resource_limits = $2, version = version + 1, updated_at = $now
 WHERE partner_id = $partner AND id = $1 AND deleted_at IS NULL
"""
_NOTICES = "SELECT limit_notices FROM partners WHERE id = $1"
_SAVE_NOTICES = "SELECT app.save_limit_notices($1, $2)"
_OWNERS = """
SELECT u.email, u.first_name FROM partner_members m JOIN users u ON u.partner_id = $partner AND u.id = m.user_id
 WHERE m.partner_id = $partner AND u.partner_id = $partner AND m.role = 'owner' AND m.removed_at IS NULL
   AND u.status = 'active' AND u.deleted_at IS NULL
 ORDER BY m.joined_at, m.id
"""
_WORKSPACE_OWNERS = """
SELECT u.email, u.first_name FROM workspace_members m JOIN users u ON u.partner_id = $partner AND u.id = m.user_id
 WHERE m.partner_id = $partner AND u.partner_id = $partner AND m.workspace_id = $1 AND m.role = 'owner'
   AND m.removed_at IS NULL AND u.status = 'active' AND u.deleted_at IS NULL
 ORDER BY m.joined_at, m.id
"""


class Spent(msgspec.Struct, frozen=True):
    """Seconds of calls of this month."""

    everywhere: int
    here: int


class Owner(msgspec.Struct, frozen=True):
    """Whom to tell."""

    email: str
    first_name: str


async def find_spent(ctx: Context, workspace_id: UUID) -> Spent:
    """Return what the partner and one of its workspaces have used of this month's minutes."""
    found = await ctx.fetch_one(Spent, _SECONDS, workspace_id)
    assert found is not None
    return found


async def find_use(ctx: Context) -> PartnerUse:
    """Return what the partner holds, its workspaces by name."""
    found = await ctx.fetch_one(PartnerUse, _USE)
    assert found is not None
    return found


async def find_workspace_use(ctx: Context, workspace_id: UUID) -> WorkspaceUse:
    """Return what one workspace holds. Raises NotFound."""
    for one in (await find_use(ctx)).workspaces:
        if one.id == str(workspace_id):
            return one
    raise NotFound(_("There is no such workspace."))


async def lock_limits(ctx: Context, workspace_id: UUID) -> dict[str, Any]:
    """Return the figures of a workspace's own, held until the unit of work ends. Raises NotFound."""
    found = await ctx.fetch_value(_LOCK_LIMITS, workspace_id)
    if found is None:
        raise NotFound(_("There is no such workspace."))
    return dict(found)


async def save_limits(ctx: Context, workspace_id: UUID, limits: dict[str, Any]) -> None:
    """Store the figures of a workspace's own."""
    await ctx.execute(_SAVE_LIMITS, workspace_id, limits)


async def list_notices(ctx: Context) -> tuple[LimitNotice, ...]:
    """Return what was announced to the partner, as it stands now."""
    rows = await ctx.directory(_NOTICES, ctx.partner_id)
    return msgspec.convert(rows[0]["limit_notices"], tuple[LimitNotice, ...])


async def save_notices(ctx: Context, notices: Sequence[LimitNotice]) -> None:
    """Keep what is announced to the partner."""
    await ctx.directory(_SAVE_NOTICES, ctx.partner_id, msgspec.to_builtins(list(notices)))


async def list_owners(ctx: Context, workspace_id: UUID | None) -> list[Owner]:
    """Return the owners of the partner, or of one of its workspaces."""
    if workspace_id is None:
        return await ctx.fetch_all(Owner, _OWNERS)
    return await ctx.fetch_all(Owner, _WORKSPACE_OWNERS, workspace_id)
