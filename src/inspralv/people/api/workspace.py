"""The API of a workspace's members and invitations."""

from __future__ import annotations

from uuid import UUID

from litestar.params import FromPath, JSONBody

from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import delete, get, patch, post
from inspralv.people.actions import inviting, memberships
from inspralv.people.circles import WORKSPACE
from inspralv.people.invitation_schemas import Invitation, NewWorkspaceInvitation, invitation_out
from inspralv.people.queries import invitations
from inspralv.people.schemas import Done, NewRole, WorkspaceRoleChange
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

_MEMBERS = "/api/w/{workspace_slug:str}/members"
_INVITATIONS = "/api/w/{workspace_slug:str}/invitations"


@post(_MEMBERS, access=workspace(P.MEMBERS_INVITE), tags=["Members"])
async def add_workspace_member(ctx: WorkspaceContext, data: JSONBody[NewWorkspaceInvitation]) -> Data[Invitation]:
    """Invite somebody: nobody becomes a member without agreeing."""
    return Data(await inviting.invite(ctx, WORKSPACE, data))


@patch(f"{_MEMBERS}/{{member_id:uuid}}", access=workspace(P.MEMBERS_UPDATE), tags=["Members"])
async def change_workspace_role(
    ctx: WorkspaceContext, member_id: FromPath[UUID], data: JSONBody[WorkspaceRoleChange]
) -> Data[NewRole]:
    """Change a member's role. Nobody changes their own, only owners touch owners, and one owner always stays."""
    member = await memberships.change_role(ctx, WORKSPACE, member_id, data.role)
    return Data(NewRole(member.role))


@delete(f"{_MEMBERS}/{{member_id:uuid}}", access=workspace(P.MEMBERS_REMOVE), tags=["Members"])
async def remove_workspace_member(ctx: WorkspaceContext, member_id: FromPath[UUID]) -> Data[Done]:
    """Remove a member, at once."""
    await memberships.remove_member(ctx, WORKSPACE, member_id)
    return Data(Done())


@post(
    f"{_MEMBERS}/{{member_id:uuid}}/ownership", access=workspace(P.WORKSPACE_DELETE), status_code=200, tags=["Members"]
)
async def transfer_workspace_ownership(ctx: WorkspaceContext, member_id: FromPath[UUID]) -> Data[NewRole]:
    """Hand the ownership over to a member; you stay as an admin."""
    member = await memberships.transfer_ownership(ctx, WORKSPACE, member_id)
    return Data(NewRole(member.role))


@get(_INVITATIONS, access=workspace(P.MEMBERS_INVITE), tags=["Members"])
async def list_workspace_invitations(ctx: WorkspaceContext) -> Data[list[Invitation]]:
    """List the invitations that wait, the newest first."""
    return Data([invitation_out(row) for row in await invitations.list_pending(ctx, WORKSPACE)])


@post(_INVITATIONS, access=workspace(P.MEMBERS_INVITE), tags=["Members"])
async def invite_to_workspace(ctx: WorkspaceContext, data: JSONBody[NewWorkspaceInvitation]) -> Data[Invitation]:
    """Invite somebody to the workspace. The link is told once, and mailed."""
    return Data(await inviting.invite(ctx, WORKSPACE, data))


@post(f"{_INVITATIONS}/{{invitation_id:uuid}}", access=workspace(P.MEMBERS_INVITE), status_code=200, tags=["Members"])
async def send_workspace_invitation_again(ctx: WorkspaceContext, invitation_id: FromPath[UUID]) -> Data[Invitation]:
    """Send an invitation again, with a new link and seven more days."""
    return Data(await inviting.send_again(ctx, WORKSPACE, invitation_id))


@delete(f"{_INVITATIONS}/{{invitation_id:uuid}}", access=workspace(P.MEMBERS_INVITE), tags=["Members"])
async def cancel_workspace_invitation(ctx: WorkspaceContext, invitation_id: FromPath[UUID]) -> Data[Done]:
    """Take an invitation back."""
    await inviting.cancel(ctx, WORKSPACE, invitation_id)
    return Data(Done())


ROUTES = (
    add_workspace_member,
    change_workspace_role,
    remove_workspace_member,
    transfer_workspace_ownership,
    list_workspace_invitations,
    invite_to_workspace,
    send_workspace_invitation_again,
    cancel_workspace_invitation,
)
