"""Conversations and calls as JSON."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from inspralv.conversations.actions import editing, starting
from inspralv.conversations.answers import (
    ConversationDetail,
    ConversationOut,
    Done,
    FollowUpChange,
    OutboundCall,
    PlacedCall,
    TestCall,
    detail_out,
    row_out,
)  # fmt: skip
from inspralv.conversations.cursors import read_cursor, write_cursor
from inspralv.conversations.filtering import (
    AgentFilter,
    DirectionFilter,
    FromDate,
    Search,
    StatusFilter,
    ToDate,
    filters_of,
)
from inspralv.conversations.queries import reading
from inspralv.conversations.views import Conversation
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.answers import Data, Page, page_of
from inspralv.foundation.web.etag import IfMatch, etag, expected_version
from inspralv.foundation.web.routing import delete, get, patch, post
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_LIST = "/api/w/{workspace_slug:str}/conversations"
_ONE = "/api/w/{workspace_slug:str}/conversations/{conversation_id:uuid}"
_AGENT = "/api/w/{workspace_slug:str}/agents/{agent_id:uuid}"

PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=500)]
PageSize = Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)]
Cursor = Annotated[
    str | None,
    QueryParameter(description="`nextCursor` of the page before; `page` is then of no account.", max_length=100),
]
Click = Annotated[
    str | None,
    HeaderParameter(name="Idempotency-Key", description="The same key again dials nobody again.", max_length=100),
]


@get(_LIST, access=workspace(P.CONVERSATIONS_READ), tags=["Conversations"])
async def list_conversations(  # noqa: PLR0913, PLR0917 - one for every query parameter
    ctx: WorkspaceContext, page: PageNumber = 1, page_size: PageSize = 20, cursor: Cursor = None, search: Search = "",
    status: StatusFilter = None, direction: DirectionFilter = None, agent_id: AgentFilter = None,
    first: FromDate = None, last: ToDate = None,
) -> Data[Page[ConversationOut]]:  # fmt: skip
    """List conversations, newest first. `total` is exact up to 10,000; 10001 means more. `nextCursor` leads on through
    any number of them."""
    filters = filters_of(
        ctx.workspace.timezone,
        search=search,
        status=status,
        direction=direction,
        agent_id=agent_id,
        first=first,
        last=last,
    )
    before = read_cursor(cursor)
    offset = 0 if before else (page - 1) * page_size
    found = await reading.find_page(ctx, filters, size=page_size, offset=offset, before=before)
    following = write_cursor(found.rows[-1].id) if len(found.rows) == page_size else None
    return Data(page_of([row_out(row) for row in found.rows], found.total, page, page_size, following))


@get(_ONE, access=workspace(P.CONVERSATIONS_READ), tags=["Conversations"])
async def read_conversation(
    ctx: WorkspaceContext, conversation_id: FromPath[UUID]
) -> Response[Data[ConversationDetail]]:
    """Read one conversation with its transcript; while the call runs, what was said so far."""
    return _answer(ctx, await _found(ctx, conversation_id))


@patch(_ONE, access=workspace(P.CONVERSATIONS_CREATE), raises=(409,), tags=["Conversations"])
async def change_conversation(
    ctx: WorkspaceContext, conversation_id: FromPath[UUID], data: JSONBody[FollowUpChange], if_match: IfMatch = None
) -> Response[Data[ConversationDetail]]:
    """Change the follow-up note, or say that somebody has seen to it."""
    await editing.change_follow_up(ctx, conversation_id, data, expected_version(if_match))
    return _answer(ctx, await _found(ctx, conversation_id))


@delete(_ONE, access=workspace(P.CONVERSATIONS_DELETE), raises=(409,), tags=["Conversations"])
async def delete_conversation(
    ctx: WorkspaceContext, conversation_id: FromPath[UUID], if_match: IfMatch = None
) -> Data[Done]:
    """Remove a conversation. The figures keep counting it: the call was made."""
    await editing.delete_conversation(ctx, conversation_id, expected_version(if_match))
    return Data(Done())


@post(f"{_ONE}/hang-up", access=workspace(P.CONVERSATIONS_CREATE), status_code=200, raises=(409, 502), tags=["Calls"])
async def hang_up(ctx: WorkspaceContext, conversation_id: FromPath[UUID]) -> Data[Done]:
    """End a running call."""
    await starting.hang_up(ctx, conversation_id)
    return Data(Done())


@post(
    f"{_AGENT}/test-call", access=workspace(P.CONVERSATIONS_CREATE), status_code=200, raises=(409, 502), tags=["Calls"]
)
async def start_test_call(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> Data[TestCall]:
    """Start a call with an agent from the browser."""
    return Data(await starting.start_test_call(ctx, agent_id))


@post(
    f"{_AGENT}/outbound-call", access=workspace(P.CONVERSATIONS_CREATE), status_code=202, raises=(409,), tags=["Calls"]
)
async def start_outbound_call(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], data: JSONBody[OutboundCall], click: Click = None
) -> Data[PlacedCall]:
    """Let an agent call a number. The call is placed right after the answer; the conversation tells how it went."""
    return Data(await starting.start_phone_call(ctx, agent_id, data, click))


async def _found(ctx: WorkspaceContext, conversation_id: UUID) -> Conversation:
    found = await reading.find_conversation(ctx, conversation_id)
    if found is None:
        raise NotFound(_("There is no such conversation."))
    return found


def _answer(ctx: WorkspaceContext, call: Conversation) -> Response[Data[ConversationDetail]]:
    return Response(Data(detail_out(call, f"/w/{ctx.workspace.slug}")), headers=etag(call.version))


ROUTES = (
    list_conversations, read_conversation, change_conversation, delete_conversation, hang_up, start_test_call,
    start_outbound_call,
)  # fmt: skip
