"""Keeping, changing and removing integrations. The context sees the whole partner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from inspralv.foundation.context import Context
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.events.event import changes
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.integrations import policy, queries
from inspralv.integrations.assign import assign_everywhere
from inspralv.integrations.credentials import Keys
from inspralv.integrations.events import IntegrationAdded, IntegrationChanged, IntegrationRemoved, KeyResumed
from inspralv.integrations.keys import sealed_keys
from inspralv.integrations.replacing import prepare_replacement, store_replacement
from inspralv.integrations.schemas import Config, ConfigChange, Integration, IntegrationChange, NewIntegration
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.plans import Limit
from inspralv.tenancy.room import partner_of, require_room


async def add_integration(ctx: Context, draft: NewIntegration) -> Integration:
    """Keep a key. The first of a provider, or one that is asked to, becomes the default. Raises Invalid, and Forbidden
    when the plan allows no other."""
    provider = policy.require_provider(ctx.services.get(ProviderRegistry), draft.provider)
    config, keys = changed_config(Config(), draft.config), keys_of(draft)
    policy.require_credentials(provider, keys, config)
    partner = await partner_of(ctx)
    require_room(partner, None, Limit.INTEGRATIONS, await queries.count_integrations(ctx))
    await queries.lock_provider(ctx, provider.name)
    integration_id = uuid7(ctx.now)
    row = queries.NewRow(
        id=integration_id, provider=provider.name, name=draft.name.strip(), config=config, created_by=ctx.actor.id,
        keys=sealed_keys(ctx, integration_id, keys),
    )  # fmt: skip
    await queries.add_integration(ctx, row)
    told = {"provider": row.provider, "name": row.name, "secret_hint": row.keys.secret_hint}
    ctx.record(IntegrationAdded(entity_id=row.id, new={**told, "config": queries.stored(config)}))
    if draft.is_default or await queries.find_default(ctx, provider.name) is None:
        await _become_default(ctx, await queries.lock_integration(ctx, row.id))
    return await queries.find_integration(ctx, row.id)


async def change_integration(
    ctx: Context, integration_id: UUID, change: IntegrationChange, expected: int | None = None
) -> Integration:
    """Change the fields that were sent. New credentials are tried at the provider first: refused ones change nothing.
    Raises NotFound, Invalid, Conflict when `expected` is not the version, Upstream when the provider cannot be asked.
    """
    seen = await queries.find_integration(ctx, integration_id)
    require_version(seen.version, expected)
    replacement = await prepare_replacement(ctx, seen, change, _wanted(seen, change).config)
    if replacement is not None:
        expected = seen.version
    if change.is_default is not UNSET:
        await queries.lock_provider(ctx, seen.provider)
    current = await queries.lock_integration(ctx, integration_id)
    require_version(current.version, expected)
    if change.is_default is False and current.is_default:
        message = _("Make another integration the default instead.")
        raise Invalid(f"is_default: {message}", errors=(FieldError("/is_default", message),))
    wanted = _wanted(current, change)
    old, new = changes(_told(current), _told(wanted))
    if new:
        ctx.record(IntegrationChanged(entity_id=current.id, old=old, new=new))
    if new or replacement is not None:
        await queries.save_integration(ctx, wanted)
    if replacement is not None:
        await store_replacement(ctx, wanted, replacement)
    if wanted.is_active and not current.is_active:
        ctx.record(KeyResumed(entity_id=current.id, old={"is_active": False}, new={"is_active": True}))
    if change.is_default is True and not current.is_default:
        await _become_default(ctx, current)
    return await queries.find_integration(ctx, integration_id)


async def make_default(ctx: Context, integration_id: UUID) -> Integration:
    """Make it the default of its provider and give it to every workspace without one. Raises NotFound."""
    integration = await queries.find_integration(ctx, integration_id)
    await queries.lock_provider(ctx, integration.provider)
    integration = await queries.lock_integration(ctx, integration_id)
    await _become_default(ctx, integration)
    return await queries.find_integration(ctx, integration_id)


async def remove_integration(ctx: Context, integration_id: UUID) -> None:
    """Delete an integration that no workspace uses; the oldest other one becomes the default.

    Raises NotFound, and Refusal while a workspace uses it.
    """
    current = await queries.find_integration(ctx, integration_id)
    await queries.lock_provider(ctx, current.provider)
    await queries.lock_integration(ctx, integration_id)
    current = await queries.find_integration(ctx, integration_id)
    policy.require_unused(current)
    await queries.delete_integration(ctx, integration_id)
    ctx.record(IntegrationRemoved(entity_id=current.id, old={"provider": current.provider, "name": current.name}))
    heir = await queries.find_oldest(ctx, current.provider) if current.is_default else None
    if heir is not None:
        await _become_default(ctx, heir)


def keys_of(draft: NewIntegration) -> Keys:
    """Return the keys of a new integration, without blanks around them."""
    return {
        "secret_key": draft.default_secret_key.strip(),
        "public_key": (draft.default_public_key or "").strip() or None,
        "webhook_key": (draft.default_webhook_key or "").strip() or None,
    }


def changed_config(current: Config, change: ConfigChange) -> Config:
    """Merge a change. A number chosen by its id alone brings its digits from the list of the last test."""
    sent: dict[str, Any] = {k: v for k, v in msgspec.structs.asdict(change).items() if v is not UNSET}
    if "shared_outbound_phone_number_id" in sent and "shared_outbound_phone_number" not in sent:
        known = {number.id: number.number for number in current.numbers}
        sent["shared_outbound_phone_number"] = known.get(sent["shared_outbound_phone_number_id"])
    return msgspec.structs.replace(current, **sent)


async def _become_default(ctx: Context, integration: Integration) -> None:
    if not integration.is_default:
        for former in await queries.make_default(ctx, integration):
            ctx.record(IntegrationChanged(entity_id=former, old={"is_default": True}, new={"is_default": False}))
        ctx.record(IntegrationChanged(entity_id=integration.id, old={"is_default": False}, new={"is_default": True}))
    await assign_everywhere(ctx, integration)


def _wanted(current: Integration, change: IntegrationChange) -> Integration:
    name = current.name if isinstance(change.name, UnsetType) else change.name.strip()
    is_active = current.is_active if isinstance(change.is_active, UnsetType) else change.is_active
    config = current.config if isinstance(change.config, UnsetType) else changed_config(current.config, change.config)
    return msgspec.structs.replace(current, name=name, is_active=is_active, config=config)


def _told(row: Integration) -> dict[str, Any]:
    config = {k: v for k, v in queries.stored(row.config).items() if k != "numbers"}
    return {"name": row.name, "is_active": row.is_active, "config": config}
