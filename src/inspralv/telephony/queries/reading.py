"""What pages show, each in one statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.telephony.queries.numbers import COLUMNS
from inspralv.telephony.queries.trunks import COLUMNS as TRUNK_COLUMNS
from inspralv.telephony.schemas import Number, Trunk

_AGENT = "LEFT JOIN ai_agents {0} ON {0}.partner_id = n.partner_id AND {0}.id = n.{1}_agent_id"
_NAMED = f"""
SELECT {COLUMNS}, i.name AS inbound_agent, o.name AS outbound_agent, f.name AS fallback_agent
  FROM phone_numbers n
  {_AGENT.format("i", "inbound")} {_AGENT.format("o", "outbound")} {_AGENT.format("f", "fallback")}
 WHERE n.partner_id = $partner
"""
_ORGANISATION = f"""
SELECT (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]') FROM ({_NAMED} ORDER BY n.phone_number, n.id) x) AS numbers,
       (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
          FROM (SELECT {TRUNK_COLUMNS} FROM sip_trunks t WHERE t.partner_id = $partner
                 ORDER BY t.is_default DESC, t.created_at, t.id) x) AS trunks,
       (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
          FROM (SELECT g.id, g.provider, g.name, g.is_active FROM integrations g WHERE g.partner_id = $partner
                 ORDER BY g.provider, g.is_default DESC, g.created_at, g.id) x) AS accounts
"""
_WORKSPACE = f"{_NAMED} AND n.assigned_workspace_id = $workspace ORDER BY n.phone_number, n.id"
_ONE = f"{_NAMED} AND n.assigned_workspace_id = $workspace AND n.id = $1"
_OF_AGENT = f"""
SELECT EXISTS (SELECT FROM ai_agents a WHERE a.partner_id = $partner AND a.workspace_id = $workspace AND a.id = $1) AS is_there,
       (SELECT coalesce(jsonb_agg(to_jsonb(q)), '[]') FROM (
          {_NAMED} AND n.assigned_workspace_id = $workspace AND $1 IN (n.inbound_agent_id, n.outbound_agent_id)
           ORDER BY n.phone_number, n.id) q) AS rows
"""
_WITH_AGENTS = f"""
SELECT x.*, (SELECT coalesce(jsonb_agg(to_jsonb(y)), '[]')
               FROM (SELECT a.id, a.name, a.provider, a.is_active, a.deleted_at IS NOT NULL AS is_deleted FROM ai_agents a
                      WHERE a.partner_id = $partner AND a.workspace_id = $workspace AND a.provider = x.provider
                        AND (a.deleted_at IS NULL OR a.id IN (x.inbound_agent_id, x.outbound_agent_id, x.fallback_agent_id))
                      ORDER BY lower(a.name), a.id) y) AS agents
  FROM ({_ONE}) x
"""


class NumberRow(Number, frozen=True, kw_only=True):
    """A number with the names of its agents; None where none is chosen or it is unknown."""

    inbound_agent: str | None
    outbound_agent: str | None
    fallback_agent: str | None


class AccountRow(msgspec.Struct, frozen=True):
    """An integration as a choice."""

    id: UUID
    provider: str
    name: str
    is_active: bool


class AgentChoice(msgspec.Struct, frozen=True):
    """An agent as a choice; a deleted one stays in sight while a number names it."""

    id: UUID
    name: str
    provider: str
    is_active: bool
    is_deleted: bool


class Organisation(msgspec.Struct, frozen=True):
    """All telephony of a partner."""

    numbers: list[NumberRow]
    trunks: list[Trunk]
    accounts: list[AccountRow]

    def number(self, number_id: UUID) -> NumberRow:
        """Return one. Raises NotFound."""
        found = next((one for one in self.numbers if one.id == number_id), None)
        if found is None:
            raise NotFound(_("There is no such number."))
        return found


class NumberWithAgents(msgspec.Struct, frozen=True):
    """A number and the agents of its workspace that could take part."""

    number: NumberRow
    agents: list[AgentChoice]


async def read_organisation(ctx: Context) -> Organisation:
    """Return everything. The context sees the whole partner."""
    (row,) = await ctx.records(_ORGANISATION)
    return msgspec.convert(dict(row), Organisation)


async def read_workspace(ctx: Context) -> list[NumberRow]:
    """Return the workspace's numbers."""
    return await ctx.fetch_all(NumberRow, _WORKSPACE)


async def read_number(ctx: Context, number_id: UUID) -> NumberWithAgents:
    """Return one of the workspace's numbers with the agents to choose from. Raises NotFound."""
    rows = await ctx.records(_WITH_AGENTS, number_id)
    if not rows:
        raise NotFound(_("There is no such number."))
    row: dict[str, Any] = dict(rows[0])
    return msgspec.convert({"number": row, "agents": row.pop("agents")}, NumberWithAgents)


async def read_agents_numbers(ctx: Context, agent_id: UUID) -> list[NumberRow]:
    """Return the workspace's numbers that an agent answers or calls from. Raises NotFound."""
    found = (await ctx.records(_OF_AGENT, agent_id))[0]
    if not found["is_there"]:
        raise NotFound(_("There is no such agent."))
    return msgspec.convert(found["rows"], list[NumberRow])
