"""Counting calls by day. Each day of an agent is spread over a few slots, so that busy workspaces do not queue
behind one row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_floor

SLOTS: Final = 4
NO_AGENT: Final = UUID(int=0)
MEASURES: Final = (
    "calls", "completed", "failed", "no_answer", "busy", "canceled", "inbound", "outbound", "web", "positive",
    "neutral", "negative", "seconds", "cost_micros",
)  # fmt: skip
_NAMES = ", ".join(MEASURES)
_OUTCOMES = ("completed", "failed", "no_answer", "busy", "canceled")
_DIRECTIONS = ("inbound", "outbound", "web")
_SENTIMENTS = ("positive", "neutral", "negative")
_COUNTED = ", ".join(
    ["count(*) AS calls"]
    + [f"count(*) FILTER (WHERE c.status = '{name}') AS {name}" for name in _OUTCOMES]
    + [f"count(*) FILTER (WHERE c.direction = '{name}') AS {name}" for name in _DIRECTIONS]
    + [f"count(*) FILTER (WHERE c.sentiment = '{name}') AS {name}" for name in _SENTIMENTS]
    + [
        "coalesce(sum(c.duration_seconds), 0)::bigint AS seconds",
        "coalesce(sum(c.cost_micros), 0)::bigint AS cost_micros",
    ]
)
_ZONE = "SELECT timezone FROM workspaces WHERE partner_id = $partner AND id = $workspace"
_ADD = f"""
INSERT INTO usage_daily (partner_id, workspace_id, day, agent_id, slot, {_NAMES})
VALUES ($partner, $workspace, $1, $2, $3, {", ".join(f"${n + 4}" for n in range(len(MEASURES)))})
ON CONFLICT (partner_id, workspace_id, day, agent_id, slot) DO UPDATE SET
{", ".join(f"{name} = usage_daily.{name} + excluded.{name}" for name in MEASURES)}
"""
_SLOT = f"get_byte(uuid_send(c.id), 15) & {SLOTS - 1}"
_AGENT = f"coalesce(c.agent_id, '{NO_AGENT}'::uuid)"
_DIFFERENT = f"""
SELECT coalesce(t.workspace_id, u.workspace_id) AS workspace_id, coalesce(t.day, u.day) AS day,
       coalesce(t.agent_id, u.agent_id) AS agent_id, coalesce(t.slot, u.slot) AS slot
  FROM (SELECT c.workspace_id, c.usage_day AS day, {_AGENT} AS agent_id, {_SLOT} AS slot, {_COUNTED}
          FROM conversations c
         WHERE c.partner_id = $partner AND c.id >= $3 AND c.id < $4 AND c.usage_day BETWEEN $1 AND $2
         GROUP BY 1, 2, 3, 4) t
  FULL JOIN (SELECT * FROM usage_daily WHERE partner_id = $partner AND day BETWEEN $1 AND $2) u
    ON u.workspace_id = t.workspace_id AND u.day = t.day AND u.agent_id = t.agent_id AND u.slot = t.slot
 WHERE ROW({", ".join(f"coalesce(t.{name}, 0)" for name in MEASURES)})
       IS DISTINCT FROM ROW({", ".join(f"coalesce(u.{name}, 0)" for name in MEASURES)})
"""
_OPEN_ROW = """
INSERT INTO usage_daily (partner_id, workspace_id, day, agent_id, slot) VALUES ($partner, $1, $2, $3, $4)
ON CONFLICT (partner_id, workspace_id, day, agent_id, slot) DO NOTHING
"""
_LOCK_ROW = f"""
SELECT {_NAMES} FROM usage_daily
 WHERE partner_id = $partner AND workspace_id = $1 AND day = $2 AND agent_id = $3 AND slot = $4
   FOR UPDATE
"""
_COUNT_ROW = f"""
SELECT {_COUNTED} FROM conversations c
 WHERE c.partner_id = $partner AND c.workspace_id = $1 AND c.usage_day = $2 AND {_AGENT} = $3 AND {_SLOT} = $4
   AND c.id >= $5 AND c.id < $6
"""
_SET_ROW = f"""
UPDATE usage_daily SET {", ".join(f"{name} = ${n + 5}" for n, name in enumerate(MEASURES))}
 WHERE partner_id = $partner AND workspace_id = $1 AND day = $2 AND agent_id = $3 AND slot = $4
"""


class Counter(msgspec.Struct, frozen=True):
    """Which row of the daily figures."""

    workspace_id: UUID
    day: date
    agent_id: UUID
    slot: int


async def find_zone(ctx: Context) -> str:
    """Return the workspace's time zone, an IANA name."""
    return str(await ctx.fetch_value(_ZONE))


async def add(ctx: Context, day: date, agent_id: UUID, slot: int, amounts: Mapping[str, int]) -> None:
    """Add to a day's figures; amounts may be negative."""
    await ctx.execute(_ADD, day, agent_id, slot, *(amounts.get(name, 0) for name in MEASURES))


async def list_different(ctx: Context, first: date, last: date, since: datetime, until: datetime) -> list[Counter]:
    """Return the counters of the partner's days that differ from the calls. `since` and `until` enclose the calls."""
    return await ctx.fetch_all(Counter, _DIFFERENT, first, last, uuid7_floor(since), uuid7_floor(until))


async def recount(
    ctx: Context, counter: Counter, since: datetime, until: datetime
) -> tuple[dict[str, int], dict[str, int]]:
    """Set one counter to what the calls say; return the figures before and after.

    The row is held first: a call that is being counted at this moment has added itself before we look, or adds itself
    after we are done.
    """
    where = (counter.workspace_id, counter.day, counter.agent_id, counter.slot)
    await ctx.execute(_OPEN_ROW, *where)
    before = dict((await ctx.records(_LOCK_ROW, *where))[0])
    after = dict((await ctx.records(_COUNT_ROW, *where, uuid7_floor(since), uuid7_floor(until)))[0])
    if before != after:
        await ctx.execute(_SET_ROW, *where, *(after[name] for name in MEASURES))
    return before, after
