"""The console: sign-in, sign-out, and the overview of the partners."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from inspralv.admin import actions, queries
from inspralv.admin.access import PlatformContext, StaffContext, StaffPolicy, platform, staff
from inspralv.admin.schemas import PLAN_TIERS, PartnerList, PartnerSearch, PlanFilter, PlanTier, SignInForm, StaffMember
from inspralv.admin.second_factor_pages import SECOND_STEP
from inspralv.foundation.errors import Invalid, TooMany
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.permissions import P

_HOME = "/super-admin"
_PAGE_SIZE = 10
_PageNumber = Annotated[int, QueryParameter(ge=1, le=1_000_000)]


class SignInPage(msgspec.Struct, frozen=True):
    """The form, without the password."""

    form: Form[SignInForm]


class Overview(msgspec.Struct, frozen=True):
    """The platform's figures and one page of partners. `first` is the number of its first row, `href` the address of
    any page, with "{page}" for its number."""

    me: StaffMember
    found: PartnerList
    search: PartnerSearch
    tiers: tuple[PlanTier, ...]
    pages: int
    first: int
    href: str


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
async def show_overview(
    ctx: StaffContext,
    search: FromQuery[str] = "",
    plan_tier: FromQuery[PlanFilter] = "all",
    page: _PageNumber = 1,
) -> View:
    """Show the platform's figures and its partners."""
    wanted = PartnerSearch(search.strip(), plan_tier, page, _PAGE_SIZE)
    found = await queries.list_partners(ctx, wanted)
    pages = max(1, -(-found.total // _PAGE_SIZE))
    model = Overview(
        me=ctx.staff,
        found=found,
        search=wanted,
        tiers=PLAN_TIERS,
        pages=pages,
        first=(page - 1) * _PAGE_SIZE + 1,
        href=f"{_HOME}?{urlencode({'search': wanted.text, 'plan_tier': plan_tier})}&page={{page}}",
    )
    return View("admin/overview.html", model, title="Overview")


def _sign_in(form: Form[SignInForm], status: int = 200, headers: dict[str, str] | None = None) -> View:
    kept: Form[SignInForm] = Form({"email": form.value("email")}, form.errors)
    return View("admin/login.html", SignInPage(kept), title="Staff sign-in", status=status, headers=headers or {})


ROUTES = (show_sign_in, submit_sign_in, submit_sign_out, show_overview)
