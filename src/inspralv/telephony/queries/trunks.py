"""The statements of SIP trunks. All of them need a context that sees the whole partner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.telephony.schemas import Trunk, TrunkState

COLUMNS = """
t.id, t.name, t.description, t.sip_server, t.sip_port, t.sip_transport, t.sip_username, t.sip_realm, t.outbound_proxy,
t.register, t.registration_expiry, t.outbound_caller_id, t.is_default, t.is_active, t.registration_status,
t.registration_error, t.last_registration_at, t.version, t.created_at, t.updated_at,
(SELECT count(*) FROM phone_numbers n WHERE n.partner_id = $partner AND n.sip_trunk_id = t.id) AS phone_numbers
"""
_LIST = (
    f"SELECT {COLUMNS} FROM sip_trunks t WHERE t.partner_id = $partner ORDER BY t.is_default DESC, t.created_at, t.id"
)
_FIND = f"SELECT {COLUMNS} FROM sip_trunks t WHERE t.partner_id = $partner AND t.id = $1"
_LOCK = f"{_FIND} FOR UPDATE OF t"
_LOCK_ALL = "SELECT pg_advisory_xact_lock(hashtextextended('sip trunks of ' || ($partner::uuid)::text, 0))"
_FIND_DEFAULT = f"SELECT {COLUMNS} FROM sip_trunks t WHERE t.partner_id = $partner AND t.is_default"
_FIND_OLDEST = f"""
SELECT {COLUMNS} FROM sip_trunks t WHERE t.partner_id = $partner AND t.id <> $1 ORDER BY t.created_at, t.id LIMIT 1
"""
_FIND_SEALED = "SELECT sip_password FROM sip_trunks WHERE partner_id = $partner AND id = $1"
_INSERT = """
INSERT INTO sip_trunks (partner_id, id, name, description, sip_server, sip_port, sip_transport, sip_username,
                        sip_password, sip_realm, outbound_proxy, register, registration_expiry, outbound_caller_id,
                        is_active, created_by, created_at, updated_at)
VALUES ($partner, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $now, $now)
"""
# What was said about the last import belongs to the settings it was made with.
_SAVE = """
UPDATE sip_trunks
   SET name = $2, description = $3, sip_server = $4, sip_port = $5, sip_transport = $6, sip_username = $7,
       sip_realm = $8, outbound_proxy = $9, register = $10, registration_expiry = $11, outbound_caller_id = $12,
       is_active = $13, version = version + 1, updated_at = $now
 WHERE partner_id = $partner AND id = $1
"""
_SAVE_SEALED = "UPDATE sip_trunks SET sip_password = $2 WHERE partner_id = $partner AND id = $1"
_SAVE_STATE = """
UPDATE sip_trunks
   SET registration_status = $2, registration_error = $3,
       last_registration_at = CASE WHEN $2 = 'synced' THEN $now ELSE last_registration_at END
 WHERE partner_id = $partner AND id = $1
"""
_UNSET_DEFAULT = "UPDATE sip_trunks SET is_default = false WHERE partner_id = $partner AND is_default RETURNING id"
_SET_DEFAULT = "UPDATE sip_trunks SET is_default = true WHERE partner_id = $partner AND id = $1"
_DELETE = "DELETE FROM sip_trunks WHERE partner_id = $partner AND id = $1"


class TrunkFields(msgspec.Struct, frozen=True, kw_only=True):
    """What people set of a trunk, apart from its password."""

    name: str
    description: str | None
    sip_server: str
    sip_port: int
    sip_transport: str
    sip_username: str
    sip_realm: str | None
    outbound_proxy: str | None
    register: bool
    registration_expiry: int
    outbound_caller_id: str | None
    is_active: bool

    def told(self) -> dict[str, Any]:
        """Return the fields for the event log."""
        return msgspec.structs.asdict(self)


async def list_trunks(ctx: Context) -> list[Trunk]:
    """Return all, the default first, then the oldest."""
    return await ctx.fetch_all(Trunk, _LIST)


async def find_trunk(ctx: Context, trunk_id: UUID) -> Trunk:
    """Return one. Raises NotFound."""
    return _found(await ctx.fetch_one(Trunk, _FIND, trunk_id))


async def lock_trunk(ctx: Context, trunk_id: UUID) -> Trunk:
    """Return one and hold it until the unit of work ends. Raises NotFound."""
    return _found(await ctx.fetch_one(Trunk, _LOCK, trunk_id))


async def lock_all(ctx: Context) -> None:
    """Let only one unit of work at a time decide which trunk is the default."""
    await ctx.fetch_value(_LOCK_ALL)


async def find_default(ctx: Context) -> Trunk | None:
    """Return the default trunk."""
    return await ctx.fetch_one(Trunk, _FIND_DEFAULT)


async def find_oldest_but(ctx: Context, trunk_id: UUID) -> Trunk | None:
    """Return the oldest of the others."""
    return await ctx.fetch_one(Trunk, _FIND_OLDEST, trunk_id)


async def find_sealed_password(ctx: Context, trunk_id: UUID) -> bytes:
    """Return the password as it is stored. Raises NotFound."""
    sealed = await ctx.fetch_value(_FIND_SEALED, trunk_id)
    if sealed is None:
        raise NotFound(_("There is no such SIP trunk."))
    return bytes(sealed)


async def add_trunk(ctx: Context, trunk_id: UUID, fields: TrunkFields, sealed: bytes) -> None:
    """Store a new trunk."""
    f = fields
    await ctx.execute(
        _INSERT, trunk_id, f.name, f.description, f.sip_server, f.sip_port, f.sip_transport, f.sip_username, sealed,
        f.sip_realm, f.outbound_proxy, f.register, f.registration_expiry, f.outbound_caller_id, f.is_active,
        ctx.actor.id,
    )  # fmt: skip


async def save_trunk(ctx: Context, trunk_id: UUID, fields: TrunkFields) -> None:
    """Store what people set, and count the version."""
    f = fields
    await ctx.execute(
        _SAVE, trunk_id, f.name, f.description, f.sip_server, f.sip_port, f.sip_transport, f.sip_username, f.sip_realm,
        f.outbound_proxy, f.register, f.registration_expiry, f.outbound_caller_id, f.is_active,
    )  # fmt: skip


async def save_password(ctx: Context, trunk_id: UUID, sealed: bytes) -> None:
    """Replace the password."""
    await ctx.execute(_SAVE_SEALED, trunk_id, sealed)


async def save_state(ctx: Context, trunk_id: UUID, state: TrunkState, error: str | None) -> None:
    """Store how the last import through the trunk went."""
    await ctx.execute(_SAVE_STATE, trunk_id, state, error)


async def make_default(ctx: Context, trunk_id: UUID) -> list[UUID]:
    """Make one the default; return the one that was it, if any."""
    former = [row["id"] for row in await ctx.records(_UNSET_DEFAULT)]
    await ctx.execute(_SET_DEFAULT, trunk_id)
    return former


async def delete_trunk(ctx: Context, trunk_id: UUID) -> None:
    """Delete a trunk that no number uses."""
    await ctx.execute(_DELETE, trunk_id)


def _found(row: Trunk | None) -> Trunk:
    if row is None:
        raise NotFound(_("There is no such SIP trunk."))
    return row
