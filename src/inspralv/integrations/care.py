"""What happens by itself about keys: owners hear of a refused one, it is tried again now and then, old ones are forgotten."""

from __future__ import annotations

from uuid import UUID

import msgspec
import structlog

from inspralv.foundation.context import Context
from inspralv.foundation.errors import Refusal
from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.integrations import check_queries, queries
from inspralv.integrations.check import LONGEST_PROBE, ask_provider, note_valid
from inspralv.integrations.connections import FIRST_PROBE, find_account, provider_of
from inspralv.integrations.events import KeyRefused
from inspralv.integrations.letters import tell_of_bad_key
from inspralv.providers.errors import ProviderError
from inspralv.tenancy.directory import Directory

log = structlog.get_logger()


class KeyArgs(msgspec.Struct, frozen=True):
    """Which integration."""

    integration_id: UUID


class CareArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def tell_keepers(job: Job, args: KeyArgs) -> None:
    """Mail the owners and admins that a key is refused: once until it is replaced or valid again."""
    partner = await job.services.get(Directory).by_id.get(job.partner_id)
    async with job.partner() as ctx:
        bad = await check_queries.find_untold(ctx, args.integration_id)
        if bad is not None:
            label = provider_of(ctx.services, bad.provider).label
            for keeper in await check_queries.list_keepers(ctx):
                await tell_of_bad_key(ctx, partner, keeper, args.integration_id, bad, label)


async def probe_keys(job: Job, _args: CareArgs) -> None:
    """Try refused keys again, each time after a longer pause: somebody may have mended the account at the provider."""
    async with job.partner() as ctx:
        due = await check_queries.list_due(ctx)
        for one in due:
            pause = min(LONGEST_PROBE, FIRST_PROBE * 2 ** min(one.probes + 1, 10))
            await check_queries.count_probe(ctx, one.id, ctx.now + pause)
    for one in due:
        await _probe(job, one.id)


async def _probe(job: Job, integration_id: UUID) -> None:
    async with job.partner() as ctx:
        account = await find_account(ctx, integration_id)
    if account is None:
        return
    try:
        found = await ask_provider(job.services, account)
    except ProviderError as error:
        log.info("a refused key still does not work", integration=str(integration_id), error=type(error).__name__)
        return
    async with job.partner() as ctx:
        try:
            row = await queries.lock_integration(ctx, integration_id)
        except Refusal:
            return  # deleted meanwhile
        if row.version == account.version:
            await note_valid(ctx, row, found)


async def sweep_former_keys(job: Job, _args: CareArgs) -> None:
    """Forget replaced keys whose time is over."""
    async with job.partner() as ctx:
        await queries.sweep_former(ctx)


def on_key_refused(ctx: Context, event: KeyRefused) -> None:
    """React to a refused key."""
    ctx.defer(TELL(KeyArgs(event.entity_id)))


TELL = Task("integrations.tell_keepers", KeyArgs, tell_keepers)
PROBE = Task("integrations.probe_keys", CareArgs, probe_keys, attempts=2)
SWEEP = Task("integrations.sweep_former_keys", CareArgs, sweep_former_keys, attempts=3)
PROBING = Schedule("integrations.probe_keys", "50 * * * *", lambda: PROBE(CareArgs()))
SWEEPING = Schedule("integrations.sweep_former_keys", "35 * * * *", lambda: SWEEP(CareArgs()))
