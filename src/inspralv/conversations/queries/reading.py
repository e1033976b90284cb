"""What pages and the API show of calls. Each page is one statement."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from inspralv.conversations.views import Conversation, ConversationRow, Filters, Found, LiveCall, RecordingFile
from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_floor

COUNTED_TO: Final = 10_000

_ROW = """
c.id, c.direction, c.status, c.contact_number, c.contact_name, c.agent_number, c.started_at, c.ended_at,
c.duration_seconds, c.ended_reason, c.summary, c.sentiment, c.cost_micros, c.reported_at, c.recording_key IS NOT NULL AS has_recording,
c.followed_up_at, c.created_at, c.agent_id, c.agent_version, a.name AS agent_name, a.provider AS agent_provider
"""
_AGENT = "LEFT JOIN ai_agents a ON a.partner_id = $partner AND a.workspace_id = $workspace AND a.id = c.agent_id"
_MATCHING = """
c.partner_id = $partner AND c.workspace_id = $workspace AND c.deleted_at IS NULL AND c.id >= $1 AND c.id < $2
AND ($3::text IS NULL OR c.status = $3) AND ($4::text IS NULL OR c.direction = $4)
AND ($5::uuid IS NULL OR c.agent_id = $5)
AND ($6::text IS NULL OR c.search_text LIKE $6 OR c.search_text LIKE $7 OR c.agent_id IN (
       SELECT id FROM ai_agents WHERE partner_id = $partner AND workspace_id = $workspace AND name ILIKE $6))
"""
_HERE = "partner_id = $partner AND workspace_id = $workspace AND deleted_at IS NULL"
_AGENTS = f"""
SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'provider', provider)
                          ORDER BY lower(name), id), '[]')
  FROM ai_agents WHERE {_HERE}
"""
_PAGE = f"""
SELECT h.total, h.has_any, h.agents, r.*
  FROM (SELECT (SELECT count(*) FROM (SELECT FROM conversations c WHERE {_MATCHING} LIMIT {COUNTED_TO + 1}) m) AS total,
               EXISTS (SELECT FROM conversations WHERE {_HERE}) AS has_any,
               ({_AGENTS}) AS agents) h
  LEFT JOIN (SELECT {_ROW} FROM conversations c {_AGENT}
              WHERE {_MATCHING} AND c.id < $8 ORDER BY c.id DESC LIMIT $9 OFFSET $10) r ON true
 ORDER BY r.id DESC
"""
_BATCH = f"SELECT {_ROW} FROM conversations c {_AGENT} WHERE {_MATCHING} AND c.id < $8 ORDER BY c.id DESC LIMIT $9"
_ONE = f"""
SELECT {_ROW}, c.provider, c.provider_call_id, c.error_message, c.answered_by, c.success_evaluation,
       c.structured_data, c.cost_parts, c.recording_type, c.recording_error,
       c.recording_source IS NOT NULL AS is_recorded, c.follow_up_note, c.version, c.variables, c.answers_id,
       c.called_back_id, coalesce(a.deleted_at IS NOT NULL, true) AS agent_deleted, c.recording_kept_days, c.texts_kept_days,
       (SELECT max(e.occurred_at) FROM conversation_events e
         WHERE e.partner_id = $partner AND e.workspace_id = $workspace AND e.conversation_id = $1
           AND e.kind = 'repaired' AND e.id >= $2) AS repaired_at,
       coalesce((SELECT jsonb_agg(jsonb_build_object(
                   'id', v.id, 'kind', v.kind, 'status', v.status, 'name', v.name, 'host', v.host,
                   'duration_ms', v.duration_ms, 'text', left(coalesce(v.error, v.answer), 300)) ORDER BY v.id)
                   FROM activities v
                  WHERE v.partner_id = $partner AND v.workspace_id = $workspace AND v.conversation_id = $1), '[]')
         AS activities,
       nullif(trim(concat(f.first_name, ' ', f.last_name)), '') AS followed_up_by_name,
       nullif(trim(concat(s.first_name, ' ', s.last_name)), '') AS started_by_name,
       coalesce(
         (SELECT t.lines FROM conversation_transcripts t
           WHERE t.partner_id = $partner AND t.workspace_id = $workspace AND t.conversation_id = $1),
         (SELECT jsonb_agg(e.data ORDER BY e.occurred_at, e.id) FROM conversation_events e
           WHERE e.partner_id = $partner AND e.workspace_id = $workspace AND e.conversation_id = $1 AND e.kind = 'line'
             AND e.id >= $2 AND e.id < $3),
         '[]') AS transcript
  FROM conversations c {_AGENT}
  LEFT JOIN users f ON f.partner_id = $partner AND f.id = c.followed_up_by
  LEFT JOIN users s ON s.partner_id = $partner AND s.id = c.started_by
 WHERE c.partner_id = $partner AND c.workspace_id = $workspace AND c.id = $1 AND c.deleted_at IS NULL
"""
_LIVE = f"""
SELECT c.id, c.direction, c.status, c.contact_number, c.contact_name, c.started_at, c.created_at, a.name AS agent_name
  FROM conversations c {_AGENT}
 WHERE c.partner_id = $partner AND c.workspace_id = $workspace AND c.deleted_at IS NULL AND c.id >= $1
   AND c.status IN ('queued', 'ringing', 'in_progress')
 ORDER BY c.id DESC LIMIT 20
"""
_RECORDING = f"""
SELECT recording_key, recording_type, contact_number, created_at FROM conversations WHERE {_HERE} AND id = $1 AND recording_key IS NOT NULL
"""
_RANDOM_BITS = 80  # of a UUIDv7; before them stand the milliseconds
_LONGEST_CALL_MS = 48 * 3_600_000
_EARLY_MS = 3_600_000
_AS_DIALLED = re.compile(r"\+?[0-9 ().\-/]{3,}")
_LIVE_FOR = timedelta(hours=24)
_LAST = UUID(int=(1 << 128) - 1)


async def find_page(ctx: Context, filters: Filters, *, size: int, offset: int = 0, before: UUID | None = None) -> Found:
    """Return one page, newest first, `before` a conversation or after `offset` ones; how many match (counted up to
    10,000, then one more); and what the filters offer."""
    records = await ctx.records(_PAGE, *_where(filters), before or _LAST, size, offset)
    rows = [
        msgspec.convert(dict(record), ConversationRow, builtin_types=(UUID, datetime))
        for record in records
        if record["id"]
    ]
    head = records[0]
    return Found(rows, head["total"], head["has_any"], msgspec.convert(head["agents"], list[Any]))


async def list_batch(ctx: Context, filters: Filters, before: UUID | None, size: int) -> list[ConversationRow]:
    """Return the next rows of an export."""
    return await ctx.fetch_all(ConversationRow, _BATCH, *_where(filters), before or _LAST, size)


async def find_conversation(ctx: Context, call_id: UUID) -> Conversation | None:
    """Return everything that is known of a call; while it runs, the sentences heard so far."""
    return await ctx.fetch_one(Conversation, _ONE, call_id, *_around(call_id))


async def list_live(ctx: Context) -> list[LiveCall]:
    """Return the calls that are running now, the latest first."""
    return await ctx.fetch_all(LiveCall, _LIVE, uuid7_floor(ctx.now - _LIVE_FOR))


async def find_recording(ctx: Context, call_id: UUID) -> RecordingFile | None:
    """Return where the recording of a call is kept."""
    return await ctx.fetch_one(RecordingFile, _RECORDING, call_id)


def _where(filters: Filters) -> tuple[object, ...]:
    """The first seven arguments of a filtered statement: time windows are bounds on the id."""
    since = uuid7_floor(filters.since) if filters.since else UUID(int=0)
    until = uuid7_floor(filters.until) if filters.until else _LAST
    text = filters.search.strip().lower()
    if not text:
        return since, until, filters.status, filters.direction, filters.agent_id, None, None
    number = "".join(filter(str.isdecimal, text)) if _AS_DIALLED.fullmatch(text) else text
    return since, until, filters.status, filters.direction, filters.agent_id, _like(text), _like(number)


def _around(call_id: UUID) -> tuple[UUID, UUID]:
    """Bounds of the ids of all events of a call; the id may be anything."""
    at = call_id.int >> _RANDOM_BITS
    first, last = max(0, at - _EARLY_MS), min(_LAST.int >> _RANDOM_BITS, at + _LONGEST_CALL_MS)
    return UUID(int=first << _RANDOM_BITS), UUID(int=last << _RANDOM_BITS)


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
