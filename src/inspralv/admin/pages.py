"""The console: sign-in, sign-out, and the overview."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request
from litestar.response import Redirect

from inspralv.admin import actions, partner_queries
from inspralv.admin.access import PlatformContext, StaffContext, StaffPolicy, platform, staff
from inspralv.admin.partner_schemas import Overview
from inspralv.admin.schemas import SignInForm, StaffMember
from inspralv.admin.second_factor_pages import SECOND_STEP
from inspralv.foundation.errors import Invalid, TooMany
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.permissions import P

_HOME = "/super-admin"


class SignInPage(msgspec.Struct, frozen=True):
    """The form, without the password."""

    form: Form[SignInForm]


class OverviewPage(msgspec.Struct, frozen=True):
    """The platform at a glance."""

    me: StaffMember
    now: Overview


@get("/super-admin/login", access=platform("staff sign in here"))
async def show_sign_in(ctx: PlatformContext) -> View:  # noqa: ARG001
    """Show the console's own sign-in form."""
    return _sign_in(Form())


@post("/super-admin/login", access=platform("staff sign in here"))
async def submit_sign_in(ctx: PlatformContext, data: FormBody) -> View | Redirect:
    """Sign in and go to the console."""
    wanted, form = read_form(data, SignInForm)
    if wanted is None:
        return _sign_in(form, 400)
    try:
        entrance = await actions.sign_in(ctx, wanted)
    except Invalid as refusal:
        return _sign_in(form_of_refusal(data, refusal), 400)
    except TooMany as refusal:
        form = Form({"email": form.value("email")}, {"password": refusal.detail})
        return _sign_in(form, refusal.status, refusal.headers)
    policy = ctx.services.get(StaffPolicy)
    if entrance.pending:
        return Redirect(SECOND_STEP, status_code=303, cookies=[policy.pending(entrance.pending)])
    return Redirect(_HOME, status_code=303, cookies=[policy.issue(entrance.session)])


@post("/super-admin/signout", access=platform("a session that has ended signs out as well"))
async def submit_sign_out(ctx: PlatformContext, request: Request[Any, Any, Any]) -> Redirect:
    """Sign out of the console."""
    policy = ctx.services.get(StaffPolicy)
    await actions.sign_out(ctx, request.cookies.get(policy.cookie, ""))
    return Redirect("/super-admin/login", status_code=303, cookies=[policy.withdraw()])


@get("/super-admin", access=staff(P.PLATFORM_READ))
async def show_overview(ctx: StaffContext) -> View:
    """Show the platform at a glance."""
    model = OverviewPage(ctx.staff, await partner_queries.read_overview(ctx))
    return View("admin/overview.html", model, title=_("Overview"))


def _sign_in(form: Form[SignInForm], status: int = 200, headers: dict[str, str] | None = None) -> View:
    kept: Form[SignInForm] = Form({"email": form.value("email")}, form.errors)
    return View("admin/login.html", SignInPage(kept), title=_("Staff sign-in"), status=status, headers=headers or {})


ROUTES = (show_sign_in, submit_sign_in, submit_sign_out, show_overview)
