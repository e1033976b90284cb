"""The console's look at the event log of every partner, and of the platform itself."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromQuery

from inspralv.admin.access import StaffContext, staff
from inspralv.admin.audit_queries import list_log
from inspralv.audit.log_export import MOST, Format, file_of
from inspralv.audit.log_filters import Cursor, FromDate, Kind, Search, ToDate, filters_of
from inspralv.audit.log_page import SIZE, page_of_log, typed_of
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.tenancy.permissions import P

_READ = staff(P.PLATFORM_READ)
_BASE, _ZONE = "/super-admin/audit", "UTC"


@get(_BASE, access=_READ)
async def show_platform_log(
    ctx: StaffContext, kind: Kind = "", search: Search = "", first: FromDate = None, last: ToDate = None,
    cursor: Cursor = None,
) -> View:  # fmt: skip
    """Show who did what, at every partner."""
    found = await list_log(ctx, filters_of(_ZONE, kind, search, first, last, cursor), SIZE + 1)
    page = page_of_log(
        found, base=_BASE, zone=_ZONE, typed=typed_of(kind, search, first, last), cursor=cursor, wide=True, me=ctx.staff
    )
    return View("admin/audit.html", page, title="Audit log")


@get(f"{_BASE}/export", access=_READ)
async def export_platform_log(  # noqa: PLR0913, PLR0917 - one for every filter
    ctx: StaffContext, format: FromQuery[Format] = "csv", kind: Kind = "", search: Search = "",  # noqa: A002 - the address says so
    first: FromDate = None, last: ToDate = None,
) -> Response[bytes]:  # fmt: skip
    """Send the latest entries that fit, 10,000 at most."""
    found = await list_log(ctx, filters_of(_ZONE, kind, search, first, last, None), MOST)
    return file_of(found, format, "platform", ctx.now)


ROUTES = (show_platform_log, export_platform_log)
