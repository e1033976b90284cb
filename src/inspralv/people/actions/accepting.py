"""Coming in through an invitation."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.errors import FieldError, Forbidden, Invalid, NotFound
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.secrets import token_hash
from inspralv.people.circles import PARTNER, WORKSPACE, Circle
from inspralv.people.events import InvitationAccepted, PersonJoined, RoleChanged
from inspralv.people.invitation_schemas import (
    FoundInvitation,
    InviterName,
    InvitingPartner,
    InvitingWorkspace,
    Joined,
    PublicInvitation,
)
from inspralv.people.queries import invitations, members
from inspralv.tenancy.contexts import PublicContext, SignedInContext
from inspralv.tenancy.plans import Limit
from inspralv.tenancy.room import require_room

GONE = N_("This invitation has been used or taken back, or its link is not complete.")
EXPIRED = N_("This invitation is older than seven days. Ask for a new one.")
OTHER_PERSON = N_("This invitation is for another address. Sign in with the address that was invited.")


async def read_invitation(ctx: PublicContext, circle: Circle, token: str) -> PublicInvitation:
    """Return what a link leads to, whoever opens it. Raises NotFound."""
    async with ctx.widened() as wide:
        found = await invitations.find_by_token(wide, circle, token_hash(token))
    if found is None or found.status == "cancelled":
        raise NotFound(GONE)
    place = ctx.partner
    return PublicInvitation(
        id=found.id, email=found.email, role=found.role, message=found.message, status=found.status,
        is_expired=found.status == "expired" or found.expires_at <= ctx.now,
        partner=InvitingPartner(place.label, place.slug, place.branding), inviter=InviterName(found.inviter_name),
        workspace=_workspace(found),
    )  # fmt: skip


async def accept(ctx: SignedInContext, circle: Circle, token: str) -> Joined:
    """Join what the invitation is to, once. Somebody who is in already, as whoever signed up to accept is in the
    organisation, has the higher of both roles afterwards. Raises NotFound for a link that is worth nothing, Invalid for
    one that is too old, Forbidden for another person's and where no place is left."""
    found = await invitations.find_by_token(ctx, circle, token_hash(token), lock=True)
    if found is None or found.status in {"accepted", "cancelled"}:
        raise NotFound(GONE)
    if found.email != ctx.me.email:
        raise Forbidden(OTHER_PERSON)
    if found.status == "expired" or found.expires_at <= ctx.now:
        raise Invalid(EXPIRED, errors=(FieldError("/token", EXPIRED, "expired"),))
    await invitations.mark_accepted(ctx, circle, found)
    old, new = {"status": found.status}, {"status": "accepted", "email": found.email}
    ctx.record(InvitationAccepted(entity_id=found.id, workspace_id=found.workspace_id, old=old, new=new))
    # First the organisation, then its workspaces in their order, as whoever removes somebody: no two wait for each other.
    role = await _join_partner(ctx, found.role if circle is PARTNER else "member")
    for workspace_id, wanted in sorted(_places(found)):
        there = await _join_workspace(ctx, workspace_id, wanted)
        role = role if circle is PARTNER else there
    ctx.notify("rights", ctx.partner_id, ctx.me.id)
    return _joined(ctx, found, role)


async def _join_partner(ctx: SignedInContext, role: str) -> str:
    """Return the role the person has now."""
    member_id = await members.join_partner(ctx, ctx.me.id, uuid7(ctx.now), role)
    if member_id is None:
        return await _higher(ctx, PARTNER, role)
    _tell(ctx, member_id, role, None)
    return role


async def _join_workspace(ctx: SignedInContext, workspace_id: UUID, role: str) -> str:
    """Return the role the person has now. Raises Forbidden for somebody new where no place is left."""
    places = await invitations.find_places(ctx, workspace_id)
    if places is not None and await members.find_held_role(ctx, WORKSPACE, ctx.me.id, workspace_id) is None:
        require_room(ctx.partner, places.limits, Limit.USERS, places.members)
    member_id = await members.join_workspace(ctx, workspace_id, ctx.me.id, uuid7(ctx.now), role)
    if member_id is None:
        return await _higher(ctx, WORKSPACE, role, workspace_id)
    _tell(ctx, member_id, role, workspace_id)
    return role


async def _higher(ctx: SignedInContext, circle: Circle, role: str, workspace_id: UUID | None = None) -> str:
    """Return the higher of the role the person has and the one of the invitation, which is theirs from now on."""
    has = await members.find_held_role(ctx, circle, ctx.me.id, workspace_id)
    if has is None:  # the workspace is gone
        return role
    if circle.roles.index(has.role) >= circle.roles.index(role):
        return has.role
    await members.raise_role(ctx, circle, has.id, role)
    old, new = {"role": has.role}, {"email": ctx.me.email, "role": role}
    ctx.record(RoleChanged(entity_id=has.id, workspace_id=workspace_id, old=old, new=new))
    return role


def _tell(ctx: SignedInContext, member_id: UUID, role: str, workspace_id: UUID | None) -> None:
    to = "workspace" if workspace_id else "partner"
    new = {"user_id": str(ctx.me.id), "email": ctx.me.email, "role": role, "to": to}
    ctx.record(PersonJoined(entity_id=member_id, workspace_id=workspace_id, new=new))


def _places(found: FoundInvitation) -> list[tuple[UUID, str]]:
    """Return the workspaces that it leads into, with the role there."""
    if found.workspace_id:
        return [(found.workspace_id, found.role)]
    return [(one.workspace_id, one.role) for one in found.assignments]


def _workspace(found: FoundInvitation) -> InvitingWorkspace | None:
    if found.workspace_name is None or found.workspace_slug is None:
        return None
    return InvitingWorkspace(found.workspace_name, found.workspace_slug)


def _joined(ctx: SignedInContext, found: FoundInvitation, role: str) -> Joined:
    workspace = _workspace(found)
    place = workspace.name if workspace else ctx.partner.label
    return Joined(
        message=_("Welcome to %(place)s.", place=place), partner_slug=ctx.partner.slug, partner_name=ctx.partner.label, role=role,
        workspace=workspace, redirect=f"/w/{workspace.slug}/dashboard" if workspace else "/select-workspace",
    )  # fmt: skip
