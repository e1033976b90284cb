"""The API of the organisation's team and invitations."""

from __future__ import annotations

from uuid import UUID

from litestar.params import FromPath, JSONBody

from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import delete, get, patch, post
from inspralv.people.actions import inviting, memberships
from inspralv.people.circles import PARTNER
from inspralv.people.invitation_schemas import Invitation, NewPartnerInvitation, invitation_out
from inspralv.people.policy import sees_everybody
from inspralv.people.queries import invitations, members
from inspralv.people.schemas import Done, NewRole, PartnerRoleChange, TeamMember
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_TEAM = "/api/partner/team"
_INVITATIONS = "/api/partner/invitations"


@get(_TEAM, access=partner(P.PARTNER_MEMBERS_READ), tags=["Team"])
async def list_team(ctx: PartnerContext) -> Data[list[TeamMember]]:
    """List the members of the organisation, owners first, with their workspaces. Plain members are told of owners,
    admins and those they share a workspace with."""
    return Data(await members.list_team(ctx, everybody=sees_everybody(ctx)))


@patch(f"{_TEAM}/{{member_id:uuid}}", access=partner(P.PARTNER_MEMBERS_UPDATE), tags=["Team"])
async def change_partner_role(
    ctx: PartnerContext, member_id: FromPath[UUID], data: JSONBody[PartnerRoleChange]
) -> Data[NewRole]:
    """Change a member's role. Nobody changes their own, only owners touch owners, and one owner always stays."""
    member = await memberships.change_role(ctx, PARTNER, member_id, data.role)
    return Data(NewRole(member.role))


@delete(f"{_TEAM}/{{member_id:uuid}}", access=partner(P.PARTNER_MEMBERS_REMOVE), tags=["Team"])
async def remove_partner_member(ctx: PartnerContext, member_id: FromPath[UUID]) -> Data[Done]:
    """Remove a member from the organisation and from all of its workspaces, at once. Workspaces that nobody else owns
    become yours; only owners remove somebody who owns one. Invitations of theirs that wait are taken back."""
    await memberships.remove_member(ctx, PARTNER, member_id)
    return Data(Done())


@post(f"{_TEAM}/{{member_id:uuid}}/ownership", access=partner(P.PARTNER_DELETE), status_code=200, tags=["Team"])
async def transfer_partner_ownership(ctx: PartnerContext, member_id: FromPath[UUID]) -> Data[NewRole]:
    """Hand the ownership over to a member; you stay as an admin."""
    member = await memberships.transfer_ownership(ctx, PARTNER, member_id)
    return Data(NewRole(member.role))


@get(_INVITATIONS, access=partner(P.PARTNER_MEMBERS_INVITE), tags=["Team"])
async def list_partner_invitations(ctx: PartnerContext) -> Data[list[Invitation]]:
    """List the invitations that wait, the newest first."""
    return Data([invitation_out(row) for row in await invitations.list_pending(ctx, PARTNER)])


@post(_INVITATIONS, access=partner(P.PARTNER_MEMBERS_INVITE), opt={"workspaces": True}, tags=["Team"])
async def invite_to_partner(ctx: PartnerContext, data: JSONBody[NewPartnerInvitation]) -> Data[Invitation]:
    """Invite somebody to the organisation. The link is told once, and mailed."""
    return Data(await inviting.invite(ctx, PARTNER, data))


@post(
    f"{_INVITATIONS}/{{invitation_id:uuid}}", access=partner(P.PARTNER_MEMBERS_INVITE), status_code=200,
    opt={"workspaces": True}, tags=["Team"],
)  # fmt: skip
async def send_partner_invitation_again(ctx: PartnerContext, invitation_id: FromPath[UUID]) -> Data[Invitation]:
    """Send an invitation again, with a new link and seven more days."""
    return Data(await inviting.send_again(ctx, PARTNER, invitation_id))


@delete(f"{_INVITATIONS}/{{invitation_id:uuid}}", access=partner(P.PARTNER_MEMBERS_INVITE), tags=["Team"])
async def cancel_partner_invitation(ctx: PartnerContext, invitation_id: FromPath[UUID]) -> Data[Done]:
    """Take an invitation back."""
    await inviting.cancel(ctx, PARTNER, invitation_id)
    return Data(Done())


ROUTES = (
    list_team,
    change_partner_role,
    remove_partner_member,
    transfer_partner_ownership,
    list_partner_invitations,
    invite_to_partner,
    send_partner_invitation_again,
    cancel_partner_invitation,
)
