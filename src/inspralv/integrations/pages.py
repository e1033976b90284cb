"""The organisation's page of provider keys, and what a workspace sees of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Conflict, FieldError, Invalid, NotFound, Refusal, Upstream
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.integrations import actions, assign, queries
from inspralv.integrations.check import check_key
from inspralv.integrations.forms import read_change, read_new, values_of, without_keys
from inspralv.integrations.page_models import (
    DeleteKeyPage,
    IntegrationsPage,
    KeyForm,
    KeyPage,
    NewKeyPage,
    ProviderCard,
    Row,
    WorkspaceIntegrationsPage,
    WorkspaceKey,
    provider_card,
)  # fmt: skip
from inspralv.integrations.schemas import Integration, NewAssignment
from inspralv.integrations.workspace_queries import GivenKey, list_workspace_keys
from inspralv.providers.contract import VoiceProvider
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.access import partner, workspace
from inspralv.tenancy.contexts import PartnerContext, SignedInContext, WorkspaceContext
from inspralv.tenancy.permissions import P

_READ = partner(P.PARTNER_INTEGRATIONS_READ)
_UPDATE = partner(P.PARTNER_INTEGRATIONS_UPDATE)
_ALL = "/org/integrations"
_ONE = f"{_ALL}/{{integration_id:uuid}}"
_DONE = {
    "added": ("success", "Key saved", "Test it to see whether the provider takes it."),
    "saved": ("success", "Saved", ""),
    "valid": ("success", "The key works", "The account's telephone numbers are listed below."),
    "invalid": ("error", "The provider does not take this key", ""),
    "default": ("success", "This is the default now", ""),
    "assigned": ("success", "Assigned", "The workspace's agents are brought to this account now."),
    "unassigned": ("success", "Taken away", "The workspace's agents stay saved here."),
}


@get(_ALL, access=_READ)
async def show_integrations(ctx: PartnerContext) -> View:
    """Show every provider key of the organisation."""
    rows = [_row(ctx, one) for one in await queries.list_integrations(ctx)]
    model = IntegrationsPage(rows, _providers(ctx), ctx.may(P.PARTNER_INTEGRATIONS_UPDATE))
    return View("integrations/list.html", model, title="Integrations", crumbs=[("Integrations", "")])


@get(f"{_ALL}/new", access=_UPDATE)
async def show_new_integration(ctx: PartnerContext) -> View:
    """Show the form for a new key."""
    return _new(ctx, Form({"provider": next(iter(ctx.services.get(ProviderRegistry)))}))


@post(f"{_ALL}/new", access=_UPDATE, status_code=200)
async def add_key(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Keep a new key."""
    draft, form = read_new(data)
    if draft is not None:
        try:
            added = await actions.add_integration(ctx, draft)
        except Invalid as refusal:
            form = form_of_refusal(without_keys(data), refusal)
        else:
            return _back(added.id, "added")
    return _new(ctx, form, 400)


@get(_ONE, access=_READ)
async def show_integration(ctx: PartnerContext, integration_id: FromPath[UUID], done: FromQuery[str] = "") -> View:
    """Show one key."""
    found = await queries.find_integration(ctx, integration_id)
    return _key(ctx, found, KeyForm(Form(values_of(found))), flash=_DONE.get(done))


@post(_ONE, access=_UPDATE, status_code=200)
async def save_key(ctx: PartnerContext, integration_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Rename it, replace its keys, choose the outbound number."""
    change, form = read_change(data)
    status = 400
    if change is not None:
        try:
            await actions.change_integration(ctx, integration_id, change, _version(data))
        except Invalid as refusal:
            form = form_of_refusal(without_keys(data), refusal)
        except Conflict as refusal:
            form, status = form_of_refusal(without_keys(data), Invalid(refusal.detail)), 409
        else:
            return _back(integration_id, "saved")
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
    return _back(integration_id, checked.key_status)


@post(f"{_ONE}/default", access=_UPDATE)
async def make_key_default(ctx: PartnerContext, integration_id: FromPath[UUID]) -> Redirect:
    """Make it the provider's default."""
    await actions.make_default(ctx, integration_id)
    return _back(integration_id, "default")


@post(f"{_ONE}/workspaces", access=_UPDATE, status_code=200)
async def assign_key(ctx: PartnerContext, integration_id: FromPath[UUID], data: FormBody) -> Redirect:
    """Let a workspace use the key."""
    found = await queries.find_integration(ctx, integration_id)
    await assign.assign(ctx, _uuid(data.get("workspace_id", "")), NewAssignment(found.provider, found.id))
    return _back(integration_id, "assigned")


@post(f"{_ONE}/workspaces/{{workspace_id:uuid}}/removal", access=_UPDATE)
async def take_key_away(ctx: PartnerContext, integration_id: FromPath[UUID], workspace_id: FromPath[UUID]) -> Redirect:
    """Take the key away from a workspace."""
    found = await queries.find_integration(ctx, integration_id)
    if str(workspace_id) not in {one.id for one in found.assigned_workspaces}:
        raise NotFound("This workspace does not use this key.")
    await assign.unassign(ctx, workspace_id, found.provider)
    return _back(integration_id, "unassigned")


@get(f"{_ONE}/delete", access=_UPDATE)
async def ask_before_removing(ctx: PartnerContext, integration_id: FromPath[UUID]) -> View:
    """Ask before a deletion."""
    row = _row(ctx, await queries.find_integration(ctx, integration_id))
    crumbs = [("Integrations", _ALL), (row.integration.name, f"{_ALL}/{integration_id}"), ("Delete", "")]
    return View("integrations/delete.html", DeleteKeyPage(row), title=f"Delete {row.integration.name}", crumbs=crumbs)


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


@get("/w/{workspace_slug:str}/integrations", access=workspace(P.INTEGRATIONS_READ))
async def show_workspace_integrations(ctx: WorkspaceContext) -> View:
    """Show which providers the workspace can use."""
    async with ctx.widened() as wide:
        given = {key.provider: key for key in await list_workspace_keys(wide, ctx.here)}
    keys = [_workspace_key(one, given.get(one.name)) for one in ctx.services.get(ProviderRegistry).values()]
    organisation = _ALL if ctx.may(P.PARTNER_INTEGRATIONS_READ) else None
    return View("integrations/workspace.html", WorkspaceIntegrationsPage(keys, organisation), title="Integrations")


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
    model = KeyPage(_row(ctx, found), edited, others, ctx.may(P.PARTNER_INTEGRATIONS_UPDATE))
    crumbs = [("Integrations", _ALL), (found.name, "")]
    return View("integrations/key.html", model, found.name, crumbs, status=status, flash=flash)


def _new(ctx: PartnerContext, form: Form[Any], status: int = 200) -> View:
    crumbs = [("Integrations", _ALL), ("Add a key", "")]
    return View(
        "integrations/new.html", NewKeyPage(form, _providers(ctx)), title="Add a key", crumbs=crumbs, status=status
    )


def _workspace_key(provider: VoiceProvider, given: GivenKey | None) -> WorkspaceKey:
    if given is None:
        return WorkspaceKey(provider.name, provider.label)
    number = given.config.shared_outbound_phone_number
    return WorkspaceKey(provider.name, provider.label, given.name, given.is_active, given.key_status, number)


def _providers(ctx: SignedInContext) -> list[ProviderCard]:
    return [provider_card(one) for one in ctx.services.get(ProviderRegistry).values()]


def _row(ctx: SignedInContext, found: Integration) -> Row:
    return Row(found, provider_card(ctx.services.get(ProviderRegistry)[found.provider]))


def _back(integration_id: UUID, done: str) -> Redirect:
    return Redirect(f"{_ALL}/{integration_id}?done={done}", status_code=303)


def _version(fields: dict[str, str]) -> int | None:
    text = fields.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - versions are 32-bit


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        message = "Choose a workspace."
        raise Invalid(message, errors=(FieldError("/workspace_id", message),)) from None


ROUTES = (
    show_integrations, show_new_integration, add_key, show_integration, save_key, test_key, make_key_default,
    assign_key, take_key_away, ask_before_removing, remove_key, show_workspace_integrations,
)  # fmt: skip
