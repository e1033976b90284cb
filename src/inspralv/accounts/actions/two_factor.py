"""Setting up two-factor sign-in, new recovery codes, and turning it off."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from inspralv.accounts import jobs, limits
from inspralv.accounts.actions.proving import prove_identity
from inspralv.accounts.actions.second_steps import WRONG_CODE, use_app_code
from inspralv.accounts.events import RecoveryCodesMade, TwoFactorTurnedOff, TwoFactorTurnedOn
from inspralv.accounts.queries import accounts, second_factors, security, sessions
from inspralv.accounts.sealing import secret_place
from inspralv.accounts.second_factor import new_recovery_codes, new_secret, plain_code, setup_address
from inspralv.accounts.sessions import renew_session
from inspralv.foundation.errors import Conflict, FieldError, Invalid, Unauthenticated
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.secrets import token_hash
from inspralv.tenancy.contexts import SignedInContext

_SETUP_LIFE = timedelta(minutes=30)
_ON_ALREADY = N_("Two-factor sign-in is on already.")
_IS_OFF = N_("Two-factor sign-in is off.")


class TwoFactorSetup(msgspec.Struct, frozen=True):
    """What an authenticator app needs: `address` (otpauth://) is what the picture shows."""

    secret: str
    address: str


async def begin(ctx: SignedInContext, password: str) -> TwoFactorSetup:
    """Make a secret that waits for its first code. Raises Conflict when two-factor is on, Invalid, TooMany."""
    account = await prove_identity(ctx, password)
    if account.two_factor:
        raise Conflict(_ON_ALREADY)
    secret = new_secret()
    sealed = ctx.services.sealer.seal(secret, secret_place(ctx.partner_id, account.id))
    if not await second_factors.begin_two_factor(ctx, account.id, sealed):
        raise Conflict(_ON_ALREADY)
    return _setup(ctx, secret)


async def find_setup(ctx: SignedInContext) -> TwoFactorSetup | None:
    """Return the set-up that waits for its first code, when it is not older than half an hour."""
    kept = await second_factors.find_two_factor(ctx, ctx.me.id)
    if kept is None or kept.confirmed_at is not None or kept.created_at < ctx.now - _SETUP_LIFE:
        return None
    return _setup(ctx, ctx.services.sealer.open(kept.secret, secret_place(ctx.partner_id, ctx.me.id)))


async def confirm(ctx: SignedInContext, code: str) -> tuple[list[str], str]:
    """Turn two-factor on with the app's first code; return the recovery codes, which are shown this once, and the
    caller's session's new token (see `renew_session`).

    Every other session ends. Raises Conflict when nothing waits, Invalid at /code, TooMany.
    """
    await limits.count_code(ctx, ctx.me.id)
    account = await accounts.find_person(ctx, ctx.me.id)
    if account is None:
        raise Unauthenticated
    if account.two_factor:
        raise Conflict(_ON_ALREADY)
    if await find_setup(ctx) is None:
        raise Conflict(_("Begin again: the set-up is older than half an hour."))
    if not await use_app_code(ctx, account, code):
        raise Invalid(WRONG_CODE, errors=(FieldError("/code", WRONG_CODE),))
    await limits.forget_code(ctx, ctx.me.id)
    await second_factors.mark_two_factor(ctx, ctx.me.id, ctx.now)
    await sessions.end_other_sessions(ctx, ctx.me.id, ctx.session_id)
    ctx.notify("rights", ctx.partner_id, ctx.me.id)
    ctx.record(TwoFactorTurnedOn(entity_id=ctx.me.id, new={"two_factor": True}))
    ctx.defer(jobs.tell_security(ctx.me.id, "two_factor_on", ctx.origin, ctx.now))
    return await _make_codes(ctx), await renew_session(ctx)


async def renew_codes(ctx: SignedInContext, password: str) -> list[str]:
    """Return new recovery codes; the old ones no longer work. Raises Conflict when two-factor is off, Invalid, TooMany."""
    if not (await prove_identity(ctx, password)).two_factor:
        raise Conflict(_IS_OFF)
    ctx.record(RecoveryCodesMade(entity_id=ctx.me.id))
    ctx.defer(jobs.tell_security(ctx.me.id, "recovery_codes_made", ctx.origin, ctx.now))
    return await _make_codes(ctx)


async def turn_off(ctx: SignedInContext, password: str) -> None:
    """Forget the second factor. Raises Conflict when it is off, or when the partner asks everybody for one; Invalid,
    TooMany."""
    if not (await prove_identity(ctx, password)).two_factor:
        raise Conflict(_IS_OFF)
    if await security.is_two_factor_required(ctx):
        raise Conflict(_("%(label)s asks everybody for a second factor.", label=ctx.partner.label))
    await second_factors.drop_two_factor(ctx, ctx.me.id)
    await second_factors.mark_two_factor(ctx, ctx.me.id, None)
    ctx.record(TwoFactorTurnedOff(entity_id=ctx.me.id, old={"two_factor": True}))
    ctx.defer(jobs.tell_security(ctx.me.id, "two_factor_off", ctx.origin, ctx.now))


async def _make_codes(ctx: SignedInContext) -> list[str]:
    codes = new_recovery_codes()
    await second_factors.replace_codes(ctx, ctx.me.id, [token_hash(plain_code(code)) for code in codes])
    return codes


def _setup(ctx: SignedInContext, secret: str) -> TwoFactorSetup:
    return TwoFactorSetup(secret, setup_address(secret, ctx.me.email, ctx.partner.label))
