"""Applying to become a partner."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec

from inspralv.accounts.schemas import plain_address, plain_name
from inspralv.domains.actions import own_name
from inspralv.foundation.errors import Conflict, FieldError, Invalid, NotFound
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.mail.message import header
from inspralv.foundation.web.addresses import Addresses
from inspralv.foundation.web.limits import Limit, count_attempt
from inspralv.onboarding import letters, queries
from inspralv.onboarding.actions.logos import read_logo
from inspralv.onboarding.events import RequestReceived
from inspralv.onboarding.names import subdomain_fault, suggested_subdomain
from inspralv.onboarding.schemas import Availability, NewRequest, Received
from inspralv.tenancy import company_names
from inspralv.tenancy.contexts import PublicContext

_PER_IP = Limit("partner request, address", 5, timedelta(hours=1))
TAKEN_SUBDOMAIN = N_("This subdomain is taken. Choose another one.")
TAKEN_DOMAIN = N_("This domain is registered already, or somebody has asked for it.")


class Names(msgspec.Struct, frozen=True):
    """The names an applicant wants, as they are stored; `host` is the subdomain's address on the platform."""

    subdomain: str
    host: str
    domain: str | None


async def apply(ctx: PublicContext, wanted: NewRequest) -> Received:
    """Keep an application and tell the operator. Raises NotFound on a partner's host, Invalid for impossible names and
    for a logo that is none, Conflict for taken names, TooMany."""
    require_platform(ctx)
    names = read_names(ctx, wanted)
    await count_attempt(ctx.services, _PER_IP, ctx.origin.ip or "")
    logo = await read_logo(wanted.logo) if wanted.logo else None
    await require_free(ctx, names)
    request_id = uuid7(ctx.now)
    company, contact = company_names.required(wanted.company_name, "/company_name"), plain_name(wanted.contact_name)
    email = plain_address(wanted.contact_email)
    shown = header(wanted.branding_data.company_name) or company
    brand = msgspec.to_builtins(wanted.branding_data) | {"company_name": shown}
    await queries.add_request(ctx, request_id, [
        company, contact, email, (wanted.phone or "").strip() or None, wanted.business_description.strip(),
        wanted.expected_users, wanted.use_case.strip(), names.domain, names.subdomain, brand, wanted.selected_plan,
        dict(wanted.metadata), logo,
    ])  # fmt: skip
    told = {"company": company, "subdomain": names.subdomain, "domain": names.domain, "logo": logo is not None}
    ctx.record(RequestReceived(entity_id=request_id, new=told))
    await _tell_staff(ctx, request_id, company, contact, email, names)
    return Received(request_id, _("Thank you. We look at it within two working days."), address_of(ctx, names.host))


def require_platform(ctx: PublicContext) -> None:
    """Agencies apply on the platform's own host; elsewhere this page does not exist. Raises NotFound."""
    if not ctx.partner.is_platform:
        raise NotFound


def read_names(ctx: PublicContext, wanted: NewRequest) -> Names:
    """Return the names as they are stored. Raises Invalid with every fault."""
    errors: list[FieldError] = []
    subdomain = (wanted.desired_subdomain or suggested_subdomain(wanted.company_name)).strip().lower()
    fault = subdomain_fault(subdomain)
    if fault:
        errors.append(FieldError("/desired_subdomain", fault))
    domain = None
    if wanted.custom_domain:
        try:
            domain = own_name(ctx, wanted.custom_domain)
        except ValueError as error:
            errors.append(FieldError("/custom_domain", str(error)))
    if errors:
        raise Invalid(errors[0].message, errors=tuple(errors))
    return names_of(ctx, subdomain, domain)


def names_of(ctx: PublicContext, subdomain: str, domain: str | None) -> Names:
    """Return names with the address on the platform."""
    return Names(subdomain, f"{subdomain}.{ctx.services.get(Addresses).platform_host}", domain)


async def require_free(ctx: PublicContext, names: Names) -> None:
    """Refuse names that are taken, and let nobody else take them until this unit of work ends. Raises Conflict with
    every one."""
    await queries.take_turn(ctx)
    subdomain_free, domain_free = await queries.are_names_free(ctx, names.subdomain, names.host, names.domain)
    errors = [FieldError("/desired_subdomain", TAKEN_SUBDOMAIN, "taken")] if not subdomain_free else []
    errors += [FieldError("/custom_domain", TAKEN_DOMAIN, "taken")] if not domain_free else []
    if errors:
        raise Conflict(errors[0].message, errors=tuple(errors))


async def check_subdomain(ctx: PublicContext, typed: str) -> Availability:
    """Tell whether a subdomain can be had."""
    require_platform(ctx)
    name = typed.strip().lower()
    host = f"{name}.{ctx.services.get(Addresses).platform_host}"
    fault = subdomain_fault(name)
    if fault:
        return Availability(available=False, message=fault)
    free, _rest = await queries.are_names_free(ctx, name, host, None)
    return Availability(available=free, message="" if free else TAKEN_SUBDOMAIN, preview=address_of(ctx, host))


async def check_domain(ctx: PublicContext, typed: str) -> Availability:
    """Tell whether an own domain can be had."""
    require_platform(ctx)
    try:
        domain = own_name(ctx, typed)
    except ValueError as error:
        return Availability(available=False, message=str(error))
    _rest, free = await queries.are_names_free(ctx, "", "", domain)
    return Availability(available=free, message="" if free else TAKEN_DOMAIN, preview=address_of(ctx, domain))


def address_of(ctx: PublicContext, host: str) -> str:
    """Return the address of a host's front door."""
    return ctx.services.get(Addresses).url(host, "")


async def _tell_staff(
    ctx: PublicContext, request_id: UUID, company: str, contact: str, email: str, names: Names
) -> None:
    letter = letters.RequestLetter(
        link="", company=company, contact=contact, email=email, subdomain=names.host, domain=names.domain or ""
    )
    await letters.tell_staff(ctx, ctx.partner, await queries.list_staff_addresses(ctx), request_id, letter)
