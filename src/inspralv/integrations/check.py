"""Asking a provider whether it takes a key, and which telephone numbers come with it."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import NotFound, Upstream
from inspralv.integrations import queries
from inspralv.integrations.connections import Account, find_account, open_session, provider_of
from inspralv.integrations.events import KeyAccepted, KeyRefused
from inspralv.integrations.schemas import Integration, KnownNumber
from inspralv.providers.contract import Ability
from inspralv.providers.errors import BadCredentials, ProviderError


async def check_key(ctx: Context, integration_id: UUID) -> Integration:
    """Test an integration at its provider and store what was found. Raises NotFound, and Upstream when the provider
    cannot be asked; then nothing is changed."""
    integration = await queries.find_integration(ctx, integration_id)
    account = await find_account(ctx, integration_id)
    if account is None:
        raise NotFound("There is no such integration.")
    label = provider_of(ctx.services, integration.provider).label
    async with ctx.on_the_network():
        numbers, refusal = await _ask(ctx, account, label)
    if refusal is None:
        known = msgspec.structs.replace(integration.config, numbers=numbers)
        if await queries.save_check(ctx, msgspec.structs.replace(integration, config=known), "valid", None):
            ctx.record(KeyAccepted(entity_id=integration_id, new={"key_status": "valid"}))
    elif await queries.save_check(ctx, integration, "invalid", refusal):
        ctx.record(KeyRefused(entity_id=integration_id, new={"key_status": "invalid", "key_error": refusal}))
    return await queries.find_integration(ctx, integration_id)


async def _ask(ctx: Context, account: Account, label: str) -> tuple[tuple[KnownNumber, ...], str | None]:
    session = open_session(ctx.services, account)
    abilities = provider_of(ctx.services, account.provider).abilities
    try:
        await session.check()
        found = await session.numbers() if Ability.PHONE_NUMBERS in abilities else ()
    except BadCredentials as error:
        return (), str(error)
    except ProviderError as error:
        raise Upstream(f"{label} could not be asked: {error}") from error
    return tuple(KnownNumber(one.ref.id, one.number, one.name) for one in found if one.is_active), None
