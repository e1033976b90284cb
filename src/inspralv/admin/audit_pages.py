"""The console's look at the event log of every partner, and of the platform itself."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.response import Stream

from inspralv.admin.access import StaffContext, staff
from inspralv.admin.audit_queries import list_log
from inspralv.audit.log_export import export_log
from inspralv.audit.log_filters import filters_of, read_address
from inspralv.audit.log_page import SIZE, page_of_log
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.tenancy.permissions import P

_READ = staff(P.PLATFORM_READ)
_BASE, _ZONE = "/super-admin/audit", "UTC"


@get(_BASE, access=_READ)
async def show_platform_log(ctx: StaffContext, request: Request[Any, Any, Any]) -> View:
    """Show who did what, at every partner."""
    asked = read_address(request.query_params)
    found = await list_log(ctx, filters_of(_ZONE, asked), SIZE + 1)
    page = page_of_log(found, _BASE, _ZONE, asked, wide=True, me=ctx.staff)
    return View("admin/audit.html", page, title=_("Audit log"))


@get(f"{_BASE}/export", access=_READ)
async def export_platform_log(ctx: StaffContext, request: Request[Any, Any, Any]) -> Stream:
    """Send every entry that fits, as it is read."""
    asked = read_address(request.query_params)
    return await export_log(ctx, request, list_log, filters_of(_ZONE, asked), asked.format, "platform")


ROUTES = (show_platform_log, export_platform_log)
