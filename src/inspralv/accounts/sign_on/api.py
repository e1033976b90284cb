"""The API of a partner's identity providers."""

from __future__ import annotations

from uuid import UUID

from litestar.params import FromPath, JSONBody

from inspralv.accounts.sign_on import configuring, queries
from inspralv.accounts.sign_on.schemas import (
    Checked,
    IdentityProvider,
    IdentityProviderChange,
    NewIdentityProvider,
    Removed,
)
from inspralv.foundation.web.answers import Data
from inspralv.foundation.web.routing import delete, get, patch, post
from inspralv.tenancy.access import partner
from inspralv.tenancy.contexts import PartnerContext
from inspralv.tenancy.permissions import P

_TAGS = ["Single sign-on"]
_ALL = "/api/partner/identity-providers"
_ONE = f"{_ALL}/{{provider_id:uuid}}"


@get(_ALL, access=partner(P.PARTNER_SECURITY_READ), tags=_TAGS)
async def list_identity_providers(ctx: PartnerContext) -> Data[list[IdentityProvider]]:
    """List the providers people sign in with, by label. Secrets are never given back."""
    return Data(await queries.list_providers(ctx))


@post(_ALL, access=partner(P.PARTNER_SECURITY_UPDATE), raises=(409,), tags=_TAGS)
async def add_identity_provider(ctx: PartnerContext, data: JSONBody[NewIdentityProvider]) -> Data[IdentityProvider]:
    """Let people in through Google, or with the feature `sso` through any OpenID provider."""
    return Data(await configuring.add_provider(ctx, data))


@patch(_ONE, access=partner(P.PARTNER_SECURITY_UPDATE), tags=_TAGS)
async def change_identity_provider(
    ctx: PartnerContext, provider_id: FromPath[UUID], data: JSONBody[IdentityProviderChange]
) -> Data[IdentityProvider]:
    """Change what is sent of a provider."""
    return Data(await configuring.change_provider(ctx, provider_id, data))


@post(f"{_ONE}/check", access=partner(P.PARTNER_SECURITY_UPDATE), status_code=200, raises=(502,), tags=_TAGS)
async def check_identity_provider(ctx: PartnerContext, provider_id: FromPath[UUID]) -> Data[Checked]:
    """Ask the provider for its discovery document."""
    return Data(await configuring.check_provider(ctx, provider_id))


@delete(_ONE, access=partner(P.PARTNER_SECURITY_UPDATE), tags=_TAGS)
async def remove_identity_provider(ctx: PartnerContext, provider_id: FromPath[UUID]) -> Data[Removed]:
    """Remove a provider. Nobody gets in through it any more; accounts and sessions stay."""
    await configuring.remove_provider(ctx, provider_id)
    return Data(Removed())


ROUTES = (
    list_identity_providers, add_identity_provider, change_identity_provider, check_identity_provider,
    remove_identity_provider,
)  # fmt: skip
