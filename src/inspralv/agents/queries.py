"""The statements of agents, inside one workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from inspralv.agents.schemas import Agent, AgentCard, AgentFilter, AgentName, EditedAgent, StoredAgent
from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_structs
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _

A = TypeVar("A", bound=Agent)

USAGE_WINDOW = timedelta(days=30)

_NAMES = (
    "id", "workspace_id", "name", "description", "provider", "voice_provider", "model_provider", "transcriber_provider",
    "config", "is_active", "version", "external_agent_id", "synced_version", "sync_status", "sync_error",
    "sync_error_field", "last_synced_at", "created_by", "created_at", "updated_at",
)  # fmt: skip
COLUMNS = ", ".join(f"a.{name}" for name in _NAMES)
_HERE = "a.partner_id = $partner AND a.workspace_id = $workspace"
_MATCHES = f"""
{_HERE} AND a.deleted_at IS NULL
AND ($1::text IS NULL OR a.provider = $1) AND ($2::boolean IS NULL OR a.is_active = $2)
AND ($3::text IS NULL OR position(lower($3) IN lower(a.name)) > 0)
"""
# One row at least, so that the total of an empty page is known too.
_LIST = f"""
SELECT t.total, {COLUMNS}
  FROM (SELECT count(*) AS total FROM ai_agents a WHERE {_MATCHES}) t
  LEFT JOIN LATERAL (SELECT * FROM ai_agents a WHERE {_MATCHES} ORDER BY a.id DESC LIMIT $4 OFFSET $5) a ON true
 ORDER BY a.id DESC
"""
_USAGE = """
SELECT coalesce(sum(u.calls), 0)::bigint AS calls, coalesce(sum(u.completed), 0)::bigint AS completed,
       coalesce(sum(u.seconds), 0)::bigint AS seconds, coalesce(sum(u.cost_micros), 0)::bigint AS cost_micros
  FROM usage_daily u
 WHERE u.partner_id = $partner AND u.workspace_id = $workspace AND u.agent_id = a.id AND u.day > {day}::date
"""
_HAS_KEY = """
EXISTS (SELECT FROM integration_assignments k
         WHERE k.partner_id = $partner AND k.workspace_id = $workspace AND k.provider = a.provider) AS has_key,
(SELECT r.state FROM agent_remotes r
  WHERE r.partner_id = $partner AND r.workspace_id = $workspace AND r.agent_id = a.id) AS drift
"""
_CARDS = f"""
SELECT t.total, t.everything, {COLUMNS}, u.*, {_HAS_KEY}
  FROM (SELECT count(*) FILTER (WHERE {_MATCHES}) AS total, count(*) AS everything
          FROM ai_agents a WHERE {_HERE} AND a.deleted_at IS NULL) t
  LEFT JOIN LATERAL (SELECT * FROM ai_agents a WHERE {_MATCHES} ORDER BY a.id DESC LIMIT $4 OFFSET $5) a ON true
  LEFT JOIN LATERAL ({_USAGE.format(day="$6")}) u ON true
 ORDER BY a.id DESC
"""
_CARD = f"""
SELECT {COLUMNS}, u.*, {_HAS_KEY}
  FROM ai_agents a LEFT JOIN LATERAL ({_USAGE.format(day="$2")}) u ON true
 WHERE {_HERE} AND a.id = $1 AND a.deleted_at IS NULL
"""
KEYED = """
ARRAY(SELECT k.provider FROM integration_assignments k
       WHERE k.partner_id = $partner AND k.workspace_id = $workspace ORDER BY 1) AS keyed
"""
OF_WORKSPACE = """
coalesce((SELECT w.settings -> 'custom_variables' FROM workspaces w
           WHERE w.partner_id = $partner AND w.id = $workspace), '[]') AS of_workspace
"""
_EDITED = f"""
SELECT {COLUMNS}, u.*, {_HAS_KEY}, {KEYED}, {OF_WORKSPACE},
       (SELECT k.integration_id FROM integration_assignments k
         WHERE k.partner_id = $partner AND k.workspace_id = $workspace AND k.provider = a.provider) AS integration_id
  FROM ai_agents a LEFT JOIN LATERAL ({_USAGE.format(day="$2")}) u ON true
 WHERE {_HERE} AND a.id = $1 AND a.deleted_at IS NULL
"""
_FIND = f"SELECT {COLUMNS} FROM ai_agents a WHERE {_HERE} AND a.id = $1 AND a.deleted_at IS NULL"
_FIND_STORED = f"SELECT {COLUMNS}, a.external_ref, a.deleted_at FROM ai_agents a WHERE {_HERE} AND a.id = $1"
_LOCK = f"{_FIND_STORED} FOR UPDATE"
# A provider may know one agent of ours by several ids.
_FIND_BY_REMOTE = f"""
SELECT {COLUMNS} FROM ai_agents a
 WHERE {_HERE} AND a.provider = $1
   AND (a.external_agent_id = $2 OR $2 IN (SELECT value FROM jsonb_each_text(a.external_ref -> 'ids')))
"""
_LIST_NAMES = f"""
SELECT a.id, a.name, a.provider, a.is_active FROM ai_agents a
 WHERE {_HERE} AND a.deleted_at IS NULL ORDER BY lower(a.name), a.id
"""
# Two people adding an agent at the same time must not both take the last place.
_LOCK_WORKSPACE = """
SELECT true FROM workspaces WHERE partner_id = $partner AND id = $workspace FOR NO KEY UPDATE
"""
_COUNT = f"SELECT count(*) FROM ai_agents a WHERE {_HERE} AND a.deleted_at IS NULL"
_INSERT = """
INSERT INTO ai_agents (partner_id, workspace_id, id, name, description, provider, voice_provider, model_provider,
                       transcriber_provider, config, is_active, sync_status, created_by, created_at, updated_at)
VALUES ($partner, $workspace, $1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $now, $now)
"""
_SAVE = """
UPDATE ai_agents
   SET name = $2, description = $3, provider = $4, voice_provider = $5, model_provider = $6, transcriber_provider = $7,
       config = $8, is_active = $9, version = version + 1, sync_status = 'pending', sync_error = NULL,
       sync_error_field = NULL, updated_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
"""
# Neither a new version nor news for the provider.
_SAVE_ACTIVATION = """
UPDATE ai_agents
   SET is_active = $2, updated_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
"""
_DELETE = """
UPDATE ai_agents SET deleted_at = $now, updated_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
"""
_RESTORE = """
UPDATE ai_agents
   SET deleted_at = NULL, sync_status = 'pending', sync_error = NULL, sync_error_field = NULL, updated_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
"""


class Listed(msgspec.Struct, frozen=True):
    """A page of agents, how many match in all, and how many there are without any filter."""

    agents: list[Agent]
    total: int


class Cards(msgspec.Struct, frozen=True):
    """A page of cards, how many match in all, and how many there are without any filter."""

    cards: list[AgentCard]
    total: int
    everything: int


async def list_agents(ctx: Context, wanted: AgentFilter) -> Listed:
    """Return a page of agents, newest first."""
    rows = await ctx.records(_LIST, *_arguments(wanted))
    return Listed(_agents(Agent, rows), rows[0]["total"])


async def list_cards(ctx: Context, wanted: AgentFilter) -> Cards:
    """Return a page of agents with their figures, newest first."""
    rows = await ctx.records(_CARDS, *_arguments(wanted), (ctx.now - USAGE_WINDOW).date())
    return Cards(_agents(AgentCard, rows), rows[0]["total"], rows[0]["everything"])


async def find_card(ctx: Context, agent_id: UUID) -> AgentCard:
    """Return an agent with its figures. Raises NotFound."""
    return _found(await ctx.fetch_one(AgentCard, _CARD, agent_id, (ctx.now - USAGE_WINDOW).date()))


async def find_edited(ctx: Context, agent_id: UUID) -> EditedAgent:
    """Return an agent with all that its editor shows. Raises NotFound."""
    return _found(await ctx.fetch_one(EditedAgent, _EDITED, agent_id, (ctx.now - USAGE_WINDOW).date()))


async def find_agent(ctx: Context, agent_id: UUID) -> Agent:
    """Return an agent. Raises NotFound."""
    return _found(await ctx.fetch_one(Agent, _FIND, agent_id))


async def find_stored(ctx: Context, agent_id: UUID) -> StoredAgent | None:
    """Return an agent, deleted ones too, with what the provider knows of it."""
    return await ctx.fetch_one(StoredAgent, _FIND_STORED, agent_id)


async def lock_agent(ctx: Context, agent_id: UUID) -> StoredAgent:
    """Return an agent, deleted ones too, and hold it until the unit of work ends. Raises NotFound."""
    return _found(await ctx.fetch_one(StoredAgent, _LOCK, agent_id))


async def find_agent_by_remote(ctx: Context, provider: str, external_agent_id: str) -> Agent | None:
    """Return the agent that the provider knows by this id, or by this one too; a deleted one as well: its last calls
    are still reported."""
    return await ctx.fetch_one(Agent, _FIND_BY_REMOTE, provider, external_agent_id)


async def list_agent_names(ctx: Context) -> list[AgentName]:
    """Return the workspace's agents by name, for filters and pickers."""
    return await ctx.fetch_all(AgentName, _LIST_NAMES)


async def count_agents(ctx: Context) -> int:
    """Return how many agents there are, holding back every other creation until the unit of work ends."""
    await ctx.fetch_value(_LOCK_WORKSPACE)
    return int(await ctx.fetch_value(_COUNT))


async def add_agent(ctx: Context, agent_id: UUID, content: dict[str, Any]) -> None:
    """Store a new agent that no provider knows yet."""
    await ctx.execute(_INSERT, agent_id, *_values(content), ctx.actor.id)


async def save_agent(ctx: Context, agent_id: UUID, content: dict[str, Any]) -> None:
    """Store an edit that the provider must follow, and count the version."""
    await ctx.execute(_SAVE, agent_id, *_values(content))


async def save_activation(ctx: Context, agent_id: UUID, *, is_active: bool) -> None:
    """Store whether the agent is in use."""
    await ctx.execute(_SAVE_ACTIVATION, agent_id, is_active)


async def mark_deleted(ctx: Context, agent_id: UUID) -> None:
    """Delete an agent softly."""
    await ctx.execute(_DELETE, agent_id)


async def mark_restored(ctx: Context, agent_id: UUID) -> None:
    """Undo a deletion; the provider must follow."""
    await ctx.execute(_RESTORE, agent_id)


def _arguments(wanted: AgentFilter) -> tuple[object, ...]:
    offset = (wanted.page - 1) * wanted.page_size
    return wanted.provider, wanted.is_active, wanted.search or None, wanted.page_size, offset


def _values(content: dict[str, Any]) -> tuple[object, ...]:
    return (
        content["name"], content["description"], content["provider"], content["voice_provider"],
        content["model_provider"], content["transcriber_provider"], content["config"], content["is_active"],
    )  # fmt: skip


def _agents(kind: type[A], rows: Sequence[Any]) -> list[A]:
    """The row that only carries the totals of an empty page is no agent."""
    return to_structs(kind, rows) if rows[0]["id"] else []


def _found(agent: A | None) -> A:
    if agent is None:
        raise NotFound(_("There is no such agent."))
    return agent
