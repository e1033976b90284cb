"""The console's pages of partners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.admin import partner_actions as actions
from inspralv.admin import partner_queries, queries
from inspralv.admin.access import StaffContext, staff
from inspralv.admin.partner_forms import FEATURES, LIMITS, read_change, read_new, stored_values
from inspralv.admin.partner_schemas import Partner
from inspralv.admin.schemas import PLAN_TIERS, PartnerList, PartnerSearch, PlanFilter, StaffMember, StatusFilter
from inspralv.foundation.errors import Conflict, Forbidden, Invalid
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.addresses import Addresses
from inspralv.foundation.web.forms import Form, FormBody, messages
from inspralv.foundation.web.paging import PageNumber, Pages, pages_of
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.onboarding.names import suggested_subdomain
from inspralv.tenancy.permissions import P
from inspralv.tenancy.plans import Plan, plan_named

_ALL = "/super-admin/partners"
_ONE = f"{_ALL}/{{partner_id:uuid}}"
_SIZE = 10
_READ, _UPDATE = staff(P.PLATFORM_READ), staff(P.PLATFORM_UPDATE)
_DONE = {
    "created": ("success", N_("Partner created"), N_("The owner gets a link to set the password.")),
    "saved": ("success", N_("Saved"), ""),
    "suspended": ("warning", N_("Partner suspended"), N_("Nobody gets in from now on.")),
    "restored": ("success", N_("Partner restored"), ""),
    "domain-removed": ("success", N_("Domain removed"), N_("It leads to the partner no more.")),
    "deleted": ("success", N_("Partner deleted"), N_("It can be restored for 30 days.")),
}


class PartnersPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of partners."""

    me: StaffMember
    found: PartnerList
    search: PartnerSearch
    tiers: tuple[str, ...]
    at: Pages


class NewPartnerPage(msgspec.Struct, frozen=True, kw_only=True):
    """The form for a new partner; `suffix` follows its slug in the address."""

    me: StaffMember
    form: Form[Any]
    tiers: tuple[str, ...]
    suffix: str


class SlugHint(msgspec.Struct, frozen=True):
    """The field of the slug, filled from the name."""

    slug: str
    suffix: str


class PartnerPage(msgspec.Struct, frozen=True, kw_only=True):
    """One partner. `plan` says what holds where nothing else was agreed; `confirm_error` belongs to the deletion,
    `domain_form` adds a domain."""

    me: StaffMember
    partner: Partner
    form: Form[Any]
    tiers: tuple[str, ...]
    plan: Plan | None
    features: tuple[str, ...]
    limits: tuple[str, ...]
    editing: bool = False
    problem: str = ""
    confirm_error: str = ""
    domain_form: Form[Any] = msgspec.field(default_factory=Form)


@get(_ALL, access=_READ)
async def show_partners(
    ctx: StaffContext, search: FromQuery[str] = "", plan_tier: FromQuery[PlanFilter] = "all",
    status: FromQuery[StatusFilter] = "all", page: PageNumber = 1, done: FromQuery[str] = "",
) -> View:  # fmt: skip
    """Show the partners, newest first."""
    wanted = PartnerSearch(search.strip(), plan_tier, status, page, _SIZE)
    found = await queries.list_partners(ctx, wanted)
    chosen = {"search": wanted.text, "plan_tier": plan_tier, "status": status}
    model = PartnersPage(
        me=ctx.staff, found=found, search=wanted, tiers=PLAN_TIERS,
        at=pages_of(_ALL, chosen, page, _SIZE, found.total),
    )  # fmt: skip
    return View("admin/partners.html", model, title=_("Partners"), flash=_DONE.get(done))


@get(f"{_ALL}/new", access=_UPDATE)
async def show_new_partner(ctx: StaffContext) -> View:
    """Show the form for a new partner."""
    return _new(ctx, Form({"plan_tier": "starter", "primary_color": "#7c3aed"}))


@get(f"{_ALL}/slug", access=_UPDATE)
async def suggest_slug(ctx: StaffContext, name: FromQuery[str] = "") -> View:
    """Suggest a slug for a name that is being typed."""
    slug = suggested_subdomain(name[:255]) if name.strip() else ""
    return View("admin/partner_slug.html", SlugHint(slug, _suffix(ctx)))


@post(_ALL, access=_UPDATE, status_code=200)
async def create_partner(ctx: StaffContext, data: FormBody) -> View | Redirect:
    """Make the partner."""
    wanted, form = read_new(data)
    if wanted is None:
        return _new(ctx, form, 422)
    try:
        made = await actions.create_partner(ctx, wanted)
    except (Invalid, Conflict) as refusal:
        await ctx.rollback()
        return _new(ctx, Form(dict(data), messages(refusal.errors) or {"": refusal.detail}), 422)
    return Redirect(f"{_ALL}/{made.partner.id}?done=created", status_code=303)


@get(_ONE, access=_READ)
async def show_partner(ctx: StaffContext, partner_id: FromPath[UUID], done: FromQuery[str] = "") -> View:
    """Show one partner with what belongs to it."""
    return partner_page(ctx, await partner_queries.read_partner(ctx, partner_id), flash=_DONE.get(done))


@post(_ONE, access=_UPDATE, status_code=200)
async def save_partner(ctx: StaffContext, partner_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Change a partner."""
    change, form = read_change(data)
    if change is None:
        return partner_page(ctx, await partner_queries.read_partner(ctx, partner_id), form=form, status=422)
    await actions.change_partner(ctx, partner_id, change)
    return Redirect(f"{_ALL}/{partner_id}?done=saved", status_code=303)


@post(f"{_ONE}/suspension", access=_UPDATE, status_code=200)
async def suspend_partner(ctx: StaffContext, partner_id: FromPath[UUID]) -> View | Redirect:
    """Close a partner's doors."""
    try:
        await actions.suspend_partner(ctx, partner_id)
    except (Forbidden, Conflict) as refusal:
        return _refused(ctx, await partner_queries.read_partner(ctx, partner_id), refusal)
    return Redirect(f"{_ALL}/{partner_id}?done=suspended", status_code=303)


@post(f"{_ONE}/restoration", access=_UPDATE, status_code=200)
async def restore_partner(ctx: StaffContext, partner_id: FromPath[UUID]) -> View | Redirect:
    """Open them again, or take a deletion back."""
    try:
        await actions.restore_partner(ctx, partner_id)
    except Conflict as refusal:
        return _refused(ctx, await partner_queries.read_partner(ctx, partner_id), refusal)
    return Redirect(f"{_ALL}/{partner_id}?done=restored", status_code=303)


@post(f"{_ONE}/deletion", access=_UPDATE, status_code=200)
async def delete_partner(ctx: StaffContext, partner_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Delete a partner, when its slug was typed."""
    partner = await partner_queries.read_partner(ctx, partner_id)
    if data.get("confirm", "").strip() != partner.slug:
        return partner_page(
            ctx, partner, confirm_error=_("Type “%(slug)s” to delete this partner.", slug=partner.slug), status=422
        )
    try:
        await actions.delete_partner(ctx, partner_id)
    except (Forbidden, Conflict) as refusal:
        return _refused(ctx, partner, refusal)
    return Redirect(f"{_ALL}/{partner_id}?done=deleted", status_code=303)


def _suffix(ctx: StaffContext) -> str:
    return f".{ctx.services.get(Addresses).platform_host}"


def _new(ctx: StaffContext, form: Form[Any], status: int = 200) -> View:
    model = NewPartnerPage(me=ctx.staff, form=form, tiers=PLAN_TIERS, suffix=_suffix(ctx))
    return View("admin/partner_new.html", model, title=_("New partner"), status=status)


def _refused(ctx: StaffContext, partner: Partner, refusal: Forbidden | Conflict) -> View:
    return partner_page(ctx, partner, problem=refusal.detail, status=refusal.status)


def partner_page(
    ctx: StaffContext, partner: Partner, *, form: Form[Any] | None = None, status: int = 200, **shown: Any
) -> View:
    """Draw a partner's page; `shown` are further fields of its model, and `flash` for a toast."""
    flash = shown.pop("flash", None)
    model = PartnerPage(
        me=ctx.staff, partner=partner, form=form or Form(stored_values(partner)), tiers=PLAN_TIERS,
        plan=plan_named(partner.plan_tier), features=FEATURES, limits=LIMITS, editing=form is not None, **shown,
    )  # fmt: skip
    return View("admin/partner.html", model, title=partner.label, status=status, flash=flash)


ROUTES = (
    show_partners, show_new_partner, suggest_slug, create_partner, show_partner, save_partner, suspend_partner,
    restore_partner, delete_partner,
)  # fmt: skip
