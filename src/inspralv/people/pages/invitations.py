"""Inviting people, and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from inspralv.foundation.errors import Forbidden, Invalid, TooMany
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.forms import Form, FormBody, form_of_refusal
from inspralv.foundation.web.routing import get, post
from inspralv.foundation.web.view import View
from inspralv.people.actions import inviting
from inspralv.people.circles import PARTNER, WORKSPACE, Circle
from inspralv.people.forms import read_invitation
from inspralv.people.invitation_schemas import Invitation
from inspralv.people.page_models import InvitationsPage, invitations_base, people_base, rights_in
from inspralv.people.policy import CircleContext
from inspralv.people.queries import invitations
from inspralv.tenancy.access import partner, workspace
from inspralv.tenancy.contexts import PartnerContext, WorkspaceContext
from inspralv.tenancy.permissions import P

_ORG = "/org/invitations"
_WORKSPACE = "/w/{workspace_slug:str}/members/invitations"
_ONE = "/{invitation_id:uuid}"
_MAY_ORG, _MAY_WORKSPACE = partner(P.PARTNER_MEMBERS_INVITE), workspace(P.MEMBERS_INVITE)
_DONE = {"cancelled": ("success", N_("Invitation taken back"), N_("Its link is worth nothing now."))}
_SENT = ("success", N_("Invitation sent"), "")


@get(_ORG, access=_MAY_ORG)
async def show_invitations(ctx: PartnerContext, done: FromQuery[str] = "") -> View:
    """Show the organisation's invitations."""
    return await _page(ctx, PARTNER, _Shown(flash=_DONE.get(done)))


@get(_WORKSPACE, access=_MAY_WORKSPACE)
async def show_workspace_invitations(ctx: WorkspaceContext, done: FromQuery[str] = "") -> View:
    """Show the workspace's invitations."""
    return await _page(ctx, WORKSPACE, _Shown(flash=_DONE.get(done)))


@post(_ORG, access=_MAY_ORG, status_code=200)
async def submit_invitation(ctx: PartnerContext, data: FormBody) -> View:
    """Invite somebody to the organisation."""
    return await _invite(ctx, PARTNER, data)


@post(_WORKSPACE, access=_MAY_WORKSPACE, status_code=200)
async def submit_workspace_invitation(ctx: WorkspaceContext, data: FormBody) -> View:
    """Invite somebody to the workspace."""
    return await _invite(ctx, WORKSPACE, data)


@post(f"{_ORG}{_ONE}/resend", access=_MAY_ORG, status_code=200)
async def send_again(ctx: PartnerContext, invitation_id: FromPath[UUID]) -> View:
    """Send an invitation to the organisation again."""
    return await _again(ctx, PARTNER, invitation_id)


@post(f"{_WORKSPACE}{_ONE}/resend", access=_MAY_WORKSPACE, status_code=200)
async def send_workspace_again(ctx: WorkspaceContext, invitation_id: FromPath[UUID]) -> View:
    """Send an invitation to the workspace again."""
    return await _again(ctx, WORKSPACE, invitation_id)


@post(f"{_ORG}{_ONE}/cancel", access=_MAY_ORG, status_code=200)
async def cancel(ctx: PartnerContext, invitation_id: FromPath[UUID]) -> View | Redirect:
    """Take an invitation to the organisation back."""
    return await _cancel(ctx, PARTNER, invitation_id)


@post(f"{_WORKSPACE}{_ONE}/cancel", access=_MAY_WORKSPACE, status_code=200)
async def cancel_workspace(ctx: WorkspaceContext, invitation_id: FromPath[UUID]) -> View | Redirect:
    """Take an invitation to the workspace back."""
    return await _cancel(ctx, WORKSPACE, invitation_id)


async def _invite(ctx: CircleContext, circle: Circle, data: FormBody) -> View:
    wanted, form = read_invitation(data, circle)
    if wanted is None:
        return await _page(ctx, circle, _Shown(form=form, status=400))
    try:
        sent = await inviting.invite(ctx, circle, wanted)
    except Invalid as refusal:
        return await _page(ctx, circle, _Shown(form=form_of_refusal(data, refusal), status=400))
    except (Forbidden, TooMany) as refusal:
        return await _page(ctx, circle, _Shown(form=Form(dict(data)), full=refusal.detail, status=refusal.status))
    return await _page(ctx, circle, _Shown(sent=sent, flash=_SENT))


async def _again(ctx: CircleContext, circle: Circle, invitation_id: UUID) -> View:
    try:
        sent = await inviting.send_again(ctx, circle, invitation_id)
    except (Invalid, Forbidden, TooMany) as refusal:
        told = ("error", _("Not sent"), refusal.detail)
        return await _page(ctx, circle, _Shown(flash=told, status=refusal.status))
    return await _page(ctx, circle, _Shown(sent=sent, flash=_SENT))


async def _cancel(ctx: CircleContext, circle: Circle, invitation_id: UUID) -> View | Redirect:
    try:
        await inviting.cancel(ctx, circle, invitation_id)
    except (Invalid, Forbidden) as refusal:
        told = ("error", _("Not taken back"), refusal.detail)
        return await _page(ctx, circle, _Shown(flash=told, status=refusal.status))
    return Redirect(f"{invitations_base(ctx, circle)}?done=cancelled", status_code=303)


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What an attempt left to show: the form as typed, who was invited, why nobody can be."""

    form: Form[Any] = msgspec.field(default_factory=lambda: Form({"role": "member"}))
    sent: Invitation | None = None
    full: str = ""
    status: int = 200
    flash: tuple[str, str, str] | None = None


async def _page(ctx: CircleContext, circle: Circle, shown: _Shown) -> View:
    sent = shown.sent
    pending, past = await invitations.list_all(ctx, circle)
    people, base = people_base(ctx, circle), invitations_base(ctx, circle)
    model = InvitationsPage(
        kind=circle.kind, base=base, people=people, pending=tuple(pending), past=tuple(past), form=shown.form, full=shown.full,
        roles=tuple(role for role in circle.given if role != "owner" or rights_in(ctx, circle).owner),
        workspaces=ctx.workspaces if circle is PARTNER else (),
        link=sent.invite_link if sent else "", link_for=sent.email if sent else "",
    )  # fmt: skip
    crumbs = [(_("Invitations"), "")] if circle is PARTNER else [(_("Members"), people), (_("Invitations"), "")]
    return View(
        "people/invitations.html", model, title=_("Invitations"), crumbs=crumbs, status=shown.status, flash=shown.flash
    )


ROUTES = (
    show_invitations, show_workspace_invitations, submit_invitation, submit_workspace_invitation, send_again,
    send_workspace_again, cancel, cancel_workspace,
)  # fmt: skip
