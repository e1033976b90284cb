"""Who is in the organisation, and who is in a workspace."""

from __future__ import annotations

from uuid import UUID

from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Forbidden, Invalid
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import FormBody
from inspralv.foundation.web.paging import PageNumber
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.people.actions import memberships
from inspralv.people.circles import PARTNER, WORKSPACE, Circle
from inspralv.people.page_models import member_page, people_base, people_page
from inspralv.people.policy import CircleContext, sees_everybody
from inspralv.people.queries import members
from inspralv.tenancy.access import partner, workspace
from inspralv.tenancy.contexts import PartnerContext, WorkspaceContext
from inspralv.tenancy.permissions import P

_TEAM = "/org/team"
_MEMBERS = "/w/{workspace_slug:str}/members"
_ONE = "/{member_id:uuid}"
_DONE = {
    "role": ("success", N_("Role changed"), N_("It counts from the very next click.")),
    "removed": ("success", N_("Removed"), N_("The access ended at once.")),
    "owner": ("success", N_("Ownership handed over"), N_("You stay as an admin.")),
}
# A plain member of the organisation may be somebody's client: who else there is, is none of their business.
_READ_TEAM, _READ_MEMBERS = partner(P.PARTNER_MEMBERS_UPDATE), workspace(P.MEMBERS_READ)


@get("/org", access=_READ_TEAM)
async def enter_organisation(ctx: PartnerContext) -> Redirect:  # noqa: ARG001 - the access is the point
    """Go to the team."""
    return Redirect(_TEAM, status_code=303)


@get(_TEAM, access=_READ_TEAM)
async def show_team(
    ctx: PartnerContext, q: FromQuery[str] = "", page: PageNumber = 1, done: FromQuery[str] = ""
) -> View:
    """Show who belongs to the organisation."""
    model = people_page(ctx, PARTNER, await members.list_team(ctx, everybody=sees_everybody(ctx)), q, page)
    return View("people/list.html", model, title=_("Team"), crumbs=[(_("Team"), "")], flash=_DONE.get(done))


@get(_MEMBERS, access=_READ_MEMBERS)
async def show_members(
    ctx: WorkspaceContext, q: FromQuery[str] = "", page: PageNumber = 1, done: FromQuery[str] = ""
) -> View:
    """Show who is in the workspace."""
    model = people_page(ctx, WORKSPACE, await members.list_members(ctx, WORKSPACE), q, page)
    return View("people/list.html", model, title=_("Members"), flash=_DONE.get(done))


@get(f"{_TEAM}{_ONE}", access=_READ_TEAM)
async def show_team_member(ctx: PartnerContext, member_id: FromPath[UUID]) -> View:
    """Show one member of the organisation, and what may be done."""
    return await _member(ctx, PARTNER, member_id)


@get(f"{_MEMBERS}{_ONE}", access=_READ_MEMBERS)
async def show_member(ctx: WorkspaceContext, member_id: FromPath[UUID]) -> View:
    """Show one member of the workspace, and what may be done."""
    return await _member(ctx, WORKSPACE, member_id)


@post(f"{_TEAM}{_ONE}/role", access=partner(P.PARTNER_MEMBERS_UPDATE), status_code=200)
async def submit_team_role(ctx: PartnerContext, member_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Change a role in the organisation."""
    return await _change(ctx, PARTNER, member_id, data)


@post(f"{_MEMBERS}{_ONE}/role", access=workspace(P.MEMBERS_UPDATE), status_code=200)
async def submit_role(ctx: WorkspaceContext, member_id: FromPath[UUID], data: FormBody) -> View | Redirect:
    """Change a role in the workspace."""
    return await _change(ctx, WORKSPACE, member_id, data)


@post(f"{_TEAM}{_ONE}/removal", access=partner(P.PARTNER_MEMBERS_REMOVE), status_code=200)
async def submit_team_removal(ctx: PartnerContext, member_id: FromPath[UUID]) -> View | Redirect:
    """Remove somebody from the organisation."""
    return await _remove(ctx, PARTNER, member_id)


@post(f"{_MEMBERS}{_ONE}/removal", access=workspace(P.MEMBERS_REMOVE), status_code=200)
async def submit_removal(ctx: WorkspaceContext, member_id: FromPath[UUID]) -> View | Redirect:
    """Remove somebody from the workspace."""
    return await _remove(ctx, WORKSPACE, member_id)


@post(f"{_TEAM}{_ONE}/ownership", access=partner(P.PARTNER_DELETE), status_code=200)
async def submit_team_ownership(ctx: PartnerContext, member_id: FromPath[UUID]) -> View | Redirect:
    """Hand the organisation over."""
    return await _hand_over(ctx, PARTNER, member_id)


@post(f"{_MEMBERS}{_ONE}/ownership", access=workspace(P.WORKSPACE_DELETE), status_code=200)
async def submit_ownership(ctx: WorkspaceContext, member_id: FromPath[UUID]) -> View | Redirect:
    """Hand the workspace over."""
    return await _hand_over(ctx, WORKSPACE, member_id)


async def _member(ctx: CircleContext, circle: Circle, member_id: UUID, problem: str = "", status: int = 200) -> View:
    member = await members.find_member(ctx, circle, member_id)
    crumbs = [(_("Team") if circle is PARTNER else _("Members"), people_base(ctx, circle)), (member.name, "")]
    model = member_page(ctx, circle, member, problem)
    return View("people/member.html", model, title=member.name, crumbs=crumbs, status=status)


async def _change(ctx: CircleContext, circle: Circle, member_id: UUID, data: FormBody) -> View | Redirect:
    role = data.get("role", "")
    if role not in circle.roles:
        return await _member(ctx, circle, member_id, _("Choose a role."), 400)
    try:
        await memberships.change_role(ctx, circle, member_id, role)
    except (Invalid, Forbidden) as refusal:
        return await _member(ctx, circle, member_id, refusal.detail, refusal.status)
    return Redirect(f"{people_base(ctx, circle)}?done=role", status_code=303)


async def _remove(ctx: CircleContext, circle: Circle, member_id: UUID) -> View | Redirect:
    try:
        await memberships.remove_member(ctx, circle, member_id)
    except (Invalid, Forbidden) as refusal:
        return await _member(ctx, circle, member_id, refusal.detail, refusal.status)
    return Redirect(f"{people_base(ctx, circle)}?done=removed", status_code=303)


async def _hand_over(ctx: CircleContext, circle: Circle, member_id: UUID) -> View | Redirect:
    try:
        await memberships.transfer_ownership(ctx, circle, member_id)
    except (Invalid, Forbidden) as refusal:
        return await _member(ctx, circle, member_id, refusal.detail, refusal.status)
    return Redirect(f"{people_base(ctx, circle)}?done=owner", status_code=303)


ROUTES = (
    enter_organisation, show_team, show_members, show_team_member, show_member, submit_team_role, submit_role, submit_team_removal,
    submit_removal, submit_team_ownership, submit_ownership,
)  # fmt: skip
