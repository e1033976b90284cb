"""Tools and webhooks as JSON."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, QueryParameter

from inspralv.conversations.actions.repeating import repeat
from inspralv.conversations.actions.signing import replace_secret
from inspralv.conversations.activity.answers import ActivityDetail, ActivityOut, SigningSecret, detail_out, row_out
from inspralv.conversations.activity.schemas import ActivityFilter, Kind, SigningState, Status
from inspralv.conversations.answers import Done
from inspralv.conversations.queries import activities
from inspralv.conversations.queries.signing import find_state
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.answers import Data, Page, page_of
from inspralv.foundation.web.routing import get, post
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_LIST = "/api/w/{workspace_slug:str}/activity"
_ONE = "/api/w/{workspace_slug:str}/activity/{activity_id:uuid}"
_SECRET = "/api/w/{workspace_slug:str}/signing-secret"  # noqa: S105 - an address

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=500)]
PageSize = Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)]
KindFilter = Annotated[Kind | None, QueryParameter(name="kind")]
StatusFilter = Annotated[Status | None, QueryParameter(name="status")]
ConversationFilter = Annotated[UUID | None, QueryParameter(name="conversation_id")]
Search = Annotated[str, QueryParameter(description="Tool or host.", max_length=200)]


@get(_LIST, access=workspace(P.CONVERSATIONS_READ), tags=["Tools and webhooks"])
async def list_activity(  # noqa: PLR0913, PLR0917 - one for every query parameter
    ctx: WorkspaceContext, page: PageNumber = 1, page_size: PageSize = 20, kind: KindFilter = None,
    status: StatusFilter = None, conversation_id: ConversationFilter = None, search: Search = "",
) -> Data[Page[ActivityOut]]:  # fmt: skip
    """List the tools that agents have used and the messages sent after calls, newest first; the last 90 days. `total` is
    exact up to 10,000; 10001 means more."""
    wanted = ActivityFilter(kind=kind, status=status, search=search.strip(), conversation_id=conversation_id)
    found = await activities.find_page(ctx, wanted, size=page_size, offset=(page - 1) * page_size)
    return Data(page_of([row_out(row) for row in found.rows], found.total, page, page_size))


@get(_ONE, access=workspace(P.CONVERSATIONS_READ), tags=["Tools and webhooks"])
async def read_activity(ctx: WorkspaceContext, activity_id: FromPath[UUID]) -> Data[ActivityDetail]:
    """Read one entry with its arguments, answer and attempts."""
    found = await activities.find_activity(ctx, activity_id)
    if found is None:
        raise NotFound(_("There is no such entry."))
    return Data(detail_out(found))


@post(
    f"{_ONE}/repeat", access=workspace(P.CONVERSATIONS_CREATE), status_code=202, raises=(409,),
    tags=["Tools and webhooks"],
)  # fmt: skip
async def repeat_delivery(ctx: WorkspaceContext, activity_id: FromPath[UUID]) -> Data[Done]:
    """Send an after-call message once more, as the call stands now."""
    await repeat(ctx, activity_id)
    return Data(Done())


@get(_SECRET, access=workspace(P.INTEGRATIONS_READ), tags=["Tools and webhooks"])
async def read_signing_state(ctx: WorkspaceContext) -> Data[SigningState]:
    """Read when the secret was made with which we sign towards the workspace's own servers. It is not shown again."""
    return Data(await find_state(ctx))


@post(_SECRET, access=workspace(P.INTEGRATIONS_UPDATE), tags=["Tools and webhooks"])
async def replace_signing_secret(ctx: WorkspaceContext) -> Data[SigningSecret]:
    """Make a new secret, shown this once. The old one signs too for another 24 hours."""
    secret = await replace_secret(ctx)
    state = await find_state(ctx)
    made = SigningSecret(secret=secret, created_at=state.created_at, previous_until=state.previous_until)
    return Data(made)


ROUTES = (list_activity, read_activity, repeat_delivery, read_signing_state, replace_signing_secret)
