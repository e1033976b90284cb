"""The workspace's pages of telephony: its numbers, and who answers each of them when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Conflict, Invalid, NotFound
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.integrations.connections import provider_of
from inspralv.telephony.actions import binding
from inspralv.telephony.binding_form import (
    PRESET_LABELS,
    Raw,
    changed_hours,
    hours_form,
    read_change,
    stored_values,
)
from inspralv.telephony.forms import version_of
from inspralv.telephony.page_models import (
    Abilities,
    AgentPanel,
    BindingPage,
    LiveNumbers,
    WorkspaceNumber,
    WorkspacePage,
)  # fmt: skip
from inspralv.telephony.queries.reading import (
    NumberRow,
    NumberWithAgents,
    read_agents_numbers,
    read_number,
    read_workspace,
)
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.policy import zones_by_region

_READ = workspace(P.TELEPHONY_READ)
_UPDATE = workspace(P.TELEPHONY_UPDATE)
_ALL = "/w/{workspace_slug:str}/telephony"
_ONE = f"{_ALL}/{{number_id:uuid}}"
_DONE = {
    "saved": ("success", N_("Saved"), N_("The provider is told now.")),
    "asked": ("success", N_("The provider is told again"), N_("This page follows by itself.")),
}


class _Edited(msgspec.Struct, frozen=True):
    """What is in the form, whether it differs from what is stored, and who was faster."""

    form: Form[Any]
    hours: Raw | None
    is_on: bool
    changed: bool = False
    stale: str = ""


@get(_ALL, access=_READ)
async def show_numbers(ctx: WorkspaceContext) -> View:
    """Show the workspace's numbers."""
    numbers = [_item(ctx, row) for row in await read_workspace(ctx)]
    organisation = "/org/telephony" if ctx.may(P.PARTNER_INTEGRATIONS_READ) else None
    return View("telephony/workspace.html", WorkspacePage(numbers, organisation), _("Phone numbers"))


@get(_ONE, access=_READ)
async def show_binding(ctx: WorkspaceContext, number_id: FromPath[UUID], done: FromQuery[str] = "") -> View:
    """Show one number: who answers it, who calls from it, and when."""
    found = await read_number(ctx, number_id)
    values, hours = stored_values(found.number)
    return _page(ctx, found, _Edited(Form(values), hours, is_on=hours is not None), flash=_DONE.get(done))


@post(_ONE, access=_UPDATE, status_code=200)
async def save_binding(ctx: WorkspaceContext, number_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Save the form, or change its rows of hours without saving."""
    change, form, hours = read_change(data)
    edited = _Edited(form, hours, is_on=data.get("hours_on") == "true", changed=True)
    do, status = data.get("_do", "save"), 400
    if do.startswith(("add:", "preset:")):
        again = _Edited(Form(form.values), changed_hours(hours, do), is_on=True, changed=True)
        return _page(ctx, await read_number(ctx, number_id), again)
    if change is not None:
        try:
            await binding.change_binding(ctx, number_id, change, None if do == "overwrite" else version_of(data))
        except Invalid as refusal:
            edited = msgspec.structs.replace(edited, form=form_of_refusal(data, refusal))
        except Conflict as refusal:
            status, edited = 409, msgspec.structs.replace(edited, stale=refusal.detail)
        else:
            return Redirect(f"{_base(ctx)}/{number_id}?done=saved", status_code=303)
    return _page(ctx, await read_number(ctx, number_id), edited, status)


@post(f"{_ONE}/sync", access=_UPDATE)
async def bind_again(ctx: WorkspaceContext, number_id: FromPath[UUID]) -> Redirect:
    """Bring the binding to the provider again."""
    await binding.request_binding(ctx, number_id)
    return Redirect(f"{_base(ctx)}/{number_id}?done=asked", status_code=303)


@get(f"{_ALL}/agents/{{agent_id:uuid}}", access=_READ)
async def show_agents_numbers(ctx: WorkspaceContext, agent_id: FromPath[UUID]) -> View:
    """Show the numbers of an agent, as a panel beside its editor."""
    model = AgentPanel(await read_agents_numbers(ctx, agent_id), str(agent_id), f"/w/{ctx.workspace.slug}")
    return View("telephony/agent_numbers.html", model)


async def draw_numbers(ctx: WorkspaceContext, subject: str) -> View | None:
    """Draw the states of numbers afresh: of the one a notice names, or of all."""
    if not ctx.may(P.TELEPHONY_READ):
        return None
    if subject:
        try:
            rows = [(await read_number(ctx, UUID(subject))).number]
        except NotFound:
            return None
    else:
        rows = await read_workspace(ctx)
    model = LiveNumbers([_item(ctx, row) for row in rows], _base(ctx), ctx.may(P.TELEPHONY_UPDATE))
    return View("telephony/live.html", model)


def _page(
    ctx: WorkspaceContext,
    found: NumberWithAgents,
    edited: _Edited,
    status: int = 200,
    flash: tuple[str, str, str] | None = None,
) -> View:
    hours = edited.hours if edited.hours and edited.hours["timezone"] else None
    shown = hours_form(hours, is_on=edited.is_on, timezone=ctx.workspace.timezone)
    model = BindingPage(
        form=edited.form,
        item=_item(ctx, found.number),
        agents=found.agents,
        can=Abilities.of(provider_of(ctx.services, found.number.provider)),
        hours=shown,
        zones=zones_by_region(shown.timezone),
        presets=PRESET_LABELS,
        may_update=ctx.may(P.TELEPHONY_UPDATE) and found.number.state != "releasing",
        changed=edited.changed,
        stale=edited.stale,
    )
    crumbs = [(_("Phone numbers"), _base(ctx)), (found.number.title, "")]
    return View("telephony/binding.html", model, found.number.title, crumbs, status=status, flash=flash)


def _item(ctx: WorkspaceContext, row: NumberRow) -> WorkspaceNumber:
    is_open = row.hours.is_open(ctx.now) if row.hours else None
    return WorkspaceNumber(row, provider_of(ctx.services, row.provider).label, is_open)


def _base(ctx: WorkspaceContext) -> str:
    return f"/w/{ctx.workspace.slug}/telephony"


ROUTES = (show_numbers, show_binding, save_binding, bind_again, show_agents_numbers)
