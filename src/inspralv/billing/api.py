"""The plan over JSON."""

from __future__ import annotations

from inspralv.billing import queries
from inspralv.billing.plan_view import plan_out
from inspralv.billing.schemas import PlanOut
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import get
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P


@get("/api/partner/plan", access=partner(P.PARTNER_STATS_READ), tags=["Organisation"])
async def read_plan(ctx: PartnerContext) -> Data[PlanOut]:
    """Read the organisation's plan: its limits, what is used of them, and its features."""
    return Data(plan_out(ctx.partner, await queries.find_use(ctx)))


ROUTES = (read_plan,)
