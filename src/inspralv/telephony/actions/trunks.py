"""Keeping, changing and removing SIP trunks. The context sees the whole partner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UnsetType

from inspralv.foundation.context import Context
from inspralv.foundation.events.event import changes
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.telephony import policy
from inspralv.telephony.events import TrunkAdded, TrunkChanged, TrunkRemoved
from inspralv.telephony.queries import trunks
from inspralv.telephony.queries.trunks import TrunkFields
from inspralv.telephony.schemas import NewTrunk, Trunk, TrunkChange
from inspralv.telephony.sealing import seal_password

_FIELDS = tuple(field.name for field in msgspec.structs.fields(TrunkFields))


async def add_trunk(ctx: Context, draft: NewTrunk) -> Trunk:
    """Keep a trunk. The first one, or one that is asked to, becomes the default. Raises Invalid."""
    fields = _fields({name: getattr(draft, name) for name in _FIELDS})
    await trunks.lock_all(ctx)
    trunk_id = uuid7(ctx.now)
    await trunks.add_trunk(ctx, trunk_id, fields, seal_password(ctx, trunk_id, draft.sip_password))
    ctx.record(TrunkAdded(entity_id=trunk_id, new=fields.told()))
    if draft.is_default or await trunks.find_default(ctx) is None:
        await _become_default(ctx, trunk_id)
    return await trunks.find_trunk(ctx, trunk_id)


async def change_trunk(ctx: Context, trunk_id: UUID, change: TrunkChange, expected: int | None = None) -> Trunk:
    """Change the fields that were sent; numbers that are in already keep working with what they came in with. Raises
    NotFound, Invalid, and Conflict when `expected` is not the version."""
    if not isinstance(change.is_default, UnsetType):
        await trunks.lock_all(ctx)
    current = await trunks.lock_trunk(ctx, trunk_id)
    require_version(current.version, expected)
    if change.is_default is False and current.is_default:
        raise policy.refuse("/is_default", _("Make another trunk the default instead."))
    before = {name: getattr(current, name) for name in _FIELDS}
    sent = {name: value for name in _FIELDS if not isinstance(value := getattr(change, name), UnsetType)}
    fields = _fields(before | sent)
    old, new = changes(before, fields.told())
    if not isinstance(change.sip_password, UnsetType):
        await trunks.save_password(ctx, trunk_id, seal_password(ctx, trunk_id, change.sip_password))
        new = {**new, "sip_password": "replaced"}
    if new:
        await trunks.save_trunk(ctx, trunk_id, fields)
        ctx.record(TrunkChanged(entity_id=trunk_id, old=old, new=new))
    if change.is_default is True and not current.is_default:
        await _become_default(ctx, trunk_id)
    return await trunks.find_trunk(ctx, trunk_id)


async def make_default(ctx: Context, trunk_id: UUID) -> Trunk:
    """Make it the trunk that new numbers take. Raises NotFound."""
    return await change_trunk(ctx, trunk_id, TrunkChange(is_default=True))


async def remove_trunk(ctx: Context, trunk_id: UUID) -> None:
    """Delete a trunk; of the others the oldest becomes the default. Raises NotFound, and Conflict while numbers use
    it."""
    await trunks.lock_all(ctx)
    trunk = await trunks.lock_trunk(ctx, trunk_id)
    policy.require_unused(trunk)
    heir = await trunks.find_oldest_but(ctx, trunk_id) if trunk.is_default else None
    await trunks.delete_trunk(ctx, trunk_id)
    ctx.record(TrunkRemoved(entity_id=trunk_id, old={"name": trunk.name, "sip_server": trunk.sip_server}))
    if heir is not None:
        await _become_default(ctx, heir.id)


async def _become_default(ctx: Context, trunk_id: UUID) -> None:
    for former in await trunks.make_default(ctx, trunk_id):
        ctx.record(TrunkChanged(entity_id=former, old={"is_default": True}, new={"is_default": False}))
    ctx.record(TrunkChanged(entity_id=trunk_id, old={"is_default": False}, new={"is_default": True}))


def _fields(raw: dict[str, Any]) -> TrunkFields:
    """Return the fields as they are stored: cut, blanks as none, the caller's number as E.164. Raises Invalid."""
    cut: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in raw.items()}
    for name in ("description", "sip_realm", "outbound_proxy", "outbound_caller_id"):
        cut[name] = cut[name] or None
    if cut["outbound_caller_id"]:
        cut["outbound_caller_id"] = policy.read_number(cut["outbound_caller_id"], "/outbound_caller_id")
    return TrunkFields(**cut)
