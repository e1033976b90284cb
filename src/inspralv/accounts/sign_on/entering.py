"""Signing in through a provider: the way there, and what its answer opens."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from inspralv.accounts import jobs
from inspralv.accounts.actions.second_steps import await_second_step
from inspralv.accounts.actions.signing_in import Entrance
from inspralv.accounts.events import UserJoined
from inspralv.accounts.queries import accounts, sign_ups
from inspralv.accounts.schemas import Account, NewAccount
from inspralv.accounts.sessions import open_session
from inspralv.accounts.sign_on import protocol, queries
from inspralv.accounts.sign_on.attempt import Attempt
from inspralv.accounts.sign_on.configuring import is_included, secret_place
from inspralv.accounts.sign_on.events import IdentityLinked
from inspralv.accounts.sign_on.schemas import IdentityProvider, LinkedIdentity, WayIn
from inspralv.foundation.context import Actor
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import N_
from inspralv.foundation.outbound.guarded import GuardedOutbound
from inspralv.foundation.web.addresses import Addresses, hostname
from inspralv.tenancy.contexts import PublicContext

CALLBACK: Final = "/login/callback"
NO_PASSWORD: Final = ""  # what is stored for somebody who never chose one; it is no password's hash
REFUSALS: Final = {
    "gone": N_("This way of signing in is not offered here any more."),
    "down": N_("The provider cannot be reached. Try again later, or sign in with your password."),
    "cancelled": N_("You did not finish signing in there."),
    "stale": N_("This took too long, or began in another browser. Try again."),
    "token": N_("The provider's answer could not be trusted. Try again."),
    "unverified": N_("The provider does not vouch for your e-mail address, so it opens no account."),
    "domain": N_("Addresses like yours cannot sign in here this way."),
    "unknown": N_("There is no account with your address. Ask for an invitation first."),
    "inactive": N_("This account is not active."),
}


class NoEntry(Exception):  # noqa: N818 - says what happened
    """Nobody is let in; `why` is a key of REFUSALS."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def list_ways(ctx: PublicContext) -> tuple[WayIn, ...]:
    """Return the providers people may sign in with here."""
    return tuple(way for way in await queries.list_ways(ctx) if is_included(ctx.partner, way.issuer))


def return_address(ctx: PublicContext) -> str:
    """Return where providers send people back: the partner's host that the directory knows, in our own scheme."""
    return ctx.services.get(Addresses).url(hostname(ctx.origin.host), CALLBACK)


async def start(ctx: PublicContext, attempt: Attempt) -> str:
    """Return the provider's address to go to. Raises NoEntry."""
    _, client = await _known(ctx, attempt.provider_id)
    async with ctx.on_the_network():
        try:
            found = await protocol.discover(ctx.services.get(GuardedOutbound), client.issuer)
        except protocol.NotThisProvider:
            raise NoEntry("down") from None
    return protocol.authorization_url(found, client, attempt.state, attempt.nonce, attempt.challenge)


async def finish(ctx: PublicContext, attempt: Attempt, code: str, named: str | None, replaced: str) -> Entrance:
    """Open a session for whom the provider vouches, or ask for the second factor. `named` is the issuer as the answer
    names it, if it does. Raises NoEntry."""
    provider, client = await _known(ctx, attempt.provider_id)
    out = ctx.services.get(GuardedOutbound)
    async with ctx.on_the_network():
        try:
            found = await protocol.discover(out, client.issuer)
            protocol.require_issuer(found, named)
            token = await protocol.redeem(out, found, client, code, attempt.verifier)
            claims = await protocol.read_claims(out, found, client, token, attempt.nonce)
        except protocol.NotThisProvider:
            raise NoEntry("down") from None
        except protocol.BadToken:
            raise NoEntry("token") from None
    person = await _person(ctx, provider, claims)
    if person.status != "active":
        raise NoEntry("inactive")
    if person.two_factor:
        return Entrance(person, pending=await await_second_step(ctx, person, method=_method(provider)))
    return Entrance(person, session=await open_session(ctx, person.id, replaced, method=_method(provider)))


def _method(provider: IdentityProvider) -> str:
    return f"oidc: {provider.issuer}"


async def _known(ctx: PublicContext, provider_id: UUID) -> tuple[IdentityProvider, protocol.Client]:
    provider = await queries.find_provider(ctx, provider_id)
    if provider is None or not provider.enabled or not is_included(ctx.partner, provider.issuer):
        raise NoEntry("gone")
    sealed = await queries.find_secret(ctx, provider_id)
    secret = ctx.services.sealer.open(sealed, secret_place(ctx.partner_id, provider_id))
    return provider, protocol.Client(provider.issuer, provider.client_id, secret, return_address(ctx))


async def _person(ctx: PublicContext, provider: IdentityProvider, claims: protocol.Claims) -> Account:
    """Return whose account it is: linked before, or of the verified address, or new where people may join."""
    if provider.domains:
        _require_domain(provider, claims)
    linked = await queries.find_linked(ctx, provider.issuer, claims.subject)
    if linked is not None:
        person = await accounts.find_person(ctx, linked)
        if person is None:
            raise NoEntry("unknown")
        await queries.note_use(ctx, provider.issuer, claims.subject)
        return person
    if not claims.email:
        raise NoEntry("unverified")
    known = await accounts.find_account(ctx, claims.email)
    person = known or await _join(ctx, provider, claims)
    await _link(ctx, provider, claims, person)
    if known:
        ctx.defer(jobs.tell_security(person.id, "identity_linked", ctx.origin, ctx.now))
    return person


def _require_domain(provider: IdentityProvider, claims: protocol.Claims) -> None:
    if not claims.email:
        raise NoEntry("unverified")
    if claims.email.rpartition("@")[2] not in provider.domains:
        raise NoEntry("domain")


async def _join(ctx: PublicContext, provider: IdentityProvider, claims: protocol.Claims) -> Account:
    new = NewAccount(
        id=uuid7(ctx.now), email=claims.email, password_hash=NO_PASSWORD, first_name=claims.first_name,
        last_name=claims.last_name, settings={"signup_source": "sso"},
    )  # fmt: skip
    if not provider.auto_join or not await accounts.add_account(ctx, new):
        raise NoEntry("unknown")
    await sign_ups.drop_sign_ups_of(ctx, claims.email)
    await accounts.add_to_partner(ctx, new.id, uuid7(ctx.now))
    ctx.actor = Actor("user", new.id)
    ctx.record(UserJoined(entity_id=new.id, new={"email": new.email, "signup_source": "sso"}))
    found = await accounts.find_person(ctx, new.id)
    assert found is not None
    return found


async def _link(ctx: PublicContext, provider: IdentityProvider, claims: protocol.Claims, person: Account) -> None:
    new = LinkedIdentity(
        id=uuid7(ctx.now), label=provider.label, issuer=provider.issuer, email=claims.email, created_at=ctx.now,
        last_used_at=ctx.now,
    )  # fmt: skip
    if not await queries.link(ctx, new, person.id, claims.subject):
        raise NoEntry("stale")
    ctx.actor = Actor("user", person.id)
    told = {"label": new.label, "issuer": new.issuer, "email": new.email}
    ctx.record(IdentityLinked(entity_id=person.id, new=told))
