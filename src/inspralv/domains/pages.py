"""The organisation's pages of domains."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.domains import actions, queries
from inspralv.domains.schemas import Domain, NewDomain
from inspralv.domains.showing import DomainCard, card_of
from inspralv.domains.zone import Zone
from inspralv.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.live.part import LivePart
from inspralv.foundation.web.forms import Form, FormBody, messages, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.plans import Feature, has_feature

_UPDATE = partner(P.PARTNER_SETTINGS_UPDATE)
_ALL = "/org/domains"
_ONE = f"{_ALL}/{{hostname:str}}"
_DONE = {
    "added": ("success", N_("Domain added"), N_("Set the two records, and we do the rest.")),
    "looking": ("info", N_("Looking …"), N_("This page shows what we find.")),
    "primary": ("success", N_("This is the primary domain now"), N_("Links in mails lead here.")),
    "removed": ("success", N_("Domain removed"), N_("It leads here no more.")),
}


class DomainsPage(msgspec.Struct, frozen=True):
    """All domains and the form for another one; `allowed` says that the plan has own domains."""

    cards: tuple[DomainCard, ...]
    form: Form[NewDomain]
    stand_in: bool
    allowed: bool


class DomainPage(msgspec.Struct, frozen=True):
    """One domain."""

    card: DomainCard
    stand_in: bool


class LiveDomains(msgspec.Struct, frozen=True):
    """The cards that are drawn afresh."""

    cards: tuple[DomainCard, ...]


@get(_ALL, access=_UPDATE)
async def show_domains(ctx: PartnerContext, done: FromQuery[str] = "") -> View:
    """Show the domains."""
    return await _all(ctx, Form(), flash=_DONE.get(done))


@post(_ALL, access=_UPDATE, status_code=200)
async def submit_domain(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Add a domain and show which records to set."""
    wanted, form = read_form(data, NewDomain)
    if wanted is None:
        return await _all(ctx, Form(dict(data), {"hostname": _("Give the host name, such as voice.example.com.")}), 400)
    try:
        added = await actions.claim(ctx, wanted.hostname)
    except (Invalid, Conflict, Forbidden) as refusal:
        form = Form(dict(data), messages(refusal.errors) or {"hostname": refusal.detail})
        return await _all(ctx, form, refusal.status)
    return _back(added.hostname, "added")


@get(_ONE, access=_UPDATE)
async def show_domain(ctx: PartnerContext, hostname: FromPath[str], done: FromQuery[str] = "") -> View:
    """Show one domain: records, what DNS shows, state."""
    return _one(ctx, await queries.find_domain(ctx, hostname), flash=_DONE.get(done))


@post(f"{_ONE}/check", access=_UPDATE)
async def submit_check(ctx: PartnerContext, hostname: FromPath[str]) -> Redirect:
    """Have DNS asked at once."""
    return _back((await actions.check(ctx, hostname)).hostname, "looking")


@post(f"{_ONE}/primary", access=_UPDATE, status_code=200)
async def submit_primary(ctx: PartnerContext, hostname: FromPath[str]) -> View | Redirect:
    """Have links in mails lead here."""
    try:
        domain = await actions.make_primary(ctx, hostname)
    except Invalid as refusal:
        return await _refused(ctx, hostname, refusal.detail)
    return _back(domain.hostname, "primary")


@get(f"{_ONE}/removal", access=_UPDATE)
async def ask_before_removing(ctx: PartnerContext, hostname: FromPath[str]) -> View:
    """Ask before a domain is let go."""
    card = card_of(ctx, await queries.find_domain(ctx, hostname))
    name = card.domain.readable
    crumbs = [(_("Domains"), _ALL), (name, f"{_ALL}/{card.domain.hostname}"), (_("Remove"), "")]
    return View(
        "domains/remove.html", DomainPage(card, stand_in=False), title=_("Remove %(name)s", name=name), crumbs=crumbs
    )


@post(f"{_ONE}/removal", access=_UPDATE, status_code=200)
async def submit_removal(ctx: PartnerContext, hostname: FromPath[str]) -> View | Redirect:
    """Let a domain go."""
    try:
        await actions.remove(ctx, hostname)
    except Invalid as refusal:
        return await _refused(ctx, hostname, refusal.detail)
    return Redirect(f"{_ALL}?done=removed", status_code=303)


@post(f"{_ONE}/stand-in", access=_UPDATE, status_code=200)
async def play_records(ctx: PartnerContext, hostname: FromPath[str], data: FormBody) -> View | Redirect:
    """Where a stand-in plays DNS: set the records there, or take them away."""
    try:
        await actions.play_records(ctx, hostname, there=data.get("records") != "none")
    except Invalid as refusal:
        return await _refused(ctx, hostname, refusal.detail)
    return _back(hostname, "looking")


async def draw_domains(ctx: PartnerContext, subject: str) -> View | None:
    """Draw the domain that a notice names afresh, or all of them, in list and detail."""
    if not ctx.may(P.PARTNER_SETTINGS_UPDATE):
        return None
    try:
        found = [await queries.find_domain(ctx, subject)] if subject else await queries.list_domains(ctx)
    except NotFound:
        return None
    return View("domains/live.html", LiveDomains(tuple(card_of(ctx, one) for one in found)))


async def _all(
    ctx: PartnerContext, form: Form[Any], status: int = 200, flash: tuple[str, str, str] | None = None
) -> View:
    cards = tuple(card_of(ctx, one) for one in await queries.list_domains(ctx))
    allowed = has_feature(ctx.partner, Feature.CUSTOM_DOMAIN)
    model = DomainsPage(cards, form, bool(ctx.services.get(Zone).stand_in), allowed)
    return View("domains/list.html", model, _("Domains"), [(_("Domains"), "")], status=status, flash=flash)


def _one(ctx: PartnerContext, domain: Domain, status: int = 200, flash: tuple[str, str, str] | None = None) -> View:
    model = DomainPage(card_of(ctx, domain), bool(ctx.services.get(Zone).stand_in))
    crumbs = [(_("Domains"), _ALL), (domain.readable, "")]
    return View("domains/domain.html", model, domain.readable, crumbs, status=status, flash=flash)


async def _refused(ctx: PartnerContext, hostname: str, detail: str) -> View:
    return _one(ctx, await queries.find_domain(ctx, hostname), 400, ("error", _("That did not work"), detail))


def _back(hostname: str, done: str) -> Redirect:
    return Redirect(f"{_ALL}/{hostname.lower()}?done={done}", status_code=303)


LIVE = (LivePart("domains", draw_domains, frame="organisation"),)
ROUTES = (
    show_domains, submit_domain, show_domain, submit_check, submit_primary, ask_before_removing, submit_removal, play_records,
)  # fmt: skip
