"""The statements about who answers a number and who calls from it.

Agents live upstairs. This file is the only one of telephony that reads their rows, and it writes none: an agent is
looked up by id, as numbers remember it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.telephony.queries.numbers import COLUMNS
from inspralv.telephony.schemas import BindStatus, Number, Taker

TAKER = """
a.id, a.workspace_id, a.name, a.provider, a.is_active, a.deleted_at IS NOT NULL AS is_deleted, a.external_agent_id,
a.external_ref ->> 'integration_id' AS integration, coalesce(a.external_ref -> 'ids', '{}') AS ids
"""
_TAKERS = f"SELECT {TAKER} FROM ai_agents a WHERE a.partner_id = $partner AND a.workspace_id = $1 AND a.id = ANY($2)"
_NUMBERS_OF_AGENT = """
SELECT id, assigned_workspace_id FROM phone_numbers
 WHERE partner_id = $partner AND assigned_workspace_id IS NOT NULL
   AND $1 IN (inbound_agent_id, outbound_agent_id, fallback_agent_id)
 ORDER BY id
"""
_NUMBERS_OF_ACCOUNT = """
SELECT id, assigned_workspace_id FROM phone_numbers
 WHERE partner_id = $partner AND state <> 'pending'
   AND ($1::uuid IS NULL OR integration_id = $1) AND ($2::uuid IS NULL OR assigned_workspace_id = $2)
 ORDER BY id
"""
_STUCK = """
SELECT id, assigned_workspace_id FROM phone_numbers
 WHERE partner_id = $partner AND state = 'active' AND bind_status IN ('pending', 'error') ORDER BY id LIMIT 500
"""
_UNIMPORTED = """
SELECT id, assigned_workspace_id FROM phone_numbers
 WHERE partner_id = $partner AND state = 'pending' AND updated_at < $1 ORDER BY id LIMIT 500
"""
_SAVE_WISH = """
UPDATE phone_numbers
   SET friendly_name = $2, description = $3, inbound_agent_id = $4, outbound_agent_id = $5, hours = $6,
       fallback_kind = $7, fallback_agent_id = $8, fallback_number = $9, fallback_message = $10,
       bind_status = CASE WHEN $11 THEN 'pending' ELSE bind_status END,
       bind_error = CASE WHEN $11 THEN NULL ELSE bind_error END, version = version + 1, updated_at = $now
 WHERE partner_id = $partner AND assigned_workspace_id = $workspace AND id = $1
"""
_MARK_PENDING = """
UPDATE phone_numbers SET bind_status = 'pending', bind_error = NULL WHERE partner_id = $partner AND id = $1
"""
# What was said holds only if nobody wants something else by now; what the provider was told holds anyway.
_SAVE_BOUND = """
UPDATE phone_numbers
   SET bound = $2, bound_at = $now, bind_status = CASE WHEN version = $3 THEN $4 ELSE bind_status END,
       bind_error = CASE WHEN version = $3 THEN $5 ELSE bind_error END
 WHERE partner_id = $partner AND id = $1 RETURNING version
"""
_SAVE_STATUS = """
UPDATE phone_numbers SET bind_status = $3, bind_error = $4
 WHERE partner_id = $partner AND id = $1 AND version = $2
   AND (bind_status IS DISTINCT FROM $3 OR bind_error IS DISTINCT FROM $4)
"""
_FORGET_BOUND = "UPDATE phone_numbers SET bound = '{}' WHERE partner_id = $partner AND id = $1"
_CALLED = f"""
SELECT {COLUMNS} FROM phone_numbers n
 WHERE n.partner_id = $partner AND n.assigned_workspace_id = $workspace AND n.phone_number = $1 AND n.provider = $2
   AND n.integration_id = $3
"""
_CALLERS = f"""
SELECT {COLUMNS} FROM phone_numbers n
 WHERE n.partner_id = $partner AND n.assigned_workspace_id = $workspace AND n.outbound_agent_id = $1
   AND n.integration_id = $2 AND n.state = 'active' AND n.external_id IS NOT NULL AND n.supports_outbound
 ORDER BY n.phone_number
"""


class NumberPlace(msgspec.Struct, frozen=True):
    """A number and the workspace that has it."""

    id: UUID
    assigned_workspace_id: UUID | None


async def find_takers(ctx: Context, workspace_id: UUID, agent_ids: Sequence[UUID]) -> dict[UUID, Taker]:
    """Return these agents of a workspace by id, deleted ones too."""
    if not agent_ids:
        return {}
    takers = [taker_of(dict(row)) for row in await ctx.records(_TAKERS, workspace_id, list(agent_ids))]
    return {taker.id: taker for taker in takers}


def taker_of(row: dict[str, Any]) -> Taker:
    """Return an agent of a row with the columns `TAKER`."""
    return msgspec.convert({**row, "integration_id": row["integration"]}, Taker)


async def list_numbers_of_agent(ctx: Context, agent_id: UUID) -> list[NumberPlace]:
    """Return the numbers that name an agent, in whatever part."""
    return await ctx.fetch_all(NumberPlace, _NUMBERS_OF_AGENT, agent_id)


async def list_numbers_of(
    ctx: Context, integration_id: UUID | None = None, workspace_id: UUID | None = None
) -> list[NumberPlace]:
    """Return the numbers of an account, of a workspace, or of both."""
    return await ctx.fetch_all(NumberPlace, _NUMBERS_OF_ACCOUNT, integration_id, workspace_id)


async def list_stuck(ctx: Context) -> list[NumberPlace]:
    """Return the numbers whose binding waits or has failed."""
    return await ctx.fetch_all(NumberPlace, _STUCK)


async def list_unimported(ctx: Context, before: datetime) -> list[NumberPlace]:
    """Return the numbers that wait to be brought to their provider since before a moment."""
    return await ctx.fetch_all(NumberPlace, _UNIMPORTED, before)


async def save_wish(ctx: Context, row: Number, *, pending: bool) -> None:
    """Store who shall answer and call, and count the version. `pending`: the provider has to hear of it."""
    hours = msgspec.to_builtins(row.hours) if row.hours else None
    await ctx.execute(
        _SAVE_WISH, row.id, row.friendly_name, row.description, row.inbound_agent_id, row.outbound_agent_id, hours,
        row.fallback_kind, row.fallback_agent_id, row.fallback_number, row.fallback_message, pending,
    )  # fmt: skip


async def mark_pending(ctx: Context, number_id: UUID) -> None:
    """The binding waits for its job."""
    await ctx.execute(_MARK_PENDING, number_id)


async def save_bound(
    ctx: Context, number: Number, bound: dict[str, Any], status: BindStatus, reason: str | None
) -> int | None:
    """Store what the provider was told; return the current version, None when the number is gone."""
    current = await ctx.fetch_value(_SAVE_BOUND, number.id, bound, number.version, status, reason)
    return None if current is None else int(current)


async def save_status(ctx: Context, number: Number, status: BindStatus, reason: str | None) -> bool:
    """Store how the binding stands. False when that is known already, or the wish is another one by now."""
    return await ctx.execute(_SAVE_STATUS, number.id, number.version, status, reason) == 1


async def forget_bound(ctx: Context, number_id: UUID) -> None:
    """Nobody knows any more what the provider has: it is told again next time."""
    await ctx.execute(_FORGET_BOUND, number_id)


async def find_called(ctx: Context, phone_number: str, provider: str, integration_id: UUID) -> Number | None:
    """Return the workspace's number that was called at this account."""
    return await ctx.fetch_one(Number, _CALLED, phone_number, provider, integration_id)


async def list_callers(ctx: Context, agent_id: UUID, integration_id: UUID) -> list[Number]:
    """Return the workspace's numbers that an agent calls from, at its account."""
    return await ctx.fetch_all(Number, _CALLERS, agent_id, integration_id)
