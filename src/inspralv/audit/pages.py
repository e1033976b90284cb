"""The log of a workspace and of an organisation, as pages and files."""

from __future__ import annotations

from litestar import Response
from litestar.params import FromQuery

from inspralv.audit import log_queries as log
from inspralv.audit.log_export import MOST, Format, file_of
from inspralv.audit.log_filters import Cursor, FromDate, Kind, Search, ToDate, filters_of
from inspralv.audit.log_page import SIZE, page_of_log, typed_of
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import partner, workspace
from inspralv.tenancy.contexts import PartnerContext, WorkspaceContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.view_access import WITHHELD

_WORKSPACE, _PARTNER = workspace(P.AUDIT_READ), partner(P.PARTNER_AUDIT_READ)
_ZONE = "UTC"  # an organisation has clients in many


@get("/w/{workspace_slug:str}/audit", access=_WORKSPACE)
async def show_workspace_log(
    ctx: WorkspaceContext, kind: Kind = "", search: Search = "", first: FromDate = None, last: ToDate = None,
    cursor: Cursor = None,
) -> View:  # fmt: skip
    """Show who did what in the workspace."""
    zone = ctx.workspace.timezone
    found = await log.list_of_workspace(ctx, filters_of(zone, kind, search, first, last, cursor), SIZE + 1)
    page = page_of_log(
        found, base=f"/w/{ctx.workspace.slug}/audit", zone=zone, typed=typed_of(kind, search, first, last),
        cursor=cursor, wide=False,
    )  # fmt: skip
    return View("audit/log.html", page, title="Audit log")


@get("/w/{workspace_slug:str}/audit/export", access=_WORKSPACE, opt=WITHHELD)
async def export_workspace_log(  # noqa: PLR0913, PLR0917 - one for every filter
    ctx: WorkspaceContext, format: FromQuery[Format] = "csv", kind: Kind = "", search: Search = "",  # noqa: A002 - the address says so
    first: FromDate = None, last: ToDate = None,
) -> Response[bytes]:  # fmt: skip
    """Send the latest entries that fit, 10,000 at most."""
    asked = filters_of(ctx.workspace.timezone, kind, search, first, last, None)
    return file_of(await log.list_of_workspace(ctx, asked, MOST), format, ctx.workspace.slug, ctx.now)


@get("/org/audit", access=_PARTNER)
async def show_partner_log(
    ctx: PartnerContext, kind: Kind = "", search: Search = "", first: FromDate = None, last: ToDate = None,
    cursor: Cursor = None,
) -> View:  # fmt: skip
    """Show who did what in the organisation and in every workspace."""
    found = await log.list_of_partner(ctx, filters_of(_ZONE, kind, search, first, last, cursor), SIZE + 1)
    page = page_of_log(
        found, base="/org/audit", zone=_ZONE, typed=typed_of(kind, search, first, last), cursor=cursor, wide=True
    )
    return View("audit/log.html", page, title="Audit log")


@get("/org/audit/export", access=_PARTNER, opt=WITHHELD)
async def export_partner_log(  # noqa: PLR0913, PLR0917 - one for every filter
    ctx: PartnerContext, format: FromQuery[Format] = "csv", kind: Kind = "", search: Search = "",  # noqa: A002 - the address says so
    first: FromDate = None, last: ToDate = None,
) -> Response[bytes]:  # fmt: skip
    """Send the latest entries that fit, 10,000 at most."""
    asked = filters_of(_ZONE, kind, search, first, last, None)
    return file_of(await log.list_of_partner(ctx, asked, MOST), format, ctx.partner.slug, ctx.now)


ROUTES = (show_workspace_log, export_workspace_log, show_partner_log, export_partner_log)
