"""Adding, naming and removing passkeys, and signing in with one."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from inspralv.accounts import jobs, limits
from inspralv.accounts import passkeys as webauthn
from inspralv.accounts.actions.proving import prove_identity
from inspralv.accounts.events import PasskeyAdded, PasskeyRemoved, PasskeyRenamed
from inspralv.accounts.passkeys import BadPasskey, Site
from inspralv.accounts.queries import accounts, passkeys
from inspralv.accounts.schemas import Account, NewPasskey, PasskeyProof, plain_name
from inspralv.accounts.sessions import open_session
from inspralv.foundation.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Unauthenticated
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.secrets import token_hash
from inspralv.foundation.web.addresses import Addresses, hostname
from inspralv.tenancy.contexts import PublicContext, SignedInContext
from inspralv.tenancy.failed_sign_ins import note_failed_sign_in

MOST = 20
_LIFE = timedelta(minutes=5)
_UNKNOWN = N_("This passkey is not known here. Sign in with your password.")
_ASKED_LONG_AGO = N_("It took too long. Try again.")


async def ask_for_new(ctx: SignedInContext, password: str) -> dict[str, Any]:
    """Return what the browser needs to make a passkey. Raises Invalid at /password, Conflict after 20, TooMany."""
    await prove_identity(ctx, password)
    known = await _list_known(ctx)
    challenge = secrets.token_bytes(32)
    await passkeys.add_challenge(ctx, _mark(challenge), ctx.me.id, ctx.now + _LIFE)
    return webauthn.ask_to_make(_site(ctx), ctx.me.id, ctx.me.email, challenge, known)


async def add_passkey(ctx: SignedInContext, made: NewPasskey) -> UUID:
    """Keep a passkey that the browser made. Raises Invalid, Conflict when it is known already or after 20."""
    try:
        challenge = webauthn.challenge_in(made.client_data)
        if not await passkeys.use_challenge(ctx, _mark(challenge), ctx.me.id):
            raise Invalid(_ASKED_LONG_AGO, errors=(FieldError("/client_data", _ASKED_LONG_AGO, "expired"),))
        found = webauthn.check_made(_site(ctx), made, challenge)
    except BadPasskey as fault:
        told = _("The browser's answer could not be checked. Try again.")
        raise Invalid(told, errors=(FieldError("/attestation", told),)) from fault
    await _list_known(ctx)
    passkey_id, name = uuid7(ctx.now), plain_name(made.name)
    new = msgspec.structs.asdict(found) | {
        "id": passkey_id, "user_id": ctx.me.id, "name": name, "rp_id": _site(ctx).rp_id, "transports": made.transports,
    }  # fmt: skip
    if not await passkeys.add_passkey(ctx, new):
        raise Conflict(_("This passkey is known already."))
    ctx.record(PasskeyAdded(entity_id=passkey_id, new={"name": name}))
    ctx.defer(jobs.tell_security(ctx.me.id, "passkey_added", ctx.origin, ctx.now))
    return passkey_id


async def rename_passkey(ctx: SignedInContext, passkey_id: UUID, name: str) -> None:
    """Call one's passkey something else. Raises NotFound."""
    old, new = await _name_of(ctx, passkey_id), plain_name(name)
    if old != new:
        await passkeys.rename_passkey(ctx, ctx.me.id, passkey_id, new)
        ctx.record(PasskeyRenamed(entity_id=passkey_id, old={"name": old}, new={"name": new}))


async def remove_passkey(ctx: SignedInContext, passkey_id: UUID) -> None:
    """Forget one's passkey. Raises NotFound."""
    name = await _name_of(ctx, passkey_id)
    await passkeys.remove_passkey(ctx, ctx.me.id, passkey_id)
    ctx.record(PasskeyRemoved(entity_id=passkey_id, old={"name": name}))
    ctx.defer(jobs.tell_security(ctx.me.id, "passkey_removed", ctx.origin, ctx.now))


async def ask_for_sign_in(ctx: PublicContext) -> dict[str, Any]:
    """Return what the browser needs to let any passkey of this host answer. Raises TooMany."""
    await limits.count_passkey(ctx)
    challenge = secrets.token_bytes(32)
    await passkeys.add_challenge(ctx, _mark(challenge), None, ctx.now + _LIFE)
    return webauthn.ask_to_sign(_site(ctx), challenge)


async def sign_in_with_passkey(ctx: PublicContext, proof: PasskeyProof, replaced: str) -> tuple[Account, str]:
    """Return the account and the token of a new session: a passkey that recognised its person is both factors.

    Raises Unauthenticated when the answer is not good, Forbidden for an inactive account, TooMany.
    """
    await limits.count_passkey(ctx)
    try:
        challenge = webauthn.challenge_in(proof.client_data)
        if not await passkeys.use_challenge(ctx, _mark(challenge), None):
            raise _not_in(ctx, "unknown or old challenge", _ASKED_LONG_AGO)
        kept = await passkeys.find_passkey(ctx, webauthn.credential_id_of(proof))
        if kept is None:
            raise _not_in(ctx, "unknown passkey", _UNKNOWN)
        count = webauthn.check_signed(_site(ctx), proof, challenge, kept.public_key, kept.sign_count)
    except BadPasskey as fault:
        raise _not_in(ctx, "bad answer", _("This passkey could not be checked. Try again.")) from fault
    if not await passkeys.note_use(ctx, kept.id, count):
        raise _not_in(ctx, "answer used twice", _ASKED_LONG_AGO, kept.user_id)
    account = await accounts.find_person(ctx, kept.user_id)
    if account is None or account.status != "active":
        note_failed_sign_in(ctx.partner_id, "passkey", "inactive account", kept.user_id)
        raise Forbidden(_("This account is not active. Ask %(label)s about it.", label=ctx.partner.label))
    return account, await open_session(ctx, account.id, replaced, method="passkey")


def _not_in(ctx: PublicContext, why: str, detail: str, account_id: UUID | None = None) -> Unauthenticated:
    note_failed_sign_in(ctx.partner_id, "passkey", why, account_id)
    return Unauthenticated(detail)


async def _list_known(ctx: SignedInContext) -> list[bytes]:
    """Return what recognises the caller's authenticators. Raises Conflict when there are as many as there may be."""
    known = await passkeys.list_credential_ids(ctx, ctx.me.id)
    if len(known) >= MOST:
        raise Conflict(_("You have %(most)s passkeys. Remove one first.", most=MOST))
    return known


async def _name_of(ctx: SignedInContext, passkey_id: UUID) -> str:
    name = await passkeys.name_of(ctx, ctx.me.id, passkey_id)
    if name is None:
        raise NotFound(_("There is no such passkey."))
    return name


def _site(ctx: PublicContext) -> Site:
    """The host of the request: it led to this partner, so it is one of its verified ones or the platform's. A browser
    makes no passkey for a host it is not on."""
    host = hostname(ctx.origin.host)
    return Site(host, ctx.services.get(Addresses).url(host, ""), ctx.partner.label)


def _mark(challenge: bytes) -> bytes:
    return token_hash(challenge.hex())
