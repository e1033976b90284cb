"""Signing in."""

from __future__ import annotations

import msgspec

from inspralv.accounts import jobs, limits
from inspralv.accounts.actions.second_steps import await_second_step
from inspralv.accounts.queries import accounts, sign_ups
from inspralv.accounts.schemas import Account, SignIn, WaitingSignUp, plain_address
from inspralv.accounts.sessions import open_session
from inspralv.foundation.errors import Forbidden, Unauthenticated
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.passwords import hash_password, is_password, needs_rehash
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.failed_sign_ins import note_failed_sign_in

WRONG = N_("The e-mail address or the password is wrong.")


class NotConfirmed(Forbidden):
    """It is the password of a sign-up whose address is not confirmed yet; the mail is on its way again."""


class Entrance(msgspec.Struct, frozen=True):
    """The password was right. `session` is the token of the new session; of somebody with a second factor there is
    none yet, but `pending`, the token with which they give it."""

    account: Account
    session: str = ""
    pending: str = ""


async def sign_in(ctx: PublicContext, wanted: SignIn, replaced: str) -> Entrance:
    """Open a session, or ask for the second factor; `replaced` is the session the browser had.

    Raises Unauthenticated, the same for an unknown address and a wrong password and after the same work; NotConfirmed for
    the password of a sign-up that waits, whether or not the address has an account; Forbidden once the password was
    right; TooMany.
    """
    email = plain_address(wanted.email)
    await limits.count_sign_in(ctx, email)
    account = await accounts.find_account(ctx, email)
    waiting = await sign_ups.find_newest(ctx, email)
    async with ctx.on_the_network():  # hashing is slow on purpose; no connection is held meanwhile
        right = await is_password(wanted.password, account.password_hash if account else None)
        waits = not right and await is_password(wanted.password, waiting.password_hash if waiting else None)
    if waiting is not None and waits:
        note_failed_sign_in(ctx.partner_id, "password", "address not confirmed")
        raise await _not_confirmed(ctx, waiting)
    if account is None:
        note_failed_sign_in(ctx.partner_id, "password", "unknown address")
        raise Unauthenticated(WRONG)
    if not right:
        note_failed_sign_in(ctx.partner_id, "password", "wrong password", account.id)
        raise Unauthenticated(WRONG)
    if account.status != "active":
        note_failed_sign_in(ctx.partner_id, "password", "inactive account", account.id)
        raise Forbidden(_("This account is not active. Ask %(label)s about it.", label=ctx.partner.label))
    await limits.forget_sign_in(ctx, email)
    if needs_rehash(account.password_hash):
        await accounts.save_hash(ctx, account, await hash_password(wanted.password))
    if account.two_factor:
        return Entrance(account, pending=await await_second_step(ctx, account))
    return Entrance(account, session=await open_session(ctx, account.id, replaced))


async def _not_confirmed(ctx: PublicContext, waiting: WaitingSignUp) -> NotConfirmed:
    """Have the mail sent again, in a unit of work of its own: the refusal undoes the request's."""
    await limits.count_mail(ctx, limits.SIGN_UP, waiting.email)
    async with ctx.widened() as own:
        own.defer(jobs.answer_sign_up(waiting.id))
    return NotConfirmed(_("Confirm your address first: we have sent you the link again."))
