"""The console's API."""

from __future__ import annotations

from typing import Annotated

from litestar.params import FromQuery, QueryParameter

from inspralv.admin import queries
from inspralv.admin.access import StaffContext, staff
from inspralv.admin.schemas import PartnerRow, PartnerSearch, PlanFilter
from inspralv.foundation.web.answers import Data, Page, page_of
from inspralv.foundation.web.routing import get
from inspralv.tenancy.permissions import P

_PageNumber = Annotated[int, QueryParameter(ge=1, le=1_000_000)]
_PageSize = Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)]


@get("/api/super-admin/partners", access=staff(P.PLATFORM_READ), tags=["Super admin"])
async def list_partners(
    ctx: StaffContext,
    search: FromQuery[str] = "",
    plan_tier: FromQuery[PlanFilter] = "all",
    page: _PageNumber = 1,
    page_size: _PageSize = 10,
) -> Data[Page[PartnerRow]]:
    """List the partners, newest first. `search` looks into name and slug."""
    found = await queries.list_partners(ctx, PartnerSearch(search, plan_tier, page, page_size))
    return Data(page_of(found.rows, found.total, page, page_size))


ROUTES = (list_partners,)
