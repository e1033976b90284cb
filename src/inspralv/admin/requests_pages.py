"""The console's pages of applications."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.admin import request_actions
from inspralv.admin.access import StaffContext, staff
from inspralv.admin.requests_api import StatusFilter
from inspralv.admin.schemas import PLAN_TIERS, StaffMember
from inspralv.foundation.errors import Conflict, Invalid
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, messages
from inspralv.foundation.web.paging import PageNumber, Pages, pages_of
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.validation import find_errors
from inspralv.foundation.web.view import View
from inspralv.onboarding import queries
from inspralv.onboarding.actions import reviewing
from inspralv.onboarding.schemas import PartnerRequest, Provisioned, RequestChange, RequestSearch
from inspralv.tenancy.permissions import P

_ALL = "/super-admin/partner-requests"
_ONE = f"{_ALL}/{{request_id:uuid}}"
_SIZE = 10
_READ, _UPDATE = staff(P.PLATFORM_READ), staff(P.PLATFORM_UPDATE)
_PICTURE = {"content-security-policy": "default-src 'none'; sandbox"}
_DONE = {
    "saved": ("success", N_("Saved"), ""),
    "rejected": ("success", N_("Request rejected"), N_("The applicant is told by mail.")),
    "deleted": ("success", N_("Request deleted"), ""),
}


class RequestsPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of applications."""

    me: StaffMember
    found: queries.RequestList
    search: RequestSearch
    at: Pages


class RequestPage(msgspec.Struct, frozen=True, kw_only=True):
    """One application, its form, and what a decision came to. `reason` is one that was refused; `made` is shown once, after
    approving."""

    me: StaffMember
    request: PartnerRequest
    form: Form[Any]
    tiers: tuple[str, ...]
    preview: str
    editing: bool = False
    problem: str = ""
    reason: str = ""
    reason_error: str = ""
    made: Provisioned | None = None


@get(_ALL, access=_READ)
async def show_requests(
    ctx: StaffContext, search: FromQuery[str] = "", status: FromQuery[StatusFilter] = "all", page: PageNumber = 1,
    done: FromQuery[str] = "",
) -> View:  # fmt: skip
    """Show the applications, newest first."""
    wanted = RequestSearch(search.strip(), status, page, _SIZE)
    found = await queries.list_requests(ctx, wanted)
    at = pages_of(_ALL, {"search": wanted.text, "status": status}, page, _SIZE, found.total)
    model = RequestsPage(me=ctx.staff, found=found, search=wanted, at=at)
    return View("admin/requests.html", model, title=_("Partner requests"), flash=_DONE.get(done))


@get(_ONE, access=_READ)
async def show_request(ctx: StaffContext, request_id: FromPath[UUID], done: FromQuery[str] = "") -> View:
    """Show one application."""
    found = await queries.find_request(ctx, request_id)
    return _page(ctx, found, flash=_DONE.get(done))


@get(f"{_ONE}/logo", access=_READ)
async def show_logo(ctx: StaffContext, request_id: FromPath[UUID]) -> Response[bytes]:
    """Send the logo that an application brings along."""
    return Response(await queries.find_logo(ctx, request_id), media_type="image/png", headers=_PICTURE)


@post(_ONE, access=_UPDATE, status_code=200)
async def save_request(ctx: StaffContext, request_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Correct an application."""
    change, form = _read_change(data)
    if change is not None:
        try:
            await reviewing.change_request(ctx, request_id, change)
        except Invalid as refusal:
            form = form_of_refusal(data, refusal)
        except Conflict as refusal:
            form = Form(dict(data), messages(refusal.errors))
        else:
            return Redirect(f"{_ALL}/{request_id}?done=saved", status_code=303)
    found = await queries.find_request(ctx, request_id)
    return _page(ctx, found, form=form, status=422)


@post(f"{_ONE}/approval", access=_UPDATE, status_code=200)
async def approve_request(ctx: StaffContext, request_id: FromPath[UUID]) -> View:
    """Make the partner, and show where it lives."""
    try:
        made = await request_actions.approve_request(ctx, request_id)
    except (Invalid, Conflict) as refusal:
        found = await queries.find_request(ctx, request_id)
        return _page(ctx, found, problem=refusal.detail, status=refusal.status)
    return _page(ctx, await queries.find_request(ctx, request_id), made=made)


@post(f"{_ONE}/rejection", access=_UPDATE, status_code=200)
async def reject_request(ctx: StaffContext, request_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Turn it down, with a reason."""
    reason = data.get("rejection_reason", "")
    try:
        await reviewing.reject_request(ctx, request_id, reason, ctx.staff.id)
    except Invalid as refusal:
        found = await queries.find_request(ctx, request_id)
        told = messages(refusal.errors).get("rejection_reason", "")
        return _page(
            ctx, found, status=refusal.status, reason=reason, reason_error=told, problem="" if told else refusal.detail
        )  # fmt: skip
    return Redirect(f"{_ALL}/{request_id}?done=rejected", status_code=303)


@post(f"{_ONE}/deletion", access=_UPDATE, status_code=200)
async def delete_request(ctx: StaffContext, request_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Forget it, when the word was typed."""
    found = await queries.find_request(ctx, request_id)
    if data.get("confirm", "").strip().lower() != "delete":
        return _page(ctx, found, problem=_("Type “delete” to delete the request."), status=400)
    try:
        await reviewing.delete_request(ctx, request_id)
    except Invalid as refusal:
        return _page(ctx, found, problem=refusal.detail, status=refusal.status)
    return Redirect(f"{_ALL}?done=deleted", status_code=303)


def _read_change(data: FormBody) -> tuple[RequestChange | None, Form[Any]]:
    fields = {name: data.get(name, "").strip() for name in _FIELDS}
    raw: dict[str, Any] = {name: value or None for name, value in fields.items() if name in _MAY_BE_EMPTY}
    raw |= {name: value for name, value in fields.items() if name not in _MAY_BE_EMPTY}
    users = fields["expected_users"]
    raw["expected_users"] = int(users) if users.isdecimal() and len(users) < 10 else users or None  # noqa: PLR2004
    raw["branding_data"] = {
        "primary_color": data.get("primary_color", ""), "secondary_color": data.get("secondary_color", ""),
        "company_name": fields["company_name"],
    }  # fmt: skip
    errors = find_errors(raw, RequestChange)
    return (None if errors else msgspec.convert(raw, RequestChange)), Form(dict(data), messages(errors))


_MAY_BE_EMPTY = {"phone", "custom_domain", "expected_users"}
_FIELDS = (
    "company_name", "contact_name", "contact_email", "phone", "business_description", "expected_users", "use_case",
    "custom_domain", "desired_subdomain", "selected_plan",
)  # fmt: skip


def _page(
    ctx: StaffContext, request: PartnerRequest, *, form: Form[Any] | None = None, status: int = 200, **shown: Any
) -> View:
    flash = shown.pop("flash", None)
    brand = {"primary_color": "#7c3aed", "secondary_color": "#64748b", **request.branding}
    stored = {name: str(value) if (value := getattr(request, name)) is not None else "" for name in _FIELDS}
    values = {**stored, "primary_color": str(brand["primary_color"]), "secondary_color": str(brand["secondary_color"])}
    colors = {"name": request.company_name, "primary": values["primary_color"], "secondary": values["secondary_color"]}
    model = RequestPage(
        me=ctx.staff, request=request, form=form or Form(values), tiers=PLAN_TIERS, editing=form is not None,
        preview=f"/brand-preview.svg?{urlencode(colors)}", **shown,
    )  # fmt: skip
    return View("admin/request.html", model, title=request.company_name, status=status, flash=flash)


ROUTES = (show_requests, show_request, show_logo, save_request, approve_request, reject_request, delete_request)
