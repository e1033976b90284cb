"""The second step of signing in to the console, its set-up at the first sign-in, and the way back from a lost phone."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from inspralv.accounts.second_factor import matching_step, new_secret
from inspralv.admin import queries
from inspralv.admin import second_factor_queries as factors
from inspralv.admin.access import ABSOLUTE, PENDING, PlatformContext, StaffPolicy
from inspralv.admin.events import StaffSignedIn, StaffTwoFactorReset, StaffTwoFactorSet
from inspralv.admin.schemas import StaffAccount
from inspralv.foundation.context import Actor
from inspralv.foundation.errors import FieldError, Invalid, NotFound, Unauthenticated
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.secrets import Place, SealedColumn, new_token, token_hash
from inspralv.foundation.web.limits import Limit, count_attempt, forget_attempts
from inspralv.tenancy.failed_sign_ins import note_failed_sign_in

SEALED = (SealedColumn("staff_two_factors", "secret", row="staff_id"),)
_CODES = Limit("staff second factor", 5, timedelta(minutes=15))
_WRONG = N_("This code is wrong, or it has been used. Wait for the next one.")


async def is_asked(ctx: PlatformContext, staff_id: UUID) -> bool:
    """Whether a code is asked for: where the installation asks everybody, and of whoever has a second factor."""
    if ctx.services.get(StaffPolicy).asks_two_factor:
        return True
    found = await factors.find_factor(ctx, staff_id)
    return found is not None and found.confirmed_at is not None


async def await_code(ctx: PlatformContext, staff_id: UUID) -> str:
    """Remember that the password was right and return the token that says so; who has no app yet gets a secret."""
    found = await factors.find_factor(ctx, staff_id)
    if found is None or found.confirmed_at is None:
        await factors.begin_factor(ctx, staff_id, ctx.services.sealer.seal(new_secret(), _place(ctx, staff_id)))
    token = new_token()
    await factors.add_pending(ctx, token_hash(token), staff_id, ctx.now + PENDING)
    return token


async def find_waiting(ctx: PlatformContext, token: str) -> StaffAccount | None:
    """Return who has to give a code, or None."""
    return await factors.find_pending(ctx, token_hash(token)) if token else None


async def find_new_secret(ctx: PlatformContext, staff_id: UUID) -> str | None:
    """Return the secret that an app still has to read; None once a code has confirmed it."""
    found = await factors.find_factor(ctx, staff_id)
    if found is None or found.confirmed_at is not None:
        return None
    return ctx.services.sealer.open(found.secret, _place(ctx, staff_id))


async def finish_sign_in(ctx: PlatformContext, token: str, code: str) -> str:
    """Open a staff session and return its token.

    Raises Unauthenticated when nobody waits with this token, Invalid at /code, TooMany after five codes in 15 minutes.
    """
    account = await find_waiting(ctx, token)
    if account is None:
        note_failed_sign_in(ctx.partner_id, "staff second factor", "nobody waits")
        raise Unauthenticated
    await count_attempt(ctx.services, _CODES, str(account.id))
    first = await _use_code(ctx, account.id, code)
    if first is None:
        note_failed_sign_in(ctx.partner_id, "staff second factor", "wrong code", account.id)
        raise Invalid(_WRONG, errors=(FieldError("/code", _WRONG),))
    if not await factors.drop_pending(ctx, token_hash(token)):
        raise Unauthenticated
    await forget_attempts(ctx.services, _CODES, str(account.id))
    ctx.actor = Actor("staff", account.id)
    if first:
        ctx.record(StaffTwoFactorSet(entity_id=account.id))
    return await open_staff_session(ctx, account.id)


async def open_staff_session(ctx: PlatformContext, staff_id: UUID) -> str:
    """Open a session of the console and return its token."""
    token = new_token()
    await queries.add_session(ctx, token_hash(token), staff_id, ABSOLUTE)
    ctx.actor = Actor("staff", staff_id)
    ctx.record(StaffSignedIn(entity_id=staff_id))
    return token


async def reset_two_factor(ctx: PlatformContext, email: str) -> bool:
    """Forget a second factor, so that the next sign-in sets one up; every session ends. Raises NotFound."""
    account = await queries.find_account(ctx, email.strip().lower())
    if account is None:
        raise NotFound(_("%(email)s is no member of staff.", email=email))
    had = await factors.reset_factor(ctx, account.id)
    old, new = {"two_factor": had}, {"two_factor": False, "email": account.email}
    ctx.record(StaffTwoFactorReset(entity_id=account.id, old=old, new=new))
    return had


async def _use_code(ctx: PlatformContext, staff_id: UUID, code: str) -> bool | None:
    found = await factors.find_factor(ctx, staff_id)
    if found is None:
        return None
    step = matching_step(ctx.services.sealer.open(found.secret, _place(ctx, staff_id)), code, ctx.now)
    return None if step is None else await factors.use_step(ctx, staff_id, step)


def _place(ctx: PlatformContext, staff_id: UUID) -> Place:
    return Place(ctx.partner_id, "staff_two_factors", staff_id, "secret")
