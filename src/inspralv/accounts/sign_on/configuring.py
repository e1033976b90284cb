"""Adding, changing, testing and removing a partner's identity providers."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec

from inspralv.accounts.sign_on import queries
from inspralv.accounts.sign_on.events import ProviderAdded, ProviderChanged, ProviderRemoved
from inspralv.accounts.sign_on.protocol import NotThisProvider, discover, is_sound_address
from inspralv.accounts.sign_on.schemas import (
    GOOGLE,
    Checked,
    IdentityProvider,
    IdentityProviderChange,
    NewIdentityProvider,
)
from inspralv.foundation.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, Upstream
from inspralv.foundation.events.event import changes
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.outbound.guarded import GuardedOutbound
from inspralv.foundation.secrets import Place
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.plans import Feature, has_feature

_TOLD: Final = ("label", "issuer", "client_id", "domains", "auto_join", "enabled")


def is_included(home: Partner, issuer: str) -> bool:
    """Whether the partner may let people in through this issuer: Google everybody, others with the feature `sso`."""
    return issuer == GOOGLE or has_feature(home, Feature.SSO)


def secret_place(partner_id: UUID, provider_id: UUID) -> Place:
    """Return the place of a provider's client secret."""
    return Place(partner_id, "identity_providers", provider_id, "client_secret")


async def add_provider(ctx: PartnerContext, wanted: NewIdentityProvider) -> IdentityProvider:
    """Add a provider. Raises Invalid at /issuer, Forbidden without the feature, Conflict when it is there already."""
    issuer = wanted.issuer.strip()
    if not is_sound_address(issuer) or "?" in issuer:
        fault = _("Enter an address that begins with https://.")
        raise Invalid(fault, errors=(FieldError("/issuer", fault),))
    _require_included(ctx.partner, issuer)
    new = IdentityProvider(
        id=uuid7(ctx.now), label=" ".join(wanted.label.split()), issuer=issuer, client_id=wanted.client_id,
        domains=_plain(wanted.domains), auto_join=wanted.auto_join, enabled=wanted.enabled, created_at=ctx.now,
        updated_at=ctx.now,
    )  # fmt: skip
    sealed = ctx.services.sealer.seal(wanted.client_secret, secret_place(ctx.partner_id, new.id))
    if not await queries.add_provider(ctx, new, sealed):
        raise Conflict(_("People sign in through this issuer already. Change that provider."))
    ctx.record(ProviderAdded(entity_id=new.id, new=_told(new)))
    return new


async def change_provider(ctx: PartnerContext, provider_id: UUID, wanted: IdentityProviderChange) -> IdentityProvider:
    """Change what was sent. Raises NotFound, Forbidden without the feature."""
    old = await find_provider(ctx, provider_id)
    _require_included(ctx.partner, old.issuer)
    sent = {name: value for name in wanted.__struct_fields__ if (value := getattr(wanted, name)) is not msgspec.UNSET}
    secret = sent.pop("client_secret", None)
    if "domains" in sent:
        sent["domains"] = _plain(sent["domains"])
    if "label" in sent:
        sent["label"] = " ".join(sent["label"].split())
    new = msgspec.structs.replace(old, **sent, updated_at=ctx.now)
    sealed = ctx.services.sealer.seal(secret, secret_place(ctx.partner_id, old.id)) if secret else None
    before, after = changes(_told(old), _told(new))
    if not after and sealed is None:
        return old
    await queries.save_provider(ctx, new, sealed)
    ctx.record(
        ProviderChanged(entity_id=old.id, old=before, new=after | ({"client_secret": "changed"} if sealed else {}))
    )
    return new


async def remove_provider(ctx: PartnerContext, provider_id: UUID) -> None:
    """Remove a provider; nobody gets in through it any more. Raises NotFound."""
    old = await find_provider(ctx, provider_id)
    await queries.remove_provider(ctx, provider_id)
    ctx.record(ProviderRemoved(entity_id=old.id, old={"label": old.label, "issuer": old.issuer}))


async def check_provider(ctx: PartnerContext, provider_id: UUID) -> Checked:
    """Read the provider's discovery document. Raises NotFound, Upstream with what is wrong."""
    issuer = (await find_provider(ctx, provider_id)).issuer
    async with ctx.on_the_network():
        try:
            found = await discover(ctx.services.get(GuardedOutbound), issuer)
        except NotThisProvider as fault:
            raise Upstream(str(fault)) from fault
    return Checked(found.issuer, found.authorization_endpoint)


async def find_provider(ctx: PartnerContext, provider_id: UUID) -> IdentityProvider:
    """Return a provider of the partner. Raises NotFound."""
    found = await queries.find_provider(ctx, provider_id)
    if found is None:
        raise NotFound(_("There is no such identity provider."))
    return found


def _require_included(home: Partner, issuer: str) -> None:
    if not is_included(home, issuer):
        raise Forbidden(
            _("Your plan includes Google only, no provider of your own (feature %(value)s).", value=Feature.SSO.value)
        )


def _plain(domains: list[str]) -> list[str]:
    return list(dict.fromkeys(domain.strip().lower() for domain in domains))


def _told(one: IdentityProvider) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _TOLD}
