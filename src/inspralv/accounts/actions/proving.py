"""Saying one's password again, for what somebody at a borrowed browser must not do."""

from __future__ import annotations

from inspralv.accounts import limits
from inspralv.accounts.queries import accounts
from inspralv.accounts.schemas import Account
from inspralv.foundation.errors import FieldError, Invalid, Unauthenticated
from inspralv.foundation.language.texts import N_
from inspralv.foundation.passwords import is_password
from inspralv.tenancy.contexts import SignedInContext

WRONG = N_("This is not your password.")


async def prove_password(ctx: SignedInContext, password: str, field: str = "password") -> Account:
    """Return the caller's account. Raises Invalid at `field` for a wrong password, TooMany after five of them."""
    await limits.count_proof(ctx, ctx.me.id)
    account = await accounts.find_person(ctx, ctx.me.id)
    async with ctx.on_the_network():  # hashing is slow on purpose; no connection is held meanwhile
        right = await is_password(password, account.password_hash if account else None)
    if account is None:
        raise Unauthenticated
    if not right:
        raise Invalid(WRONG, errors=(FieldError(f"/{field}", WRONG),))
    await limits.forget_proof(ctx, ctx.me.id)
    return account
