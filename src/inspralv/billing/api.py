"""The plan and the limits of workspaces over JSON."""

from __future__ import annotations

from uuid import UUID

from litestar.params import FromPath, JSONBody

from inspralv.billing import queries
from inspralv.billing.actions import change_limits
from inspralv.billing.plan_view import plan_out, workspace_limits
from inspralv.billing.schemas import LimitsChange, PlanOut, WorkspaceLimits
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import get, patch
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_LIMITS = "/api/partner/workspaces/{workspace_id:uuid}/limits"


@get("/api/partner/plan", access=partner(P.PARTNER_STATS_READ), tags=["Organisation"])
async def read_plan(ctx: PartnerContext) -> Data[PlanOut]:
    """Read the organisation's plan: its limits, what is used of them, and its features."""
    return Data(plan_out(ctx.partner, await queries.find_use(ctx)))


@get(_LIMITS, access=partner(P.PARTNER_STATS_READ), tags=["Organisation"])
async def read_workspace_limits(ctx: PartnerContext, workspace_id: FromPath[UUID]) -> Data[WorkspaceLimits]:
    """Read what a workspace may hold, what it holds, and what holds where it has no figure of its own."""
    return Data(workspace_limits(ctx.partner, await queries.find_workspace_use(ctx, workspace_id)))


@patch(_LIMITS, access=partner(P.PARTNER_WORKSPACES_UPDATE), tags=["Organisation"])
async def change_workspace_limits(
    ctx: PartnerContext, workspace_id: FromPath[UUID], data: JSONBody[LimitsChange]
) -> Data[WorkspaceLimits]:
    """Change what a workspace may hold: exactly what is sent, null for the organisation's figure. Nothing beyond what the
    organisation itself is allowed; what the workspace holds already stays."""
    await change_limits(ctx, ctx.partner, workspace_id, data)
    return Data(workspace_limits(ctx.partner, await queries.find_workspace_use(ctx, workspace_id)))


ROUTES = (read_plan, read_workspace_limits, change_workspace_limits)
