"""Inviting people, inviting them again, taking an invitation back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from inspralv.accounts.schemas import plain_address
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import N_
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.foundation.web.limits import Limit as Rate
from inspralv.foundation.web.limits import count_attempt
from inspralv.people import letters, policy
from inspralv.people.circles import PARTNER, Circle
from inspralv.people.events import InvitationCancelled, InvitationSent, InvitationSentAgain, MemberInvited
from inspralv.people.invitation_schemas import (
    Invitation,
    InvitationRow,
    NewPartnerInvitation,
    NewWorkspaceInvitation,
    WorkspaceAssignment,
    invitation_out,
)
from inspralv.people.policy import CircleContext
from inspralv.people.queries import invitations, members
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.plans import Limit
from inspralv.tenancy.room import require_room

LIFE = timedelta(days=7)
# Whoever is invited has not asked for it: their mailbox is no toy of somebody who invites, or presses "Send again".
INVITING = Rate("invitation", 10, timedelta(hours=1))  # per address and organisation
AGAIN = Rate("invitation, again", 5, timedelta(hours=1))  # per invitation
ROLE_NAMES = {"viewer": N_("Viewer"), "member": N_("Member"), "admin": N_("Admin"), "owner": N_("Owner")}


async def invite(
    ctx: CircleContext, circle: Circle, wanted: NewPartnerInvitation | NewWorkspaceInvitation
) -> Invitation:
    """Keep an invitation and have it mailed. Raises Invalid for oneself, a member, an address that is invited already,
    an unknown workspace and one that is named twice; Forbidden for an owner by somebody else, and when the workspace is full; TooMany."""
    email = plain_address(wanted.email)
    await count_attempt(ctx.services, INVITING, f"{ctx.partner_id} {email}")
    await _require_invitable(ctx, circle, email, wanted.role)
    assignments = wanted.workspace_assignments if isinstance(wanted, NewPartnerInvitation) else ()
    _require_workspaces(ctx, assignments)
    await _require_places(ctx, circle, assignments)
    token, invitation_id, message = new_token(), uuid7(ctx.now), (wanted.message or "").strip() or None
    new = invitations.NewRow(
        id=invitation_id, email=email, role=wanted.role, message=message, invited_by=ctx.me.id,
        token_hash=token_hash(token), expires_at=ctx.now + LIFE, assignments=assignments,
    )  # fmt: skip
    if not await invitations.add_invitation(ctx, circle, new):
        raise policy.already_invited()
    happened = InvitationSent if circle is PARTNER else MemberInvited
    ctx.record(happened(entity_id=invitation_id, new={"email": email, "role": wanted.role, "to": circle.kind}))
    return await _mailed(ctx, circle, await invitations.find_invitation(ctx, circle, invitation_id), token)


async def send_again(ctx: CircleContext, circle: Circle, invitation_id: UUID) -> Invitation:
    """Mail an invitation anew, with a new link and seven more days; the old link is worth nothing. Raises NotFound,
    and Invalid when it does not wait any more: also when its end was written down, since then another may wait. TooMany."""
    await count_attempt(ctx.services, AGAIN, f"{ctx.partner_id} {invitation_id}")
    row = await invitations.find_invitation(ctx, circle, invitation_id)
    if not row.waits:
        raise policy.no_longer_pending()
    policy.require_owner(ctx, circle, row.role)
    await _require_invitable(ctx, circle, row.email, row.role)
    await _require_places(ctx, circle, row.assignments, besides=row.id)
    token = new_token()
    await invitations.renew(ctx, circle, row.id, token_hash(token), ctx.now + LIFE)
    until = {"expires_at": (ctx.now + LIFE).isoformat()}
    old = {"expires_at": row.expires_at.isoformat()}
    ctx.record(InvitationSentAgain(entity_id=row.id, old=old, new={"email": row.email, **until}))
    return await _mailed(ctx, circle, await invitations.find_invitation(ctx, circle, row.id), token)


async def cancel(ctx: CircleContext, circle: Circle, invitation_id: UUID) -> None:
    """Take an invitation back. Raises NotFound, and Invalid when it does not wait any more."""
    row = await invitations.find_invitation(ctx, circle, invitation_id)
    if row.status != "pending":
        raise policy.no_longer_pending()
    policy.require_owner(ctx, circle, row.role)
    await invitations.cancel(ctx, circle, row.id)
    ctx.record(InvitationCancelled(entity_id=row.id, old={"email": row.email, "role": row.role}))


async def _require_invitable(ctx: CircleContext, circle: Circle, email: str, role: str) -> None:
    policy.require_owner(ctx, circle, role)
    if email == ctx.me.email:
        raise policy.invites_oneself()
    if await members.has_address(ctx, circle, email):
        raise policy.already_member()
    await invitations.expire_old(ctx, circle, email)


async def _require_places(
    ctx: CircleContext, circle: Circle, assignments: tuple[WorkspaceAssignment, ...], besides: UUID | None = None
) -> None:
    """Refuse an invitation to a workspace that is full. Raises Forbidden."""
    wanted = {one.workspace_id for one in assignments}
    if isinstance(ctx, WorkspaceContext) and circle is not PARTNER:
        wanted = {ctx.here}
    for workspace_id in sorted(wanted):  # always in the same order, so that no two wait for each other
        places = await invitations.find_places(ctx, workspace_id, besides)
        if places is not None:
            require_room(ctx.partner, places.limits, Limit.USERS, places.members + places.invited)


def _require_workspaces(ctx: CircleContext, assignments: tuple[WorkspaceAssignment, ...]) -> None:
    known, named = {entry.id for entry in ctx.workspaces}, set[UUID]()
    for index, one in enumerate(assignments):
        if one.workspace_id not in known:
            raise policy.unknown_workspace(index)
        if one.workspace_id in named:
            raise policy.repeated_workspace(index)
        named.add(one.workspace_id)


async def _mailed(ctx: CircleContext, circle: Circle, row: InvitationRow, token: str) -> Invitation:
    link = letters.accept_link(ctx, ctx.partner, circle.accept_path, token)
    names = {entry.id: entry.name for entry in ctx.workspaces}
    letter = letters.InvitationLetter(
        link=link, inviter=ctx.me.name, role=ROLE_NAMES[row.role], message=row.message or "", expires_at=row.expires_at,
        place=ctx.workspace.name if isinstance(ctx, WorkspaceContext) and circle is not PARTNER else ctx.partner.label,
        workspaces=tuple(names[one.workspace_id] for one in row.assignments if one.workspace_id in names),
    )  # fmt: skip
    send = letters.invite_to_partner if circle is PARTNER else letters.invite_to_workspace
    await send(ctx, ctx.partner, row.email, letter)
    return invitation_out(row, link)
