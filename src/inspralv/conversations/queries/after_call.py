"""What an after-call message is made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.conversations.schemas import Direction, Line, Sentiment, Status
from inspralv.foundation.context import Context

_ADDRESS = """
SELECT config ->> 'crm_webhook_url' FROM ai_agents
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
"""
_MESSAGE = """
SELECT v.id, v.created_at AS noted_at, v.attempts, v.host, a.config ->> 'crm_webhook_url' AS address, c.id AS conversation_id,
       a.id AS agent_id, a.name AS agent_name, c.status, c.direction, c.summary, c.duration_seconds, c.cost_micros,
       c.sentiment, c.contact_number, c.contact_name, c.started_at, c.ended_at, c.deleted_at,
       c.recording_kept_days IS NULL AND (c.recording_key IS NOT NULL OR c.recording_source IS NOT NULL)
         AND c.recording_error IS NULL AS is_recorded,
       coalesce((SELECT t.lines FROM conversation_transcripts t
                  WHERE t.partner_id = $partner AND t.workspace_id = $workspace AND t.conversation_id = c.id), '[]')
         AS transcript
  FROM activities v
  JOIN conversations c ON c.partner_id = $partner AND c.workspace_id = $workspace AND c.id = v.conversation_id
  JOIN ai_agents a ON a.partner_id = $partner AND a.workspace_id = $workspace AND a.id = v.agent_id
 WHERE v.partner_id = $partner AND v.workspace_id = $workspace AND v.id = $1 AND v.kind = 'after_call'
   AND v.status = 'waiting'
"""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A call that a server is to be told of. `address` is the agent's at this moment, None when it was taken away."""

    id: UUID
    noted_at: datetime
    attempts: list[dict[str, Any]]
    host: str | None
    address: str | None
    conversation_id: UUID
    agent_id: UUID
    agent_name: str
    status: Status
    direction: Direction
    summary: str | None
    duration_seconds: int
    cost_micros: int
    sentiment: Sentiment | None
    contact_number: str | None
    contact_name: str | None
    started_at: datetime | None
    ended_at: datetime | None
    deleted_at: datetime | None
    is_recorded: bool
    transcript: tuple[Line, ...]


async def find_address(ctx: Context, agent_id: UUID) -> str | None:
    """Return where an agent's calls are told of."""
    found: str | None = await ctx.fetch_value(_ADDRESS, agent_id)
    return found


async def find_message(ctx: Context, activity_id: UUID) -> Message | None:
    """Return a message that waits to be sent."""
    return await ctx.fetch_one(Message, _MESSAGE, activity_id)
