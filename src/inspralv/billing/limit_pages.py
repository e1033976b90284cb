"""/org/workspaces/…/limits: what a workspace may hold, for those who run the organisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.billing import queries
from inspralv.billing.actions import change_limits
from inspralv.billing.plan_view import workspace_limits
from inspralv.billing.schemas import LimitsChange, LimitsForm, WorkspaceLimits
from inspralv.foundation.errors import Forbidden
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, messages, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_PATH = "/org/workspaces/{workspace_id:uuid}/limits"
_SAVED = ("success", N_("Limits saved"), N_("They hold from now on."))


class LimitsPage(msgspec.Struct, frozen=True):
    """The form, and what the workspace holds."""

    form: Form[Any]
    held: WorkspaceLimits


@get(_PATH, access=partner(P.PARTNER_STATS_READ))
async def show_limits(ctx: PartnerContext, workspace_id: FromPath[UUID], saved: FromQuery[str] = "") -> View:
    """Show what a workspace may hold."""
    return await _page(ctx, workspace_id, flash=_SAVED if saved else None)


@post(_PATH, access=partner(P.PARTNER_WORKSPACES_UPDATE), status_code=200)
async def save_limits(ctx: PartnerContext, workspace_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Change what a workspace may hold."""
    wanted, form = read_form(data, LimitsForm)
    if wanted is None:
        return await _page(ctx, workspace_id, form, 400)
    try:
        await change_limits(ctx, ctx.partner, workspace_id, limits_of_form(wanted))
    except Forbidden as refusal:
        return await _page(ctx, workspace_id, Form(form.values, messages(refusal.errors)), refusal.status)
    return Redirect(f"/org/workspaces/{workspace_id}/limits?saved=1", status_code=303)


def limits_of_form(typed: LimitsForm) -> LimitsChange:
    """Return the change that a form means: all of its fields, and null for the empty ones."""
    return LimitsChange(typed.max_agents, typed.max_users, typed.max_minutes_per_month)


def values_of_limits(held: WorkspaceLimits) -> dict[str, str]:
    """Return what the form shows of stored figures."""
    return {one.name: "" if one.own is None else str(one.own) for one in held.limits}


async def _page(
    ctx: PartnerContext, workspace_id: UUID, form: Form[Any] | None = None, status: int = 200,
    flash: tuple[str, str, str] | None = None,
) -> View:  # fmt: skip
    held = workspace_limits(ctx.partner, await queries.find_workspace_use(ctx, workspace_id))
    model = LimitsPage(form or Form(values_of_limits(held)), held)
    crumbs = [(_("Plan"), "/org/plan"), (held.name, "")]
    return View(
        "billing/limits.html", model, _("Limits of %(name)s", name=held.name), crumbs, status=status, flash=flash
    )


ROUTES = (show_limits, save_limits)
