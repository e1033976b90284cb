"""The organisation's pages of provider keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Refusal, Upstream
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.integrations import actions, assign, queries
from inspralv.integrations.adding import add_tried
from inspralv.integrations.check import check_key
from inspralv.integrations.credentials import credential_fields
from inspralv.integrations.forms import read_change, read_new, values_of, without_keys
from inspralv.integrations.page_models import (
    DeleteKeyPage,
    IntegrationsPage,
    KeyForm,
    KeyPage,
    NewKeyPage,
    ProviderCard,
    Row,
    provider_card,
)  # fmt: skip
from inspralv.integrations.schemas import Integration, NewAssignment
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext, SignedInContext
from inspralv.tenancy.permissions import P

_READ = partner(P.PARTNER_INTEGRATIONS_READ)
_UPDATE = partner(P.PARTNER_INTEGRATIONS_UPDATE)
_ALL = "/org/integrations"
_ONE = f"{_ALL}/{{integration_id:uuid}}"
_DONE = {
    "added": ("success", N_("Key saved"), N_("The provider takes it.")),
    "untried": ("warning", N_("Key saved"), N_("The provider could not be asked just now. Test the key later.")),
    "saved": ("success", N_("Saved"), ""),
    "replaced": (
        "success",
        N_("Key replaced"),
        N_("The provider takes the new one. Agents and running calls go on as they are."),
    ),
    "ended": ("success", N_("The old key is out of use"), N_("Webhooks signed with it are refused from now on.")),
    "valid": ("success", N_("The key works"), N_("What the account has is listed here.")),
    "invalid": ("error", N_("The provider does not take this key"), N_("The reason stands under State.")),
    "default": ("success", N_("This is the default now"), ""),
    "assigned": ("success", N_("Assigned"), N_("The workspace's agents are brought to this account now.")),
    "unassigned": ("success", N_("Taken away"), N_("The workspace's agents stay saved here.")),
}


@get(_ALL, access=_READ)
async def show_integrations(ctx: PartnerContext) -> View:
    """Show every provider key of the organisation."""
    rows = [row_of(ctx, one) for one in await queries.list_integrations(ctx)]
    model = IntegrationsPage(rows, _providers(ctx), ctx.may(P.PARTNER_INTEGRATIONS_UPDATE))
    return View("integrations/list.html", model, title=_("Integrations"), crumbs=[(_("Integrations"), "")])


@get(f"{_ALL}/new", access=_UPDATE)
async def show_new_integration(ctx: PartnerContext, provider: FromQuery[str] = "") -> View:
    """Show the form for a new key of one provider."""
    registry = ctx.services.get(ProviderRegistry)
    return _new(ctx, Form({"provider": provider if provider in registry else next(iter(registry))}))


@post(f"{_ALL}/new", access=_UPDATE, status_code=200)
async def add_key(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Keep a new key, after it was tried at the provider."""
    provider = ctx.services.get(ProviderRegistry).get(data.get("provider", ""))
    draft, form = read_new(data, credential_fields(provider.credentials) if provider else ())
    if draft is not None:
        try:
            added = await add_tried(ctx, draft)
        except Invalid as refusal:
            form = form_of_refusal(without_keys(data), refusal)
        except Forbidden as refusal:
            return _new(ctx, Form(without_keys(data), {"": refusal.detail}), 403)
        else:
            return back(added.id, "added" if added.key_status == "valid" else "untried")
    return _new(ctx, form, 400)


@get(_ONE, access=_READ)
async def show_integration(ctx: PartnerContext, integration_id: FromPath[UUID], done: FromQuery[str] = "") -> View:
    """Show one key."""
    found = await queries.find_integration(ctx, integration_id)
    return _key(ctx, found, KeyForm(Form(values_of(found))), flash=_DONE.get(done))


@post(_ONE, access=_UPDATE, status_code=200)
async def save_key(ctx: PartnerContext, integration_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Rename it, choose the outbound number, switch it on or off."""
    change, form = read_change(data)
    status = 400
    if change is not None:
        try:
            await actions.change_integration(ctx, integration_id, change, version_of(data))
        except Invalid as refusal:
            form = form_of_refusal(without_keys(data), refusal)
        except Conflict as refusal:
            form, status = form_of_refusal(without_keys(data), Invalid(refusal.detail)), 409
        else:
            return back(integration_id, "saved")
    found = await queries.find_integration(ctx, integration_id)
    return _key(ctx, found, KeyForm(form, changed=True), status=status)


@post(f"{_ONE}/test", access=_UPDATE, status_code=200)
async def test_key(ctx: PartnerContext, integration_id: FromPath[UUID]) -> View | Redirect:
    """Ask the provider whether it takes the key."""
    try:
        checked = await check_key(ctx, integration_id)
    except Upstream as refusal:
        found = await queries.find_integration(ctx, integration_id)
        return _key(ctx, found, KeyForm(Form(values_of(found)), problem=refusal.detail), status=502)
    return back(integration_id, checked.key_status)


@post(f"{_ONE}/default", access=_UPDATE)
async def make_key_default(ctx: PartnerContext, integration_id: FromPath[UUID]) -> Redirect:
    """Make it the provider's default."""
    await actions.make_default(ctx, integration_id)
    return back(integration_id, "default")


@post(f"{_ONE}/workspaces", access=_UPDATE, status_code=200)
async def assign_key(ctx: PartnerContext, integration_id: FromPath[UUID], data: FormBody) -> Redirect:
    """Let a workspace use the key."""
    found = await queries.find_integration(ctx, integration_id)
    await assign.assign(ctx, _uuid(data.get("workspace_id", "")), NewAssignment(found.provider, found.id))
    return back(integration_id, "assigned")


@post(f"{_ONE}/workspaces/{{workspace_id:uuid}}/removal", access=_UPDATE)
async def take_key_away(ctx: PartnerContext, integration_id: FromPath[UUID], workspace_id: FromPath[UUID]) -> Redirect:
    """Take the key away from a workspace."""
    found = await queries.find_integration(ctx, integration_id)
    if str(workspace_id) not in {one.id for one in found.assigned_workspaces}:
        raise NotFound(_("This workspace does not use this key."))
    await assign.unassign(ctx, workspace_id, found.provider)
    return back(integration_id, "unassigned")


@get(f"{_ONE}/delete", access=_UPDATE)
async def ask_before_removing(ctx: PartnerContext, integration_id: FromPath[UUID]) -> View:
    """Ask before a deletion."""
    row = row_of(ctx, await queries.find_integration(ctx, integration_id))
    crumbs = [(_("Integrations"), _ALL), (row.integration.name, f"{_ALL}/{integration_id}"), (_("Delete"), "")]
    return View(
        "integrations/delete.html",
        DeleteKeyPage(row),
        title=_("Delete %(name)s", name=row.integration.name),
        crumbs=crumbs,
    )


@post(f"{_ONE}/delete", access=_UPDATE, status_code=200)
async def remove_key(ctx: PartnerContext, integration_id: FromPath[UUID]) -> View | Redirect:
    """Delete the key, unless a workspace uses it."""
    try:
        await actions.remove_integration(ctx, integration_id)
    except NotFound:
        raise
    except Refusal as refusal:
        found = await queries.find_integration(ctx, integration_id)
        return _key(ctx, found, KeyForm(Form(values_of(found)), problem=refusal.detail), status=400)
    return Redirect(_ALL, status_code=303)


def _key(
    ctx: PartnerContext,
    found: Integration,
    edited: KeyForm,
    *,
    status: int = 200,
    flash: tuple[str, str, str] | None = None,
) -> View:
    using = {one.id for one in found.assigned_workspaces}
    others = [one for one in ctx.workspaces if str(one.id) not in using]
    model = KeyPage(row_of(ctx, found), edited, others, ctx.may(P.PARTNER_INTEGRATIONS_UPDATE))
    crumbs = [(_("Integrations"), _ALL), (found.name, "")]
    return View("integrations/key.html", model, found.name, crumbs, status=status, flash=flash)


def _new(ctx: PartnerContext, form: Form[Any], status: int = 200) -> View:
    crumbs = [(_("Integrations"), _ALL), (_("Add a key"), "")]
    cards = _providers(ctx)
    chosen = next((card for card in cards if card.name == form.value("provider")), cards[0])
    return View("integrations/new.html", NewKeyPage(form, cards, chosen), _("Add a key"), crumbs, status=status)


def _providers(ctx: SignedInContext) -> list[ProviderCard]:
    return [provider_card(one) for one in ctx.services.get(ProviderRegistry).values()]


def row_of(ctx: SignedInContext, found: Integration) -> Row:
    """Return an integration as pages show it."""
    return Row(found, provider_card(ctx.services.get(ProviderRegistry)[found.provider]))


def back(integration_id: UUID, done: str) -> Redirect:
    """Return to the key's page and say what was done."""
    return Redirect(f"{_ALL}/{integration_id}?done={done}", status_code=303)


def version_of(fields: dict[str, str]) -> int | None:
    """Return the version that a form was filled in for."""
    text = fields.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - versions are 32-bit


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        message = _("Choose a workspace.")
        raise Invalid(message, errors=(FieldError("/workspace_id", message),)) from None


ROUTES = (
    show_integrations, show_new_integration, add_key, show_integration, save_key, test_key, make_key_default,
    assign_key, take_key_away, ask_before_removing, remove_key,
)  # fmt: skip
