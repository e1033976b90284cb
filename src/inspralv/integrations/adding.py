"""Keeping a key that somebody has just typed: tried first, so that a slip is found at its field."""

from __future__ import annotations

from inspralv.foundation.context import Context
from inspralv.foundation.errors import Upstream
from inspralv.foundation.ids import uuid7
from inspralv.integrations import policy
from inspralv.integrations.actions import add_integration, changed_config, keys_of
from inspralv.integrations.check import Found, note_valid
from inspralv.integrations.connections import Account
from inspralv.integrations.queries import find_integration
from inspralv.integrations.replacing import try_keys
from inspralv.integrations.schemas import Config, Integration, NewIntegration, plain_values
from inspralv.providers.registry import ProviderRegistry


async def add_tried(ctx: Context, draft: NewIntegration) -> Integration:
    """Keep a key that the provider takes, with what it opens; untested when the provider cannot be asked at the moment.
    Raises Invalid at the field that is wrong."""
    provider = policy.require_provider(ctx.services.get(ProviderRegistry), draft.provider)
    config, keys = changed_config(Config(), draft.config), keys_of(draft)
    policy.require_credentials(provider, keys, config)
    account = Account(
        integration_id=uuid7(ctx.now), provider=provider.name, name=draft.name, version=0,
        secret_key=keys["secret_key"] or "", public_key=keys["public_key"], webhook_key=keys["webhook_key"],
        config={name: value for name, value in plain_values(config).items() if value is not None},
    )  # fmt: skip
    found = await _try(ctx, account)
    added = await add_integration(ctx, draft)
    if found is None:
        return added
    await note_valid(ctx, added, found)
    return await find_integration(ctx, added.id)


async def _try(ctx: Context, account: Account) -> Found | None:
    async with ctx.on_the_network():
        try:
            return await try_keys(ctx.services, account)
        except Upstream:
            return None
