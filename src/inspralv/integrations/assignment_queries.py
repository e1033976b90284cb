"""The statements of assignments: which workspace uses which integration, and the webhook address that comes with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.integrations.schemas import Assignment, Available, WorkspaceIntegrations
from inspralv.integrations.sealing import seal_hook

_OF_WORKSPACE = """
SELECT i.id, i.provider, i.name, i.is_default, a.created_at AS assigned_at
  FROM workspaces w
  LEFT JOIN integrations i ON i.partner_id = w.partner_id
  LEFT JOIN integration_assignments a
         ON a.partner_id = w.partner_id AND a.workspace_id = w.id AND a.integration_id = i.id
 WHERE w.partner_id = $partner AND w.id = $1 AND w.deleted_at IS NULL
 ORDER BY i.provider, i.is_default DESC, i.created_at, i.id
"""
_FIND = """
SELECT a.integration_id, a.endpoint_id
  FROM integration_assignments a JOIN workspaces w ON w.partner_id = a.partner_id AND w.id = a.workspace_id
 WHERE a.partner_id = $partner AND w.partner_id = $partner AND a.workspace_id = $1 AND a.provider = $2
   AND w.deleted_at IS NULL
   FOR UPDATE OF a
"""
_HAS_WORKSPACE = "SELECT true FROM workspaces WHERE partner_id = $partner AND id = $1 AND deleted_at IS NULL"
_UNASSIGNED = """
SELECT w.id FROM workspaces w
 WHERE w.partner_id = $partner AND w.deleted_at IS NULL
   AND NOT EXISTS (SELECT FROM integration_assignments a
                    WHERE a.partner_id = $partner AND a.workspace_id = w.id AND a.provider = $1)
 ORDER BY w.id
"""
_OF_INTEGRATION = """
SELECT workspace_id FROM integration_assignments
 WHERE partner_id = $partner AND integration_id = $1 ORDER BY workspace_id
"""
_INSERT = """
INSERT INTO integration_assignments (partner_id, workspace_id, provider, integration_id, endpoint_id, hook_token,
                                     hook_secret, assigned_by, created_at, updated_at)
SELECT $partner, w.id, $2, $3, $4, $5, $6, $7, $now, $now FROM workspaces w
 WHERE w.partner_id = $partner AND w.id = $1 AND w.deleted_at IS NULL
ON CONFLICT (partner_id, workspace_id, provider) DO NOTHING
"""
_DELETE = "DELETE FROM integration_assignments WHERE partner_id = $partner AND workspace_id = $1 AND provider = $2"
_OPEN_ENDPOINT = "SELECT app.open_hook_endpoint($partner, $1, $2, $3, $4, $5)"
_CLOSE_ENDPOINT = "SELECT app.close_hook_endpoint($partner, $1)"


class Held(msgspec.Struct, frozen=True):
    """An assignment as it stands, held until the unit of work ends."""

    integration_id: UUID
    endpoint_id: UUID


class _Offer(msgspec.Struct, frozen=True):
    id: UUID | None
    provider: str | None
    name: str | None
    is_default: bool | None
    assigned_at: datetime | None


async def find_workspace_integrations(ctx: Context, workspace_id: UUID) -> WorkspaceIntegrations:
    """Return what a workspace uses and could use. Raises NotFound for a workspace that is not the partner's."""
    rows = await ctx.fetch_all(_Offer, _OF_WORKSPACE, workspace_id)
    if not rows:
        raise NotFound(_("There is no such workspace."))
    assignments: list[Assignment] = []
    available: list[Available] = []
    for row in rows:
        if row.id is None or row.provider is None or row.name is None:
            continue
        available.append(Available(row.id, row.provider, row.name, bool(row.is_default)))
        if row.assigned_at is not None:
            assignments.append(Assignment(row.provider, row.id, row.name, row.assigned_at))
    return WorkspaceIntegrations(tuple(assignments), tuple(available))


async def require_workspace(ctx: Context, workspace_id: UUID) -> None:
    """Raise NotFound for a workspace that is not the partner's."""
    if not await ctx.fetch_value(_HAS_WORKSPACE, workspace_id):
        raise NotFound(_("There is no such workspace."))


async def lock_assignment(ctx: Context, workspace_id: UUID, provider: str) -> Held | None:
    """Return what a workspace uses for a provider, held until the unit of work ends."""
    return await ctx.fetch_one(Held, _FIND, workspace_id, provider)


async def list_unassigned_workspaces(ctx: Context, provider: str) -> list[UUID]:
    """Return the workspaces without an integration of this provider."""
    return [row[0] for row in await ctx.records(_UNASSIGNED, provider)]


async def list_workspaces_of(ctx: Context, integration_id: UUID) -> list[UUID]:
    """Return the workspaces that use an integration."""
    return [row[0] for row in await ctx.records(_OF_INTEGRATION, integration_id)]


async def add_assignment(ctx: Context, workspace_id: UUID, provider: str, integration_id: UUID) -> bool:
    """Let a workspace use an integration, with a new webhook address and secret. False when it has one already, or is
    there no more."""
    endpoint_id, token = uuid7(ctx.now), new_token()
    added = await ctx.execute(
        _INSERT, workspace_id, provider, integration_id, endpoint_id, seal_hook(ctx, endpoint_id, "hook_token", token),
        seal_hook(ctx, endpoint_id, "hook_secret", new_token()), ctx.actor.id,
    )  # fmt: skip
    if added:
        await ctx.directory(_OPEN_ENDPOINT, workspace_id, integration_id, provider, endpoint_id, token_hash(token))
    return bool(added)


async def delete_assignment(ctx: Context, workspace_id: UUID, provider: str, endpoint_id: UUID) -> None:
    """End an assignment; its webhook address answers no more."""
    await ctx.directory(_CLOSE_ENDPOINT, endpoint_id)
    await ctx.execute(_DELETE, workspace_id, provider)
