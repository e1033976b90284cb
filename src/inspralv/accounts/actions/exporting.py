"""A copy of one's own data: asked for, made by a job, kept for a week."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from inspralv.accounts import jobs, limits
from inspralv.accounts.actions.proving import prove_identity
from inspralv.accounts.events import DataAsked
from inspralv.accounts.queries import data_exports
from inspralv.accounts.schemas import DataExport
from inspralv.foundation.errors import Conflict, NotFound
from inspralv.foundation.files import partner_file_key
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import N_
from inspralv.tenancy.contexts import SignedInContext

LIFE: Final = timedelta(days=7)
_BEING_MADE = N_("The copy of your data is being made. We write to you when it is ready.")
_NONE = N_("There is no copy of your data to download. Ask for a new one.")


async def ask_for_export(ctx: SignedInContext, password: str) -> DataExport:
    """Have a copy of the caller's data made; an earlier one goes. Raises Conflict while one is being made, Invalid at
    /password, Forbidden for an API key of somebody without a password, TooMany."""
    await prove_identity(ctx, password)
    earlier = await data_exports.hold_export(ctx, ctx.me.id)
    if earlier is not None and earlier.status == "waiting":
        raise Conflict(_BEING_MADE)
    await limits.count_export(ctx, ctx.me.id)
    if earlier is not None:
        await data_exports.drop_export_of(ctx, ctx.me.id)
        ctx.defer(jobs.drop_export(earlier.id))
    wanted = DataExport(id=uuid7(ctx.now), status="waiting", asked_at=ctx.now)
    await data_exports.add_export(ctx, wanted.id, ctx.me.id)
    ctx.record(DataAsked(entity_id=ctx.me.id))
    ctx.defer(jobs.make_export(wanted.id))
    return wanted


async def find_own_export(ctx: SignedInContext) -> DataExport | None:
    """Return the caller's export, if any."""
    return await data_exports.find_export(ctx, ctx.me.id)


async def take_export(ctx: SignedInContext) -> DataExport:
    """Return the caller's export to be downloaded. Raises NotFound when none is ready, or its week is over."""
    found = await find_own_export(ctx)
    if found is None or found.status != "ready":
        raise NotFound(_NONE)
    return found


def export_key(partner_id: UUID, export_id: UUID) -> str:
    """Return the key of an export's file in the file store."""
    return partner_file_key(partner_id, "exports", f"{export_id}.zip")
