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
Action = Annotated[
    str,
    QueryParameter(
        description="Entries of one action, such as `agent.created`.", max_length=100, pattern=r"^([a-z_]+\.[a-z_]+)?$"
    ),
]
By = Annotated[
    str, QueryParameter(description="A kind of actor: user, system, provider, staff or anonymous.", max_length=60)
]
Actor = Annotated[UUID | None, QueryParameter(description="The id of who did it.")]
EntityId = Annotated[str, QueryParameter(description="The id of the thing it was done to.", max_length=200)]
Ip = Annotated[str, QueryParameter(description="The beginning of the address it came from.", max_length=60)]
Size = Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)]


@get("/api/w/{workspace_slug:str}/audit", access=workspace(P.AUDIT_READ), tags=["Audit"])
async def read_workspace_log(  # noqa: PLR0913, PLR0917 - one for every filter
    ctx: WorkspaceContext, kind: Kind = "", search: Search = "", first: FromDate = None, last: ToDate = None,
    cursor: Cursor = None, page_size: Size = 50, action: Action = "", by: By = "", actor: Actor = None,
    entity_id: EntityId = "", ip: Ip = "",
) -> Data[LogList]:  # fmt: skip
    """Read who did what in the workspace, the latest first. Days are those of its time zone."""
    asked = Asked(
        kind=kind, search=search, first=first, last=last, cursor=cursor, action=action, by=by, actor=actor, entity_id=entity_id, ip=ip,
    )  # fmt: skip
    filters = filters_of(ctx.workspace.timezone, asked)
    return _told(await log.list_of_workspace(ctx, filters, page_size + 1), page_size)


@get("/api/partner/audit", access=partner(P.PARTNER_AUDIT_READ), tags=["Audit"])
async def read_partner_log(  # noqa: PLR0913, PLR0917 - one for every filter
    ctx: PartnerContext, kind: Kind = "", search: Search = "", first: FromDate = None, last: ToDate = None,
    cursor: Cursor = None, page_size: Size = 50, action: Action = "", by: By = "", actor: Actor = None,
    entity_id: EntityId = "", ip: Ip = "",
) -> Data[LogList]:  # fmt: skip
    """Read who did what in the organisation and its workspaces, the latest first. Days are those of UTC."""
    asked = Asked(
        kind=kind, search=search, first=first, last=last, cursor=cursor, action=action, by=by, actor=actor, entity_id=entity_id, ip=ip,
    )  # fmt: skip
    return _told(await log.list_of_partner(ctx, filters_of("UTC", asked), page_size + 1), page_size)


def _told(found: list[LogEntry], size: int) -> Data[LogList]:
    shown = found[:size]
    return Data(LogList(shown, shown[-1].id if len(found) > size else None))


ROUTES = (read_workspace_log, read_partner_log)
