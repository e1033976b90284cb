"""The second step of signing in: a code of the authenticator app, or a recovery code."""

from __future__ import annotations

from datetime import timedelta

from inspralv.accounts import jobs, limits
from inspralv.accounts.events import RecoveryCodeUsed
from inspralv.accounts.queries import second_factors
from inspralv.accounts.schemas import Account
from inspralv.accounts.sealing import secret_place
from inspralv.accounts.second_factor import matching_step, plain_code
from inspralv.accounts.sessions import open_session
from inspralv.foundation.context import Actor, Context
from inspralv.foundation.errors import FieldError, Invalid, Unauthenticated
from inspralv.foundation.language.texts import N_
from inspralv.foundation.secrets import new_token, token_hash
from inspralv.tenancy.contexts import PublicContext
from inspralv.tenancy.failed_sign_ins import note_failed_sign_in

LIFE = timedelta(minutes=10)
WRONG_CODE = N_("This code is wrong, or it has been used. Wait for the next one.")
TOO_LATE = N_("It took too long. Sign in again.")


async def await_second_step(ctx: PublicContext, account: Account, method: str = "password") -> str:
    """Remember that the password (or what `method` names) was right, and return the token that says so. It opens nothing by itself."""
    token = new_token()
    await second_factors.add_pending(ctx, token_hash(token), account.id, ctx.now + LIFE, method)
    return token


async def find_waiting(ctx: PublicContext, token: str) -> Account | None:
    """Return who has to give a code, or None."""
    return await second_factors.find_pending(ctx, token_hash(token)) if token else None


async def finish_sign_in(ctx: PublicContext, token: str, code: str, replaced: str) -> tuple[Account, str]:
    """Return the account and the token of a new session.

    Raises Unauthenticated when nobody waits with this token, Invalid at /code, TooMany after five codes in 15 minutes.
    """
    account = await find_waiting(ctx, token)
    if account is None:
        note_failed_sign_in(ctx.partner_id, "second factor", "nobody waits")
        raise Unauthenticated(TOO_LATE)
    await limits.count_code(ctx, account.id)
    if not await use_any_code(ctx, account, code):
        note_failed_sign_in(ctx.partner_id, "second factor", "wrong code", account.id)
        raise Invalid(WRONG_CODE, errors=(FieldError("/code", WRONG_CODE),))
    method = await second_factors.drop_pending(ctx, token_hash(token))
    if method is None:
        raise Unauthenticated(TOO_LATE)
    await limits.forget_code(ctx, account.id)
    return account, await open_session(ctx, account.id, replaced, method)


async def use_any_code(ctx: Context, account: Account, code: str) -> bool:
    """Use up a code of the app or a recovery code; False when it is neither, or was used."""
    if await use_app_code(ctx, account, code):
        return True
    if not await second_factors.use_code(ctx, account.id, token_hash(plain_code(code))):
        return False
    ctx.actor = Actor("user", account.id)
    ctx.record(RecoveryCodeUsed(entity_id=account.id))
    ctx.defer(jobs.tell_security(account.id, "recovery_code_used", ctx.origin, ctx.now))
    return True


async def use_app_code(ctx: Context, account: Account, code: str) -> bool:
    """Use up a code of the app that was set up or is being set up; every step of 30 seconds is good once."""
    kept = await second_factors.find_two_factor(ctx, account.id)
    if kept is None:
        return False
    secret = ctx.services.sealer.open(kept.secret, secret_place(ctx.partner_id, account.id))
    step = matching_step(secret, code, ctx.now)
    return step is not None and await second_factors.use_step(ctx, account.id, step)
