"""The console's pages of people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.admin import user_actions as actions
from inspralv.admin import user_queries as queries
from inspralv.admin.access import StaffContext, staff
from inspralv.admin.schemas import StaffMember
from inspralv.admin.user_schemas import SecondStepReset, UserDetail, UserList
from inspralv.foundation.errors import Conflict, Forbidden
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import FormBody, messages
from inspralv.foundation.web.paging import PageNumber, Pages, pages_of
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.validation import find_errors
from inspralv.foundation.web.view import View
from inspralv.tenancy.permissions import P

_ALL = "/super-admin/users"
_ONE = f"{_ALL}/{{partner_id:uuid}}/{{user_id:uuid}}"
_SIZE = 20
_READ, _UPDATE = staff(P.PLATFORM_READ), staff(P.PLATFORM_UPDATE)
_Act = Callable[[StaffContext, UUID, UUID], Awaitable[None]]
_DONE = {
    "suspended": ("warning", N_("Account suspended"), N_("Every session has ended.")),
    "reactivated": ("success", N_("Account reactivated"), ""),
    "ended": ("success", N_("Signed out everywhere"), ""),
    "sent": ("success", N_("Link on its way"), N_("It is good for an hour.")),
    "reset": (
        "success",
        N_("Second step reset"),
        N_("Every session has ended, and the person was told by mail. They sign in with the password alone."),
    ),
    "unseen": (
        "info",
        N_("This account cannot be viewed as"),
        N_("It is not active, runs the platform itself, or its partner has no address or is suspended."),
    ),
    "nothing": ("info", N_("Nothing to do"), N_("The account is in another state by now.")),
}


class UsersPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of people."""

    me: StaffMember
    found: UserList
    search: str
    partner: UUID | None
    at: Pages


class UserPage(msgspec.Struct, frozen=True, kw_only=True):
    """One person; `viewable` when the operator may look as them."""

    me: StaffMember
    person: UserDetail
    viewable: bool


class ResetPage(msgspec.Struct, frozen=True, kw_only=True):
    """The question before a second step is reset. `reason` is what was typed, `problem` why nothing happened."""

    me: StaffMember
    person: UserDetail
    reason: str = ""
    reason_error: str = ""
    problem: str = ""


@get(_ALL, access=_READ)
async def show_users(
    ctx: StaffContext, search: FromQuery[str] = "", partner: FromQuery[UUID | None] = None, page: PageNumber = 1
) -> View:
    """Show people of all partners, or of one."""
    found = await queries.list_users(ctx, search, partner, page, _SIZE)
    chosen = {"search": search.strip()} | ({"partner": str(partner)} if partner else {})
    model = UsersPage(
        me=ctx.staff, found=found, search=search.strip(), partner=partner,
        at=pages_of(_ALL, chosen, page, _SIZE, found.total),
    )  # fmt: skip
    return View("admin/users.html", model, title=_("Users"))


@get(_ONE, access=_READ)
async def show_user(
    ctx: StaffContext, partner_id: FromPath[UUID], user_id: FromPath[UUID], done: FromQuery[str] = ""
) -> View:
    """Show one person."""
    person = await queries.find_user(ctx, partner_id, user_id)
    viewable = person.status == "active" and partner_id != ctx.partner_id
    return View(
        "admin/user.html",
        UserPage(me=ctx.staff, person=person, viewable=viewable),
        title=person.name,
        flash=_DONE.get(done),
    )


@post(f"{_ONE}/suspension", access=_UPDATE)
async def suspend_user(ctx: StaffContext, partner_id: FromPath[UUID], user_id: FromPath[UUID]) -> Redirect:
    """Let somebody in no more."""
    return await _do(actions.suspend_account, ctx, partner_id, user_id, "suspended")


@post(f"{_ONE}/reactivation", access=_UPDATE)
async def reactivate_user(ctx: StaffContext, partner_id: FromPath[UUID], user_id: FromPath[UUID]) -> Redirect:
    """Let somebody in again."""
    return await _do(actions.reactivate_account, ctx, partner_id, user_id, "reactivated")


@post(f"{_ONE}/sessions", access=_UPDATE)
async def end_user_sessions(ctx: StaffContext, partner_id: FromPath[UUID], user_id: FromPath[UUID]) -> Redirect:
    """Sign somebody out everywhere."""
    return await _do(actions.end_sessions, ctx, partner_id, user_id, "ended")


@post(f"{_ONE}/password-link", access=_UPDATE)
async def send_user_password_link(ctx: StaffContext, partner_id: FromPath[UUID], user_id: FromPath[UUID]) -> Redirect:
    """Have a link for a new password mailed."""
    return await _do(actions.send_password_link, ctx, partner_id, user_id, "sent")


@get(f"{_ONE}/second-step-reset", access=_READ)
async def ask_before_resetting_second_step(
    ctx: StaffContext, partner_id: FromPath[UUID], user_id: FromPath[UUID]
) -> View:
    """Ask before somebody's second step is reset."""
    person = await queries.find_user(ctx, partner_id, user_id)
    return _question(ResetPage(me=ctx.staff, person=person))


@post(f"{_ONE}/second-step-reset", access=_UPDATE, status_code=200)
async def reset_user_second_step(
    ctx: StaffContext, partner_id: FromPath[UUID], user_id: FromPath[UUID], data: FormBody
) -> View | Redirect:
    """Take somebody's second step away, with a reason."""
    reason = data.get("reason", "").strip()
    if errors := find_errors({"reason": reason}, SecondStepReset):
        person = await queries.find_user(ctx, partner_id, user_id)
        told = messages(errors)["reason"]
        return _question(ResetPage(me=ctx.staff, person=person, reason=reason, reason_error=told), status=400)
    try:
        await actions.reset_second_step(ctx, partner_id, user_id, reason)
    except (Conflict, Forbidden) as refusal:
        await ctx.rollback()
        person = await queries.find_user(ctx, partner_id, user_id)
        model = ResetPage(me=ctx.staff, person=person, reason=reason, problem=refusal.detail)
        return _question(model, status=refusal.status)
    return Redirect(f"{_ALL}/{partner_id}/{user_id}?done=reset", status_code=303)


def _question(model: ResetPage, *, status: int = 200) -> View:
    title = _("Reset the second step of %(person)s", person=model.person.name)
    return View("admin/user_reset.html", model, title=title, status=status)


async def _do(act: _Act, ctx: StaffContext, partner_id: UUID, user_id: UUID, done: str) -> Redirect:
    try:
        await act(ctx, partner_id, user_id)
    except Conflict:
        await ctx.rollback()
        done = "nothing"
    return Redirect(f"{_ALL}/{partner_id}/{user_id}?done={done}", status_code=303)


ROUTES = (
    show_users, show_user, suspend_user, reactivate_user, end_user_sessions, send_user_password_link,
    ask_before_resetting_second_step, reset_user_second_step,
)  # fmt: skip
