"""The log over JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from inspralv.audit import log_queries as log
from inspralv.audit.log_filters import Asked, filters_of
from inspralv.audit.log_schemas import LogEntry, LogList
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import get
from inspralv.tenancy.access import partner, workspace
from inspralv.tenancy.contexts import PartnerContext, WorkspaceContext
from inspralv.tenancy.permissions import P

Kind = Annotated[str, QueryParameter(description="Entries about one kind of thing, such as `agent`.", max_length=60)]
Search = Annotated[str, QueryParameter(description="A part of a name, an address, an action or an id.", max_length=200)]
FromDate = Annotated[date | None, QueryParameter(name="from", description="First day.")]
ToDate = Annotated[date | None, QueryParameter(name="to", description="Last day.")]
Cursor = Annotated[UUID | None, QueryParameter(description="`nextCursor` of the page before.")]
Size = Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)]


@get("/api/w/{workspace_slug:str}/audit", access=workspace(P.AUDIT_READ), tags=["Audit"])
async def read_workspace_log(  # noqa: PLR0913, PLR0917 - one for every filter
    ctx: WorkspaceContext, kind: Kind = "", search: Search = "", first: FromDate = None, last: ToDate = None,
    cursor: Cursor = None, page_size: Size = 50,
) -> Data[LogList]:  # fmt: skip
    """Read who did what in the workspace, the latest first. Days are those of its time zone."""
    asked = filters_of(ctx.workspace.timezone, Asked(kind=kind, search=search, first=first, last=last, cursor=cursor))
    return _told(await log.list_of_workspace(ctx, asked, page_size + 1), page_size)


@get("/api/partner/audit", access=partner(P.PARTNER_AUDIT_READ), tags=["Audit"])
async def read_partner_log(  # noqa: PLR0913, PLR0917 - one for every filter
    ctx: PartnerContext, kind: Kind = "", search: Search = "", first: FromDate = None, last: ToDate = None,
    cursor: Cursor = None, page_size: Size = 50,
) -> Data[LogList]:  # fmt: skip
    """Read who did what in the organisation and its workspaces, the latest first. Days are those of UTC."""
    asked = filters_of("UTC", Asked(kind=kind, search=search, first=first, last=last, cursor=cursor))
    return _told(await log.list_of_partner(ctx, asked, page_size + 1), page_size)


def _told(found: list[LogEntry], size: int) -> Data[LogList]:
    shown = found[:size]
    return Data(LogList(shown, shown[-1].id if len(found) > size else None))


ROUTES = (read_workspace_log, read_partner_log)
