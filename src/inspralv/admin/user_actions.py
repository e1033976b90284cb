"""What staff do with accounts. Each is in the log of the platform and of the person's partner."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from inspralv.accounts import jobs
from inspralv.accounts.actions.resetting_second_steps import reset_second_steps
from inspralv.accounts.queries import resets
from inspralv.accounts.sessions import close_all_sessions
from inspralv.admin import user_queries as queries
from inspralv.admin.access import StaffContext
from inspralv.admin.events import (
    AccountReactivated,
    AccountSuspended,
    PasswordLinkSent,
    SecondStepsReset,
    SessionsEnded,
)
from inspralv.foundation.context import Origin
from inspralv.foundation.errors import Conflict, Forbidden
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.people.actions.taking_back import take_back
from inspralv.people.circles import PARTNER

_LINK_LIFE = timedelta(hours=1)


async def suspend_account(ctx: StaffContext, partner_id: UUID, user_id: UUID) -> None:
    """Let somebody in no more, and end every session and the invitations they sent. Raises NotFound, Conflict when the
    account is not active."""
    person = await queries.find_user(ctx, partner_id, user_id)
    async with ctx.within(partner_id) as there:
        if not await queries.set_status(there, user_id, "active", "suspended"):
            raise Conflict(_("Only an active account can be suspended."))
        await close_all_sessions(there, user_id)
        await take_back(there, PARTNER, user_id)
    old, new = {"status": "active"}, {"email": person.email, "status": "suspended"}
    await ctx.record_for(partner_id, AccountSuspended(entity_id=user_id, old=old, new=new))


async def reactivate_account(ctx: StaffContext, partner_id: UUID, user_id: UUID) -> None:
    """Let somebody in again. Raises NotFound, Conflict when the account is not suspended."""
    person = await queries.find_user(ctx, partner_id, user_id)
    async with ctx.within(partner_id) as there:
        if not await queries.set_status(there, user_id, "suspended", "active"):
            raise Conflict(_("Only a suspended account can be reactivated."))
    old, new = {"status": "suspended"}, {"email": person.email, "status": "active"}
    await ctx.record_for(partner_id, AccountReactivated(entity_id=user_id, old=old, new=new))


async def end_sessions(ctx: StaffContext, partner_id: UUID, user_id: UUID) -> None:
    """Sign somebody out everywhere. Raises NotFound."""
    person = await queries.find_user(ctx, partner_id, user_id)
    async with ctx.within(partner_id) as there:
        await close_all_sessions(there, user_id)
    old = {"email": person.email, "sessions": person.sessions}
    await ctx.record_for(partner_id, SessionsEnded(entity_id=user_id, old=old))


async def send_password_link(ctx: StaffContext, partner_id: UUID, user_id: UUID) -> None:
    """Have a link for a new password mailed; nobody else sees it. Raises NotFound, Conflict for an inactive account."""
    person = await queries.find_user(ctx, partner_id, user_id)
    if person.status != "active":
        raise Conflict(_("Only an active account can set a new password."))
    async with ctx.within(partner_id) as there:
        reset_id = uuid7(ctx.now)
        await resets.add_reset(there, reset_id, person.email, ctx.now + _LINK_LIFE)
        there.defer(jobs.answer_reset(reset_id))
    await ctx.record_for(partner_id, PasswordLinkSent(entity_id=user_id, new={"email": person.email}))


async def reset_second_step(ctx: StaffContext, partner_id: UUID, user_id: UUID, reason: str) -> None:
    """Take app, recovery codes and passkeys of somebody who lost them away; every session ends, and the person is told.

    Raises NotFound, Forbidden for one's own account, Conflict when there is nothing to take away.
    """
    person = await queries.find_user(ctx, partner_id, user_id)
    if person.email == ctx.staff.email.lower():
        raise Forbidden(_("Nobody resets their own second step. Ask another member of staff."))
    async with ctx.within(partner_id) as there:
        had = await reset_second_steps(there, user_id)
        if had is None:
            raise Conflict(_("This person has no second step to reset."))
        # Where staff sit is none of the person's business.
        there.defer(jobs.tell_security(user_id, "second_steps_reset", Origin(), ctx.now))
    old = {"two_factor": had.two_factor, "passkeys": had.passkeys}
    new = {"two_factor": False, "passkeys": 0, "email": person.email, "reason": reason.strip()}
    await ctx.record_for(partner_id, SecondStepsReset(entity_id=user_id, old=old, new=new))
