"""The API of two-factor sign-in and passkeys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath, JSONBody

from inspralv.accounts.account_answers import AddedOut, PasskeyOptions, RecoveryCodesOut, TwoFactorSetupOut
from inspralv.accounts.actions import passkeys as passkey_actions
from inspralv.accounts.actions import requiring, second_steps, two_factor
from inspralv.accounts.answers import PersonOut, SignedIn, Told
from inspralv.accounts.browser import pending_cookie, pending_of, renewed_cookies, session_of
from inspralv.accounts.queries import passkeys, security
from inspralv.accounts.redirects import after_sign_in
from inspralv.accounts.schemas import (
    Account,
    Code,
    Identity,
    KnownPasskey,
    NewPasskey,
    PasskeyName,
    PasskeyProof,
    SecurityState,
    SecuritySwitch,
)
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import delete, get, patch, post, put
from inspralv.tenancy.access import partner, public, signed_in
from inspralv.tenancy.contexts import PartnerContext, PublicContext, SignedInContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.session_cookie import SessionPolicy

_TAGS = ["Account security"]
_PERSON = signed_in()
_FIRST = {"before_two_factor": True}


@post("/api/auth/two-factor", access=public("people sign in"), status_code=200, raises=(401,), tags=_TAGS)
async def finish_sign_in(
    ctx: PublicContext, request: Request[Any, Any, Any], data: JSONBody[Code]
) -> Response[Data[SignedIn]]:
    """Finish signing in with a code of the authenticator app, or a recovery code."""
    policy = ctx.services.get(SessionPolicy)
    waiting, replaced = pending_of(request, policy), session_of(request, policy)
    account, token = await second_steps.finish_sign_in(ctx, waiting, data.code, replaced)
    return _signed_in(ctx, account, token, "")


@post("/api/auth/passkey/options", access=public("people sign in"), status_code=200, tags=_TAGS)
async def ask_passkey(ctx: PublicContext) -> Data[PasskeyOptions]:
    """Return what the browser needs to sign in with a passkey of this host, whosever it is."""
    return Data(PasskeyOptions(await passkey_actions.ask_for_sign_in(ctx)))


@post("/api/auth/passkey", access=public("people sign in"), status_code=200, raises=(401,), tags=_TAGS)
async def sign_in_with_passkey(
    ctx: PublicContext, request: Request[Any, Any, Any], data: JSONBody[PasskeyProof]
) -> Response[Data[SignedIn]]:
    """Sign in with a passkey. It is both factors: the device, and what unlocked it."""
    replaced = session_of(request, ctx.services.get(SessionPolicy))
    account, token = await passkey_actions.sign_in_with_passkey(ctx, data, replaced)
    return _signed_in(ctx, account, token, data.redirect)


def _signed_in(ctx: PublicContext, account: Account, token: str, redirect: str) -> Response[Data[SignedIn]]:
    policy = ctx.services.get(SessionPolicy)
    person = PersonOut(account.id, account.email, account.first_name, account.last_name)
    told = SignedIn(person, after_sign_in(account.first_name, redirect))
    return Response(Data(told), cookies=[policy.issue(token), pending_cookie(policy, "")])


@post("/api/account/two-factor", access=_PERSON, status_code=200, opt=_FIRST, raises=(409,), tags=_TAGS)
async def begin_two_factor(ctx: SignedInContext, data: JSONBody[Identity]) -> Data[TwoFactorSetupOut]:
    """Begin to set up two-factor sign-in; the app's first code confirms it."""
    setup = await two_factor.begin(ctx, data.password)
    return Data(TwoFactorSetupOut(setup.secret, setup.address))


@post("/api/account/two-factor/confirmation", access=_PERSON, status_code=200, opt=_FIRST, raises=(409,), tags=_TAGS)
async def confirm_two_factor(ctx: SignedInContext, data: JSONBody[Code]) -> Response[Data[RecoveryCodesOut]]:
    """Turn two-factor sign-in on. The recovery codes are shown this once; every other session ends, and this one gets
    another cookie."""
    codes, renewed = await two_factor.confirm(ctx, data.code)
    return Response(Data(RecoveryCodesOut(codes)), cookies=renewed_cookies(ctx.services.get(SessionPolicy), renewed))


@post("/api/account/two-factor/removal", access=_PERSON, status_code=200, raises=(409,), tags=_TAGS)
async def turn_two_factor_off(ctx: SignedInContext, data: JSONBody[Identity]) -> Data[Told]:
    """Turn two-factor sign-in off, unless the organisation asks everybody for it."""
    await two_factor.turn_off(ctx, data.password)
    return Data(Told(_("Two-factor sign-in is off.")))


@post("/api/account/recovery-codes", access=_PERSON, status_code=200, raises=(409,), tags=_TAGS)
async def renew_recovery_codes(ctx: SignedInContext, data: JSONBody[Identity]) -> Data[RecoveryCodesOut]:
    """Make new recovery codes; the old ones no longer work."""
    return Data(RecoveryCodesOut(await two_factor.renew_codes(ctx, data.password)))


@get("/api/account/passkeys", access=_PERSON, tags=_TAGS)
async def list_passkeys(ctx: SignedInContext) -> Data[list[KnownPasskey]]:
    """Return one's passkeys, the oldest first."""
    return Data(await passkeys.list_passkeys(ctx, ctx.me.id))


@post("/api/account/passkeys/options", access=_PERSON, status_code=200, raises=(409,), tags=_TAGS)
async def ask_for_passkey(ctx: SignedInContext, data: JSONBody[Identity]) -> Data[PasskeyOptions]:
    """Return what the browser needs to make a passkey."""
    return Data(PasskeyOptions(await passkey_actions.ask_for_new(ctx, data.password)))


@post("/api/account/passkeys", access=_PERSON, raises=(409,), tags=_TAGS)
async def add_passkey(ctx: SignedInContext, data: JSONBody[NewPasskey]) -> Data[AddedOut]:
    """Keep a passkey that the browser made."""
    return Data(AddedOut(await passkey_actions.add_passkey(ctx, data)))


@patch("/api/account/passkeys/{passkey_id:uuid}", access=_PERSON, tags=_TAGS)
async def rename_passkey(ctx: SignedInContext, passkey_id: FromPath[UUID], data: JSONBody[PasskeyName]) -> Data[Told]:
    """Call a passkey something else."""
    await passkey_actions.rename_passkey(ctx, passkey_id, data.name)
    return Data(Told(_("The passkey is renamed.")))


@delete("/api/account/passkeys/{passkey_id:uuid}", access=_PERSON, tags=_TAGS)
async def remove_passkey(ctx: SignedInContext, passkey_id: FromPath[UUID]) -> Data[Told]:
    """Remove a passkey; it no longer signs in."""
    await passkey_actions.remove_passkey(ctx, passkey_id)
    return Data(Told(_("The passkey is removed.")))


@get("/api/partner/security", access=partner(P.PARTNER_SECURITY_READ), tags=_TAGS)
async def read_organisation_security(ctx: PartnerContext) -> Data[SecurityState]:
    """Return whether everybody of the organisation needs a second factor, and how many have one."""
    return Data(await security.find_organisation(ctx, ctx.me.id))


@put("/api/partner/security", access=partner(P.PARTNER_SECURITY_UPDATE), raises=(409,), tags=_TAGS)
async def change_organisation_security(ctx: PartnerContext, data: JSONBody[SecuritySwitch]) -> Data[SecurityState]:
    """Ask everybody for a second factor, or no longer. It counts from everybody's next request on."""
    await requiring.require_two_factor(ctx, required=data.require_two_factor)
    return Data(await security.find_organisation(ctx, ctx.me.id))


ROUTES = (
    finish_sign_in, ask_passkey, sign_in_with_passkey, begin_two_factor, confirm_two_factor, turn_two_factor_off,
    renew_recovery_codes, list_passkeys, ask_for_passkey, add_passkey, rename_passkey, remove_passkey,
    read_organisation_security, change_organisation_security,
)  # fmt: skip
