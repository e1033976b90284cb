"""The page between staff's password and the console: the code of their app, or connecting the app first."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.response import Redirect
from msgspec import Meta

from inspralv.accounts.account_models import SetupCard
from inspralv.accounts.second_factor import qr_picture, setup_address, spelled_secret
from inspralv.admin import second_factor
from inspralv.admin.access import PlatformContext, StaffPolicy, platform
from inspralv.admin.schemas import StaffAccount
from inspralv.foundation.errors import Invalid, TooMany, Unauthenticated
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View

SECOND_STEP = "/super-admin/login/two-factor"
_SIGN_IN = "/super-admin/login"


class StaffCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code of the authenticator app."""

    code: Annotated[str, Meta(min_length=1, max_length=20)]


class SecondStepPage(msgspec.Struct, frozen=True):
    """The form for the code, and for somebody without an app what it has to read."""

    form: Form[StaffCode]
    setup: SetupCard | None


@get(SECOND_STEP, access=platform("staff sign in here"))
async def show_second_step(ctx: PlatformContext, request: Request[Any, Any, Any]) -> View | Redirect:
    """Ask for the code; without a password said before, there is nothing to ask."""
    account = await second_factor.find_waiting(ctx, _token(ctx, request))
    return await _page(ctx, account, Form()) if account else Redirect(_SIGN_IN, status_code=303)


@post(SECOND_STEP, access=platform("staff sign in here"))
async def submit_second_step(ctx: PlatformContext, request: Request[Any, Any, Any], data: FormBody) -> View | Redirect:
    """Finish signing in to the console."""
    policy, token = ctx.services.get(StaffPolicy), _token(ctx, request)
    account = await second_factor.find_waiting(ctx, token)
    gone = Redirect(_SIGN_IN, status_code=303, cookies=[policy.pending("")])
    if account is None:
        return gone
    wanted, form = read_form(data, StaffCode)
    if wanted is None:
        return await _page(ctx, account, Form(errors=form.errors), 400)
    try:
        session = await second_factor.finish_sign_in(ctx, token, wanted.code)
    except Unauthenticated:
        return gone
    except Invalid as refusal:
        return await _page(ctx, account, form_of_refusal({}, refusal), 400)
    except TooMany as refusal:
        return await _page(ctx, account, Form(errors={"code": refusal.detail}), refusal.status, refusal.headers)
    return Redirect("/super-admin", status_code=303, cookies=[policy.issue(session), policy.pending("")])


async def _page(
    ctx: PlatformContext,
    account: StaffAccount,
    form: Form[StaffCode],
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> View:
    secret = await second_factor.find_new_secret(ctx, account.id)
    setup = None
    if secret:
        address = setup_address(secret, account.email, _("%(label)s console", label=ctx.partner.label))
        setup = SetupCard(qr_picture(address), address, spelled_secret(secret))
    model = SecondStepPage(form, setup)
    return View("admin/second_step.html", model, title=_("Second step"), status=status, headers=headers or {})


def _token(ctx: PlatformContext, request: Request[Any, Any, Any]) -> str:
    return request.cookies.get(ctx.services.get(StaffPolicy).pending_cookie, "")


ROUTES = (show_second_step, submit_second_step)
