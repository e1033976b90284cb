"""Forgotten passwords and one's own name, as pages. They work without JavaScript."""

from __future__ import annotations

from typing import Any

from litestar.params import FromQuery
from litestar.response import Redirect

from inspralv.accounts.actions import naming, resetting
from inspralv.accounts.page_forms import UNPROCESSABLE, read_account_form, refused, status_of
from inspralv.accounts.page_models import ForgotPage, ProfilePage, ResetPage, SentPage
from inspralv.accounts.pages import SEE_OTHER, sent_page
from inspralv.accounts.queries import resets
from inspralv.accounts.redirects import safe_path
from inspralv.accounts.schemas import ForgotPassword, Profile, ResetPassword
from inspralv.foundation.errors import Invalid, TooMany
from inspralv.foundation.language.texts import _
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.web.forms import Form, FormBody, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import public, signed_in
from inspralv.tenancy.contexts import PublicContext, SignedInContext
from inspralv.tenancy.session_cookie import SessionPolicy


@get("/forgot-password", access=public("people who forgot it are not signed in"))
async def show_forgot(ctx: PublicContext, email: FromQuery[str] = "") -> View:  # noqa: ARG001 - the access is the point
    """Ask for the address."""
    return View("accounts/forgot.html", ForgotPage(Form({"email": email[:254]})), title=_("Forgot password"))


@post("/forgot-password", access=public("people who forgot it are not signed in"))
async def submit_forgot(ctx: PublicContext, data: FormBody) -> View:
    """Have the link sent; the page is the same for every address."""
    wanted, form = read_account_form(data, ForgotPassword)
    if wanted is None:
        return View("accounts/forgot.html", ForgotPage(form), title=_("Forgot password"), status=UNPROCESSABLE)
    try:
        await resetting.ask_for_reset(ctx, wanted.email)
    except TooMany as refusal:
        page = ForgotPage(refused(form, refusal))
        return View(
            "accounts/forgot.html", page, title=_("Forgot password"), status=refusal.status, headers=refusal.headers
        )
    return sent_page(ctx, SentPage("reset", wanted.email, "/forgot-password"))


@get("/reset-password", access=public("the token of the mail is the right"))
async def show_reset(ctx: PublicContext, token: FromQuery[str] = "") -> View:
    """Ask for the new password, or say that the link does not work."""
    return _reset_page(await _page_of(ctx, Form(), token))


@post("/reset-password", access=public("the token of the mail is the right"))
async def submit_reset(ctx: PublicContext, data: FormBody) -> View:
    """Set the password; the browser is signed out as well."""
    wanted, form = read_account_form(data, ResetPassword)
    token = data.get("token", "")
    if wanted is None:
        return _reset_page(await _page_of(ctx, form, token), UNPROCESSABLE)
    try:
        await resetting.reset_password(ctx, wanted)
    except (Invalid, TooMany) as refusal:
        page = await _page_of(ctx, refused(form, refusal), token)
        return _reset_page(page, status_of(refusal), refusal.headers)
    gone = ctx.services.get(SessionPolicy).withdraw()
    return View("accounts/reset.html", ResetPage(form=Form(), done=True), title=_("Password changed"), cookies=[gone])


@get("/setup-profile", access=signed_in())
async def show_profile(ctx: SignedInContext, redirect: FromQuery[str] = "") -> View:
    """Ask for one's own name."""
    form: Form[Any] = Form({"first_name": ctx.me.first_name, "last_name": ctx.me.last_name})
    return _profile_page(ctx, form, redirect)


@post("/setup-profile", access=signed_in())
async def submit_profile(ctx: SignedInContext, data: FormBody) -> View | Redirect:
    """Save the name and go on."""
    redirect = data.get("redirect", "")
    profile, form = read_form({name: value for name, value in data.items() if name != "redirect"}, Profile)
    if profile is None:
        return _profile_page(ctx, form, redirect, UNPROCESSABLE)
    await naming.change_name(ctx, profile)
    return Redirect(safe_path(redirect), status_code=SEE_OTHER)


async def _page_of(ctx: PublicContext, form: Form[Any], token: str) -> ResetPage:
    reset = await resets.find_reset(ctx, token_hash(token))
    first_of = reset.email if reset and reset.is_first else None
    return ResetPage(form=form, token=token, usable=reset is not None, first_of=first_of)


def _reset_page(page: ResetPage, status: int = 200, headers: dict[str, str] | None = None) -> View:
    return View("accounts/reset.html", page, title=_("New password"), status=status, headers=headers or {})


def _profile_page(ctx: SignedInContext, form: Form[Any], redirect: str, status: int = 200) -> View:
    page = ProfilePage(form=form, redirect=redirect, fresh=not ctx.me.first_name)
    return View("accounts/profile.html", page, title=_("Your profile"), status=status)


ROUTES = (show_forgot, submit_forgot, show_reset, submit_reset, show_profile, submit_profile)
