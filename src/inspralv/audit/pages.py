"""The log of a workspace and of an organisation, as pages and files."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.response import Stream

from inspralv.audit import log_queries as log
from inspralv.audit.log_export import export_log
from inspralv.audit.log_filters import filters_of, read_address
from inspralv.audit.log_page import SIZE, page_of_log
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import partner, workspace
from inspralv.tenancy.contexts import PartnerContext, WorkspaceContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.view_access import WITHHELD

_WORKSPACE, _PARTNER = workspace(P.AUDIT_READ), partner(P.PARTNER_AUDIT_READ)
_ZONE = "UTC"  # an organisation has clients in many


@get("/w/{workspace_slug:str}/audit", access=_WORKSPACE)
async def show_workspace_log(ctx: WorkspaceContext, request: Request[Any, Any, Any]) -> View:
    """Show who did what in the workspace."""
    asked, zone = read_address(request.query_params), ctx.workspace.timezone
    found = await log.list_of_workspace(ctx, filters_of(zone, asked), SIZE + 1)
    page = page_of_log(found, f"/w/{ctx.workspace.slug}/audit", zone, asked, wide=False)
    return View("audit/log.html", page, title=_("Audit log"))


@get("/w/{workspace_slug:str}/audit/export", access=_WORKSPACE, opt=WITHHELD)
async def export_workspace_log(ctx: WorkspaceContext, request: Request[Any, Any, Any]) -> Stream:
    """Send every entry that fits, as it is read."""
    asked = read_address(request.query_params)
    filters = filters_of(ctx.workspace.timezone, asked)
    return await export_log(ctx, request, log.list_of_workspace, filters, asked.format, ctx.workspace.slug)


@get("/org/audit", access=_PARTNER)
async def show_partner_log(ctx: PartnerContext, request: Request[Any, Any, Any]) -> View:
    """Show who did what in the organisation and in every workspace."""
    asked = read_address(request.query_params)
    found = await log.list_of_partner(ctx, filters_of(_ZONE, asked), SIZE + 1)
    return View("audit/log.html", page_of_log(found, "/org/audit", _ZONE, asked, wide=True), title=_("Audit log"))


@get("/org/audit/export", access=_PARTNER, opt=WITHHELD)
async def export_partner_log(ctx: PartnerContext, request: Request[Any, Any, Any]) -> Stream:
    """Send every entry that fits, as it is read."""
    asked = read_address(request.query_params)
    return await export_log(ctx, request, log.list_of_partner, filters_of(_ZONE, asked), asked.format, ctx.partner.slug)


ROUTES = (show_workspace_log, export_workspace_log, show_partner_log, export_partner_log)
