"""Staff set what a workspace of a partner may hold."""

from __future__ import annotations

from uuid import UUID

from inspralv.admin.access import StaffContext
from inspralv.billing.actions import change_limits
from inspralv.billing.plan_view import workspace_limits
from inspralv.billing.queries import find_workspace_use
from inspralv.billing.schemas import LimitsChange, WorkspaceLimits
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.tenancy.directory import Directory, Partner


async def read_limits(ctx: StaffContext, partner_id: UUID, workspace_id: UUID) -> WorkspaceLimits:
    """Return what a workspace may hold, and what it holds. Raises NotFound."""
    partner = await _living(ctx, partner_id)
    async with ctx.within(partner_id) as there:
        return workspace_limits(partner, await find_workspace_use(there, workspace_id))


async def set_limits(ctx: StaffContext, partner_id: UUID, workspace_id: UUID, change: LimitsChange) -> None:
    """Change what was sent, in the log of the partner and of the platform. Raises NotFound; Forbidden beyond what the
    partner itself is allowed."""
    partner = await _living(ctx, partner_id)
    async with ctx.within(partner_id) as there:
        event = await change_limits(there, partner, workspace_id, change)
    if event is not None and partner_id != ctx.partner_id:
        ctx.record(event)


async def _living(ctx: StaffContext, partner_id: UUID) -> Partner:
    try:
        return await ctx.services.get(Directory).by_id.get(partner_id)
    except LookupError:
        raise NotFound(_("There is no such partner.")) from None
