"""The statements of what is known at the provider, inside one workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from inspralv.agents.drift.schemas import AtProvider, DriftState, RemoteRecord
from inspralv.agents.history.queries import HEAD, HERE
from inspralv.agents.history.schemas import AgentHead
from inspralv.agents.sync_queries import AgentRef
from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_struct
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _

_COLUMNS = ", ".join(f"r.{name}" for name in RemoteRecord.__struct_fields__)
_ROW = "r.partner_id = $partner AND r.workspace_id = $workspace AND r.agent_id = $1"
_FIND = f"SELECT {_COLUMNS} FROM agent_remotes r WHERE {_ROW}"
_AT_PROVIDER = f"""
SELECT {HEAD}, a.external_agent_id IS NOT NULL AS is_there, r.agent_id IS NOT NULL AS is_known, {_COLUMNS}
  FROM ai_agents a
  LEFT JOIN agent_remotes r ON r.partner_id = $partner AND r.workspace_id = $workspace AND r.agent_id = a.id
 WHERE {HERE}
"""
_SAVE_PUSHED = """
INSERT INTO agent_remotes (partner_id, workspace_id, agent_id, pushed, pushed_version, pushed_at, seen, there, here,
                           here_version, state, checked_at)
VALUES ($partner, $workspace, $1, $2, $3, $now, $4, $4, $2, $3, $5, $6)
ON CONFLICT (partner_id, agent_id) DO UPDATE
   SET pushed = excluded.pushed, pushed_version = excluded.pushed_version, pushed_at = excluded.pushed_at,
       seen = excluded.seen, there = excluded.there, here = excluded.here, here_version = excluded.here_version,
       state = excluded.state, fields = '[]', checked_at = excluded.checked_at, asked_at = NULL, trouble = NULL
"""
_SAVE_LOOK = """
INSERT INTO agent_remotes (partner_id, workspace_id, agent_id, pushed, pushed_version, pushed_at, seen, there, here,
                           here_version, state, fields, checked_at)
VALUES ($partner, $workspace, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $now)
ON CONFLICT (partner_id, agent_id) DO UPDATE
   SET pushed = excluded.pushed, pushed_version = excluded.pushed_version, pushed_at = excluded.pushed_at,
       seen = excluded.seen, there = excluded.there, here = excluded.here, here_version = excluded.here_version,
       state = excluded.state, fields = excluded.fields, checked_at = excluded.checked_at, asked_at = NULL,
       trouble = NULL
"""
_SAVE_TROUBLE = """
INSERT INTO agent_remotes (partner_id, workspace_id, agent_id, trouble) VALUES ($partner, $workspace, $1, $2)
ON CONFLICT (partner_id, agent_id) DO UPDATE SET trouble = excluded.trouble, asked_at = NULL
"""
_ASK = """
INSERT INTO agent_remotes (partner_id, workspace_id, agent_id, asked_at) VALUES ($partner, $workspace, $1, $now)
ON CONFLICT (partner_id, agent_id) DO UPDATE SET asked_at = excluded.asked_at
"""
_FORGET = f"""
UPDATE agent_remotes AS r
   SET pushed = '{{}}', pushed_version = NULL, pushed_at = NULL, seen = NULL, there = NULL, here = NULL,
       here_version = NULL, state = 'unknown', fields = '[]', checked_at = NULL, asked_at = NULL, trouble = NULL
 WHERE {_ROW}
"""
_LIST_DUE = """
SELECT a.id, a.workspace_id FROM ai_agents a
  LEFT JOIN agent_remotes r ON r.partner_id = $partner AND r.agent_id = a.id
 WHERE a.partner_id = $partner AND a.deleted_at IS NULL AND a.external_agent_id IS NOT NULL
   AND a.sync_status IN ('synced', 'error') AND (r.checked_at IS NULL OR r.checked_at < $1)
 ORDER BY r.checked_at NULLS FIRST, a.id LIMIT 500
"""


async def find_remote(ctx: Context, agent_id: UUID) -> RemoteRecord | None:
    """Return what is known; None when nothing is."""
    return await ctx.fetch_one(RemoteRecord, _FIND, agent_id)


async def find_at_provider(ctx: Context, agent_id: UUID) -> AtProvider:
    """Return an agent with what is known of it at its provider. Raises NotFound."""
    records = await ctx.records(_AT_PROVIDER, agent_id)
    if not records:
        raise NotFound(_("There is no such agent."))
    row = records[0]
    remote = to_struct(RemoteRecord, row) if row["is_known"] else RemoteRecord()
    return AtProvider(to_struct(AgentHead, row), row["is_there"], remote)


async def save_pushed(
    ctx: Context, agent_id: UUID, version: int, pushed: dict[str, Any], seen: dict[str, Any] | None
) -> None:
    """Store what was sent and what the provider said afterwards: what differed before is overwritten now."""
    state: DriftState = "unknown" if seen is None else "same"
    await ctx.execute(_SAVE_PUSHED, agent_id, pushed, version, seen, state, None if seen is None else ctx.now)


async def save_look(ctx: Context, agent_id: UUID, remote: RemoteRecord) -> None:
    """Store what a check has found, as of now."""
    await ctx.execute(
        _SAVE_LOOK, agent_id, remote.pushed, remote.pushed_version, remote.pushed_at, remote.seen, remote.there,
        remote.here, remote.here_version, remote.state, remote.fields,
    )  # fmt: skip


async def forget_remote(ctx: Context, agent_id: UUID) -> None:
    """Forget what the provider has: the agent has left it."""
    await ctx.execute(_FORGET, agent_id)


async def save_trouble(ctx: Context, agent_id: UUID, reason: str) -> None:
    """Store why a check failed; what the one before has found stays."""
    await ctx.execute(_SAVE_TROUBLE, agent_id, reason)


async def save_asked(ctx: Context, agent_id: UUID) -> None:
    """Store that somebody waits for a check."""
    await ctx.execute(_ASK, agent_id)


async def list_due(ctx: Context, before: datetime) -> list[AgentRef]:
    """Return the partner's agents that nobody has looked at since a moment, the longest unseen first."""
    return await ctx.fetch_all(AgentRef, _LIST_DUE, before)
