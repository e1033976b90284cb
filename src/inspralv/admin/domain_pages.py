"""The console's pages of a partner's domain. The form that adds one stands on the partner's page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.admin import domain_actions as actions
from inspralv.admin import domain_queries as queries
from inspralv.admin import partner_queries
from inspralv.admin.access import StaffContext, staff
from inspralv.admin.partner_pages import partner_page
from inspralv.admin.partner_schemas import Partner
from inspralv.admin.schemas import StaffMember
from inspralv.domains.schemas import Domain, NewDomain
from inspralv.domains.showing import DomainCard, card_of
from inspralv.foundation.errors import Conflict, Forbidden, Invalid
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, messages, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.permissions import P

_PARTNER = "/super-admin/partners/{partner_id:uuid}"
_ALL = f"{_PARTNER}/domains"
_ONE = f"{_ALL}/{{hostname:str}}"
_Action: TypeAlias = Callable[[StaffContext, UUID, str], Awaitable[Domain]]
_READ, _UPDATE = staff(P.PLATFORM_READ), staff(P.PLATFORM_UPDATE)
_DONE = {
    "added": ("success", N_("Domain added"), N_("Tell the partner which two records to set.")),
    "looking": ("info", N_("DNS is being asked"), N_("Open this page again in a moment to see what it shows.")),
    "primary": ("success", N_("This is the primary domain now"), N_("Links in the partner's mails lead here.")),
}


class DomainPage(msgspec.Struct, frozen=True, kw_only=True):
    """One domain of a partner; `problem` is what was refused."""

    me: StaffMember
    partner: Partner
    card: DomainCard
    problem: str = ""


@post(_ALL, access=_UPDATE, status_code=200)
async def submit_partner_domain(ctx: StaffContext, partner_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Add a domain and show which records to set."""
    wanted, form = read_form(data, NewDomain)
    if wanted is None:
        form = Form(dict(data), {"hostname": _("Give the host name, such as voice.example.com.")})
        return await _on_partner_page(ctx, partner_id, form, 422)
    try:
        added = await actions.add_domain(ctx, partner_id, wanted.hostname)
    except (Invalid, Conflict, Forbidden) as refusal:
        await ctx.rollback()
        form = Form(dict(data), messages(refusal.errors) or {"hostname": refusal.detail})
        return await _on_partner_page(ctx, partner_id, form, refusal.status)
    return _back(partner_id, added.hostname, "added")


@get(_ONE, access=_READ)
async def show_partner_domain(
    ctx: StaffContext, partner_id: FromPath[UUID], hostname: FromPath[str], done: FromQuery[str] = ""
) -> View:
    """Show one domain: records, what DNS shows, state."""
    return await _one(ctx, partner_id, hostname, flash=_DONE.get(done))


@post(f"{_ONE}/check", access=_UPDATE, status_code=200)
async def submit_partner_domain_check(
    ctx: StaffContext, partner_id: FromPath[UUID], hostname: FromPath[str]
) -> View | Redirect:
    """Have DNS asked at once."""
    return await _acted(ctx, partner_id, hostname, actions.check_domain, "looking")


@post(f"{_ONE}/primary", access=_UPDATE, status_code=200)
async def submit_partner_domain_primary(
    ctx: StaffContext, partner_id: FromPath[UUID], hostname: FromPath[str]
) -> View | Redirect:
    """Have links in mails lead here."""
    return await _acted(ctx, partner_id, hostname, actions.make_primary, "primary")


@get(f"{_ONE}/removal", access=_READ)
async def ask_before_removing_partner_domain(
    ctx: StaffContext, partner_id: FromPath[UUID], hostname: FromPath[str]
) -> View:
    """Ask before a domain is let go."""
    model = await _model(ctx, partner_id, hostname)
    return View("admin/domain_remove.html", model, title=_("Remove %(readable)s", readable=model.card.domain.readable))


@post(f"{_ONE}/removal", access=_UPDATE, status_code=200)
async def submit_partner_domain_removal(
    ctx: StaffContext, partner_id: FromPath[UUID], hostname: FromPath[str]
) -> View | Redirect:
    """Let a domain go."""
    try:
        await actions.remove_domain(ctx, partner_id, hostname)
    except (Invalid, Conflict) as refusal:
        return await _refused(ctx, partner_id, hostname, refusal)
    return Redirect(f"/super-admin/partners/{partner_id}?done=domain-removed", status_code=303)


async def _acted(ctx: StaffContext, partner_id: UUID, hostname: str, act: _Action, done: str) -> View | Redirect:
    try:
        domain = await act(ctx, partner_id, hostname)
    except (Invalid, Conflict) as refusal:
        return await _refused(ctx, partner_id, hostname, refusal)
    return _back(partner_id, domain.hostname, done)


async def _on_partner_page(ctx: StaffContext, partner_id: UUID, form: Form[NewDomain], status: int) -> View:
    partner = await partner_queries.read_partner(ctx, partner_id)
    return partner_page(ctx, partner, domain_form=form, status=status)


async def _model(ctx: StaffContext, partner_id: UUID, hostname: str, problem: str = "") -> DomainPage:
    domain = await queries.find_domain(ctx, partner_id, hostname)
    partner = await partner_queries.read_partner(ctx, partner_id)
    return DomainPage(me=ctx.staff, partner=partner, card=card_of(ctx, domain), problem=problem)


async def _one(
    ctx: StaffContext, partner_id: UUID, hostname: str, *, problem: str = "", status: int = 200,
    flash: tuple[str, str, str] | None = None,
) -> View:  # fmt: skip
    model = await _model(ctx, partner_id, hostname, problem)
    return View("admin/domain.html", model, title=model.card.domain.readable, status=status, flash=flash)


async def _refused(ctx: StaffContext, partner_id: UUID, hostname: str, refusal: Invalid | Conflict) -> View:
    await ctx.rollback()
    return await _one(ctx, partner_id, hostname, problem=refusal.detail, status=refusal.status)


def _back(partner_id: UUID, hostname: str, done: str) -> Redirect:
    return Redirect(f"/super-admin/partners/{partner_id}/domains/{hostname}?done={done}", status_code=303)


ROUTES = (
    submit_partner_domain, show_partner_domain, submit_partner_domain_check, submit_partner_domain_primary,
    ask_before_removing_partner_domain, submit_partner_domain_removal,
)  # fmt: skip
