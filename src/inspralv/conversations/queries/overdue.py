"""Calls whose end should have been told long ago."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_floor

_GRACE = timedelta(minutes=10)
_LOOK_BACK = timedelta(days=30)
_REPORTS_FOR = timedelta(days=2)
_DEFAULT_SECONDS = 600
_OVERDUE = f"""
SELECT c.id, c.workspace_id FROM conversations c
  LEFT JOIN ai_agents a ON a.partner_id = $partner AND a.workspace_id = c.workspace_id AND a.id = c.agent_id
 WHERE c.partner_id = $partner AND c.reported_at IS NULL AND c.id >= $1
   AND CASE WHEN c.status IN ('queued', 'ringing', 'in_progress')
            THEN c.created_at + $2 + make_interval(secs => CASE jsonb_typeof(a.config -> 'max_duration_seconds')
                   WHEN 'number' THEN (a.config ->> 'max_duration_seconds')::float8 ELSE {_DEFAULT_SECONDS} END) < $now
            ELSE c.provider_call_id IS NOT NULL AND c.ended_at + $2 < $now AND c.id >= $3 END
 ORDER BY c.id LIMIT $4
"""


class Overdue(msgspec.Struct, frozen=True):
    """A call to ask after."""

    id: UUID
    workspace_id: UUID


async def list_overdue(ctx: Context, limit: int) -> list[Overdue]:
    """Return the partner's calls that run longer than their agent allows and ten minutes more, and those that ended
    more than ten minutes ago without a report."""
    return await ctx.fetch_all(
        Overdue, _OVERDUE, uuid7_floor(ctx.now - _LOOK_BACK), _GRACE, uuid7_floor(ctx.now - _REPORTS_FOR), limit
    )
