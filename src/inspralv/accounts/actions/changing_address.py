"""Another e-mail address. Both mailboxes agree, in any order, within two days; either stops it."""

from __future__ import annotations

from datetime import timedelta

from inspralv.accounts import jobs, limits
from inspralv.accounts.actions.proving import prove_identity
from inspralv.accounts.actions.signing_up import OLD_LINK
from inspralv.accounts.events import AddressChangeAsked, AddressChangeStopped, UserUpdated
from inspralv.accounts.queries import address_changes, resets, sign_ups
from inspralv.accounts.schemas import AddressAnswer, AddressChange, WaitingAddress, plain_address
from inspralv.foundation.context import Actor
from inspralv.foundation.errors import Conflict, FieldError, Invalid
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.secrets import token_hash
from inspralv.tenancy.contexts import PublicContext, SignedInContext

LIFE = timedelta(days=2)


async def ask_for_address(ctx: SignedInContext, wanted: AddressChange) -> str:
    """Have both mailboxes asked and return the address; whether it is taken is told to its own mailbox alone.

    Raises Invalid at /email and /password, TooMany.
    """
    email = plain_address(wanted.email)
    if email == ctx.me.email:
        same = _("This is the address you have.")
        raise Invalid(same, errors=(FieldError("/email", same),))
    await prove_identity(ctx, wanted.password)
    await limits.count_mail(ctx, limits.ADDRESS, email)
    await limits.count_address(ctx, ctx.me.id)
    await address_changes.drop_change_of(ctx, ctx.me.id)
    change_id = uuid7(ctx.now)
    await address_changes.add_change(ctx, change_id, ctx.me.id, email, ctx.now + LIFE)
    ctx.record(AddressChangeAsked(entity_id=ctx.me.id, new={"email": email}))
    ctx.defer(jobs.ask_for_address(change_id))
    return email


async def cancel_address(ctx: SignedInContext) -> None:
    """Forget one's own wish; without one nothing happens."""
    email = await address_changes.drop_change_of(ctx, ctx.me.id)
    if email is not None:
        ctx.record(AddressChangeStopped(entity_id=ctx.me.id, old={"email": email}))


async def answer_address(ctx: PublicContext, wanted: AddressAnswer) -> tuple[WaitingAddress, bool]:
    """Note a mailbox's answer; return the change, and whether the person has the new address now.

    Raises Invalid for a link that does not work (at /token), Conflict when somebody has the address by now, TooMany.
    """
    change = await address_changes.hold_change(ctx, token_hash(wanted.token))
    if change is None:
        await limits.count_bad_link(ctx)
        raise Invalid(OLD_LINK, errors=(FieldError("/token", OLD_LINK, "expired"),))
    ctx.actor = Actor("user", change.user_id)
    if wanted.answer == "stop":
        await address_changes.drop_change(ctx, change.id)
        ctx.record(AddressChangeStopped(entity_id=change.user_id, old={"email": change.new_email}))
        return change, False
    if not await address_changes.confirm_side(ctx, change):
        return change, False
    await _take(ctx, change)
    return change, True


async def _take(ctx: PublicContext, change: WaitingAddress) -> None:
    if not await address_changes.take_address(ctx, change.user_id, change.new_email):
        raise Conflict(_("This address belongs to another account by now. Yours keeps the one it has."))
    await address_changes.drop_change(ctx, change.id)
    await resets.use_resets_of(ctx, change.user_id)  # links in the old mailbox no longer open the account
    await sign_ups.drop_sign_ups_of(ctx, change.new_email)
    ctx.record(UserUpdated(entity_id=change.user_id, old={"email": change.old_email}, new={"email": change.new_email}))
