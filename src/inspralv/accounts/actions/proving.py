"""Saying one's password again, for what somebody at a borrowed browser must not do."""

from __future__ import annotations

from datetime import datetime, timedelta

from inspralv.accounts import limits
from inspralv.accounts.queries import accounts, sessions
from inspralv.accounts.schemas import Account
from inspralv.foundation.errors import FieldError, Forbidden, Invalid, Unauthenticated
from inspralv.foundation.language.texts import N_
from inspralv.foundation.passwords import is_password
from inspralv.tenancy.contexts import SignedInContext
from inspralv.tenancy.failed_sign_ins import note_failed_sign_in

WRONG = N_("This is not your password.")
MISSING = N_("This field is required.")
FRESH = timedelta(minutes=15)
STALE = N_("You have no password here. Sign out and in again, and do this within 15 minutes.")
NO_KEYS = N_("An API key cannot do this. Sign in with a browser.")


def is_fresh(ctx: SignedInContext, signed_in_at: datetime) -> bool:
    """Whether a session is so young that its person has just proved who they are."""
    return signed_in_at > ctx.now - FRESH


async def prove_identity(ctx: SignedInContext, password: str) -> Account:
    """Return the caller's account. Who has a password says it; who comes in by a passkey or a provider only has done so
    just now, which a program never has. Raises Invalid at /password, Forbidden for an API key of somebody without a
    password, TooMany.
    """
    account = await accounts.find_person(ctx, ctx.me.id)
    if account is None:
        raise Unauthenticated
    if account.password_hash and not password:
        raise Invalid(MISSING, errors=(FieldError("/password", MISSING, "required"),))
    if account.password_hash:
        return await prove_password(ctx, password)
    if ctx.scopes is not None:
        raise Forbidden(NO_KEYS)
    signed_in_at = await sessions.find_start(ctx, ctx.session_id)
    if signed_in_at is None or not is_fresh(ctx, signed_in_at):
        raise Invalid(STALE, errors=(FieldError("/password", STALE, "stale"),))
    return account


async def prove_password(ctx: SignedInContext, password: str, field: str = "password") -> Account:
    """Return the caller's account. Raises Invalid at `field` for a wrong password, TooMany after five of them."""
    await limits.count_proof(ctx, ctx.me.id)
    account = await accounts.find_person(ctx, ctx.me.id)
    async with ctx.on_the_network():  # hashing is slow on purpose; no connection is held meanwhile
        right = await is_password(password, account.password_hash if account else None)
    if account is None:
        raise Unauthenticated
    if not right:
        note_failed_sign_in(ctx.partner_id, "password, again", "wrong password", account.id)
        raise Invalid(WRONG, errors=(FieldError(f"/{field}", WRONG),))
    await limits.forget_proof(ctx, ctx.me.id)
    return account
