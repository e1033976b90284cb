"""Changing roles, removing members, handing ownership over."""

from __future__ import annotations

from uuid import UUID

from msgspec.structs import replace

from inspralv.foundation.errors import Forbidden, Invalid
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.people import policy
from inspralv.people.actions.taking_back import take_back
from inspralv.people.circles import PARTNER, Circle
from inspralv.people.events import MemberRemoved, OwnershipTransferred, RoleChanged
from inspralv.people.policy import CircleContext
from inspralv.people.queries import members
from inspralv.people.schemas import HeldWorkspace, MemberRow


async def change_role(ctx: CircleContext, circle: Circle, member_id: UUID, role: str) -> MemberRow:
    """Give a member another role. Raises NotFound, Invalid for oneself and the last owner, Forbidden for owners."""
    owners = await members.hold_owners(ctx, circle)
    member = await members.find_member(ctx, circle, member_id)
    policy.require_other(ctx.me.id, member.user_id)
    policy.require_owner(ctx, circle, member.role, role)
    policy.require_owner_left(owners, leaves=member.role == "owner" and role != "owner")
    if role != member.role:
        await _give(ctx, circle, member, role)
    return replace(member, role=role)


async def remove_member(ctx: CircleContext, circle: Circle, member_id: UUID) -> MemberRow:
    """Remove a member; from the partner means from all of its workspaces too, and what they alone owned there becomes
    the caller's. The right is gone with the commit, open pages are told, and invitations of theirs that wait are taken
    back. Raises NotFound, Invalid for oneself and the last owner, Forbidden for owners, those of workspaces included."""
    owners = await members.hold_owners(ctx, circle)
    member = await members.find_member(ctx, circle, member_id)
    policy.require_other(ctx.me.id, member.user_id)
    policy.require_owner(ctx, circle, member.role)
    policy.require_owner_left(owners, leaves=member.role == "owner")
    held = await members.hold_workspaces(ctx, member.user_id) if circle is PARTNER else []
    policy.require_owner(ctx, circle, *(one.role for one in held))
    await members.remove(ctx, circle, member.id, ctx.me.id)
    told = {"user_id": str(member.user_id), "email": member.email, "role": member.role, "from": circle.kind}
    ctx.record(MemberRemoved(entity_id=member.id, old=told))
    if held:
        await members.remove_from_workspaces(ctx, member.user_id, ctx.me.id)
    for one in held:
        old = {**told, "role": one.role, "from": "workspace"}
        ctx.record(MemberRemoved(entity_id=one.id, workspace_id=one.workspace_id, old=old))
        if one.alone:
            await _take_over(ctx, one, member)
    await take_back(ctx, circle, member.user_id)
    ctx.notify("rights", ctx.partner_id, member.user_id)
    return member


async def transfer_ownership(ctx: CircleContext, circle: Circle, member_id: UUID) -> MemberRow:
    """Make a member the owner in the caller's place, who stays as an admin. Raises NotFound, Invalid, and Forbidden for
    those who own nothing here."""
    await members.hold_owners(ctx, circle)
    mine = await members.find_my_membership(ctx, circle, ctx.me.id)
    if mine is None or mine.role != "owner":
        raise Forbidden(_("Only an owner can hand the ownership over."))
    member = await members.find_member(ctx, circle, member_id)
    policy.require_other(ctx.me.id, member.user_id)
    if member.role == "owner":
        raise Invalid(_("This person is an owner already."))
    await _give(ctx, circle, member, "owner")
    await _give(ctx, circle, mine, "admin")
    old = {"owner": str(mine.user_id), "email": mine.email}
    new = {"owner": str(member.user_id), "email": member.email}
    ctx.record(OwnershipTransferred(entity_id=member.id, old=old, new=new))
    return replace(member, role="owner")


async def _take_over(ctx: CircleContext, held: HeldWorkspace, owner: MemberRow) -> None:
    """Own a workspace in the place of its last owner, who goes."""
    member_id = await members.take_over(ctx, held.workspace_id, ctx.me.id, uuid7(ctx.now))
    old = {"owner": str(owner.user_id), "email": owner.email}
    new = {"owner": str(ctx.me.id), "email": ctx.me.email}
    ctx.record(OwnershipTransferred(entity_id=member_id, workspace_id=held.workspace_id, old=old, new=new))


async def _give(ctx: CircleContext, circle: Circle, member: MemberRow, role: str) -> None:
    await members.save_role(ctx, circle, member.id, role)
    ctx.record(RoleChanged(entity_id=member.id, old={"role": member.role}, new={"email": member.email, "role": role}))
    await take_back(ctx, circle, member.user_id)
    ctx.notify("rights", ctx.partner_id, member.user_id)
