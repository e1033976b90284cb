"""Asking every account for its numbers, and bringing our list in line with the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.stored import retold
from inspralv.foundation.language.texts import N_, _
from inspralv.integrations.connections import Account, find_account, mark_key_bad, open_session, provider_of
from inspralv.integrations.queries import list_integrations
from inspralv.integrations.schemas import Integration
from inspralv.providers.contract import Ability, RemoteNumber
from inspralv.providers.errors import BadCredentials, ProviderError
from inspralv.telephony.events import NumberFound, NumberGone, NumberImported
from inspralv.telephony.policy import directions
from inspralv.telephony.queries import binding, numbers
from inspralv.telephony.schemas import FetchResult, Number

_GONE = N_("The provider does not list this number any more.")
Answer = Sequence[RemoteNumber] | ProviderError


async def fetch_numbers(ctx: Context) -> list[FetchResult]:
    """Ask every active account that has numbers, all at once, and merge what they answer. The context sees the whole
    partner. One that cannot be asked changes nothing and says why."""
    asked: list[tuple[Integration, Account]] = []
    for integration in await list_integrations(ctx):
        has_numbers = Ability.PHONE_NUMBERS in provider_of(ctx.services, integration.provider).abilities
        account = await find_account(ctx, integration.id) if integration.is_active and has_numbers else None
        if account is not None:
            asked.append((integration, account))
    async with ctx.on_the_network():
        answers = await asyncio.gather(*(_ask(ctx, account) for _rest, account in asked))
    return [
        await _take(ctx, integration, account, answer)
        for (integration, account), answer in zip(asked, answers, strict=True)
    ]


async def _ask(ctx: Context, account: Account) -> Answer:
    try:
        return await open_session(ctx.services, account).numbers()
    except ProviderError as error:
        return error


async def _take(ctx: Context, integration: Integration, account: Account, answer: Answer) -> FetchResult:
    label = provider_of(ctx.services, integration.provider).label
    if isinstance(answer, ProviderError):
        if isinstance(answer, BadCredentials):
            await mark_key_bad(ctx, integration.id, str(answer), account.version)
        reason = _("%(label)s could not be asked: %(answer)s", label=label, answer=retold(str(answer)))
        return FetchResult(
            integration_id=integration.id, provider=integration.provider, name=integration.name, error=reason
        )
    return await _merge(ctx, integration, answer)


async def _merge(ctx: Context, integration: Integration, listed: Sequence[RemoteNumber]) -> FetchResult:
    known = {row.phone_number: row for row in await numbers.lock_numbers_of_account(ctx, integration.id)}
    added, taken, seen = 0, [], set()
    for remote in listed:
        if remote.number is None:
            continue
        seen.add(remote.number)
        row = known.get(remote.number)
        if row is not None:
            await _found_again(ctx, row, remote)
        elif await _add(ctx, integration, remote, remote.number):
            added += 1
        else:
            taken.append(remote.number)
    gone = [row for row in known.values() if row.state == "active" and row.phone_number not in seen]
    for row in gone:
        await numbers.save_trouble(ctx, row.id, "gone", _GONE, only_from=("active",))
        old, new = {"state": row.state}, {"state": "gone"}
        ctx.record(NumberGone(entity_id=row.id, workspace_id=row.assigned_workspace_id, old=old, new=new))
    return FetchResult(
        integration_id=integration.id, provider=integration.provider, name=integration.name, found=len(seen), added=added,
        gone=len(gone), taken=taken,
    )  # fmt: skip


async def _add(ctx: Context, integration: Integration, remote: RemoteNumber, phone_number: str) -> bool:
    """Keep a number that was not known. False when the partner has it from another account."""
    row = numbers.NewRow(
        id=uuid7(ctx.now), phone_number=phone_number, friendly_name=remote.name, provider=integration.provider,
        integration_id=integration.id, external_id=remote.ref.id, state="active",
        directions=directions(provider_of(ctx.services, integration.provider)),
    )  # fmt: skip
    if not await numbers.add_number(ctx, row):
        return False
    ctx.record(NumberFound(entity_id=row.id, new={"phone_number": phone_number, "provider": row.provider}))
    return True


async def _found_again(ctx: Context, row: Number, remote: RemoteNumber) -> None:
    """A number that was lost, or has another id by now, is bound anew."""
    if row.state == "releasing" or (row.state == "active" and row.external_id == remote.ref.id):
        return
    await numbers.save_active(ctx, row.id, remote.ref.id)
    await binding.forget_bound(ctx, row.id)
    told = {"external_id": remote.ref.id}
    ctx.record(NumberImported(entity_id=row.id, workspace_id=row.assigned_workspace_id, new=told))
