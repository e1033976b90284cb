"""What staff do with partners. Each is in the log of the platform and of the partner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from inspralv.admin import partner_queries as queries
from inspralv.admin.access import StaffContext
from inspralv.admin.events import PartnerDeleted, PartnerRestored, PartnerSuspended, PartnerUndeleted, PartnerUpdated
from inspralv.admin.partner_schemas import BrandFields, NewPartner, PartnerChange, StoredPartner
from inspralv.billing.tasks import look_again
from inspralv.domains.actions import own_name
from inspralv.foundation.cache.invalidation import stale
from inspralv.foundation.errors import Conflict, FieldError, Forbidden, Invalid, Refusal
from inspralv.foundation.events.event import Event, changes
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.message import header
from inspralv.onboarding.actions.applying import names_of, require_free
from inspralv.onboarding.actions.provisioning import FIRST_WORKSPACE, Blueprint, make_partner, unusable_password
from inspralv.onboarding.names import subdomain_fault, suggested_subdomain
from inspralv.onboarding.schemas import Provisioned
from inspralv.tenancy import company_names
from inspralv.tenancy.directory import TOPIC

UNDO = timedelta(days=30)
_COLORS = {"primary_color": "#7c3aed", "secondary_color": "#64748b"}


async def create_partner(ctx: StaffContext, wanted: NewPartner) -> Provisioned:
    """Make a partner with host, owner, first workspace and mail, or nothing. Raises Invalid and Conflict, with the
    faults at the fields' own names."""
    if wanted.is_platform_partner:
        raise Invalid(errors=(FieldError("/is_platform_partner", _("There is a platform partner already.")),))
    if fault := subdomain_fault(wanted.slug):
        raise Invalid(errors=(FieldError("/slug", fault),))
    domain = _own_domain(ctx, wanted)
    unusable = await unusable_password(ctx)
    name, brand = company_names.required(wanted.name, "/name"), _COLORS | _plain_brand(wanted.branding)
    brand["company_name"] = brand.get("company_name") or name
    plan = Blueprint(
        name=name, slug=wanted.slug, branding=brand, plan_tier=wanted.plan_tier,
        owner_name=f"{wanted.admin_first_name} {wanted.admin_last_name}".strip(),
        owner_email=wanted.admin_email.strip().lower(), domain=domain, workspace=_first_workspace(wanted),
    )  # fmt: skip
    try:
        await require_free(ctx, names_of(ctx, wanted.slug, domain))
        made = await make_partner(ctx, plan, unusable)
    except Conflict as refusal:
        raise _at_own_fields(refusal) from refusal
    agreed = {"features": msgspec.to_builtins(wanted.features)}
    agreed["resource_limits"] = msgspec.to_builtins(wanted.resource_limits)
    partner_id = made.answer.partner.id
    stored = await queries.take_partner(ctx, partner_id)
    await queries.save_partner(ctx, partner_id, _values(stored) | agreed)
    async with ctx.within(partner_id) as there:
        for event in made.happened:
            there.record(event)
        there.record(PartnerUpdated(entity_id=partner_id, new={"created_by": "platform", **agreed}))
    return made.answer


async def change_partner(ctx: StaffContext, partner_id: UUID, change: PartnerChange) -> None:
    """Change exactly what was sent. Raises NotFound and Invalid."""
    sent = {
        name: msgspec.to_builtins(value)
        for name in PartnerChange.__struct_fields__
        if (value := getattr(change, name)) is not msgspec.UNSET
    }
    if not sent:
        raise Invalid(_("Nothing to change."), errors=(FieldError("", _("Send at least one field.")),))
    stored = await take_living(ctx, partner_id)
    before = _values(stored)
    if change.branding is not msgspec.UNSET:
        sent["branding"] = stored.branding | _plain_brand(change.branding)
    if "name" in sent:
        sent["name"] = company_names.required(sent["name"], "/name")
    after = before | sent
    old, new = changes(before, after)
    if new:
        await queries.save_partner(ctx, partner_id, after)
        await _note(ctx, PartnerUpdated(entity_id=partner_id, old=old, new=new))
    if {"plan_tier", "resource_limits"} & new.keys():
        async with ctx.within(partner_id) as there:
            look_again(there)


async def suspend_partner(ctx: StaffContext, partner_id: UUID) -> None:
    """Close a partner's doors: nobody gets in, what providers report is still kept. Raises Forbidden for the platform."""
    stored = await take_living(ctx, partner_id)
    _spare_platform(stored, _("The platform partner cannot be suspended."))
    if stored.onboarding_status != "suspended":
        await queries.set_status(ctx, partner_id, "suspended")
        await _note(
            ctx,
            PartnerSuspended(
                entity_id=partner_id, old={"status": stored.onboarding_status}, new={"status": "suspended"}
            ),
        )


async def restore_partner(ctx: StaffContext, partner_id: UUID) -> None:
    """Open a suspended partner's doors, or take back that it was deleted. Raises Conflict when 30 days are over."""
    stored = await queries.take_partner(ctx, partner_id)
    if stored.deleted_at is not None:
        if stored.deleted_at < ctx.now - UNDO:
            raise Conflict(_("It was deleted more than 30 days ago and is being removed."))
        await queries.set_deleted(ctx, partner_id, None)
        await _note(ctx, PartnerUndeleted(entity_id=partner_id, old={"deleted_at": stored.deleted_at.isoformat()}))
    elif stored.onboarding_status == "suspended":
        await queries.set_status(ctx, partner_id, "active")
        await _note(ctx, PartnerRestored(entity_id=partner_id, old={"status": "suspended"}, new={"status": "active"}))


async def delete_partner(ctx: StaffContext, partner_id: UUID) -> None:
    """Take a partner out of the world: its hosts lead nowhere at once; for 30 days it can be restored. Raises Forbidden
    for the platform, NotFound when it is deleted already."""
    stored = await take_living(ctx, partner_id)
    _spare_platform(stored, _("The platform partner cannot be deleted."))
    await queries.set_deleted(ctx, partner_id, ctx.now)
    await _note(ctx, PartnerDeleted(entity_id=partner_id, old={"name": stored.name, "slug": stored.slug}))


async def take_living(ctx: StaffContext, partner_id: UUID) -> StoredPartner:
    """Return a partner, held until the unit of work ends. Raises NotFound, Conflict for a deleted one."""
    stored = await queries.take_partner(ctx, partner_id)
    if stored.deleted_at is not None:
        raise Conflict(_("This partner is deleted. Restore it first."))
    return stored


def _spare_platform(stored: StoredPartner, refusal: str) -> None:
    if stored.is_platform:
        raise Forbidden(refusal)


async def _note(ctx: StaffContext, event: Event) -> None:
    await ctx.record_for(event.entity_id, event)
    stale(ctx, TOPIC)
    ctx.notify("rights", event.entity_id, "")  # open streams look at once whether they still may


def _values(stored: StoredPartner) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in ("name", "plan_tier", "features", "resource_limits", "branding")}


def _plain_brand(brand: BrandFields) -> dict[str, Any]:
    sent: dict[str, Any] = msgspec.to_builtins(brand)
    if brand.company_name:
        sent["company_name"] = header(brand.company_name)
    return sent


def _own_domain(ctx: StaffContext, wanted: NewPartner) -> str | None:
    try:
        return own_name(ctx, wanted.hostname) if wanted.hostname else None
    except ValueError as error:
        raise Invalid(errors=(FieldError("/hostname", str(error)),)) from None


def _first_workspace(wanted: NewPartner) -> tuple[str, str] | None:
    if not wanted.create_first_workspace:
        return None
    slug, name = FIRST_WORKSPACE
    title = company_names.required(wanted.first_workspace_name, "/first_workspace_name")
    return (slug if title == name else suggested_subdomain(title), title)


_OWN_NAMES = {"/desired_subdomain": "/slug", "/custom_domain": "/hostname"}


def _at_own_fields(refusal: Refusal) -> Conflict:
    errors = tuple(FieldError(_OWN_NAMES.get(e.pointer, e.pointer), e.message, e.code) for e in refusal.errors)
    return Conflict(refusal.detail, errors=errors)
