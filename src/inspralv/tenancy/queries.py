"""The statements of workspaces and members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.languages import Language, known
from inspralv.foundation.language.texts import _
from inspralv.tenancy.permissions import WorkspaceRole
from inspralv.tenancy.schemas import MemberRow, NewWorkspace, Workspace

_WORKSPACE = "id, slug, name, description, timezone, settings, resource_limits, status, version, created_at, updated_at"
_FIND = f"SELECT {_WORKSPACE} FROM workspaces WHERE partner_id = $partner AND id = $workspace AND deleted_at IS NULL"
_FIND_LOCKED = f"{_FIND} FOR UPDATE"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('workspaces of ' || ($partner::uuid)::text, 0))"
_COUNT = "SELECT count(*) FROM workspaces WHERE partner_id = $partner AND deleted_at IS NULL"
_SLUG_TAKEN = "SELECT EXISTS (SELECT FROM workspaces WHERE partner_id = $partner AND slug = $1 AND deleted_at IS NULL)"
_INSERT = f"""
INSERT INTO workspaces (partner_id, id, slug, name, description, resource_limits, created_by, created_at, updated_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $now, $now)
ON CONFLICT (partner_id, slug) WHERE deleted_at IS NULL DO NOTHING
RETURNING {_WORKSPACE}
"""
_INSERT_MEMBER = """
INSERT INTO workspace_members (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)
VALUES ($partner, $1, $2, $3, $4, $now, $now)
"""
_SAVE = f"""
UPDATE workspaces
   SET name = $1, description = $2, timezone = $3, settings = $4, version = version + 1, updated_at = $now
 WHERE partner_id = $partner AND id = $workspace AND deleted_at IS NULL
RETURNING {_WORKSPACE}
"""
_MARK_DELETED = """
UPDATE workspaces SET status = 'deleted', version = version + 1, deleted_at = $now, updated_at = $now
 WHERE partner_id = $partner AND id = $workspace AND deleted_at IS NULL
"""
_MEMBERS = """
SELECT m.id, m.user_id, m.role, m.joined_at, u.email, u.first_name, u.last_name, u.avatar_url
  FROM workspace_members m JOIN users u ON u.partner_id = m.partner_id AND u.id = m.user_id
 WHERE m.partner_id = $partner AND u.partner_id = $partner AND m.workspace_id = $workspace AND m.removed_at IS NULL
 ORDER BY m.joined_at, m.id
"""
_LANGUAGE = "SELECT language FROM users WHERE partner_id = $partner AND email = $1 AND deleted_at IS NULL"


async def find_language(ctx: Context, email: str) -> Language | None:
    """Return the language that the person with an address has chosen, or None."""
    return known(await ctx.fetch_value(_LANGUAGE, email))


async def find_workspace(ctx: Context, *, lock: bool = False) -> Workspace:
    """Return the context's workspace; with `lock`, held until the unit of work ends. Raises NotFound."""
    found = await ctx.fetch_one(Workspace, _FIND_LOCKED if lock else _FIND)
    if found is None:
        raise NotFound(_("There is no such workspace."))
    return found


async def count_workspaces(ctx: Context) -> int:
    """Return how many workspaces the partner has, holding back every other creation until the unit of work ends."""
    await ctx.fetch_value(_LOCK)
    return int(await ctx.fetch_value(_COUNT))


async def is_slug_taken(ctx: Context, slug: str) -> bool:
    """Whether a workspace of the partner has this slug. The context sees the whole partner."""
    return bool(await ctx.fetch_value(_SLUG_TAKEN, slug))


async def add_workspace(
    ctx: Context, workspace_id: UUID, slug: str, draft: NewWorkspace, created_by: UUID
) -> Workspace | None:
    """Add a workspace under this slug; None when it is taken. The context sees the whole partner."""
    limits = msgspec.to_builtins(draft.resource_limits)
    return await ctx.fetch_one(
        Workspace, _INSERT, workspace_id, slug, draft.name, draft.description, limits, created_by
    )


async def add_member(ctx: Context, workspace_id: UUID, user_id: UUID, member_id: UUID, role: WorkspaceRole) -> None:
    """Make a user a member of a workspace that has none of them yet."""
    await ctx.execute(_INSERT_MEMBER, workspace_id, user_id, member_id, role)


async def save_workspace(
    ctx: Context, name: str, description: str | None, timezone: str, settings: dict[str, Any]
) -> Workspace:
    """Write the settings and count the version. Raises NotFound."""
    saved = await ctx.fetch_one(Workspace, _SAVE, name, description, timezone, settings)
    if saved is None:
        raise NotFound(_("There is no such workspace."))
    return saved


async def mark_deleted(ctx: Context) -> None:
    """Delete the context's workspace softly."""
    await ctx.execute(_MARK_DELETED)


async def list_members(ctx: Context) -> list[MemberRow]:
    """Return the members of the context's workspace, the longest first. The plan's `max_users` bounds them."""
    return await ctx.fetch_all(MemberRow, _MEMBERS)
