"""Two-factor sign-in and passkeys, as pages, and what the organisation asks of everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.accounts.account_models import (
    OrganisationSecurity,
    PasskeySection,
    PasskeysSection,
    SecondStepPage,
    SetupCard,
    TwoFactorSection,
)
from inspralv.accounts.account_pages import section
from inspralv.accounts.actions import passkeys as passkey_actions
from inspralv.accounts.actions import requiring, second_steps, two_factor
from inspralv.accounts.actions.proving import is_fresh
from inspralv.accounts.browser import pending_cookie, pending_of, renewed_cookies, session_of
from inspralv.accounts.devices import device_label
from inspralv.accounts.page_forms import UNPROCESSABLE, read_account_form, refused, status_of
from inspralv.accounts.pages import SEE_OTHER
from inspralv.accounts.queries import passkeys, security
from inspralv.accounts.redirects import after_sign_in, safe_path
from inspralv.accounts.schemas import Code, Identity, PasskeyName, SecuritySwitch
from inspralv.accounts.second_factor import qr_picture, spelled_secret
from inspralv.foundation.errors import Conflict, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.addresses import hostname
from inspralv.foundation.web.forms import Form, FormBody, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import account, partner, public
from inspralv.tenancy.contexts import AccountContext, PartnerContext, PublicContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.session_cookie import SessionPolicy

_FIRST = {"before_two_factor": True}
_TITLE = N_("Two-factor sign-in")
_DONE = {
    "on": ("success", N_("Everybody needs a second factor"), N_("Who has none is led to set it up at the next click.")),
    "off": ("success", N_("The second factor is everybody's own choice"), ""),
}


@get("/login/two-factor", access=public("people sign in"))
async def show_second_step(
    ctx: PublicContext, request: Request[Any, Any, Any], redirect: FromQuery[str] = ""
) -> View | Redirect:
    """Ask for the code; without a password said before, there is nothing to ask."""
    if await second_steps.find_waiting(ctx, pending_of(request, ctx.services.get(SessionPolicy))) is None:
        return Redirect("/login", status_code=SEE_OTHER)
    return _second_step(Form(), redirect)


@post("/login/two-factor", access=public("people sign in"))
async def submit_second_step(ctx: PublicContext, request: Request[Any, Any, Any], data: FormBody) -> View | Redirect:
    """Finish signing in."""
    redirect, policy = data.get("redirect", ""), ctx.services.get(SessionPolicy)
    wanted, form = read_form({k: v for k, v in data.items() if k != "redirect"}, Code)
    if wanted is None:
        return _second_step(Form(errors=form.errors), redirect, UNPROCESSABLE)
    waiting, replaced = pending_of(request, policy), session_of(request, policy)
    try:
        person, token = await second_steps.finish_sign_in(ctx, waiting, wanted.code, replaced)
    except Unauthenticated:
        return Redirect("/login", status_code=SEE_OTHER, cookies=[pending_cookie(policy, "")])
    except (Invalid, TooMany) as refusal:
        return _second_step(refused(Form(), refusal), redirect, status_of(refusal), refusal.headers)
    target = after_sign_in(person.first_name, redirect)
    return Redirect(target, status_code=SEE_OTHER, cookies=[policy.issue(token), pending_cookie(policy, "")])


def _second_step(form: Form[Any], redirect: str, status: int = 200, headers: dict[str, str] | None = None) -> View:
    page = SecondStepPage(form=form, redirect=safe_path(redirect))
    return View("accounts/second_step.html", page, title=_TITLE, status=status, headers=headers or {})


@get("/account/two-factor", access=account(), opt=_FIRST)
async def show_two_factor(ctx: AccountContext, redirect: FromQuery[str] = "", done: FromQuery[str] = "") -> View:
    """Show whether two-factor is on."""
    return await _two_factor(ctx, Form(), redirect, done=done)


@post("/account/two-factor", access=account(), opt=_FIRST)
async def submit_two_factor(ctx: AccountContext, data: FormBody) -> View:
    """Begin: show what the app needs."""
    redirect = data.get("redirect", "")
    wanted, form = _proof(data)
    if wanted is None:
        return await _two_factor(ctx, form, redirect, status=UNPROCESSABLE)
    try:
        setup = await two_factor.begin(ctx, wanted.password)
    except (Invalid, Conflict, TooMany) as refusal:
        return await _two_factor_refused(ctx, refusal, redirect)
    return await _two_factor(ctx, Form(), redirect, setup=_card(setup))


@post("/account/two-factor/confirmation", access=account(), opt=_FIRST)
async def submit_confirmation(ctx: AccountContext, data: FormBody) -> View:
    """Turn it on with the first code, and show the recovery codes this once."""
    redirect = data.get("redirect", "")
    wanted, form = read_form({k: v for k, v in data.items() if k != "redirect"}, Code)
    if wanted is None:
        told: Form[Any] = Form(errors=form.errors)
        return await _two_factor(ctx, told, redirect, setup=await _waiting(ctx), status=UNPROCESSABLE)
    try:
        codes, renewed = await two_factor.confirm(ctx, wanted.code)
    except (Invalid, Conflict, TooMany) as refusal:
        return await _two_factor_refused(ctx, refusal, redirect, await _waiting(ctx))
    cookies = renewed_cookies(ctx.services.get(SessionPolicy), renewed)
    return await _two_factor(ctx, Form(), redirect, codes=tuple(codes), cookies=cookies)


@post("/account/two-factor/recovery-codes", access=account())
async def submit_recovery_codes(ctx: AccountContext, data: FormBody) -> View:
    """Make new recovery codes, and show them this once."""
    wanted, form = _proof(data)
    if wanted is None:
        return await _two_factor(ctx, form, "", status=UNPROCESSABLE)
    try:
        codes = await two_factor.renew_codes(ctx, wanted.password)
    except (Invalid, Conflict, TooMany) as refusal:
        return await _two_factor_refused(ctx, refusal, "")
    return await _two_factor(ctx, Form(), "", codes=tuple(codes))


@post("/account/two-factor/removal", access=account())
async def submit_two_factor_removal(ctx: AccountContext, data: FormBody) -> View | Redirect:
    """Turn it off."""
    wanted, form = _proof(data)
    if wanted is None:
        return await _two_factor(ctx, form, "", status=UNPROCESSABLE)
    try:
        await two_factor.turn_off(ctx, wanted.password)
    except (Invalid, Conflict, TooMany) as refusal:
        return await _two_factor_refused(ctx, refusal, "")
    return Redirect("/account/two-factor?done=off", status_code=SEE_OTHER)


def _proof(data: dict[str, str]) -> tuple[Identity | None, Form[Identity]]:
    return read_account_form({k: v for k, v in data.items() if k != "redirect"}, Identity)


async def _waiting(ctx: AccountContext) -> SetupCard | None:
    found = await two_factor.find_setup(ctx)
    return _card(found) if found else None


def _card(setup: two_factor.TwoFactorSetup) -> SetupCard:
    return SetupCard(qr_picture(setup.address), setup.address, spelled_secret(setup.secret))


async def _two_factor_refused(
    ctx: AccountContext, refusal: Refusal, redirect: str, setup: SetupCard | None = None
) -> View:
    status = refusal.status if isinstance(refusal, Conflict) else status_of(refusal)
    form: Form[Any] = refused(Form(), refusal)
    return await _two_factor(ctx, form, redirect, setup=setup, status=status, headers=refusal.headers)


async def _two_factor(ctx: AccountContext, form: Form[Any], redirect: str, **shown: Any) -> View:
    """`shown` holds setup and codes of the section, and done, status and headers of the page."""
    parts = {name: shown.pop(name) for name in ("setup", "codes") if name in shown}
    kept = redirect if safe_path(redirect) == redirect else ""
    state = await security.find_overview(ctx, ctx.me.id, ctx.session_id)
    fresh = is_fresh(ctx, state.signed_in_at)
    page = TwoFactorSection(state=state, form=form, fresh=fresh, redirect=kept, **parts)
    return section("two_factor", page, _TITLE, shown.pop("done", ""), **shown)


@get("/account/passkeys", access=account())
async def show_passkeys(ctx: AccountContext, done: FromQuery[str] = "") -> View:
    """Show one's passkeys."""
    own, label = await passkeys.find_own(ctx, ctx.me.id, ctx.session_id), device_label(ctx.origin.user_agent)
    fresh = is_fresh(ctx, own.signed_in_at)
    page = PasskeysSection(own=own, fresh=fresh, host=hostname(ctx.origin.host), suggested=label)
    return section("passkeys", page, _("Passkeys"), done)


@get("/account/passkeys/{passkey_id:uuid}", access=account())
async def show_passkey(ctx: AccountContext, passkey_id: FromPath[UUID]) -> View:
    """Show one passkey."""
    return await _passkey(ctx, passkey_id, None)


@post("/account/passkeys/{passkey_id:uuid}", access=account())
async def submit_passkey(ctx: AccountContext, passkey_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Rename a passkey."""
    wanted, form = read_form(data, PasskeyName)
    if wanted is None:
        return await _passkey(ctx, passkey_id, form)
    await passkey_actions.rename_passkey(ctx, passkey_id, wanted.name)
    return Redirect("/account/passkeys?done=named", status_code=SEE_OTHER)


@post("/account/passkeys/{passkey_id:uuid}/removal", access=account())
async def submit_passkey_removal(ctx: AccountContext, passkey_id: FromPath[UUID]) -> Redirect:
    """Remove a passkey."""
    await passkey_actions.remove_passkey(ctx, passkey_id)
    return Redirect("/account/passkeys?done=removed", status_code=SEE_OTHER)


async def _passkey(ctx: AccountContext, passkey_id: UUID, form: Form[Any] | None) -> View:
    found = next((one for one in await passkeys.list_passkeys(ctx, ctx.me.id) if one.id == passkey_id), None)
    if found is None:
        raise NotFound(_("There is no such passkey."))
    shown: Form[Any] = Form({"name": found.name}) if form is None else form
    status = 200 if form is None else UNPROCESSABLE
    crumbs = [(_("Your account"), "/account"), (_("Passkeys"), "/account/passkeys"), (found.name, "")]
    page = PasskeySection(found, shown)
    return View("accounts/account/passkey.html", page, title=found.name, crumbs=crumbs, status=status)


@get("/org/security", access=partner(P.PARTNER_SECURITY_READ))
async def show_organisation_security(ctx: PartnerContext, done: FromQuery[str] = "") -> View:
    """Show what the organisation asks of everybody."""
    return await _organisation(ctx, done=done)


@post("/org/security", access=partner(P.PARTNER_SECURITY_UPDATE))
async def submit_organisation_security(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Ask everybody for a second factor, or no longer."""
    wanted, form = read_form(data, SecuritySwitch)
    if wanted is None:
        return await _organisation(ctx, problem=next(iter(form.errors.values())), status=UNPROCESSABLE)
    try:
        await requiring.require_two_factor(ctx, required=wanted.require_two_factor)
    except Conflict as refusal:
        return await _organisation(ctx, problem=refusal.detail, status=refusal.status)
    done = "on" if wanted.require_two_factor else "off"
    return Redirect(f"/org/security?done={done}", status_code=SEE_OTHER)


async def _organisation(ctx: PartnerContext, *, done: str = "", problem: str = "", status: int = 200) -> View:
    state = await security.find_organisation(ctx, ctx.me.id)
    page = OrganisationSecurity(state, ctx.may(P.PARTNER_SECURITY_UPDATE), problem)
    return View("accounts/organisation_security.html", page, title=_("Security"), flash=_DONE.get(done), status=status)


ROUTES = (
    show_second_step, submit_second_step, show_two_factor, submit_two_factor, submit_confirmation,
    submit_recovery_codes, submit_two_factor_removal, show_passkeys, show_passkey, submit_passkey,
    submit_passkey_removal, show_organisation_security, submit_organisation_security,
)  # fmt: skip
