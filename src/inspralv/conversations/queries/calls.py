"""Writing calls: which row a call of the provider is, and what it holds.

The row of `conversation_keys` says which conversation a call is. Whoever writes a call holds that row first, so two
workers with events of one call take turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from inspralv.conversations.schemas import Call, Line
from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_floor

# Keys of ours in the same table: a click that must start one call only, however often it is sent.
CLICK: Final = "click"

_JOINED_WITHIN = timedelta(minutes=10)
_CLOCKS = timedelta(minutes=1)

_FIELDS = tuple(field for field in Call.__struct_fields__ if field not in {"id", "created_at"})
_COLUMNS = ", ".join(("id", "created_at", *_FIELDS))
_LOCK_KEY = """
SELECT conversation_id FROM conversation_keys
 WHERE partner_id = $partner AND workspace_id = $workspace AND provider = $1 AND provider_call_id = $2
   FOR UPDATE
"""
_ADD_KEY = """
INSERT INTO conversation_keys (partner_id, workspace_id, provider, provider_call_id, conversation_id)
VALUES ($partner, $workspace, $1, $2, $3)
ON CONFLICT (partner_id, provider, provider_call_id) DO NOTHING
"""
_FIND = f"SELECT {_COLUMNS} FROM conversations WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1"
_ADD = f"""
INSERT INTO conversations (partner_id, workspace_id, {_COLUMNS}, updated_at)
VALUES ($partner, $workspace, {", ".join(f"${n + 1}" for n in range(len(_FIELDS) + 2))}, $now)
"""
_SAVE = f"""
UPDATE conversations SET {", ".join(f"{field} = ${n + 2}" for n, field in enumerate(_FIELDS))}, updated_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
"""
_ADD_EVENT = """
INSERT INTO conversation_events (partner_id, workspace_id, id, conversation_id, kind, data, occurred_at)
VALUES ($partner, $workspace, $1, $2, $3, $4, $5)
ON CONFLICT (partner_id, id) DO NOTHING
"""
_SAVE_TRANSCRIPT = """
INSERT INTO conversation_transcripts (partner_id, workspace_id, conversation_id, lines, updated_at)
VALUES ($partner, $workspace, $1, $2, $now)
ON CONFLICT (partner_id, conversation_id) DO UPDATE SET lines = excluded.lines, updated_at = excluded.updated_at
"""
_FIND_PLACED = """
SELECT id FROM conversations
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1 AND agent_id = $2 AND provider = $3
   AND direction = 'outbound' AND placing_at IS NOT NULL AND provider_call_id IS NULL
"""
# Two people may test one agent at the same moment: whoever came first, is first.
_FIND_WAITING_WEB = """
SELECT id FROM conversations
 WHERE partner_id = $partner AND workspace_id = $workspace AND agent_id = $1 AND provider = $2 AND direction = 'web'
   AND provider_call_id IS NULL AND status = 'queued' AND id >= $3 AND created_at <= $4
 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_SAVE_RECORDING = """
UPDATE conversations
   SET recording_key = $2, recording_type = $3, recording_bytes = $4, recording_error = $5, updated_at = $now
 WHERE partner_id = $partner AND workspace_id = $workspace AND id = $1
"""


async def lock_key(ctx: Context, provider: str, provider_call_id: str) -> UUID | None:
    """Return which conversation a call is, held until the unit of work ends; None for a new call and for a call of
    another workspace."""
    found: UUID | None = await ctx.fetch_value(_LOCK_KEY, provider, provider_call_id)
    return found


async def add_key(ctx: Context, provider: str, provider_call_id: str, conversation_id: UUID) -> bool:
    """Say which conversation a call is. False when that is said already, by whomever; waits for who is saying it."""
    return bool(await ctx.execute(_ADD_KEY, provider, provider_call_id, conversation_id))


async def find_call(ctx: Context, call_id: UUID, *, lock: bool = False) -> Call | None:
    """Return a call, also a deleted one."""
    return await ctx.fetch_one(Call, f"{_FIND} FOR UPDATE" if lock else _FIND, call_id)


async def hold_call(ctx: Context, call_id: UUID) -> Call | None:
    """Return a call, held until the unit of work ends; its key first, as everybody does, so that nobody waits in a
    circle."""
    call = await find_call(ctx, call_id)
    if call is not None and call.provider_call_id is not None:
        await lock_key(ctx, call.provider, call.provider_call_id)
    return await find_call(ctx, call_id, lock=True)


async def add_call(ctx: Context, call: Call) -> None:
    """Write a new call."""
    await ctx.execute(_ADD, call.id, call.created_at, *_values(call))


async def save_call(ctx: Context, call: Call) -> None:
    """Write a call that is there already and held."""
    await ctx.execute(_SAVE, call.id, *_values(call))


def _values(call: Call) -> list[object]:
    return [getattr(call, field) for field in _FIELDS]


async def add_event(ctx: Context, event_id: UUID, call_id: UUID, kind: str, data: dict[str, Any], at: datetime) -> None:
    """Note an event of a call: a change of state, a sentence, a report. The same event again changes nothing."""
    await ctx.execute(_ADD_EVENT, event_id, call_id, kind, data, at)


async def save_transcript(ctx: Context, call_id: UUID, lines: Sequence[Line]) -> None:
    """Keep the final transcript."""
    await ctx.execute(_SAVE_TRANSCRIPT, call_id, msgspec.to_builtins(lines))


async def find_placed(ctx: Context, call_id: UUID, agent_id: UUID, provider: str) -> UUID | None:
    """Return the outbound call that was sent off under this id and whose name at the provider we do not know yet."""
    found: UUID | None = await ctx.fetch_value(_FIND_PLACED, call_id, agent_id, provider)
    return found


async def find_waiting_web(ctx: Context, agent_id: UUID, provider: str, began_at: datetime) -> UUID | None:
    """Return the web call that waits to be joined since before a call began, held; None when none does."""
    earliest, latest = uuid7_floor(began_at - _JOINED_WITHIN), began_at + _CLOCKS
    found: UUID | None = await ctx.fetch_value(_FIND_WAITING_WEB, agent_id, provider, earliest, latest)
    return found


async def save_recording(
    ctx: Context, call_id: UUID, *, key: str | None = None, media_type: str | None = None, size: int | None = None,
    error: str | None = None,
) -> None:  # fmt: skip
    """Say where the recording is kept, or why it is not."""
    await ctx.execute(_SAVE_RECORDING, call_id, key, media_type, size, error)
