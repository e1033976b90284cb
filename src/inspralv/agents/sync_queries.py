"""The statements about what a provider knows of an agent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.agents.schemas import RemoteState, SyncStatus
from inspralv.foundation.context import Context

_HERE = "partner_id = $partner AND workspace_id = $workspace AND id = $1"
_MARK_PENDING = f"""
UPDATE ai_agents SET sync_status = 'pending', synced_version = NULL, sync_error = NULL, sync_error_field = NULL
 WHERE {_HERE}
"""
_SAVE_REMOTE = f"UPDATE ai_agents SET external_ref = $2, external_agent_id = $3 WHERE {_HERE}"
# What was pushed is current only if nobody edited the agent meanwhile.
_SAVE_SYNCED = f"""
UPDATE ai_agents
   SET external_ref = $3, external_agent_id = $4, synced_version = $2, last_synced_at = $now, sync_error = NULL,
       sync_error_field = NULL, sync_status = CASE WHEN version = $2 THEN 'synced' ELSE 'pending' END
 WHERE {_HERE} RETURNING version
"""
_SAVE_TROUBLE = f"""
UPDATE ai_agents SET sync_status = $3, sync_error = $4, sync_error_field = $5
 WHERE {_HERE} AND version = $2 AND deleted_at IS NULL
"""
_FORGET_REMOTE = f"""
UPDATE ai_agents SET external_ref = '{{}}', external_agent_id = NULL, synced_version = NULL
 WHERE {_HERE} AND coalesce(external_ref -> 'ids', '{{}}') = $2 RETURNING deleted_at IS NULL
"""
_FORGET_HOME = (
    f"UPDATE ai_agents SET external_ref = '{{}}', external_agent_id = NULL, synced_version = NULL WHERE {_HERE}"
)
_OF_WORKSPACES = """
partner_id = $partner AND workspace_id = ANY($1)
AND provider = coalesce($2, (SELECT i.provider FROM integrations i WHERE i.partner_id = $partner AND i.id = $3))
"""
_MARK_ALL_PENDING = f"""
UPDATE ai_agents SET sync_status = 'pending', synced_version = NULL, sync_error = NULL, sync_error_field = NULL
 WHERE {_OF_WORKSPACES} AND deleted_at IS NULL AND (NOT $4 OR sync_status <> 'synced') RETURNING id, workspace_id
"""
# Only texts that hold a variable can be concerned.
_MARK_WITH_VARIABLES = """
UPDATE ai_agents SET sync_status = 'pending', synced_version = NULL, sync_error = NULL, sync_error_field = NULL
 WHERE partner_id = $partner AND workspace_id = $workspace AND deleted_at IS NULL
   AND position('{{' IN concat(config ->> 'system_prompt', config ->> 'first_message')) > 0
RETURNING id, workspace_id
"""
_LIST_LEFT_BEHIND = f"""
SELECT id, workspace_id FROM ai_agents
 WHERE {_OF_WORKSPACES} AND deleted_at IS NOT NULL AND external_agent_id IS NOT NULL
"""
# Refusals at a field wait for a person; everything else may have passed meanwhile.
_LIST_STUCK = """
SELECT id, workspace_id FROM ai_agents
 WHERE partner_id = $partner AND deleted_at IS NULL
   AND (sync_status = 'pending' AND updated_at < $1 OR sync_status = 'error' AND sync_error_field IS NULL)
 ORDER BY id LIMIT 500
"""
_LIST_UNREMOVED = """
SELECT id, workspace_id FROM ai_agents
 WHERE partner_id = $partner AND deleted_at < $1 AND external_agent_id IS NOT NULL ORDER BY id LIMIT 500
"""


class AgentRef(msgspec.Struct, frozen=True):
    """An agent and its workspace."""

    id: UUID
    workspace_id: UUID


async def mark_pending(ctx: Context, agent_id: UUID) -> None:
    """The provider must be told again, even if it seems to know."""
    await ctx.execute(_MARK_PENDING, agent_id)


async def save_remote(ctx: Context, agent_id: UUID, state: RemoteState, external_agent_id: str | None) -> None:
    """Store where the agent lives, or that its making was begun."""
    await ctx.execute(_SAVE_REMOTE, agent_id, _stored(state), external_agent_id)


async def save_synced(
    ctx: Context, agent_id: UUID, version: int, state: RemoteState, external_agent_id: str
) -> int | None:
    """Store that the provider has `version`; return the current one, None when the agent is gone."""
    current = await ctx.fetch_value(_SAVE_SYNCED, agent_id, version, _stored(state), external_agent_id)
    return None if current is None else int(current)


async def save_trouble(
    ctx: Context, agent_id: UUID, version: int, status: SyncStatus, reason: str, field: str | None = None
) -> bool:
    """Store why the provider has not followed. False when this version is not the current one any more."""
    return await ctx.execute(_SAVE_TROUBLE, agent_id, version, status, reason, field) == 1


async def forget_remote(ctx: Context, agent_id: UUID, ids: dict[str, str]) -> bool:
    """The remote object with these ids is gone. True when the agent itself is not deleted, so must be made again."""
    return bool(await ctx.fetch_value(_FORGET_REMOTE, agent_id, ids))


async def forget_home(ctx: Context, agent_id: UUID) -> None:
    """The agent moves to another provider, where nothing is known of it yet."""
    await ctx.execute(_FORGET_HOME, agent_id)


async def mark_all_pending(
    ctx: Context, workspaces: list[UUID], provider: str | None, integration_id: UUID, *, only_waiting: bool = False
) -> list[AgentRef]:
    """Mark every agent of these workspaces and the provider (else: of the integration's provider), and return them;
    `only_waiting`: only those that the provider does not have as they are."""
    return await ctx.fetch_all(AgentRef, _MARK_ALL_PENDING, workspaces, provider, integration_id, only_waiting)


async def mark_pending_with_variables(ctx: Context) -> list[AgentRef]:
    """Mark the workspace's agents whose texts hold variables, and return them."""
    return await ctx.fetch_all(AgentRef, _MARK_WITH_VARIABLES)


async def list_left_behind(
    ctx: Context, workspaces: list[UUID], provider: str | None, integration_id: UUID
) -> list[AgentRef]:
    """Return deleted agents that are still at the provider."""
    return await ctx.fetch_all(AgentRef, _LIST_LEFT_BEHIND, workspaces, provider, integration_id)


async def list_stuck(ctx: Context, before: datetime) -> list[AgentRef]:
    """Return agents that wait since before a moment, or that failed for a reason that may have passed."""
    return await ctx.fetch_all(AgentRef, _LIST_STUCK, before)


async def list_unremoved(ctx: Context, before: datetime) -> list[AgentRef]:
    """Return agents deleted before a moment that are still at the provider."""
    return await ctx.fetch_all(AgentRef, _LIST_UNREMOVED, before)


def _stored(state: RemoteState) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(state)
    return built
