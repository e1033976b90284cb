"""The log of a workspace: tools that agents have used, and what its own server was told after calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from inspralv.conversations.activity.schemas import Activity, ActivityFilter, ActivityRow, Attempt, SigningState
from inspralv.conversations.schemas import Call
from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_floor

COUNTED_TO: Final = 10_000

_HERE = "partner_id = $partner AND workspace_id = $workspace"
_ROW = """
v.id, v.kind, v.status, v.name, v.provider, v.conversation_id, v.agent_id, v.host, v.http_status, v.duration_ms,
v.attempted, v.error, v.created_at, v.updated_at, a.name AS agent_name,
coalesce(c.contact_name, c.contact_number) AS contact, c.direction
"""
_JOINS = """
  LEFT JOIN ai_agents a ON a.partner_id = $partner AND a.workspace_id = $workspace AND a.id = v.agent_id
  LEFT JOIN conversations c
    ON c.partner_id = $partner AND c.workspace_id = $workspace AND c.id = v.conversation_id AND c.deleted_at IS NULL
"""
_MATCHING = """
v.partner_id = $partner AND v.workspace_id = $workspace
AND ($1::text IS NULL OR v.kind = $1) AND ($2::text IS NULL OR v.status = $2)
AND ($3::text IS NULL OR v.name ILIKE $3 OR v.host ILIKE $3)
AND ($4::uuid IS NULL OR v.conversation_id = $4)
"""
# One row at least, so that total and secret are known of an empty page too.
_PAGE = f"""
SELECT h.total, h.has_any, h.created_at AS secret_made_at, h.previous_until, r.*
  FROM (SELECT (SELECT count(*) FROM (SELECT FROM activities v WHERE {_MATCHING} LIMIT {COUNTED_TO + 1}) m) AS total,
               EXISTS (SELECT FROM activities WHERE {_HERE}) AS has_any,
               (SELECT max(created_at) FROM signing_secrets WHERE {_HERE} AND expires_at IS NULL) AS created_at,
               (SELECT max(expires_at) FROM signing_secrets WHERE {_HERE} AND expires_at > $now) AS previous_until) h
  LEFT JOIN (SELECT {_ROW} FROM activities v {_JOINS} WHERE {_MATCHING} ORDER BY v.id DESC LIMIT $5 OFFSET $6) r ON true
 ORDER BY r.id DESC
"""
_ONE = f"""
SELECT {_ROW}, v.provider_call_id, v.tool_call_id, v.arguments, v.answer, v.attempts
  FROM activities v {_JOINS} WHERE v.partner_id = $partner AND v.workspace_id = $workspace AND v.id = $1
"""
_BEGIN_TOOL = """
INSERT INTO activities (partner_id, workspace_id, id, kind, status, name, provider, provider_call_id, tool_call_id,
                        conversation_id, agent_id, host, arguments, created_at, updated_at)
VALUES ($partner, $workspace, $1, 'tool', 'running', $2, $3, $4, $5, $6, $7, $8, $9, $now, $now)
ON CONFLICT (partner_id, workspace_id, provider, provider_call_id, tool_call_id) WHERE kind = 'tool' DO NOTHING
"""
_OF_TOOL_CALL = f"""
SELECT id, status, answer, error, updated_at FROM activities
 WHERE {_HERE} AND kind = 'tool' AND provider = $1 AND provider_call_id = $2 AND tool_call_id = $3
"""
# Whoever takes up a call that was left lying must be the only one.
_TAKE_OVER = (
    f"UPDATE activities SET updated_at = $now WHERE {_HERE} AND id = $1 AND status = 'running' AND updated_at < $2"
)
_FINISH_TOOL = f"""
UPDATE activities
   SET status = $2, answer = $3, error = $4, http_status = $5, duration_ms = $6, attempted = attempted + 1,
       updated_at = $now
 WHERE {_HERE} AND id = $1
"""
_ADD_DELIVERY = """
INSERT INTO activities (partner_id, workspace_id, id, kind, status, name, provider, provider_call_id, conversation_id,
                        agent_id, host, created_at, updated_at)
VALUES ($partner, $workspace, $1, 'after_call', 'waiting', 'after_call', $2, $3, $4, $5, $6, $now, $now)
ON CONFLICT (partner_id, workspace_id, conversation_id) WHERE kind = 'after_call' DO NOTHING
"""
_NOTE_ATTEMPT = f"""
UPDATE activities
   SET status = $2, host = $3, http_status = $4, error = $5, duration_ms = $6, answer = $7, attempts = $8,
       attempted = attempted + 1, updated_at = $now
 WHERE {_HERE} AND id = $1
"""
_SET_STATUS = (
    f"UPDATE activities SET status = $2, updated_at = $now WHERE {_HERE} AND id = $1 AND status = ANY($3::text[])"
)
_WAITING = """
SELECT id, workspace_id FROM activities
 WHERE partner_id = $partner AND kind = 'after_call' AND status = 'waiting' AND updated_at < $1 ORDER BY id LIMIT $2
"""
_SWEEP = "DELETE FROM activities WHERE partner_id = $partner AND workspace_id IS NOT NULL AND id < $1"


class Found(msgspec.Struct, frozen=True):
    """A page of the log, how many entries match, whether there are any at all, and what signs."""

    rows: list[ActivityRow]
    total: int
    has_any: bool
    signing: SigningState


class ToolOutcome(msgspec.Struct, frozen=True):
    """What became of a tool call that was asked for before."""

    id: UUID
    status: str
    answer: str | None
    error: str | None
    updated_at: datetime


class Waiting(msgspec.Struct, frozen=True):
    """A message that waits longer than it should."""

    id: UUID
    workspace_id: UUID


async def find_page(ctx: Context, wanted: ActivityFilter, *, size: int, offset: int) -> Found:
    """Return one page, newest first, and how many match (counted up to 10,000, then one more)."""
    pattern = _like(wanted.search) if wanted.search else None
    records = await ctx.records(_PAGE, wanted.kind, wanted.status, pattern, wanted.conversation_id, size, offset)
    rows = [
        msgspec.convert(dict(record), ActivityRow, builtin_types=(UUID, datetime)) for record in records if record["id"]
    ]
    head = records[0]
    signing = SigningState(created_at=head["secret_made_at"], previous_until=head["previous_until"])
    return Found(rows, head["total"], head["has_any"], signing)


async def find_activity(ctx: Context, activity_id: UUID) -> Activity | None:
    """Return one entry in full."""
    return await ctx.fetch_one(Activity, _ONE, activity_id)


async def begin_tool(ctx: Context, activity_id: UUID, fields: dict[str, Any]) -> bool:
    """Note that a tool call is being answered. False when this very call was asked for before."""
    names = ("name", "provider", "provider_call_id", "tool_call_id", "conversation_id", "agent_id", "host", "arguments")
    return bool(await ctx.execute(_BEGIN_TOOL, activity_id, *(fields[name] for name in names)))


async def find_tool_call(ctx: Context, provider: str, provider_call_id: str, tool_call_id: str) -> ToolOutcome | None:
    """Return what became of a tool call."""
    return await ctx.fetch_one(ToolOutcome, _OF_TOOL_CALL, provider, provider_call_id, tool_call_id)


async def take_over(ctx: Context, activity_id: UUID, idle: timedelta) -> bool:
    """Take up a tool call that somebody began and never ended. True for one taker only."""
    return bool(await ctx.execute(_TAKE_OVER, activity_id, ctx.now - idle))


async def finish_tool(
    ctx: Context, activity_id: UUID, *, answer: str | None, error: str | None, http_status: int | None, duration_ms: int
) -> None:
    """Note what came of a tool call."""
    status = "failed" if error is not None else "done"
    await ctx.execute(_FINISH_TOOL, activity_id, status, answer, error, http_status, duration_ms)


async def add_delivery(ctx: Context, activity_id: UUID, call: Call, host: str) -> bool:
    """Note that a call is to be told of. False when it is noted already."""
    about = (call.provider, call.provider_call_id, call.id, call.agent_id)
    return bool(await ctx.execute(_ADD_DELIVERY, activity_id, *about, host))


async def note_attempt(ctx: Context, activity_id: UUID, status: str, host: str, attempts: list[Attempt]) -> None:
    """Note the last of some attempts, with the earlier ones."""
    last = attempts[-1]
    await ctx.execute(
        _NOTE_ATTEMPT, activity_id, status, host, last.http_status, last.error, last.duration_ms, last.answer,
        msgspec.to_builtins(attempts),
    )  # fmt: skip


async def set_status(ctx: Context, activity_id: UUID, status: str, *was: str) -> bool:
    """Move an entry to a status, if it is in one of those named."""
    return bool(await ctx.execute(_SET_STATUS, activity_id, status, list(was)))


async def list_waiting(ctx: Context, longer_than: timedelta, limit: int) -> list[Waiting]:
    """Return the partner's messages that have waited too long."""
    return await ctx.fetch_all(Waiting, _WAITING, ctx.now - longer_than, limit)


async def sweep(ctx: Context, older_than: timedelta) -> int:
    """Delete the partner's entries that are older; return how many."""
    return await ctx.execute(_SWEEP, uuid7_floor(ctx.now - older_than))


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
