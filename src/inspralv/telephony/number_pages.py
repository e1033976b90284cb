"""The organisation's pages of single numbers: bringing one in, lending it, releasing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Conflict, Invalid, NotFound
from inspralv.foundation.language.stored import retold
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.providers.contract import Ability
from inspralv.providers.registry import ProviderRegistry
from inspralv.telephony.actions import numbers
from inspralv.telephony.forms import number_values, read_new_number, read_number_change, version_of
from inspralv.telephony.organisation_pages import ALL
from inspralv.telephony.page_models import ImportPage, NumberPage, ReleasePage, account_choices
from inspralv.telephony.policy import directions
from inspralv.telephony.queries.reading import NumberRow, Organisation, read_organisation
from inspralv.telephony.schemas import Number, Trunk
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_READ = partner(P.PARTNER_INTEGRATIONS_READ)
_UPDATE = partner(P.PARTNER_INTEGRATIONS_UPDATE)
_NUMBER = f"{ALL}/numbers/{{number_id:uuid}}"
_DONE = {
    "asked": ("success", N_("The provider is asked now"), N_("This page follows by itself.")),
    "saved": ("success", N_("Saved"), ""),
}


@get(f"{ALL}/numbers/new", access=_UPDATE)
async def show_import(ctx: PartnerContext, trunk: FromQuery[str] = "") -> View:
    """Show the form for a number of one's own; `trunk` chooses the trunk, and with it the number it calls from."""
    found = await read_organisation(ctx)
    usual = next((one for one in found.trunks if str(one.id) == trunk or (not trunk and one.is_default)), None)
    values = {"sip_trunk_id": str(usual.id), "phone_number": usual.outbound_caller_id or ""} if usual else {}
    return _import(ctx, found, Form(values))


@post(f"{ALL}/numbers/new", access=_UPDATE, status_code=200)
async def import_number(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Bring a number to a provider; a job does it."""
    draft, form = read_new_number(data)
    if draft is not None:
        try:
            added = await numbers.import_number(ctx, draft)
        except Invalid as refusal:
            form = form_of_refusal(data, refusal)
        except NotFound as refusal:
            form = form_of_refusal(data, Invalid(refusal.detail))
        else:
            return _back(added.id, "asked")
    return _import(ctx, await read_organisation(ctx), form, 400)


@get(_NUMBER, access=_READ)
async def show_number(ctx: PartnerContext, number_id: FromPath[UUID], done: FromQuery[str] = "") -> View:
    """Show one number."""
    found = await read_organisation(ctx)
    number = found.number(number_id)
    return _number(ctx, found, number, Form(number_values(number), _provider_errors(number)), flash=_DONE.get(done))


@post(_NUMBER, access=_UPDATE, status_code=200)
async def save_number(ctx: PartnerContext, number_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Save what the organisation says of a number, and whom it is lent to."""
    change, form = read_number_change(data)
    status, shown = 400, form
    if change is not None:
        try:
            await numbers.change_number(ctx, number_id, change, version_of(data))
        except (Invalid, NotFound) as refusal:
            await ctx.rollback()
            shown = form_of_refusal(data, refusal if isinstance(refusal, Invalid) else Invalid(refusal.detail))
        except Conflict as refusal:
            status, shown = 409, form_of_refusal(data, Invalid(refusal.detail))
        else:
            return _back(number_id, "saved")
    found = await read_organisation(ctx)
    return _number(ctx, found, found.number(number_id), shown, status=status)


@post(f"{_NUMBER}/import", access=_UPDATE)
async def import_again(ctx: PartnerContext, number_id: FromPath[UUID]) -> Redirect:
    """Try an import that failed once more."""
    await numbers.retry_import(ctx, number_id)
    return _back(number_id, "asked")


@get(f"{_NUMBER}/release", access=_UPDATE)
async def ask_before_releasing(ctx: PartnerContext, number_id: FromPath[UUID]) -> View:
    """Ask before a number is released."""
    return await _release(ctx, number_id)


@post(f"{_NUMBER}/release", access=_UPDATE, status_code=200)
async def release_number(ctx: PartnerContext, number_id: FromPath[UUID]) -> View | Redirect:
    """Release a number that was brought in."""
    try:
        await numbers.release_number(ctx, number_id)
    except Conflict as refusal:
        return await _release(ctx, number_id, refusal.detail, 409)
    return Redirect(f"{ALL}?done=released", status_code=303)


def _import(ctx: PartnerContext, found: Organisation, form: Form[Any], status: int = 200) -> View:
    providers = ctx.services.get(ProviderRegistry)
    refusing = {
        one.provider for one in found.accounts if Ability.NUMBER_IMPORT not in providers[one.provider].abilities
    }
    model = ImportPage(
        form, account_choices(found.accounts, providers), _trunks(found.trunks), _workspaces(ctx),
        sorted(providers[name].label for name in refusing),
    )  # fmt: skip
    crumbs = [(_("Telephony"), ALL), (_("Import a number"), "")]
    return View("telephony/import.html", model, _("Import a number"), crumbs, status=status)


def _number(
    ctx: PartnerContext,
    found: Organisation,
    number: NumberRow,
    form: Form[Any],
    *,
    status: int = 200,
    flash: tuple[str, str, str] | None = None,
) -> View:
    provider = ctx.services.get(ProviderRegistry)[number.provider]
    model = NumberPage(
        form=form,
        number=number,
        provider=provider.label,
        account=next((one.name for one in found.accounts if one.id == number.integration_id), ""),
        workspace=next((one for one in ctx.workspaces if one.id == number.assigned_workspace_id), None),
        workspaces=_workspaces(ctx),
        trunks=_trunks(found.trunks),
        trunk=next((one.name for one in found.trunks if one.id == number.sip_trunk_id), ""),
        can=msgspec.structs.asdict(directions(provider)),
        may_update=ctx.may(P.PARTNER_INTEGRATIONS_UPDATE) and number.state != "releasing",
        busy=number.status == "pending" or number.bind_status == "pending",
        changed=status != 200,  # noqa: PLR2004 - a form that came back
    )
    crumbs = [(_("Telephony"), ALL), (number.title, "")]
    return View("telephony/number.html", model, number.title, crumbs, status=status, flash=flash)


async def _release(ctx: PartnerContext, number_id: UUID, problem: str = "", status: int = 200) -> View:
    number = (await read_organisation(ctx)).number(number_id)
    label = ctx.services.get(ProviderRegistry)[number.provider].label
    workspace = next((one.name for one in ctx.workspaces if one.id == number.assigned_workspace_id), "")
    crumbs = [(_("Telephony"), ALL), (number.title, f"{ALL}/numbers/{number_id}"), (_("Release"), "")]
    model = ReleasePage(number, label, workspace, problem)
    return View("telephony/release.html", model, _("Release %(title)s", title=number.title), crumbs, status=status)


def _provider_errors(number: Number) -> dict[str, str]:
    """Return what the provider said, at the field it is about."""
    if not number.state_error:
        return {}
    return {number.state_error_field or "": retold(number.state_error)}


def _trunks(trunks: Sequence[Trunk]) -> list[tuple[str, str]]:
    return [(str(one.id), f"{one.name} · {one.sip_server}") for one in trunks if one.is_active]


def _workspaces(ctx: PartnerContext) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in ctx.workspaces]


def _back(number_id: UUID, done: str) -> Redirect:
    return Redirect(f"{ALL}/numbers/{number_id}?done={done}", status_code=303)


ROUTES = (
    show_import, import_number, show_number, save_number, import_again, ask_before_releasing, release_number,
)  # fmt: skip
