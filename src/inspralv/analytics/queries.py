"""Figures from the rollups. Each page is one statement."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec

from inspralv.analytics.periods import Period
from inspralv.analytics.schemas import AgentName, AgentTally, Breakdown, DayTally, Figures, RecentCall
from inspralv.foundation.ids import uuid7_floor
from inspralv.tenancy.contexts import WorkspaceContext

_SUMS = """
sum(u.calls)::bigint AS calls, sum(u.completed)::bigint AS completed, sum(u.failed)::bigint AS failed,
sum(u.no_answer)::bigint AS no_answer, sum(u.busy)::bigint AS busy, sum(u.canceled)::bigint AS canceled,
sum(u.positive)::bigint AS positive, sum(u.neutral)::bigint AS neutral, sum(u.negative)::bigint AS negative,
sum(u.seconds)::bigint AS seconds, sum(u.cost_micros)::bigint AS cost_micros
"""
_CALL = """
c.id, c.contact_name, c.contact_number, c.provider, c.direction, c.status, c.duration_seconds, c.cost_micros, c.sentiment,
c.created_at, c.started_at,
(SELECT a.name FROM ai_agents a WHERE a.partner_id = $partner AND a.workspace_id = $workspace AND a.id = c.agent_id) AS agent_name
"""
_FIGURES = f"""
SELECT
  (SELECT count(*) FROM ai_agents WHERE partner_id = $partner AND workspace_id = $workspace AND deleted_at IS NULL) AS agents,
  (SELECT coalesce(jsonb_agg(d), '[]') FROM (
     SELECT u.day, {_SUMS} FROM usage_daily u
      WHERE u.partner_id = $partner AND u.workspace_id = $workspace AND u.day BETWEEN $1 AND $2
      GROUP BY u.day ORDER BY u.day) d) AS days,
  (SELECT coalesce(jsonb_agg(r), '[]') FROM (
     SELECT {_CALL} FROM conversations c
      WHERE c.partner_id = $partner AND c.workspace_id = $workspace AND c.id >= $3 AND c.deleted_at IS NULL
      ORDER BY c.id DESC LIMIT 8) r) AS recent,
  (SELECT coalesce(jsonb_agg(l), '[]') FROM (
     SELECT {_CALL} FROM conversations c
      WHERE c.partner_id = $partner AND c.workspace_id = $workspace AND c.id >= $4 AND c.deleted_at IS NULL
        AND c.status IN ('queued', 'ringing', 'in_progress')
      ORDER BY c.id LIMIT 20) l) AS live
"""
_BREAKDOWN = f"""
SELECT
  (SELECT coalesce(jsonb_agg(g), '[]') FROM (
     SELECT a.id, a.name, a.provider, a.is_active AND a.deleted_at IS NULL AS is_active,
            {_SUMS.replace("sum(u", "coalesce(sum(u").replace(")::", "), 0)::")}
       FROM ai_agents a
       LEFT JOIN usage_daily u ON u.partner_id = $partner AND u.workspace_id = $workspace AND u.agent_id = a.id
             AND u.day BETWEEN $1 AND $2
      WHERE a.partner_id = $partner AND a.workspace_id = $workspace AND ($3::uuid IS NULL OR a.id = $3)
      GROUP BY a.id, a.name, a.provider, a.is_active, a.deleted_at
     HAVING a.deleted_at IS NULL OR sum(u.calls) > 0
      ORDER BY calls DESC, a.name) g) AS agents,
  (SELECT coalesce(jsonb_agg(d), '[]') FROM (
     SELECT u.day, {_SUMS} FROM usage_daily u
      WHERE u.partner_id = $partner AND u.workspace_id = $workspace AND u.day BETWEEN $4 AND $2
        AND ($3::uuid IS NULL OR u.agent_id = $3)
      GROUP BY u.day ORDER BY u.day) d) AS days,
  (SELECT coalesce(jsonb_agg(n), '[]') FROM (
     SELECT a.id, a.name FROM ai_agents a
      WHERE a.partner_id = $partner AND a.workspace_id = $workspace AND a.deleted_at IS NULL ORDER BY a.name) n) AS names
"""
_SEARCH = """
SELECT * FROM (
  SELECT 'agent' AS kind, a.id, a.name AS label, a.provider AS detail, a.updated_at AS at FROM ai_agents a
   WHERE a.partner_id = $partner AND a.workspace_id = $workspace AND a.deleted_at IS NULL AND a.name ILIKE $1
   ORDER BY a.name LIMIT 5) agents
UNION ALL
SELECT * FROM (
  SELECT 'call', c.id, coalesce(c.contact_name, c.contact_number, ''), c.status, c.created_at FROM conversations c
   WHERE c.partner_id = $partner AND c.workspace_id = $workspace AND c.id >= $2 AND c.deleted_at IS NULL AND c.search_text ILIKE $1
   ORDER BY c.id DESC LIMIT 7) calls
"""
_RECENT_DAYS = 90
_LIVE_HOURS = 24


class Hit(msgspec.Struct):
    """Something the search found: an agent or a call."""

    kind: str
    id: UUID
    label: str
    detail: str


async def read_figures(ctx: WorkspaceContext, first: date, last: date) -> Figures:
    """Return the dashboard's figures of some days, with the latest and the running calls."""
    record = (
        await ctx.records(
            _FIGURES, first, last,
            uuid7_floor(ctx.now - timedelta(days=_RECENT_DAYS)), uuid7_floor(ctx.now - timedelta(hours=_LIVE_HOURS)),
        )
    )[0]  # fmt: skip
    return Figures(
        agents=record["agents"],
        days=msgspec.convert(record["days"], list[DayTally]),
        recent=msgspec.convert(record["recent"], list[RecentCall]),
        live=msgspec.convert(record["live"], list[RecentCall]),
    )


async def read_breakdown(
    ctx: WorkspaceContext, period: Period, agent_id: UUID | None, since: date | None = None
) -> Breakdown:
    """Return figures per agent over the period and per day since `since` (the period's start by default), of one agent
    if it is named, and the names of all."""
    record = (await ctx.records(_BREAKDOWN, period.first, period.last, agent_id, since or period.first))[0]
    return Breakdown(
        agents=msgspec.convert(record["agents"], list[AgentTally]),
        days=msgspec.convert(record["days"], list[DayTally]),
        names=msgspec.convert(record["names"], list[AgentName]),
    )


async def search(ctx: WorkspaceContext, text: str) -> list[Hit]:
    """Return agents by name and recent calls by name or number."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return await ctx.fetch_all(Hit, _SEARCH, f"%{escaped}%", uuid7_floor(ctx.now - timedelta(days=_RECENT_DAYS)))
