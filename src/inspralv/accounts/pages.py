"""Sign-in, sign-up, forgotten passwords and the profile, as pages. They work without JavaScript."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request
from litestar.params import FromQuery
from litestar.response import Redirect

from inspralv.accounts import actions, queries
from inspralv.accounts.api import session_of
from inspralv.accounts.redirects import HOME, safe_path
from inspralv.accounts.schemas import ForgotPassword, Profile, ResetPassword, SignIn, SignUp
from inspralv.foundation.errors import Invalid, Refusal, TooMany
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import find_caller, public, signed_in
from inspralv.tenancy.contexts import PublicContext, SignedInContext
from inspralv.tenancy.session_cookie import SessionPolicy

_UNPROCESSABLE = 422
_SEE_OTHER = 303


class FormPage(msgspec.Struct, frozen=True, kw_only=True):
    """A form of this slice. `redirect` is where to go on, `notice` what is said above the form, `done` whether the
    "check your mail" card is shown instead, `token` the one of a mail, `usable` whether that still works."""

    form: Form[Any]
    redirect: str = ""
    notice: str = ""
    done: bool = False
    token: str = ""
    usable: bool = True


@get("/login", access=public("people sign in"))
async def show_sign_in(
    ctx: PublicContext, request: Request[Any, Any, Any], redirect: FromQuery[str] = "", notice: FromQuery[str] = ""
) -> View | Redirect:
    """The sign-in form; those who are signed in are led on."""
    if await find_caller(request) is not None:
        return Redirect(safe_path(redirect), status_code=_SEE_OTHER)
    told = {"reset": "Your password is changed. Sign in with the new one."}.get(notice, "")
    return _sign_in_page(Form(), redirect, notice=told)


@post("/login", access=public("people sign in"))
async def submit_sign_in(ctx: PublicContext, request: Request[Any, Any, Any], data: FormBody) -> View | Redirect:
    """Sign in and go on."""
    wanted, form = read_form(data, SignIn)
    redirect = data.get("redirect", "")
    if wanted is None:
        return _sign_in_page(form, redirect)
    try:
        _, token = await actions.sign_in(ctx, wanted, session_of(ctx, request))
    except (Invalid, TooMany, actions.NotConfirmed) as refusal:
        return _sign_in_page(_again(data, refusal), redirect, status=refusal.status if isinstance(refusal, TooMany) else _UNPROCESSABLE)
    return Redirect(safe_path(redirect), status_code=_SEE_OTHER, cookies=[ctx.services.get(SessionPolicy).issue(token)])


@get("/signup", access=public("people without an account sign up"))
async def show_sign_up(
    ctx: PublicContext, request: Request[Any, Any, Any], email: FromQuery[str] = "", redirect: FromQuery[str] = ""
) -> View | Redirect:
    """The sign-up form, perhaps with the address filled in."""
    if await find_caller(request) is not None:
        return Redirect(safe_path(redirect), status_code=_SEE_OTHER)
    return View("accounts/signup.html", FormPage(form=Form({"email": email[:254]}), redirect=redirect), title="Create account")


@post("/signup", access=public("people without an account sign up"))
async def submit_sign_up(ctx: PublicContext, data: FormBody) -> View:
    """Create the account; what comes next is in the mail."""
    fields = {name: value for name, value in data.items() if name not in {"confirmation", "redirect"}}
    wanted, form = read_form(fields, SignUp)
    if data.get("confirmation", "") != data.get("password", ""):
        form.errors["confirmation"] = "The two passwords differ."
    if wanted is None or not form.ok:
        return _sign_up_page(form, data, _UNPROCESSABLE)
    try:
        await actions.sign_up(ctx, wanted)
    except (Invalid, TooMany) as refusal:
        return _sign_up_page(_again(data, refusal), data, _status(refusal))
    return View("accounts/signup.html", FormPage(form=form, done=True), title="Check your mail")


@get("/confirm-email", access=public("the token of the mail is the right"))
async def show_confirm(ctx: PublicContext, token: FromQuery[str] = "") -> View:
    """A button, since programs that look through mail open links."""
    usable = await queries.is_token(ctx, token_hash(token), "confirm")
    return View("accounts/confirm.html", FormPage(form=Form(), token=token[:100], usable=usable), title="Confirm your address")


@post("/confirm-email", access=public("the token of the mail is the right"))
async def submit_confirm(ctx: PublicContext, request: Request[Any, Any, Any], data: FormBody) -> View | Redirect:
    """Confirm, sign in, go on."""
    try:
        async with ctx.widened() as wide:
            token = await actions.confirm_email(wide, ctx.partner, data.get("token", ""), session_of(ctx, request))
    except Invalid as refusal:
        page = FormPage(form=_again(data, refusal), usable=False)
        return View("accounts/confirm.html", page, title="Confirm your address", status=_UNPROCESSABLE)
    return Redirect("/setup-profile", status_code=_SEE_OTHER, cookies=[ctx.services.get(SessionPolicy).issue(token)])


@get("/forgot-password", access=public("people who forgot it are not signed in"))
async def show_forgot(ctx: PublicContext) -> View:
    """Ask for the address."""
    return View("accounts/forgot.html", FormPage(form=Form()), title="Forgot password")


@post("/forgot-password", access=public("people who forgot it are not signed in"))
async def submit_forgot(ctx: PublicContext, data: FormBody) -> View:
    """Send the link; the page is the same for every address."""
    wanted, form = read_form(data, ForgotPassword)
    status = _UNPROCESSABLE
    if wanted is not None:
        try:
            await actions.ask_for_reset(ctx, wanted.email)
        except TooMany as refusal:
            form, status = _again(data, refusal), refusal.status
        else:
            return View("accounts/forgot.html", FormPage(form=form, done=True), title="Check your mail")
    return View("accounts/forgot.html", FormPage(form=form), title="Forgot password", status=status)


@get("/reset-password", access=public("the token of the mail is the right"))
async def show_reset(ctx: PublicContext, token: FromQuery[str] = "") -> View:
    """Ask for the new password, or say that the link does not work."""
    usable = await queries.is_token(ctx, token_hash(token), "reset")
    return View("accounts/reset.html", FormPage(form=Form(), token=token[:100], usable=usable), title="New password")


@post("/reset-password", access=public("the token of the mail is the right"))
async def submit_reset(ctx: PublicContext, data: FormBody) -> View | Redirect:
    """Set the password and lead to the sign-in page."""
    fields = {name: value for name, value in data.items() if name != "confirmation"}
    wanted, form = read_form(fields, ResetPassword)
    if data.get("confirmation", "") != data.get("password", ""):
        form.errors["confirmation"] = "The two passwords differ."
    if wanted is not None and form.ok:
        try:
            await actions.reset_password(ctx, wanted)
        except Invalid as refusal:
            form = _again(data, refusal)
            await ctx.rollback()  # the link stays usable for a better password
        else:
            return Redirect("/login?notice=reset", status_code=_SEE_OTHER)
    page = FormPage(form=form, token=data.get("token", "")[:100], usable=not form.error("token"))
    return View("accounts/reset.html", page, title="New password", status=_UNPROCESSABLE)


@get("/setup-profile", access=signed_in())
async def show_profile(ctx: SignedInContext) -> View:
    """One's own name."""
    form: Form[Profile] = Form({"first_name": ctx.me.first_name, "last_name": ctx.me.last_name})
    return View("accounts/profile.html", FormPage(form=form), title="Your profile")


@post("/setup-profile", access=signed_in())
async def submit_profile(ctx: SignedInContext, data: FormBody) -> View | Redirect:
    """Save the name and go on."""
    profile, form = read_form(data, Profile)
    if profile is None:
        return View("accounts/profile.html", FormPage(form=form), title="Your profile", status=_UNPROCESSABLE)
    await actions.change_profile(ctx, profile)
    return Redirect(HOME, status_code=_SEE_OTHER)


def _sign_in_page(form: Form[Any], redirect: str, *, status: int = 0, notice: str = "") -> View:
    shown = FormPage(form=form, redirect=redirect[:2000], notice=notice)
    return View("accounts/login.html", shown, title="Sign in", status=status or (200 if form.ok else _UNPROCESSABLE))


def _sign_up_page(form: Form[Any], data: FormBody, status: int) -> View:
    return View("accounts/signup.html", FormPage(form=form, redirect=data.get("redirect", "")), title="Create account", status=status)


def _again(data: FormBody, refusal: Refusal) -> Form[Any]:
    if isinstance(refusal, Invalid):
        return form_of_refusal(data, refusal)
    return Form(dict(data), {"": refusal.detail})


def _status(refusal: Refusal) -> int:
    return refusal.status if isinstance(refusal, TooMany) else _UNPROCESSABLE
