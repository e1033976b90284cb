"""The organisation's page of telephony, and the pages of its SIP trunks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Conflict, Invalid
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.providers.contract import Ability
from inspralv.providers.registry import ProviderRegistry
from inspralv.telephony.actions import fetching, trunks
from inspralv.telephony.forms import (
    USUAL_TRUNK,
    read_new_trunk,
    read_trunk_change,
    trunk_values,
    version_of,
    without_password,
)
from inspralv.telephony.page_models import DeleteTrunkPage, OrganisationPage, TrunkPage
from inspralv.telephony.queries.reading import read_organisation
from inspralv.telephony.queries.trunks import find_trunk
from inspralv.telephony.schemas import FetchResult, Trunk
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_READ = partner(P.PARTNER_INTEGRATIONS_READ)
_UPDATE = partner(P.PARTNER_INTEGRATIONS_UPDATE)
ALL = "/org/telephony"
_TRUNK = f"{ALL}/trunks/{{trunk_id:uuid}}"
_DONE = {
    "trunk": ("success", N_("Trunk saved"), N_("Numbers can be brought in through it.")),
    "trunk_gone": ("success", N_("Trunk deleted"), ""),
    "released": (
        "success",
        N_("The number is being released"),
        N_("It leaves the list as soon as the provider has let it go."),
    ),
}


@get(ALL, access=_READ)
async def show_telephony(ctx: PartnerContext, done: FromQuery[str] = "") -> View:
    """Show every number and SIP trunk of the organisation."""
    return await _all(ctx, flash=_DONE.get(done))


@post(f"{ALL}/fetch", access=_UPDATE, status_code=200)
async def fetch_from_providers(ctx: PartnerContext) -> View:
    """Ask every account for its numbers."""
    return await _all(ctx, results=await fetching.fetch_numbers(ctx))


@get(f"{ALL}/trunks/new", access=_UPDATE)
async def show_new_trunk(ctx: PartnerContext) -> View:
    """Show the form for a new trunk."""
    return _trunk(ctx, Form(USUAL_TRUNK), None)


@post(f"{ALL}/trunks/new", access=_UPDATE, status_code=200)
async def add_new_trunk(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Keep a new trunk."""
    draft, form = read_new_trunk(data)
    if draft is not None:
        try:
            await trunks.add_trunk(ctx, draft)
        except Invalid as refusal:
            return _trunk(ctx, form_of_refusal(without_password(data), refusal), None, status=400)
        return Redirect(f"{ALL}?done=trunk", status_code=303)
    return _trunk(ctx, form, None, status=400)


@get(_TRUNK, access=_READ)
async def show_trunk(ctx: PartnerContext, trunk_id: FromPath[UUID]) -> View:
    """Show one trunk."""
    found = await find_trunk(ctx, trunk_id)
    return _trunk(ctx, Form(trunk_values(found)), found)


@post(_TRUNK, access=_UPDATE, status_code=200)
async def save_trunk(ctx: PartnerContext, trunk_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Save a trunk; an empty password keeps the stored one."""
    change, form = read_trunk_change(data)
    status, shown = 400, form
    if change is not None:
        try:
            await trunks.change_trunk(ctx, trunk_id, change, version_of(data))
        except Invalid as refusal:
            shown = form_of_refusal(without_password(data), refusal)
        except Conflict as refusal:
            status, shown = 409, form_of_refusal(without_password(data), Invalid(refusal.detail))
        else:
            return Redirect(f"{ALL}?done=trunk", status_code=303)
    return _trunk(ctx, shown, await find_trunk(ctx, trunk_id), status=status)


@post(f"{_TRUNK}/default", access=_UPDATE)
async def make_trunk_default(ctx: PartnerContext, trunk_id: FromPath[UUID]) -> Redirect:
    """Make it the trunk that new numbers take."""
    await trunks.make_default(ctx, trunk_id)
    return Redirect(f"{ALL}?done=trunk", status_code=303)


@get(f"{_TRUNK}/delete", access=_UPDATE)
async def ask_before_deleting_trunk(ctx: PartnerContext, trunk_id: FromPath[UUID]) -> View:
    """Ask before a trunk is deleted."""
    return _delete(await find_trunk(ctx, trunk_id))


@post(f"{_TRUNK}/delete", access=_UPDATE, status_code=200)
async def delete_trunk(ctx: PartnerContext, trunk_id: FromPath[UUID]) -> View | Redirect:
    """Delete a trunk, unless numbers use it."""
    try:
        await trunks.remove_trunk(ctx, trunk_id)
    except Conflict as refusal:
        return _delete(await find_trunk(ctx, trunk_id), refusal.detail, 409)
    return Redirect(f"{ALL}?done=trunk_gone", status_code=303)


async def _all(
    ctx: PartnerContext, *, results: list[FetchResult] | None = None, flash: tuple[str, str, str] | None = None
) -> View:
    found = await read_organisation(ctx)
    providers = ctx.services.get(ProviderRegistry)
    able = [providers[one.provider].abilities for one in found.accounts if one.is_active]
    model = OrganisationPage(
        numbers=found.numbers,
        trunks=found.trunks,
        labels={name: one.label for name, one in providers.items()},
        accounts={str(one.id): one.name for one in found.accounts},
        workspaces={str(one.id): one.name for one in ctx.workspaces},
        can_fetch=any(Ability.PHONE_NUMBERS in abilities for abilities in able),
        can_import=any(Ability.NUMBER_IMPORT in abilities for abilities in able),
        may_update=ctx.may(P.PARTNER_INTEGRATIONS_UPDATE),
        busy=any(one.status == "pending" or one.bind_status == "pending" for one in found.numbers),
        results=results or (),
    )
    return View("telephony/organisation.html", model, _("Telephony"), [(_("Telephony"), "")], flash=flash)


def _trunk(ctx: PartnerContext, form: Form[Any], trunk: Trunk | None, *, status: int = 200) -> View:
    title = trunk.name if trunk else _("Add a SIP trunk")
    model = TrunkPage(form, trunk, ctx.may(P.PARTNER_INTEGRATIONS_UPDATE), changed=status != 200)  # noqa: PLR2004
    return View("telephony/trunk.html", model, title, [(_("Telephony"), ALL), (title, "")], status=status)


def _delete(trunk: Trunk, problem: str = "", status: int = 200) -> View:
    crumbs = [(_("Telephony"), ALL), (trunk.name, f"{ALL}/trunks/{trunk.id}"), (_("Delete"), "")]
    model = DeleteTrunkPage(trunk, problem)
    return View("telephony/delete_trunk.html", model, _("Delete %(name)s", name=trunk.name), crumbs, status=status)


ROUTES = (
    show_telephony, fetch_from_providers, show_new_trunk, add_new_trunk, show_trunk, save_trunk, make_trunk_default,
    ask_before_deleting_trunk, delete_trunk,
)  # fmt: skip
