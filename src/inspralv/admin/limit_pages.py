"""The console's page of a workspace's limits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.admin.access import StaffContext, staff
from inspralv.admin.limit_actions import read_limits, set_limits
from inspralv.admin.schemas import StaffMember
from inspralv.billing.limit_pages import limits_of_form, values_of_limits
from inspralv.billing.schemas import LimitsForm, WorkspaceLimits
from inspralv.foundation.errors import Forbidden
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, messages, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.permissions import P

_PATH = "/super-admin/partners/{partner_id:uuid}/workspaces/{workspace_id:uuid}/limits"
_SAVED = ("success", N_("Limits saved"), N_("They hold from now on."))


class StaffLimitsPage(msgspec.Struct, frozen=True, kw_only=True):
    """The form, and what the workspace of the partner holds."""

    me: StaffMember
    partner_id: UUID
    form: Form[Any]
    held: WorkspaceLimits


@get(_PATH, access=staff(P.PLATFORM_READ))
async def show_partner_limits(
    ctx: StaffContext, partner_id: FromPath[UUID], workspace_id: FromPath[UUID], saved: FromQuery[str] = ""
) -> View:
    """Show what a workspace of a partner may hold."""
    return _page(ctx, partner_id, await read_limits(ctx, partner_id, workspace_id), flash=_SAVED if saved else None)


@post(_PATH, access=staff(P.PLATFORM_UPDATE), status_code=200)
async def save_partner_limits(
    ctx: StaffContext, partner_id: FromPath[UUID], workspace_id: FromPath[UUID], data: FormBody
) -> View | Redirect:
    """Change what a workspace of a partner may hold."""
    wanted, form = read_form(data, LimitsForm)
    if wanted is None:
        return _page(ctx, partner_id, await read_limits(ctx, partner_id, workspace_id), form=form, status=422)
    try:
        await set_limits(ctx, partner_id, workspace_id, limits_of_form(wanted))
    except Forbidden as refusal:
        await ctx.rollback()
        typed: Form[Any] = Form(form.values, messages(refusal.errors))
        return _page(
            ctx, partner_id, await read_limits(ctx, partner_id, workspace_id), form=typed, status=refusal.status
        )
    path = f"/super-admin/partners/{partner_id}/workspaces/{workspace_id}/limits"
    return Redirect(f"{path}?saved=1", status_code=303)


def _page(
    ctx: StaffContext, partner_id: UUID, held: WorkspaceLimits, *, form: Form[Any] | None = None, status: int = 200,
    flash: tuple[str, str, str] | None = None,
) -> View:  # fmt: skip
    model = StaffLimitsPage(
        me=ctx.staff, partner_id=partner_id, form=form or Form(values_of_limits(held)), held=held
    )  # fmt: skip
    return View("admin/limits.html", model, title=_("Limits of %(name)s", name=held.name), status=status, flash=flash)


ROUTES = (show_partner_limits, save_partner_limits)
