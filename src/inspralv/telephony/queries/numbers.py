"""The statements of telephone numbers: what they are and whose. A context of a workspace sees its own numbers only, a
wide one all of the partner's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.telephony.schemas import Directions, Number

_NAMES = (
    "id", "phone_number", "friendly_name", "description", "provider", "integration_id", "external_id", "sip_trunk_id",
    "state", "state_error", "state_error_field", "supports_inbound", "supports_outbound", "assigned_workspace_id",
    "assigned_at", "inbound_agent_id", "outbound_agent_id", "hours", "fallback_kind", "fallback_agent_id",
    "fallback_number", "fallback_message", "bind_status", "bind_error", "bound", "bound_at", "version", "created_at",
    "updated_at",
)  # fmt: skip
COLUMNS = ", ".join(f"n.{name}" for name in _NAMES)
STATUS = """
CASE WHEN n.state IN ('pending', 'releasing') THEN 'pending' WHEN n.state = 'error' THEN 'error'
     WHEN n.state = 'gone' THEN 'inactive' WHEN n.assigned_workspace_id IS NULL THEN 'available' ELSE 'assigned' END
"""
_LIST = f"""
SELECT {COLUMNS} FROM phone_numbers n
 WHERE n.partner_id = $partner
   AND ($1::text IS NULL OR {STATUS} = $1) AND ($2::text IS NULL OR n.provider = $2)
   AND ($3::uuid IS NULL OR n.assigned_workspace_id = $3)
   AND ($4::uuid IS NULL OR $4 IN (n.inbound_agent_id, n.outbound_agent_id))
 ORDER BY n.phone_number, n.id
"""
_FIND = f"SELECT {COLUMNS} FROM phone_numbers n WHERE n.partner_id = $partner AND n.id = $1"
_FIND_HERE = f"{_FIND} AND n.assigned_workspace_id = $workspace"
_LOCK = f"{_FIND} FOR UPDATE"
_LOCK_HERE = f"{_FIND_HERE} FOR UPDATE"
_IS_KNOWN = "SELECT true FROM phone_numbers WHERE partner_id = $partner AND phone_number = $1"
_OF_ACCOUNT = f"""
SELECT {COLUMNS} FROM phone_numbers n WHERE n.partner_id = $partner AND n.integration_id = $1 ORDER BY n.id FOR UPDATE
"""
_INSERT = """
INSERT INTO phone_numbers (partner_id, id, phone_number, friendly_name, description, provider, integration_id,
                           external_id, sip_trunk_id, state, supports_inbound, supports_outbound,
                           assigned_workspace_id, assigned_at, created_by, created_at, updated_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::uuid,
        CASE WHEN $12::uuid IS NOT NULL THEN $now::timestamptz END, $13, $now, $now)
ON CONFLICT (partner_id, phone_number) DO NOTHING
"""
_SAVE_WORDS = """
UPDATE phone_numbers
   SET friendly_name = $2, description = $3, sip_trunk_id = $4, supports_inbound = $5, supports_outbound = $6,
       version = version + 1, updated_at = $now
 WHERE partner_id = $partner AND id = $1
"""
_ASSIGN = """
UPDATE phone_numbers
   SET assigned_workspace_id = $2, assigned_at = CASE WHEN $2::uuid IS NOT NULL THEN $now::timestamptz END,
       inbound_agent_id = NULL, outbound_agent_id = NULL, hours = NULL, fallback_kind = NULL, fallback_agent_id = NULL,
       fallback_number = NULL, fallback_message = NULL, bind_status = CASE WHEN bound = '{}' THEN 'not_synced' ELSE 'pending' END,
       bind_error = NULL, version = version + 1, updated_at = $now
 WHERE partner_id = $partner AND id = $1
"""
_MARK_PENDING = """
UPDATE phone_numbers SET state = 'pending', state_error = NULL, state_error_field = NULL
 WHERE partner_id = $partner AND id = $1
"""
_SAVE_ASKED = "UPDATE phone_numbers SET asked_at = coalesce(asked_at, $now) WHERE partner_id = $partner AND id = $1"
_SAVE_ACTIVE = """
UPDATE phone_numbers SET state = 'active', state_error = NULL, state_error_field = NULL, external_id = $2
 WHERE partner_id = $partner AND id = $1 AND state IN ('pending', 'error', 'gone', 'active')
"""
_SAVE_TROUBLE = """
UPDATE phone_numbers SET state = $2, state_error = $3, state_error_field = $4
 WHERE partner_id = $partner AND id = $1 AND state = ANY($5)
"""
_MARK_RELEASING = """
UPDATE phone_numbers SET state = 'releasing', state_error = NULL, state_error_field = NULL, updated_at = $now
 WHERE partner_id = $partner AND id = $1
"""
_DELETE = "DELETE FROM phone_numbers WHERE partner_id = $partner AND id = $1"
_OF_WORKSPACE = "SELECT id FROM phone_numbers WHERE partner_id = $partner AND assigned_workspace_id = $1 ORDER BY id"
_WAS_ASKED = "SELECT asked_at FROM phone_numbers WHERE partner_id = $partner AND id = $1"


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """A number about to be stored."""

    id: UUID
    phone_number: str
    friendly_name: str | None = None
    description: str | None = None
    provider: str
    integration_id: UUID
    external_id: str | None = None
    sip_trunk_id: UUID | None = None
    state: str
    directions: Directions
    assigned_workspace_id: UUID | None = None


class NumberFilter(msgspec.Struct, frozen=True):
    """Which numbers to list."""

    status: str | None = None
    provider: str | None = None
    workspace_id: UUID | None = None
    agent_id: UUID | None = None


async def list_numbers(ctx: Context, wanted: NumberFilter) -> list[Number]:
    """Return the numbers that the context sees, by number."""
    w = wanted
    return await ctx.fetch_all(Number, _LIST, w.status, w.provider, w.workspace_id, w.agent_id)


async def find_number(ctx: Context, number_id: UUID) -> Number:
    """Return one of the partner's. Raises NotFound."""
    return _found(await ctx.fetch_one(Number, _FIND, number_id))


async def look_up(ctx: Context, number_id: UUID) -> Number | None:
    """Return one of the partner's, None when it is gone."""
    return await ctx.fetch_one(Number, _FIND, number_id)


async def find_number_here(ctx: Context, number_id: UUID) -> Number:
    """Return one of the workspace's. Raises NotFound."""
    return _found(await ctx.fetch_one(Number, _FIND_HERE, number_id))


async def lock_number(ctx: Context, number_id: UUID) -> Number:
    """Return one of the partner's and hold it until the unit of work ends. Raises NotFound."""
    return _found(await ctx.fetch_one(Number, _LOCK, number_id))


async def lock_number_here(ctx: Context, number_id: UUID) -> Number:
    """Return one of the workspace's and hold it until the unit of work ends. Raises NotFound."""
    return _found(await ctx.fetch_one(Number, _LOCK_HERE, number_id))


async def is_known(ctx: Context, phone_number: str) -> bool:
    """Whether the partner has this number already."""
    return bool(await ctx.fetch_value(_IS_KNOWN, phone_number))


async def lock_numbers_of_account(ctx: Context, integration_id: UUID) -> list[Number]:
    """Return the numbers of an integration and hold them until the unit of work ends."""
    return await ctx.fetch_all(Number, _OF_ACCOUNT, integration_id)


async def add_number(ctx: Context, row: NewRow) -> bool:
    """Store a new number. False when the partner has it already."""
    return (
        await ctx.execute(
            _INSERT, row.id, row.phone_number, row.friendly_name, row.description, row.provider, row.integration_id,
            row.external_id, row.sip_trunk_id, row.state, row.directions.supports_inbound, row.directions.supports_outbound,
            row.assigned_workspace_id, ctx.actor.id,
        )
        == 1
    )  # fmt: skip


async def save_words(ctx: Context, row: Number) -> None:
    """Store what people say about a number, and count the version."""
    await ctx.execute(
        _SAVE_WORDS, row.id, row.friendly_name, row.description, row.sip_trunk_id, row.supports_inbound,
        row.supports_outbound,
    )  # fmt: skip


async def assign(ctx: Context, number_id: UUID, workspace_id: UUID | None) -> None:
    """Lend a number to a workspace, or take it back; what the one before bound is over."""
    await ctx.execute(_ASSIGN, number_id, workspace_id)


async def mark_pending(ctx: Context, number_id: UUID) -> None:
    """The import waits for its job."""
    await ctx.execute(_MARK_PENDING, number_id)


async def save_asked(ctx: Context, number_id: UUID) -> None:
    """The provider is about to be asked: from now on it may have the number."""
    await ctx.execute(_SAVE_ASKED, number_id)


async def was_asked(ctx: Context, number_id: UUID) -> datetime | None:
    """Return when the provider was first asked to take the number."""
    asked: datetime | None = await ctx.fetch_value(_WAS_ASKED, number_id)
    return asked


async def save_active(ctx: Context, number_id: UUID, external_id: str) -> bool:
    """The provider has the number. False when it is being released meanwhile."""
    return await ctx.execute(_SAVE_ACTIVE, number_id, external_id) == 1


async def save_trouble(
    ctx: Context, number_id: UUID, state: str, reason: str, field: str | None = None, *, only_from: tuple[str, ...]
) -> bool:
    """Store why a number is not as it should be. False when it has left the states `only_from` meanwhile."""
    return await ctx.execute(_SAVE_TROUBLE, number_id, state, reason, field, list(only_from)) == 1


async def mark_releasing(ctx: Context, number_id: UUID) -> None:
    """The number waits for the job that takes it away."""
    await ctx.execute(_MARK_RELEASING, number_id)


async def delete_number(ctx: Context, number_id: UUID) -> bool:
    """Forget a number. False when it is gone already."""
    return await ctx.execute(_DELETE, number_id) == 1


async def list_ids_of_workspace(ctx: Context, workspace_id: UUID) -> list[UUID]:
    """Return the numbers that a workspace has."""
    return [row[0] for row in await ctx.records(_OF_WORKSPACE, workspace_id)]


def _found(row: Number | None) -> Number:
    if row is None:
        raise NotFound(_("There is no such number."))
    return row
