"""Choosing, creating and setting up a workspace, and seeing who is in it."""

from __future__ import annotations

import msgspec
from litestar.params import FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Conflict, Forbidden, Invalid
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.addresses import Addresses
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal, read_form
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.tenancy import actions, policy, queries
from inspralv.tenancy.access import partner, signed_in, workspace
from inspralv.tenancy.contexts import PartnerContext, SignedInContext, WorkspaceContext, WorkspaceEntry
from inspralv.tenancy.permissions import P
from inspralv.tenancy.schemas import NewWorkspace, SettingsChange, SettingsForm, Workspace

_NAME_LENGTH = 255
_DASHBOARD = "/w/{}/dashboard"
_DELETED = ("success", N_("Workspace deleted"), N_("Nobody can open it any more."))
_SAVED = ("success", N_("Settings saved"), "")


class SelectWorkspace(msgspec.Struct, frozen=True):
    """`entries` are in the order of the frame's workspaces; `belongs` tells members from people without any access."""

    entries: tuple[WorkspaceEntry, ...]
    may_create: bool
    belongs: bool


class Onboarding(msgspec.Struct, frozen=True):
    """The form for a new workspace. `address` is what its name leads to, `refusal` why it cannot be created."""

    form: Form[NewWorkspace]
    address: str
    allowed: bool
    refusal: str = ""


class AddressPreview(msgspec.Struct, frozen=True):
    """Where a workspace of this name would be found. A taken address gets four more characters."""

    address: str
    taken: bool


class SettingsPage(msgspec.Struct, frozen=True):
    """The settings as stored and as typed. `limits_href` is for those who run the organisation, else empty. `stale` says
    that somebody else saved in between; the form then carries the new version, so that saving again overwrites.
    `name_error` belongs to the typed confirmation of deletion."""

    workspace: Workspace
    form: Form[SettingsForm]
    zones: dict[str, list[str]]
    address: str
    may_update: bool
    may_delete: bool
    limits_href: str
    stale: bool = False
    name_error: str = ""


@get("/select-workspace", access=signed_in())
async def select_workspace(ctx: SignedInContext, deleted: FromQuery[bool] = False) -> View | Redirect:
    """Show the workspaces to choose from; the only one is entered at once."""
    if len(ctx.workspaces) == 1 and not deleted:
        return Redirect(_DASHBOARD.format(ctx.workspaces[0].slug), status_code=303)
    model = SelectWorkspace(ctx.workspaces, ctx.may(P.PARTNER_WORKSPACES_CREATE), ctx.partner_role is not None)
    return View(
        "tenancy/select_workspace.html", model, title=_("Choose a workspace"), flash=_DELETED if deleted else None
    )


@get("/workspace-onboarding", access=signed_in())
async def show_onboarding(ctx: SignedInContext) -> View:
    """Show the form for a new workspace, or who may create one."""
    return _onboarding(ctx, Form())


@post("/workspace-onboarding", access=partner(P.PARTNER_WORKSPACES_CREATE))
async def submit_onboarding(ctx: PartnerContext, data: FormBody) -> View | Redirect:
    """Create the workspace and go there."""
    draft, form = read_form(data, NewWorkspace)
    if draft is None:
        return _onboarding(ctx, form, status=400)
    try:
        created = await actions.create_workspace(ctx, draft)
    except Forbidden as refusal:
        return _onboarding(ctx, form, refusal=refusal.detail, status=refusal.status)
    return Redirect(_DASHBOARD.format(created.slug), status_code=303)


@get("/workspace-onboarding/address", access=partner(P.PARTNER_WORKSPACES_CREATE))
async def preview_address(ctx: PartnerContext, name: FromQuery[str] = "") -> View:
    """Show the address that a name leads to."""
    slug = policy.slug_of(name[:_NAME_LENGTH]) if name.strip() else "…"
    return View("tenancy/address.html", AddressPreview(_address(ctx, slug), await queries.is_slug_taken(ctx, slug)))


def _onboarding(ctx: SignedInContext, form: Form[NewWorkspace], *, refusal: str = "", status: int = 200) -> View:
    allowed = ctx.may(P.PARTNER_WORKSPACES_CREATE)
    name = form.value("name").strip()
    model = Onboarding(form, _address(ctx, policy.slug_of(name) if name else "…"), allowed, refusal)
    return View("tenancy/onboarding.html", model, title=_("New workspace"), status=status if allowed else 403)


def _address(ctx: SignedInContext, slug: str) -> str:
    return ctx.services.get(Addresses).url(ctx.partner.host, f"/w/{slug}")


@get("/w/{workspace_slug:str}", access=workspace(P.WORKSPACE_READ))
async def enter_workspace(ctx: WorkspaceContext) -> Redirect:
    """Go to the dashboard."""
    return Redirect(_DASHBOARD.format(ctx.workspace.slug), status_code=303)


@get("/w/{workspace_slug:str}/settings", access=workspace(P.SETTINGS_READ))
async def show_settings(ctx: WorkspaceContext) -> View:
    """Show the settings; who may not change them reads them."""
    return _shown(_settings(ctx, await queries.find_workspace(ctx)))


@post("/w/{workspace_slug:str}/settings", access=workspace(P.SETTINGS_UPDATE))
async def submit_settings(ctx: WorkspaceContext, data: FormBody) -> View:
    """Save the settings."""
    wanted, form = read_form(data, SettingsForm)
    if wanted is None:
        return _shown(_settings(ctx, await queries.find_workspace(ctx)), form=form, status=400)
    change = SettingsChange(wanted.name, wanted.description, wanted.timezone)
    try:
        saved = await actions.change_settings(ctx, change, wanted.version)
    except Invalid as refusal:
        page = _settings(ctx, await queries.find_workspace(ctx))
        return _shown(page, form=form_of_refusal(data, refusal), status=400)
    except Conflict:
        page = _settings(ctx, await queries.find_workspace(ctx))
        typed: Form[SettingsForm] = Form({**form.values, "version": page.form.value("version")})
        return _shown(msgspec.structs.replace(page, stale=True), form=typed, status=409)
    _show_renamed(ctx, saved)
    return _shown(_settings(ctx, saved), flash=_SAVED)


def _show_renamed(ctx: WorkspaceContext, saved: Workspace) -> None:
    """Let the frame show the new name at once: what it knows was read before the change."""
    ctx.enter(msgspec.structs.replace(ctx.workspace, name=saved.name, timezone=saved.timezone), ctx.role)
    ctx.workspaces = tuple(
        msgspec.structs.replace(entry, name=saved.name) if entry.id == saved.id else entry for entry in ctx.workspaces
    )


@post("/w/{workspace_slug:str}/settings/deletion", access=workspace(P.WORKSPACE_DELETE))
async def submit_deletion(ctx: WorkspaceContext, data: FormBody) -> View | Redirect:
    """Delete the workspace when its name was typed."""
    current = await queries.find_workspace(ctx, lock=True)
    if data.get("name", "").strip() != current.name.strip():
        told = _("Type “%(name)s” to delete the workspace.", name=current.name)
        return _shown(msgspec.structs.replace(_settings(ctx, current), name_error=told), status=400)
    await actions.delete_workspace(ctx, None)
    return Redirect("/select-workspace?deleted=true", status_code=303)


def _settings(ctx: WorkspaceContext, stored: Workspace) -> SettingsPage:
    values = {
        "name": stored.name,
        "description": stored.description or "",
        "timezone": stored.timezone,
        "version": str(stored.version),
    }
    return SettingsPage(
        workspace=stored,
        form=Form(values),
        zones=policy.zones_by_region(stored.timezone),
        address=_address(ctx, stored.slug),
        may_update=ctx.may(P.SETTINGS_UPDATE),
        may_delete=ctx.may(P.WORKSPACE_DELETE),
        limits_href=f"/org/workspaces/{stored.id}/limits" if ctx.may(P.PARTNER_WORKSPACES_UPDATE) else "",
    )


def _shown(
    page: SettingsPage,
    *,
    form: Form[SettingsForm] | None = None,
    status: int = 200,
    flash: tuple[str, str, str] | None = None,
) -> View:
    model = msgspec.structs.replace(page, form=form) if form else page
    return View("tenancy/settings.html", model, title=_("Settings"), status=status, flash=flash)


ROUTES = (
    select_workspace, show_onboarding, submit_onboarding, preview_address, enter_workspace, show_settings,
    submit_settings, submit_deletion,
)  # fmt: skip
