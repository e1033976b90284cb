"""The statements of versions, inside one workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from inspralv.agents.history.fields import changed_fields, flat, kept
from inspralv.agents.history.schemas import AgentHead, AgentVersion, History, Saved, VersionRow
from inspralv.agents.schemas import Agent
from inspralv.foundation.context import Context
from inspralv.foundation.db.rows import to_struct, to_structs
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import N_

_NO_VERSION = N_("There is no such version of an agent here.")

HEAD = "a.id, a.name, a.provider, a.version, a.synced_version, a.sync_status"
HERE = "a.partner_id = $partner AND a.workspace_id = $workspace AND a.id = $1 AND a.deleted_at IS NULL"
_ROW = """
v.version, v.note, v.author_kind, v.author_id, v.restored_from, v.changed, v.created_at,
nullif(trim(concat(u.first_name, ' ', u.last_name)), '') AS author_name
"""
_VERSIONS = """
agent_versions v LEFT JOIN users u ON u.partner_id = $partner AND u.id = v.author_id
WHERE v.partner_id = $partner AND v.workspace_id = $workspace AND v.agent_id = $1
"""
_ADD = """
INSERT INTO agent_versions (partner_id, workspace_id, agent_id, version, content, note, author_kind, author_id,
                            restored_from, changed, created_at)
VALUES ($partner, $workspace, $1, $2, $3, $4, $5, $6, $7, $8, $now)
"""
# The agent's columns come under names of their own: both sides have a version.
_AGENT = """
a.id AS agent_id, a.name AS agent_name, a.provider AS agent_provider, a.version AS agent_version, a.synced_version,
a.sync_status
"""
_LIST = f"""
SELECT {_AGENT}, t.total, l.* FROM ai_agents a
 CROSS JOIN LATERAL (SELECT count(*) AS total FROM agent_versions v
                      WHERE v.partner_id = $partner AND v.workspace_id = $workspace AND v.agent_id = $1) t
  LEFT JOIN LATERAL (SELECT {_ROW} FROM {_VERSIONS} ORDER BY v.version DESC LIMIT $2 OFFSET $3) l ON true
 WHERE {HERE} ORDER BY l.version DESC
"""
# A number between two versions means the earlier one: that is what the agent was then.
_IN_FORCE = f"""
SELECT {_AGENT}, l.* FROM ai_agents a
  JOIN LATERAL (SELECT {_ROW}, v.content FROM {_VERSIONS} AND v.version <= $2
                 ORDER BY v.version DESC LIMIT 1) l ON true
 WHERE {HERE} AND a.version >= $2
"""
_TWO = f"""
SELECT n.number, {_AGENT}, l.* FROM ai_agents a CROSS JOIN unnest(ARRAY[coalesce($2::integer, a.version), $3::integer]) AS n (number)
  JOIN LATERAL (SELECT {_ROW}, v.content FROM {_VERSIONS} AND v.version <= n.number
                 ORDER BY v.version DESC LIMIT 1) l ON true
 WHERE {HERE} AND a.version >= n.number
"""
_ADD_PUBLICATION = """
INSERT INTO agent_publications (partner_id, workspace_id, agent_id, version, published_at)
VALUES ($partner, $workspace, $1, $2, $now) ON CONFLICT (partner_id, agent_id, published_at, version) DO NOTHING
"""
# Before the first one only clocks that disagree can place a call.
_PUBLICATIONS = """
SELECT version FROM agent_publications WHERE partner_id = $partner AND workspace_id = $workspace AND agent_id = $1
"""
_LIVE_AT = f"""
SELECT coalesce(({_PUBLICATIONS} AND published_at <= $2 ORDER BY published_at DESC, version DESC LIMIT 1),
                ({_PUBLICATIONS} ORDER BY published_at, version LIMIT 1))
"""


async def add_version(ctx: Context, agent_id: UUID, saved: Saved) -> None:
    """Keep what was saved, in the transaction that saves it."""
    changed = changed_fields(flat(saved.before), flat(saved.content)) if saved.before is not None else []
    who = ctx.actor
    content, note = kept(saved.content), saved.note or None
    await ctx.execute(_ADD, agent_id, saved.version, content, note, who.kind, who.id, saved.restored_from, changed)


async def list_versions(ctx: Context, agent_id: UUID, page: int, size: int) -> History:
    """Return a page (from 1) of versions, newest first. Raises NotFound."""
    records = await ctx.records(_LIST, agent_id, size, (page - 1) * size)
    head = _head(records)
    rows = to_structs(VersionRow, [record for record in records if record["version"] is not None])
    return History(head, rows, records[0]["total"])


async def find_version(ctx: Context, agent_id: UUID, number: int) -> tuple[AgentHead, AgentVersion]:
    """Return what the agent was at a number. Raises NotFound."""
    records = await ctx.records(_IN_FORCE, agent_id, number)
    return _head(records), to_struct(AgentVersion, records[0])


async def find_two(
    ctx: Context, agent_id: UUID, left: int | None, right: int
) -> tuple[AgentHead, AgentVersion, AgentVersion]:
    """Return what the agent was at two numbers; without the first, what it is now. Raises NotFound."""
    records = await ctx.records(_TWO, agent_id, left, right)
    head, found = _head(records), {record["number"]: record for record in records}
    left = head.version if left is None else left
    if left not in found or right not in found:
        raise NotFound(_NO_VERSION)
    return head, to_struct(AgentVersion, found[left]), to_struct(AgentVersion, found[right])


async def add_publication(ctx: Context, agent_id: UUID, version: int) -> None:
    """Note that the provider has this version from now on."""
    await ctx.execute(_ADD_PUBLICATION, agent_id, version)


async def version_at(ctx: Context, agent: Agent, at: datetime) -> int:
    """Return the version that took a call which began at a moment: the one that the provider had then. A call may be
    reported before the answer to the very first push is written down; then it is the current one."""
    found: int | None = await ctx.fetch_value(_LIVE_AT, agent.id, at)
    return found or agent.synced_version or agent.version


def _head(records: Any) -> AgentHead:
    if not records:
        raise NotFound(_NO_VERSION)
    row = records[0]
    return AgentHead(
        id=row["agent_id"], name=row["agent_name"], provider=row["agent_provider"], version=row["agent_version"],
        synced_version=row["synced_version"], sync_status=row["sync_status"],
    )  # fmt: skip
