"""Forgotten passwords."""

from __future__ import annotations

from datetime import timedelta

from inspralv.accounts import jobs, limits
from inspralv.accounts.actions.signing_up import OLD_LINK, require_strong
from inspralv.accounts.events import UserUpdated
from inspralv.accounts.queries import accounts, resets, second_factors
from inspralv.accounts.schemas import ResetPassword, plain_address
from inspralv.accounts.sessions import close_all_sessions
from inspralv.foundation.context import Actor
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.ids import uuid7
from inspralv.foundation.passwords import hash_password
from inspralv.foundation.secrets import token_hash
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.failed_sign_ins import note_failed_sign_in

_LIFE = timedelta(hours=1)


async def ask_for_reset(ctx: PublicContext, email: str) -> None:
    """Have the link for a new password sent, if there is an account; the work is the same for every address.

    Raises TooMany.
    """
    address = plain_address(email)
    await limits.count_mail(ctx, limits.RESET, address)
    reset_id = uuid7(ctx.now)
    await resets.add_reset(ctx, reset_id, address, ctx.now + _LIFE)
    ctx.defer(jobs.answer_reset(reset_id))


async def reset_password(ctx: PublicContext, wanted: ResetPassword) -> None:
    """Set a new password and end every session of the person.

    Raises Invalid for a link that does not work (at /token) and a weak password (at /password), after which the link
    still works; TooMany after a few bad links.
    """
    reset = await resets.find_reset(ctx, token_hash(wanted.token))
    if reset is None:
        note_failed_sign_in(ctx.partner_id, "reset link", "unknown, used or too old")
        await limits.count_bad_link(ctx)
        raise Invalid(OLD_LINK, errors=(FieldError("/token", OLD_LINK, "expired"),))
    require_strong(wanted.password, email=reset.email, names=(reset.first_name, reset.last_name))
    async with ctx.on_the_network():  # hashing is slow on purpose; no connection is held meanwhile
        stored = await hash_password(wanted.password)
    if not await resets.use_reset(ctx, reset):
        raise Invalid(OLD_LINK, errors=(FieldError("/token", OLD_LINK, "expired"),))
    await accounts.save_password(ctx, reset.user_id, stored)
    await second_factors.drop_pending_of(ctx, reset.user_id)
    await close_all_sessions(ctx, reset.user_id)
    await limits.forget_sign_in(ctx, reset.email)  # who was locked out by somebody's guessing is let in
    ctx.actor = Actor("user", reset.user_id)
    ctx.record(UserUpdated(entity_id=reset.user_id, new={"password": "changed"}))
    ctx.defer(jobs.tell_security(reset.user_id, "password_changed", ctx.origin, ctx.now))
