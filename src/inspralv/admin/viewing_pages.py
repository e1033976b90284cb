"""The pages of looking as somebody: one in the console that leads to the partner's host, and two there."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from inspralv.admin import viewing
from inspralv.admin.access import StaffContext, StaffPolicy, staff
from inspralv.admin.schemas import StaffMember
from inspralv.admin.viewing import Handover
from inspralv.foundation.errors import Conflict, NotFound
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.addresses import Addresses
from inspralv.foundation.web.forms import FormBody
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import public
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.session_cookie import SessionPolicy
from inspralv.tenancy.view_access import AT_THE_DOOR, VIEW_LIFE, forget_viewing, view_cookie, view_token

_PERSON = "/super-admin/users/{partner_id:uuid}/{user_id:uuid}"
_HERE = "/view-as"
_WHY = "the token of the console is the right"
_PRIVATE = {"referrer-policy": "no-referrer"}  # the address holds a token
_Token = Annotated[str, QueryParameter(max_length=200)]


class OpenedPage(msgspec.Struct, frozen=True):
    """A view waits on the partner's host."""

    me: StaffMember
    handover: Handover
    back: str


class StartPage(msgspec.Struct, frozen=True):
    """Begin to look; `problem` says why it did not work, `console` is the way back."""

    token: str
    problem: str
    console: str


class EndedPage(msgspec.Struct, frozen=True):
    """It is over."""

    person: str
    console: str


@post(f"{_PERSON}/view", access=staff(P.PLATFORM_UPDATE), status_code=200)
async def open_view(
    ctx: StaffContext, request: Request[Any, Any, Any], partner_id: FromPath[UUID], user_id: FromPath[UUID]
) -> View | Redirect:
    """Open a view, and show the way there. The browser goes on by itself."""
    back = f"/super-admin/users/{partner_id}/{user_id}"
    token = request.cookies.get(ctx.services.get(StaffPolicy).cookie, "")
    try:
        handover = await viewing.start_view(ctx, token, partner_id, user_id)
    except Conflict:
        await ctx.rollback()
        return Redirect(f"{back}?done=unseen", status_code=303)
    headers = {**_PRIVATE, "refresh": f"0; url={handover.url}"}
    return View("admin/view_opened.html", OpenedPage(ctx.staff, handover, back), title=_("View as"), headers=headers)


@get(_HERE, access=public(_WHY))
async def show_start(ctx: PublicContext, token: _Token = "") -> View:
    """Ask before the look begins: a link that is only fetched uses nothing up."""
    return _start(ctx, token)


@post(_HERE, access=public(_WHY), opt=AT_THE_DOOR)
async def begin_view(ctx: PublicContext, request: Request[Any, Any, Any], data: FormBody) -> View | Redirect:
    """Begin to look. A view this browser was in before ends."""
    policy = ctx.services.get(SessionPolicy)
    try:
        token = await viewing.take_up(ctx, data.get("token", ""))
    except NotFound as refusal:
        return _start(ctx, "", refusal.detail, refusal.status)
    await viewing.end_view(ctx, view_token(request, policy))
    return Redirect("/select-workspace", status_code=303, cookies=[view_cookie(policy, token, VIEW_LIFE)])


@post(f"{_HERE}/end", access=public("a view that has ended may end again"), status_code=200, opt=AT_THE_DOOR)
async def end_view(ctx: PublicContext, request: Request[Any, Any, Any]) -> View:
    """End the look, and show the way back to the console."""
    policy = ctx.services.get(SessionPolicy)
    ended = await viewing.end_view(ctx, view_token(request, policy))
    forget_viewing(request)
    back = f"/super-admin/users/{ended.partner_id}/{ended.user_id}" if ended else "/super-admin/users"
    model = EndedPage(ended.person if ended else "", ctx.services.get(Addresses).url(None, back))
    gone = view_cookie(policy, "", VIEW_LIFE)
    return View("admin/view_ended.html", model, title=_("The view has ended"), headers=_PRIVATE, cookies=[gone])


def _start(ctx: PublicContext, token: str, problem: str = "", status: int = 200) -> View:
    console = ctx.services.get(Addresses).url(None, "/super-admin/users")
    model = StartPage(token, problem, console)
    return View("admin/view_start.html", model, title=_("View as"), status=status, headers=_PRIVATE)


ROUTES = (open_view, show_start, begin_view, end_view)
