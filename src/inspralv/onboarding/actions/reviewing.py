"""What staff do with an application that waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from inspralv.accounts.schemas import plain_address, plain_name
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.texts import _
from inspralv.foundation.mail.message import header
from inspralv.onboarding import letters, queries
from inspralv.onboarding.actions.applying import Names, read_names, require_free
from inspralv.onboarding.events import RequestChanged, RequestDeleted, RequestRejected
from inspralv.onboarding.schemas import NewRequest, PartnerRequest, RequestChange
from inspralv.tenancy import company_names
from inspralv.tenancy.contexts import PublicContext

MOST_REASON = 2000  # characters


async def change_request(ctx: PublicContext, request_id: UUID, change: RequestChange) -> PartnerRequest:
    """Correct an application. Raises NotFound, Invalid when it does not wait any more or a name is impossible, Conflict
    for a taken name."""
    current = await queries.find_request(ctx, request_id, lock=True)
    require_waiting(current)
    sent = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not UNSET}
    if "branding_data" in sent:
        brand = {**current.branding, **msgspec.to_builtins(sent.pop("branding_data"))}
        sent["branding"] = brand | {"company_name": header(str(brand.get("company_name", "")))}
    for name, plain in (("contact_email", plain_address), ("contact_name", plain_name)):
        if name in sent:
            sent[name] = plain(sent[name])
    if "company_name" in sent:
        sent["company_name"] = company_names.required(sent["company_name"], "/company_name")
    wanted = msgspec.structs.replace(current, **sent)
    names = read_names(ctx, _as_new(wanted))
    wanted = msgspec.structs.replace(wanted, desired_subdomain=names.subdomain, custom_domain=names.domain)
    await _require_free_for(ctx, current, names)
    old, new = changes(_told(current), _told(wanted))
    if not new:
        return current
    saved = await queries.change_request(ctx, wanted)
    ctx.record(RequestChanged(entity_id=request_id, old=old, new=new))
    return saved


async def reject_request(ctx: PublicContext, request_id: UUID, reason: str, by: UUID) -> PartnerRequest:
    """Turn an application down and tell the applicant why. Raises NotFound, and Invalid without a reason or when it
    does not wait any more."""
    told = reason.strip()
    if not told:
        raise _unexplained(_("Say why; the applicant reads it."))
    if len(told) > MOST_REASON:
        raise _unexplained(_("Use at most %(most)s characters.", most=MOST_REASON))
    current = await queries.find_request(ctx, request_id, lock=True)
    require_waiting(current)
    await queries.review(ctx, request_id, "rejected", by, reason=told)
    old, new = {"status": current.status}, {"status": "rejected", "reason": told}
    ctx.record(RequestRejected(entity_id=request_id, old=old, new=new))
    await letters.decline(ctx, ctx.partner, current, told)
    return await queries.find_request(ctx, request_id)


async def delete_request(ctx: PublicContext, request_id: UUID) -> None:
    """Forget an application. Raises NotFound, and Invalid once it has become a partner."""
    current = await queries.find_request(ctx, request_id, lock=True)
    if current.status == "approved":
        raise Invalid(_("This request has become a partner; it stays as the partner's beginning."))
    await queries.delete_request(ctx, request_id)
    ctx.record(RequestDeleted(entity_id=request_id, old=_told(current)))


def _unexplained(message: str) -> Invalid:
    return Invalid(message, errors=(FieldError("/rejection_reason", message),))


def require_waiting(request: PartnerRequest) -> None:
    """Refuse what is decided already. Raises Invalid."""
    if request.status != "pending":
        raise Invalid(_("This request is decided already."))


async def _require_free_for(ctx: PublicContext, current: PartnerRequest, names: Names) -> None:
    """Names that the application has already are its own."""
    changed = Names(
        names.subdomain if names.subdomain != current.desired_subdomain else "",
        names.host if names.subdomain != current.desired_subdomain else "",
        names.domain if names.domain != current.custom_domain else None,
    )
    await require_free(ctx, changed)


def _as_new(request: PartnerRequest) -> NewRequest:
    return NewRequest(
        company_name=request.company_name, contact_name=request.contact_name, contact_email=request.contact_email,
        business_description=request.business_description, use_case=request.use_case,
        custom_domain=request.custom_domain, desired_subdomain=request.desired_subdomain,
    )  # fmt: skip


def _told(request: PartnerRequest) -> dict[str, Any]:
    names = (
        "company_name", "contact_name", "contact_email", "phone", "business_description", "expected_users", "use_case",
        "custom_domain", "desired_subdomain", "branding", "selected_plan",
    )  # fmt: skip
    return {name: getattr(request, name) for name in names}
