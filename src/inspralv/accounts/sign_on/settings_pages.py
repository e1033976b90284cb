"""The organisation's identity providers, as pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.accounts.page_forms import UNPROCESSABLE
from inspralv.accounts.pages import SEE_OTHER
from inspralv.accounts.sign_on import configuring, queries
from inspralv.accounts.sign_on.entering import return_address
from inspralv.accounts.sign_on.schemas import IdentityProvider, IdentityProviderChange, NewIdentityProvider
from inspralv.foundation.errors import Conflict, Forbidden, Invalid, Upstream
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, messages
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.validation import find_errors
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.plans import Feature, has_feature

_HERE = "/org/sign-in"
_CRUMB = (N_("Sign-in"), _HERE)
_DONE = {
    "added": ("success", N_("Provider added"), N_("Its button is on the sign-in page.")),
    "saved": ("success", N_("Provider saved"), ""),
    "removed": ("success", N_("Provider removed"), N_("Nobody gets in through it any more.")),
    "right": ("success", N_("The provider answers"), N_("Its discovery document is right.")),
}
_CHECKED = ("auto_join", "enabled")


class ProvidersPage(msgspec.Struct, frozen=True, kw_only=True):
    """`included` says whether providers other than Google are; `return_to` is what the provider has to know."""

    providers: tuple[IdentityProvider, ...]
    form: Form[Any]
    may_change: bool
    included: bool
    return_to: str


class ProviderPage(msgspec.Struct, frozen=True, kw_only=True):
    """One provider and its form."""

    provider: IdentityProvider
    form: Form[Any]
    may_change: bool
    return_to: str


@get(_HERE, access=partner(P.PARTNER_SECURITY_READ))
async def show_providers(ctx: PartnerContext, done: FromQuery[str] = "") -> View:
    """Show the providers and the form for another."""
    return await _providers(ctx, Form({"enabled": "true"}), done=done)


@post(_HERE, access=partner(P.PARTNER_SECURITY_UPDATE))
async def submit_provider(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Add a provider."""
    raw = _typed(data)
    errors = find_errors(raw, NewIdentityProvider, strict=False)
    if errors:
        return await _providers(ctx, _faulty(data, messages(errors)), status=UNPROCESSABLE)
    try:
        await configuring.add_provider(ctx, msgspec.convert(raw, NewIdentityProvider, strict=False))
    except Invalid as refusal:
        return await _providers(ctx, _faulty(data, form_of_refusal({}, refusal).errors), status=UNPROCESSABLE)
    except (Conflict, Forbidden) as refusal:
        return await _providers(ctx, _faulty(data, {"issuer": refusal.detail}), status=refusal.status)
    return Redirect(f"{_HERE}?done=added", status_code=SEE_OTHER)


@get(f"{_HERE}/{{provider_id:uuid}}", access=partner(P.PARTNER_SECURITY_READ))
async def show_identity_provider(ctx: PartnerContext, provider_id: FromPath[UUID], done: FromQuery[str] = "") -> View:
    """Show a provider."""
    return await _provider(ctx, provider_id, done=done)


@post(f"{_HERE}/{{provider_id:uuid}}", access=partner(P.PARTNER_SECURITY_UPDATE))
async def submit_change(ctx: PartnerContext, provider_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Change a provider; an empty secret leaves the old one."""
    raw = {name: value for name, value in _typed(data).items() if name != "client_secret" or value}
    errors = find_errors(raw, IdentityProviderChange, strict=False)
    if errors:
        return await _provider(ctx, provider_id, _faulty(data, messages(errors)), status=UNPROCESSABLE)
    try:
        change = msgspec.convert(raw, IdentityProviderChange, strict=False)
        await configuring.change_provider(ctx, provider_id, change)
    except Forbidden as refusal:
        return await _provider(ctx, provider_id, _faulty(data, {"": refusal.detail}), status=refusal.status)
    return Redirect(f"{_HERE}/{provider_id}?done=saved", status_code=SEE_OTHER)


@post(f"{_HERE}/{{provider_id:uuid}}/check", access=partner(P.PARTNER_SECURITY_UPDATE))
async def submit_check(ctx: PartnerContext, provider_id: FromPath[UUID]) -> View | Redirect:
    """Ask the provider for its discovery document, and say what came."""
    try:
        await configuring.check_provider(ctx, provider_id)
    except Upstream as refusal:
        return await _provider(ctx, provider_id, problem=refusal.detail, status=UNPROCESSABLE)
    return Redirect(f"{_HERE}/{provider_id}?done=right", status_code=SEE_OTHER)


@post(f"{_HERE}/{{provider_id:uuid}}/removal", access=partner(P.PARTNER_SECURITY_UPDATE))
async def submit_removal(ctx: PartnerContext, provider_id: FromPath[UUID]) -> Redirect:
    """Remove a provider."""
    await configuring.remove_provider(ctx, provider_id)
    return Redirect(f"{_HERE}?done=removed", status_code=SEE_OTHER)


def _typed(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields as a body has them: boxes that are not ticked are not sent, domains are one a line."""
    raw: dict[str, Any] = {name: value.strip() for name, value in fields.items() if not name.startswith("_")}
    raw["domains"] = fields.get("domains", "").replace(",", " ").split()
    return raw | {name: fields.get(name) == "true" for name in _CHECKED}


def _faulty(fields: Mapping[str, str], errors: dict[str, str]) -> Form[Any]:
    """Return the form as it was typed, save for the secret."""
    shown = {"domains" if name.startswith("domains.") else name: text for name, text in errors.items()}
    return Form({name: value for name, value in fields.items() if name != "client_secret"}, shown)


async def _providers(ctx: PartnerContext, form: Form[Any], *, done: str = "", status: int = 200) -> View:
    page = ProvidersPage(
        providers=tuple(await queries.list_providers(ctx)), form=form, may_change=ctx.may(P.PARTNER_SECURITY_UPDATE),
        included=has_feature(ctx.partner, Feature.SSO), return_to=return_address(ctx),
    )  # fmt: skip
    return View("accounts/organisation_sign_in.html", page, title=_("Sign-in"), flash=_DONE.get(done), status=status)


async def _provider(
    ctx: PartnerContext, provider_id: UUID, form: Form[Any] | None = None, *, problem: str = "", done: str = "",
    status: int = 200,
) -> View:  # fmt: skip
    one = await configuring.find_provider(ctx, provider_id)
    stored = {
        "label": one.label, "client_id": one.client_id, "domains": "\n".join(one.domains),
        "auto_join": str(one.auto_join).lower(), "enabled": str(one.enabled).lower(),
    }  # fmt: skip
    page = ProviderPage(
        provider=one, form=form or Form(stored, {"": problem} if problem else {}),
        may_change=ctx.may(P.PARTNER_SECURITY_UPDATE), return_to=return_address(ctx),
    )  # fmt: skip
    crumbs = [_CRUMB, (one.label, "")]
    view, flash = "accounts/organisation_provider.html", _DONE.get(done)
    return View(view, page, title=one.label, crumbs=crumbs, flash=flash, status=status)


ROUTES = (
    show_providers, submit_provider, show_identity_provider, submit_change, submit_check, submit_removal,
)  # fmt: skip
