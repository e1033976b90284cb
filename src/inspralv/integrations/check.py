"""Asking a provider whether it takes a key, whose account it is, and which telephone numbers come with it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.errors import Upstream
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.stored import Stored, retold
from inspralv.foundation.language.texts import _
from inspralv.foundation.services import Services
from inspralv.integrations import check_queries, queries
from inspralv.integrations.connections import FIRST_PROBE, Account, open_session, provider_of
from inspralv.integrations.credentials import credential_fields
from inspralv.integrations.events import KeyAccepted, KeyRefused, KeyResumed
from inspralv.integrations.keys import opened_keys
from inspralv.integrations.schemas import Config, Integration, KnownNumber
from inspralv.providers.contract import Ability
from inspralv.providers.errors import BadCredentials, ProviderError

_ELSEWHERE = Stored("%(told)s It would work with %(label)s: %(upper)s.")
LONGEST_PROBE = timedelta(days=1)


class Found(msgspec.Struct, frozen=True):
    """What a working key opens."""

    account_id: str | None
    account_label: str | None
    numbers: tuple[KnownNumber, ...]


class Elsewhere(msgspec.Struct, frozen=True):
    """With another choice in this field of the credentials the key would work."""

    field: str
    label: str
    choice: str


async def ask_provider(services: Services, account: Account) -> Found:
    """Ask with these keys, refused before or not. Raises ProviderError; BadCredentials when it does not take them."""
    session = open_session(services, account, although_refused=True)
    found = await session.check()
    listed = Ability.PHONE_NUMBERS in provider_of(services, account.provider).abilities
    numbers = await session.numbers() if listed else ()
    known = tuple(KnownNumber(one.ref.id, one.number, one.name) for one in numbers if one.is_active)
    return Found(found.id, found.label, known)


async def look_elsewhere(services: Services, account: Account) -> Elsewhere | None:
    """A refused key may only be at the wrong door of the same vendor: try the other choices (regions) once."""
    provider = provider_of(services, account.provider)
    for field in credential_fields(provider.credentials):
        for choice in field.choices if field.is_door else ():
            if choice == account.config.get(field.name, field.choices[0]):
                continue
            moved = msgspec.structs.replace(account, config={**account.config, field.name: choice})
            try:
                await open_session(services, moved, although_refused=True).check()
            except ProviderError:
                continue
            return Elsewhere(field.name, field.label, choice)
    return None


async def check_key(ctx: Context, integration_id: UUID) -> Integration:
    """Test an integration at its provider and store what was found. Raises NotFound, and Upstream when the provider
    cannot be asked; then nothing is changed."""
    integration = await queries.find_integration(ctx, integration_id)
    account = await opened_keys(ctx, integration_id)
    async with ctx.on_the_network():
        found = await _ask(ctx, account)
    if isinstance(found, Found):
        await note_valid(ctx, integration, found)
    elif await check_queries.save_invalid(ctx, integration, found, ctx.now + FIRST_PROBE):
        had = {"key_status": integration.key_status, "key_error": integration.key_error}
        old, new = changes(had, {"key_status": "invalid", "key_error": found})
        ctx.record(KeyRefused(entity_id=integration_id, old=old, new=new))
    return await queries.find_integration(ctx, integration_id)


async def note_valid(ctx: Context, row: Integration, found: Found) -> None:
    """Store that the key works; what waited for it may go on. Nothing when the integration was changed meanwhile."""
    config: Config = msgspec.structs.replace(row.config, numbers=found.numbers)
    if await check_queries.save_valid(ctx, row, config, (found.account_id, found.account_label)):
        had = {"key_status": row.key_status, "key_error": row.key_error}
        old, new = changes(had, {"key_status": "valid", "key_error": None})
        ctx.record(KeyAccepted(entity_id=row.id, old=old, new=new))
        if row.key_status == "invalid":
            ctx.record(KeyResumed(entity_id=row.id, old={"key_status": "invalid"}, new={"key_status": "valid"}))


async def _ask(ctx: Context, account: Account) -> Found | str:
    """Return what was found, or why the key is refused."""
    label = provider_of(ctx.services, account.provider).label
    try:
        return await ask_provider(ctx.services, account)
    except BadCredentials as error:
        elsewhere = await look_elsewhere(ctx.services, account)
        told = str(error)
        return _ELSEWHERE(told=told, label=elsewhere.label, upper=elsewhere.choice.upper()) if elsewhere else told
    except ProviderError as error:
        raise Upstream(_("%(label)s could not be asked: %(error)s", label=label, error=retold(str(error)))) from error
