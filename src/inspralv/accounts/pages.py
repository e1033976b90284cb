"""Signing in and signing up, as pages. They work without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import Request
from litestar.datastructures import Cookie
from litestar.params import FromQuery
from litestar.response import Redirect

from inspralv.accounts.actions import signing_in, signing_up
from inspralv.accounts.browser import browser_of, pending_cookie, remember_browser, session_of
from inspralv.accounts.mailbox import is_mailbox_open
from inspralv.accounts.page_forms import UNPROCESSABLE, read_account_form, refused, status_of
from inspralv.accounts.page_models import ConfirmPage, SentPage, SignInPage, SignUpPage
from inspralv.accounts.queries import sign_ups
from inspralv.accounts.redirects import after_sign_in, is_to_invitation, safe_path, to_second_step
from inspralv.accounts.schemas import ConfirmEmail, SignIn, SignUp, WaitingSignUp, plain_address
from inspralv.accounts.sign_on.entering import REFUSALS, list_ways
from inspralv.foundation.errors import Conflict, Forbidden, Invalid, TooMany, Unauthenticated
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.transports import Post
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.web.forms import Form, FormBody
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import find_caller, public
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.plans import PLANS, plan_named
from inspralv.tenancy.session_cookie import SessionPolicy

SEE_OTHER: Final = 303
_LONGEST_EMAIL = 254


@get("/login", access=public("people sign in"))
async def show_sign_in(
    ctx: PublicContext,
    request: Request[Any, Any, Any],
    redirect: FromQuery[str] = "",
    email: FromQuery[str] = "",
    refusal: FromQuery[str] = "",
) -> View | Redirect:
    """Show the sign-in form; those who are signed in are led on."""
    if await find_caller(request) is not None:
        return Redirect(safe_path(redirect), status_code=SEE_OTHER)
    told = {"": REFUSALS[refusal]} if refusal in REFUSALS else {}
    return await _sign_in_page(ctx, Form({"email": email[:_LONGEST_EMAIL]}, told), redirect)


@post("/login", access=public("people sign in"))
async def submit_sign_in(ctx: PublicContext, request: Request[Any, Any, Any], data: FormBody) -> View | Redirect:
    """Sign in and go on."""
    wanted, form = read_account_form(data, SignIn)
    redirect = data.get("redirect", "")
    if wanted is None:
        return await _sign_in_page(ctx, form, redirect, UNPROCESSABLE)
    policy = ctx.services.get(SessionPolicy)
    try:
        found = await signing_in.sign_in(ctx, wanted, session_of(request, policy))
    except signing_in.NotConfirmed as refusal:
        return sent_page(ctx, SentPage("unconfirmed", wanted.email, "/login"), refusal.status)
    except Unauthenticated as refusal:
        wrong: Form[Any] = Form(form.values, {"password": refusal.detail})
        return await _sign_in_page(ctx, wrong, redirect, UNPROCESSABLE)
    except (Forbidden, TooMany) as refusal:
        return await _sign_in_page(ctx, refused(form, refusal), redirect, status_of(refusal), refusal.headers)
    if found.pending:
        waiting = pending_cookie(policy, found.pending)
        return Redirect(to_second_step(redirect), status_code=SEE_OTHER, cookies=[waiting])
    target = after_sign_in(found.account.first_name, redirect)
    return Redirect(target, status_code=SEE_OTHER, cookies=[policy.issue(found.session)])


@get("/signup", access=public("people without an account sign up"))
async def show_sign_up(
    ctx: PublicContext,
    request: Request[Any, Any, Any],
    redirect: FromQuery[str] = "",
    email: FromQuery[str] = "",
    plan: FromQuery[str] = "",
) -> View | Redirect:
    """Show the sign-up form, perhaps with address and plan filled in; those who are signed in are led on."""
    if await find_caller(request) is not None:
        return Redirect(safe_path(redirect), status_code=SEE_OTHER)
    return await _sign_up_page(ctx, Form({"email": email[:_LONGEST_EMAIL], "selectedPlan": plan, "redirect": redirect}))


@post("/signup", access=public("people without an account sign up"))
async def submit_sign_up(ctx: PublicContext, request: Request[Any, Any, Any], data: FormBody) -> View:
    """Keep the wish and say that a mail comes, whoever asks."""
    invited = is_to_invitation(data.get("redirect", ""))
    wanted, form = read_account_form({**data, "isInvitation": str(invited).lower()}, SignUp)
    if wanted is None:
        return await _sign_up_page(ctx, form, UNPROCESSABLE)
    cookie = remember_browser(request, ctx.services.get(SessionPolicy))
    try:
        await signing_up.sign_up(ctx, wanted, cookie.value or "")
    except (Invalid, TooMany) as refusal:
        return await _sign_up_page(ctx, refused(form, refusal), status_of(refusal), refusal.headers)
    back = f"/signup?redirect={quote(wanted.redirect, safe='/')}" if wanted.redirect else "/signup"
    return sent_page(ctx, SentPage("sign_up", wanted.email, back), cookies=(cookie,))


@get("/confirm-email", access=public("the token of the mail is the right"))
async def show_confirm(ctx: PublicContext, request: Request[Any, Any, Any], token: FromQuery[str] = "") -> View:
    """Show a button: programs that look through mail open links, and must not use this one up."""
    return await _confirm_page(ctx, request, token, Form())


@post("/confirm-email", access=public("the token of the mail is the right"))
async def submit_confirm(ctx: PublicContext, request: Request[Any, Any, Any], data: FormBody) -> View | Redirect:
    """Confirm, sign in, go on."""
    wanted, form = read_account_form(data, ConfirmEmail)
    policy = ctx.services.get(SessionPolicy)
    token = data.get("token", "")
    if wanted is None:
        return await _confirm_page(ctx, request, token, form, UNPROCESSABLE)
    try:
        person = await signing_up.confirm_email(ctx, wanted, browser_of(request, policy), session_of(request, policy))
    except (Invalid, TooMany) as refusal:
        shown = refused(form, refusal)
        return await _confirm_page(ctx, request, token, shown, status_of(refusal), refusal.headers)
    except Conflict as refusal:
        page = ConfirmPage(form=form, token="", usable=False, problem=refusal.detail)
        return View("accounts/confirm.html", page, title=_("Confirm your address"), status=refusal.status)
    return Redirect(person.redirect, status_code=SEE_OTHER, cookies=[policy.issue(person.token)])


async def _sign_in_page(
    ctx: PublicContext, form: Form[Any], redirect: str, status: int = 200, headers: dict[str, str] | None = None
) -> View:
    kept = redirect if safe_path(redirect) == redirect else ""
    page = SignInPage(form=form, redirect=kept, ways=await list_ways(ctx))
    return View("accounts/login.html", page, title=_("Sign in"), status=status, headers=headers or {})


async def _sign_up_page(
    ctx: PublicContext, form: Form[Any], status: int = 200, headers: dict[str, str] | None = None
) -> View:
    redirect = form.value("redirect")
    kept = redirect if safe_path(redirect) == redirect else ""
    plan = plan_named(form.value("selectedPlan")) if ctx.partner.is_platform else None
    others = tuple(p for p in PLANS if p is not plan) if plan else ()
    page = SignUpPage(
        form=form, redirect=kept, invited=is_to_invitation(kept), plan=plan, others=others, ways=await list_ways(ctx)
    )
    return View("accounts/signup.html", page, title=_("Create account"), status=status, headers=headers or {})


def sent_page(ctx: PublicContext, page: SentPage, status: int = 200, cookies: Sequence[Cookie] = ()) -> View:
    """Say that a mail is on its way, and where mail stays here, how to read it."""
    stays = not ctx.services.get(Post).transport.leaves and is_mailbox_open(ctx)
    shown = msgspec.structs.replace(page, email=plain_address(page.email), mailbox=stays)
    return View("accounts/sent.html", shown, title=_("Check your mail"), status=status, cookies=cookies)


async def _confirm_page(
    ctx: PublicContext,
    request: Request[Any, Any, Any],
    token: str,
    form: Form[Any],
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> View:
    waiting = await sign_ups.find_by_token(ctx, token_hash(token))
    page = ConfirmPage(form=form, token=token, usable=False)
    if waiting is not None:
        page = ConfirmPage(form=form, token=token, usable=True, email=waiting.email, asks=_asks(ctx, request, waiting))
    return View("accounts/confirm.html", page, title=_("Confirm your address"), status=status, headers=headers or {})


def _asks(ctx: PublicContext, request: Request[Any, Any, Any], waiting: WaitingSignUp) -> bool:
    return not signing_up.is_from(waiting, browser_of(request, ctx.services.get(SessionPolicy)))


ROUTES = (show_sign_in, submit_sign_in, show_sign_up, submit_sign_up, show_confirm, submit_confirm)
