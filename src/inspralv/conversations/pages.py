"""The pages of conversations: list, detail, and the form that dials."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.conversations import call_form
from inspralv.conversations.actions import editing, starting
from inspralv.conversations.answers import FollowUpChange, OutboundCall, PlacedCall
from inspralv.conversations.call_rights import rights_of
from inspralv.conversations.filtering import address, read_address
from inspralv.conversations.queries import reading
from inspralv.conversations.queries.calling import Callable, find_callable
from inspralv.conversations.views import Conversation, DetailPage, FollowUp, Found, ListPage, OutboundForm, Pager
from inspralv.foundation.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from inspralv.foundation.language.texts import _
from inspralv.foundation.secrets import new_token
from inspralv.foundation.web.formats import number, phone
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_LIST = "/w/{workspace_slug:str}/conversations"
_ONE = "/w/{workspace_slug:str}/conversations/{conversation_id:uuid}"
_CALL = "/w/{workspace_slug:str}/agents/{agent_id:uuid}/outbound-call"
_SIZE = 20
_MOST_PAGES = 500
_NOTE_LENGTH = 5000


@get(_LIST, access=workspace(P.CONVERSATIONS_READ))
async def show_conversations(ctx: WorkspaceContext, request: Request[Any, Any, Any]) -> View:
    """Show the conversations that fit the filters of the address."""
    typed = {name: value for name, value in request.query_params.items() if "\0" not in value}
    filters, query = read_address(typed, ctx.workspace.timezone)
    page = _page_of(typed.get("page", ""))
    found = await reading.find_page(ctx, filters, size=_SIZE, offset=(page - 1) * _SIZE)
    path = f"/w/{ctx.workspace.slug}/conversations"
    model = ListPage(
        rows=tuple(found.rows), agents=tuple(found.agents), query=query, has_any=found.has_any, filtered=bool(query),
        pager=_pager(path, query, page, found), export=address(f"{path}/export.csv", query), clear=path,
        fresh=page == 1 and not query,
    )  # fmt: skip
    return View("conversations/list.html", model, title=_("Conversations"))


def _page_of(text: str) -> int:
    return min(max(int(text), 1), _MOST_PAGES) if text.isascii() and text.isdecimal() and len(text) <= 6 else 1  # noqa: PLR2004


def _pager(path: str, query: dict[str, str], page: int, found: Found) -> Pager:
    more = found.total > reading.COUNTED_TO
    last = (page - 1) * _SIZE + len(found.rows)
    leads_on = len(found.rows) == _SIZE and (more or last < found.total) and page < _MOST_PAGES
    return Pager(
        first=(page - 1) * _SIZE + 1,
        last=last,
        total_text=f"{number(reading.COUNTED_TO)}+" if more else number(found.total),
        previous=address(path, query, page=page - 1) if page > 1 else None,
        next=address(path, query, page=page + 1) if leads_on else None,
    )


@get(_ONE, access=workspace(P.CONVERSATIONS_READ))
async def show_conversation(ctx: WorkspaceContext, conversation_id: FromPath[UUID]) -> View:
    """Show one conversation; while the call runs, it grows."""
    return _detail(ctx, await _found(ctx, conversation_id))


@post(f"{_ONE}/follow-up", access=workspace(P.CONVERSATIONS_CREATE), status_code=200)
async def save_follow_up(
    ctx: WorkspaceContext, conversation_id: FromPath[UUID], data: FormBody, request: Request[Any, Any, Any]
) -> View | Redirect:
    """Save the follow-up note."""
    wanted, form = read_form(data, FollowUp)
    if wanted is not None and len(wanted.follow_up_note) > _NOTE_LENGTH:
        wanted, form = (
            None,
            Form(
                form.values, {"follow_up_note": _("Use at most %(note_length)s characters.", note_length=_NOTE_LENGTH)}
            ),
        )
    if wanted is None:
        return _detail(ctx, await _found(ctx, conversation_id), form=form, status=422)
    change = FollowUpChange(wanted.follow_up_note or None, wanted.followed_up == "yes")
    try:
        await editing.change_follow_up(ctx, conversation_id, change, wanted.version)
    except Conflict:
        return _detail(ctx, await _found(ctx, conversation_id), form=form, stale=True, status=409)
    if "hx-request" not in request.headers:
        return Redirect(_url(ctx, conversation_id), status_code=303)
    return _detail(ctx, await _found(ctx, conversation_id), saved=True)


@post(f"{_ONE}/delete", access=workspace(P.CONVERSATIONS_DELETE), status_code=200)
async def delete_after_asking(
    ctx: WorkspaceContext, conversation_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> Response[str] | Redirect:
    """Remove the conversation and go back to the list."""
    await editing.delete_conversation(ctx, conversation_id, None)
    path = f"/w/{ctx.workspace.slug}/conversations"
    if "hx-request" not in request.headers:
        return Redirect(path, status_code=303)
    return Response("", headers={"hx-redirect": path})


@post(f"{_ONE}/hang-up", access=workspace(P.CONVERSATIONS_CREATE), status_code=200)
async def hang_up(
    ctx: WorkspaceContext, conversation_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> View | Redirect:
    """End the running call; the page follows when the provider says so."""
    await starting.hang_up(ctx, conversation_id)
    if "hx-request" not in request.headers:
        return Redirect(_url(ctx, conversation_id), status_code=303)
    return _detail(ctx, await _found(ctx, conversation_id))


@get(_CALL, access=workspace(P.CONVERSATIONS_CREATE))
async def show_outbound_form(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], answers: FromQuery[UUID | None] = None
) -> View:
    """Show the form that lets an agent call a number, or call back whoever a conversation was with (`answers`). Every
    showing has a click of its own."""
    agent = await _callable(ctx, agent_id, answers)
    return _outbound(ctx, agent, call_form.opened(agent))


@post(_CALL, access=workspace(P.CONVERSATIONS_CREATE), status_code=200)
async def dial(
    ctx: WorkspaceContext, agent_id: FromPath[UUID], data: FormBody, request: Request[Any, Any, Any]
) -> View | Redirect:
    """Let the agent call the number. The same form sent twice dials once."""
    fields = {name: value for name, value in data.items() if name != "click"}
    wanted, form = read_form(fields, OutboundCall)
    agent = await _callable(ctx, agent_id, _uuid(data.get("answersConversationId", "")))
    if wanted is None:
        return _outbound(ctx, agent, form, status=422)
    try:
        placed = await starting.start_phone_call(ctx, agent_id, wanted, data.get("click") or None)
    except Invalid as refusal:
        return _outbound(ctx, agent, form_of_refusal(fields, refusal), status=422)
    except (Conflict, Forbidden, TooMany) as refusal:
        return _outbound(ctx, agent, form, refusal=refusal.detail, status=refusal.status)
    if "hx-request" not in request.headers:
        return Redirect(placed.conversation_url, status_code=303)
    plain = msgspec.structs.replace(agent, answers_id=None, contact_number=None, contact_name=None, variables=None)
    return _outbound(ctx, plain, call_form.opened(plain), placed=placed)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _callable(ctx: WorkspaceContext, agent_id: UUID, answers: UUID | None) -> Callable:
    agent = await find_callable(ctx, agent_id, answers)
    if agent is None:
        raise NotFound(_("There is no such agent."))
    return agent


def _outbound(
    ctx: WorkspaceContext, agent: Callable, form: Form[Any], *, refusal: str = "", status: int = 200,
    placed: PlacedCall | None = None,
) -> View:  # fmt: skip
    model = OutboundForm(
        agent_id=agent.id, agent_name=agent.name, click=new_token(), form=form, refusal=refusal,
        fields=call_form.fields_of(agent), lines=agent.lines, answers=agent.answers_id,
        placed=placed.conversation_id if placed else None, number=placed.customer_number if placed else "",
    )  # fmt: skip
    path = f"/w/{ctx.workspace.slug}/agents"
    crumbs = [(_("Agents"), path), (agent.name, f"{path}/{agent.id}"), (_("Call a number"), "")]
    return View(
        "conversations/outbound.html",
        model,
        title=_("Call with %(name)s", name=agent.name),
        crumbs=crumbs,
        status=status,
    )


def _detail(
    ctx: WorkspaceContext, call: Conversation, *, form: Form[FollowUp] | None = None, stale: bool = False,
    saved: bool = False, status: int = 200,
) -> View:  # fmt: skip
    stored: Form[FollowUp] = Form(
        {"follow_up_note": call.follow_up_note or "", "followed_up": "yes" if call.followed_up_at else "no"}
    )
    model = DetailPage(
        call=call, form=form or stored, may_note=ctx.may(P.CONVERSATIONS_CREATE),
        may_delete=ctx.may(P.CONVERSATIONS_DELETE), can=rights_of(ctx, call),
        zone=ctx.workspace.timezone, stale=stale, saved=saved,
    )  # fmt: skip
    title = _("Conversation with %(value)s", value=call.contact_name or phone(call.contact_number) or "a web visitor")
    crumbs = [
        (_("Conversations"), f"/w/{ctx.workspace.slug}/conversations"),
        (call.contact_name or phone(call.contact_number) or _("Conversation"), ""),
    ]
    return View("conversations/detail.html", model, title=title, crumbs=crumbs, status=status)


async def _found(ctx: WorkspaceContext, conversation_id: UUID) -> Conversation:
    found = await reading.find_conversation(ctx, conversation_id)
    if found is None:
        raise NotFound(_("There is no such conversation."))
    return found


def _url(ctx: WorkspaceContext, conversation_id: UUID) -> str:
    return f"/w/{ctx.workspace.slug}/conversations/{conversation_id}"


ROUTES = (
    show_conversations, show_conversation, save_follow_up, delete_after_asking, hang_up, show_outbound_form, dial,
)  # fmt: skip
