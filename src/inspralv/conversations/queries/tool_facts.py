"""What the built-in tools look up: always of one number, in one workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.conversations.schemas import Direction, Status
from inspralv.foundation.context import Context

_EARLIER = """
SELECT w.timezone, c.* FROM workspaces w
  LEFT JOIN LATERAL (
    SELECT id, direction, status, created_at, started_at, duration_seconds, summary,
           CASE WHEN followed_up_at IS NULL THEN follow_up_note END AS open_note
      FROM conversations
     WHERE partner_id = $partner AND workspace_id = $workspace AND contact_number = $1 AND id <> $2
       AND direction <> 'web' AND deleted_at IS NULL AND status NOT IN ('queued', 'ringing', 'in_progress')
     ORDER BY id DESC LIMIT $3) c ON true
 WHERE w.partner_id = $partner AND w.id = $workspace
"""


class EarlierCall(msgspec.Struct, frozen=True):
    """A call with a number, in short. `open_note` is what is still to be done after it."""

    direction: Direction
    status: Status
    created_at: datetime
    started_at: datetime | None
    duration_seconds: int
    summary: str | None
    open_note: str | None


async def list_earlier(ctx: Context, number: str, but: UUID, limit: int) -> tuple[str, list[EarlierCall]]:
    """Return the workspace's time zone, and its last calls with a number, without the one that is running."""
    records = await ctx.records(_EARLIER, number, but, limit)
    rows: list[dict[str, Any]] = [dict(record) for record in records if record["id"]]
    calls = [msgspec.convert(row, EarlierCall, builtin_types=(datetime,)) for row in rows]
    return (records[0]["timezone"] if records else "UTC"), calls
