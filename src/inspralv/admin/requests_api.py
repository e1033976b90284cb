"""The console's API of applications."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from inspralv.admin.access import StaffContext, staff
from inspralv.admin.request_actions import approve_request
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.answers import Data, Page, page_of
from inspralv.foundation.web.routing import delete, get, patch, post
from inspralv.onboarding import queries
from inspralv.onboarding.actions import reviewing
from inspralv.onboarding.schemas import PartnerRequest, Provisioned, RequestChange, RequestSearch
from inspralv.tenancy.permissions import P

_ALL = "/api/super-admin/partner-requests"
_ONE = f"{_ALL}/{{request_id:uuid}}"
_SEED_ONE = "/api/partner-requests/{request_id:uuid}"
_READ, _UPDATE = staff(P.PLATFORM_READ), staff(P.PLATFORM_UPDATE)
_PageNumber = Annotated[int, QueryParameter(ge=1, le=1_000_000)]
_PageSize = Annotated[int, QueryParameter(name="pageSize", ge=1, le=100)]
StatusFilter = Literal["all", "pending", "provisioning", "approved", "rejected"]


class Review(RequestChange, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision, or without an `action` a correction of the fields that are sent."""

    action: Literal["approve", "reject"] | msgspec.UnsetType = msgspec.UNSET
    rejection_reason: Annotated[str, msgspec.Meta(max_length=reviewing.MOST_REASON)] = ""


class Done(msgspec.Struct, frozen=True):
    """It happened."""

    success: bool = True


@get(_ALL, access=_READ, tags=["Super admin"])
async def list_partner_requests(
    ctx: StaffContext, status: FromQuery[StatusFilter] = "all", search: FromQuery[str] = "", page: _PageNumber = 1,
    page_size: _PageSize = 10,
) -> Data[Page[PartnerRequest]]:  # fmt: skip
    """List the applications, newest first. `search` looks into company, mail and contact."""
    found = await queries.list_requests(ctx, RequestSearch(search, status, page, page_size))
    return Data(page_of(found.rows, found.total, page, page_size))


@get(_ONE, access=_READ, tags=["Super admin"])
async def read_partner_request(ctx: StaffContext, request_id: FromPath[UUID]) -> Data[PartnerRequest]:
    """Read an application."""
    return Data(await queries.find_request(ctx, request_id))


@patch(_ONE, access=_UPDATE, raises=(409,), tags=["Super admin"])
async def review_partner_request(
    ctx: StaffContext, request_id: FromPath[UUID], data: JSONBody[Review]
) -> Data[PartnerRequest]:
    """Approve, reject or correct an application that waits. Approving makes the partner."""
    return Data(await _review(ctx, request_id, data))


@delete(_ONE, access=_UPDATE, tags=["Super admin"])
async def delete_partner_request(ctx: StaffContext, request_id: FromPath[UUID]) -> Data[Done]:
    """Forget an application that has not become a partner."""
    await reviewing.delete_request(ctx, request_id)
    return Data(Done())


@post(f"{_ONE}/provision", access=_UPDATE, status_code=200, raises=(409,), tags=["Super admin"])
async def provision_partner(ctx: StaffContext, request_id: FromPath[UUID]) -> Data[Provisioned]:
    """Make the partner, its host, owner, first workspace and mail: everything or nothing."""
    return Data(await approve_request(ctx, request_id))


@get(_SEED_ONE, access=_READ, tags=["Super admin"])
async def read_request(ctx: StaffContext, request_id: FromPath[UUID]) -> Data[PartnerRequest]:
    """Read an application."""
    return Data(await queries.find_request(ctx, request_id))


@patch(_SEED_ONE, access=_UPDATE, raises=(409,), tags=["Super admin"])
async def review_request(ctx: StaffContext, request_id: FromPath[UUID], data: JSONBody[Review]) -> Data[PartnerRequest]:
    """Approve or reject an application that waits. Approving makes the partner."""
    return Data(await _review(ctx, request_id, data))


@post(f"{_SEED_ONE}/provision", access=_UPDATE, status_code=200, raises=(409,), tags=["Super admin"])
async def provision_request(ctx: StaffContext, request_id: FromPath[UUID]) -> Data[Provisioned]:
    """Make the partner of an application."""
    return Data(await approve_request(ctx, request_id))


async def _review(ctx: StaffContext, request_id: UUID, data: Review) -> PartnerRequest:
    if data.action == "reject":
        return await reviewing.reject_request(ctx, request_id, data.rejection_reason, ctx.staff.id)
    if data.action == "approve":
        await approve_request(ctx, request_id)
        return await queries.find_request(ctx, request_id)
    fields = {name: getattr(data, name) for name in RequestChange.__struct_fields__}
    if all(value is msgspec.UNSET for value in fields.values()):
        raise Invalid(_("Nothing to change."), errors=(FieldError("/action", _("Send an action or a field.")),))
    return await reviewing.change_request(ctx, request_id, RequestChange(**fields))


ROUTES = (
    list_partner_requests, read_partner_request, review_partner_request, delete_partner_request, provision_partner,
    read_request, review_request, provision_request,
)  # fmt: skip
