"""Putting new credentials in the place of old ones without a gap.

The new ones are tried before anything changes. Webhooks signed with an old key of the account are believed for a while
longer, because nobody can change both sides at the same moment. Agents stay as they are unless the account is another.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec import UnsetType

from inspralv.foundation.context import Context
from inspralv.foundation.errors import FieldError, Invalid, Upstream
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.stored import retold
from inspralv.foundation.language.texts import _
from inspralv.foundation.services import Services
from inspralv.integrations import check_queries, policy, queries
from inspralv.integrations.check import Found, ask_provider, look_elsewhere, note_valid
from inspralv.integrations.connections import Account, provider_of
from inspralv.integrations.credentials import SECRETS, SecretName
from inspralv.integrations.events import AccountChanged, IntegrationChanged, KeyReplaced, OverlapEnded
from inspralv.integrations.hook_secrets import signs_with_account
from inspralv.integrations.keys import opened_keys, sealed_keys
from inspralv.integrations.schemas import Config, Integration, IntegrationChange, plain_values
from inspralv.integrations.sealing import seal_former
from inspralv.providers.errors import BadCredentials, ProviderError


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """Credentials that may be stored. `found` is what they open, when they had to be tried. Lives in memory only."""

    before: Account
    after: Account
    found: Found | None
    account_before: str | None
    overlap: timedelta

    def __repr__(self) -> str:
        return f"Replacement(integration_id={self.after.integration_id}, …)"


async def prepare_replacement(
    ctx: Context, seen: Integration, change: IntegrationChange, config: Config
) -> Replacement | None:
    """Return new credentials that the provider takes; None when the change has none. Raises Invalid at the field that
    is wrong, and Upstream when the provider cannot be asked. Commits what the context has done."""
    sent: dict[str, str | None] = {
        name: value for name in SECRETS if not isinstance(value := _sent(change, name), UnsetType)
    }
    if not sent and plain_values(config) == plain_values(seen.config):
        return None  # no need to open anything
    before = await opened_keys(ctx, seen.id)
    keys: dict[str, str | None] = {**before.keys, **sent}
    policy.require_credentials(provider_of(ctx.services, seen.provider), keys, config)
    plain = {name: value for name, value in plain_values(config).items() if value is not None}
    after = msgspec.structs.replace(before, **keys, config=plain)
    moved = plain_values(config) != plain_values(seen.config)
    renewed = "secret_key" in sent and seen.key_status != "valid"  # the same key again, perhaps mended over there
    if after.keys == before.keys and not moved and not renewed:
        return None
    found, account_before = None, seen.account_id
    if after.secret_key != before.secret_key or moved or renewed:
        async with ctx.on_the_network():
            found = await try_keys(ctx.services, after)
            account_before = account_before or await _account_of(ctx.services, before)
    return Replacement(
        before=before, after=after, found=found, account_before=account_before,
        overlap=timedelta(hours=change.overlap_hours),
    )  # fmt: skip


async def try_keys(services: Services, account: Account) -> Found:
    """Ask the provider with keys that are not stored yet. Raises Invalid at the field, and Upstream."""
    label = provider_of(services, account.provider).label
    try:
        return await ask_provider(services, account)
    except BadCredentials as error:
        elsewhere = await look_elsewhere(services, account)
        if elsewhere is None:
            raise _refused(
                "/default_secret_key",
                _("%(label)s does not take this key: %(error)s", label=label, error=retold(str(error))),
            ) from error
        message = _(
            "%(label)s knows this key, but not here: choose %(upper)s.", label=label, upper=elsewhere.choice.upper()
        )
        raise _refused(f"/config/{elsewhere.field}", message) from error
    except ProviderError as error:
        raise Upstream(
            _("%(label)s could not be asked, so nothing was changed: %(error)s", label=label, error=retold(str(error)))
        ) from error


async def store_replacement(ctx: Context, row: Integration, new: Replacement) -> None:
    """Store the new credentials. `row` is held and its version was just counted."""
    if new.after.keys != new.before.keys:
        await _store_keys(ctx, row, new)
    if new.found is None:
        return
    differs = new.account_before and new.found.account_id and new.account_before != new.found.account_id
    if differs:
        await check_queries.forget_account(ctx, row.id)
        row = await _without_foreign_number(ctx, row, new.found)
    await note_valid(ctx, msgspec.structs.replace(row, version=row.version + 1), new.found)
    if differs:
        told = {"account_id": new.account_before}, {"account_id": new.found.account_id}
        ctx.record(AccountChanged(entity_id=row.id, old=told[0], new=told[1]))


async def end_overlap(ctx: Context, integration_id: UUID) -> None:
    """Believe webhooks signed with replaced keys no longer. No matter whether there are any. Raises NotFound."""
    await queries.lock_integration(ctx, integration_id)
    if await queries.end_former(ctx, integration_id):
        ctx.record(OverlapEnded(entity_id=integration_id))


async def _store_keys(ctx: Context, row: Integration, new: Replacement) -> None:
    sealed = sealed_keys(ctx, row.id, new.after.keys)
    await queries.save_keys(ctx, row.id, sealed)
    await queries.note_replaced(ctx, row.id)
    changed = [name for name in SECRETS if new.after.keys[name] != new.before.keys[name]]
    hints = {name: f"{name.removesuffix('_key')}_hint" for name in changed}
    old = {hints[name]: row.hint_of(name) for name in changed}
    told = {hints[name]: getattr(sealed, hints[name]) for name in changed}
    if changed == ["public_key"]:
        ctx.record(IntegrationChanged(entity_id=row.id, old=old, new=told))
        return
    until = await _keep_former(ctx, row, new)
    ctx.record(KeyReplaced(entity_id=row.id, old=old, new={**told, **({"overlap_until": until} if until else {})}))


async def _keep_former(ctx: Context, row: Integration, new: Replacement) -> str | None:
    """Keep the old key if the vendor signs with it; return until when."""
    provider = provider_of(ctx.services, row.provider)
    if not new.overlap or not signs_with_account(provider, new.before):
        return None
    former_id, webhook = uuid7(ctx.now), new.before.webhook_key
    until = ctx.now + new.overlap
    await queries.add_former(ctx, queries.NewFormer(
        id=former_id, integration_id=row.id, hint=row.webhook_hint or row.secret_hint, valid_until=until,
        secret_key=seal_former(ctx, former_id, "secret_key", new.before.secret_key),
        webhook_key=seal_former(ctx, former_id, "webhook_key", webhook) if webhook else None,
        config={name: value for name, value in new.before.config.items() if name in plain_values(row.config)},
    ))  # fmt: skip
    return until.isoformat()


async def _without_foreign_number(ctx: Context, row: Integration, found: Found) -> Integration:
    """The number for outbound calls belonged to the other account."""
    chosen = row.config.shared_outbound_phone_number_id
    if chosen is None or chosen in {number.id for number in found.numbers}:
        return row
    nothing = {"shared_outbound_phone_number_id": None, "shared_outbound_phone_number": None}
    ctx.record(
        IntegrationChanged(
            entity_id=row.id, old={"config": {"shared_outbound_phone_number_id": chosen}}, new={"config": nothing}
        )
    )
    return msgspec.structs.replace(row, config=msgspec.structs.replace(row.config, **nothing))


async def _account_of(services: Services, account: Account) -> str | None:
    """Whose the old key is, if it still tells."""
    try:
        return (await ask_provider(services, account)).account_id
    except ProviderError:
        return None


def _sent(change: IntegrationChange, name: SecretName) -> str | UnsetType | None:
    value: str | UnsetType | None = getattr(change, f"default_{name}")
    return (value.strip() or None) if isinstance(value, str) else value


def _refused(pointer: str, message: str) -> Invalid:
    return Invalid(message, errors=(FieldError(pointer, message, "refused"),))
