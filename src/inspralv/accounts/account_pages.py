"""One's own account: name, password, e-mail address and sessions, as pages. They work without JavaScript."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.accounts.account_models import (
    AddressLink,
    AddressSection,
    PasswordSection,
    ProfileSection,
    SessionCard,
    SessionsSection,
)
from inspralv.accounts.actions import changing_address, changing_password, choosing_language, ending_sessions, naming
from inspralv.accounts.actions.proving import is_fresh
from inspralv.accounts.browser import renewed_cookies
from inspralv.accounts.devices import device_label, is_phone
from inspralv.accounts.mailbox import is_mailbox_open
from inspralv.accounts.page_forms import UNPROCESSABLE, read_account_form, refused, status_of
from inspralv.accounts.pages import SEE_OTHER
from inspralv.accounts.queries import address_changes, security
from inspralv.accounts.schemas import AddressAnswer, AddressChange, LanguageChoice, PasswordChange, Profile
from inspralv.foundation.errors import Conflict, Invalid, NotFound, TooMany
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.mail.transports import Post
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.web.forms import Form, FormBody, messages, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.validation import find_errors
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import account, public
from inspralv.tenancy.contexts import AccountContext, PublicContext
from inspralv.tenancy.session_cookie import SessionPolicy

_ACCOUNT = (N_("Your account"), "/account")
_MAILBOX_WHY = "the token of the mail is the right"
DONE: Final = {
    "name": ("success", N_("Name saved"), ""),
    "language": ("success", N_("Language saved"), N_("Mails to you speak it too.")),
    "password": ("success", N_("Password changed"), N_("Every other session has ended.")),
    "email": ("success", N_("Check both mailboxes"), N_("The address changes when both have confirmed it.")),
    "stopped": ("success", N_("Stopped"), N_("Your address stays as it is.")),
    "session": ("success", N_("Session ended"), N_("That browser is signed out.")),
    "sessions": ("success", N_("Signed out elsewhere"), N_("Only this browser is still signed in.")),
    "off": ("success", N_("Two-factor sign-in is off"), N_("Your password alone signs you in.")),
    "named": ("success", N_("Passkey renamed"), ""),
    "added": ("success", N_("Passkey added"), N_("It signs you in from now on.")),
    "removed": ("success", N_("Passkey removed"), N_("It no longer signs you in.")),
    "export": ("success", N_("The copy of your data is being made"), N_("We write to you when it is ready.")),
    "unlinked": ("success", N_("Account unlinked"), N_("It no longer signs you in here.")),
}


def section(template: str, model: object, title: str, done: str = "", **options: Any) -> View:
    """Return a page of the account in its frame."""
    crumbs = [(_ACCOUNT[0], "")] if title == _ACCOUNT[0] else [_ACCOUNT, (title, "")]
    return View(f"accounts/account/{template}.html", model, title=title, crumbs=crumbs, flash=DONE.get(done), **options)


@get("/account", access=account())
async def show_account(ctx: AccountContext, done: FromQuery[str] = "") -> View:
    """Show the name, how the account is protected, and what can be done with its data."""
    return await profile_page(ctx, done=done)


@post("/account", access=account())
async def submit_account(ctx: AccountContext, data: FormBody) -> View | Redirect:
    """Save the name."""
    profile, form = read_form(data, Profile)
    if profile is None:
        return await profile_page(ctx, form, status=UNPROCESSABLE)
    await naming.change_name(ctx, profile)
    return Redirect("/account?done=name", status_code=SEE_OTHER)


async def profile_page(
    ctx: AccountContext, form: Form[Any] | None = None, asking: Form[Any] | None = None, **options: Any
) -> View:
    """Return the first page of the account, with the forms as they came back, if they did."""
    state = await security.find_overview(ctx, ctx.me.id, ctx.session_id)
    stored: Form[Any] = Form({"first_name": ctx.me.first_name, "last_name": ctx.me.last_name})
    page = ProfileSection(
        form=form or stored, state=state, asking=asking or Form(), fresh=is_fresh(ctx, state.signed_in_at)
    )
    return section("profile", page, _ACCOUNT[0], **options)


@post("/account/language", access=account())
async def submit_language(ctx: AccountContext, data: FormBody) -> View | Redirect:
    """Save the language."""
    wanted = {"language": data.get("language", "").strip() or None}
    if errors := find_errors(wanted, LanguageChoice):
        named = {"first_name": ctx.me.first_name, "last_name": ctx.me.last_name}
        return await profile_page(ctx, Form(named, messages(errors)), status=UNPROCESSABLE)
    await choosing_language.choose_language(ctx, msgspec.convert(wanted, LanguageChoice))
    return Redirect("/account?done=language", status_code=SEE_OTHER)


@get("/account/password", access=account())
async def show_password(ctx: AccountContext, done: FromQuery[str] = "") -> View:  # noqa: ARG001 - the access is the point
    """Show the form for another password."""
    return section("password", PasswordSection(Form()), _("Password"), done)


@post("/account/password", access=account())
async def submit_password(ctx: AccountContext, data: FormBody) -> View | Redirect:
    """Change the password; every other session ends."""
    named = {"confirmation": "", **data}
    wanted, form = read_account_form(named, PasswordChange)
    if wanted is None:
        return section("password", PasswordSection(form), _("Password"), status=UNPROCESSABLE)
    try:
        renewed = await changing_password.change_password(ctx, wanted)
    except (Invalid, TooMany) as refusal:
        page = PasswordSection(refused(form, refusal))
        return section("password", page, _("Password"), status=status_of(refusal), headers=refusal.headers)
    cookies = renewed_cookies(ctx.services.get(SessionPolicy), renewed)
    return Redirect("/account/password?done=password", status_code=SEE_OTHER, cookies=cookies)


@get("/account/email", access=account())
async def show_email(ctx: AccountContext, done: FromQuery[str] = "") -> View:
    """Show the address, and the change that waits."""
    return await _email(ctx, Form(), done)


@post("/account/email", access=account())
async def submit_email(ctx: AccountContext, data: FormBody) -> View | Redirect:
    """Ask both mailboxes."""
    wanted, form = read_account_form(data, AddressChange)
    if wanted is None:
        return await _email(ctx, form, status=UNPROCESSABLE)
    try:
        await changing_address.ask_for_address(ctx, wanted)
    except (Invalid, TooMany) as refusal:
        return await _email(ctx, refused(form, refusal), status=status_of(refusal), headers=refusal.headers)
    return Redirect("/account/email?done=email", status_code=SEE_OTHER)


@post("/account/email/cancellation", access=account())
async def submit_email_cancellation(ctx: AccountContext) -> Redirect:
    """Stop one's own change of address."""
    await changing_address.cancel_address(ctx)
    return Redirect("/account/email?done=stopped", status_code=SEE_OTHER)


async def _email(ctx: AccountContext, form: Form[Any], done: str = "", **options: Any) -> View:
    state = await address_changes.find_address_state(ctx, ctx.me.id, ctx.session_id)
    stays = not ctx.services.get(Post).transport.leaves and is_mailbox_open(ctx)
    fresh = is_fresh(ctx, state.signed_in_at)
    page = AddressSection(form=form, email=ctx.me.email, state=state, fresh=fresh, mailbox=stays)
    return section("email", page, _("E-mail address"), done, **options)


@get("/confirm-address", access=public(_MAILBOX_WHY))
async def show_address_link(ctx: PublicContext, token: FromQuery[str] = "") -> View:
    """Show buttons: programs that look through mail open links, and must not answer."""
    change = await address_changes.look_at_change(ctx, token_hash(token))
    return _address_link(AddressLink(token=token, change=change))


@post("/confirm-address", access=public(_MAILBOX_WHY))
async def submit_address_link(ctx: PublicContext, data: FormBody) -> View:
    """Note the mailbox's answer."""
    wanted, _rest = read_form(data, AddressAnswer)
    token = data.get("token", "")
    if wanted is None:
        return _address_link(AddressLink(token=token, change=None), UNPROCESSABLE)
    try:
        change, changed = await changing_address.answer_address(ctx, wanted)
    except (Invalid, Conflict, TooMany) as refusal:
        page = AddressLink(token=token, change=None, outcome="refused", problem=refusal.detail)
        return _address_link(page, status_of(refusal), refusal.headers)
    outcome = "stopped" if wanted.answer == "stop" else "done" if changed else "waiting"
    return _address_link(AddressLink(token=token, change=change, outcome=outcome))


def _address_link(page: AddressLink, status: int = 200, headers: dict[str, str] | None = None) -> View:
    title = _("Change of address")
    return View("accounts/confirm_address.html", page, title=title, status=status, headers=headers or {})


@get("/account/sessions", access=account())
async def show_sessions(ctx: AccountContext, done: FromQuery[str] = "") -> View:
    """Show where one is signed in."""
    found = await ending_sessions.list_own_sessions(ctx)
    labelled = [(one, device_label(one.user_agent)) for one in found]
    cards = tuple(SessionCard(one, label, is_phone(label)) for one, label in labelled)
    return section("sessions", SessionsSection(cards), _("Sessions"), done)


@post("/account/sessions/{session_id:uuid}/end", access=account())
async def submit_session_end(ctx: AccountContext, session_id: FromPath[UUID]) -> Redirect:
    """End one session; one that has ended by itself meanwhile is no fault."""
    try:
        await ending_sessions.end_own_session(ctx, session_id)
    except NotFound:
        return Redirect("/account/sessions", status_code=SEE_OTHER)
    return Redirect("/account/sessions?done=session", status_code=SEE_OTHER)


@post("/account/sessions/end-others", access=account())
async def submit_sessions_end(ctx: AccountContext) -> Redirect:
    """End every session but this one."""
    await ending_sessions.end_all_others(ctx)
    return Redirect("/account/sessions?done=sessions", status_code=SEE_OTHER)


ROUTES = (
    show_account, submit_account, submit_language, show_password, submit_password, show_email, submit_email, submit_email_cancellation,
    show_address_link, submit_address_link, show_sessions, submit_session_end, submit_sessions_end,
)  # fmt: skip
