"""Looks at DNS: when somebody asks, while a proof is awaited, and once a day for every domain."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from inspralv.domains import looking, policy, queries
from inspralv.domains.zone import Zone
from inspralv.foundation.errors import NotFound
from inspralv.foundation.jobs.job import Deferred, Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.foundation.outbound.names import NameServers
from inspralv.foundation.web.addresses import Addresses, is_below
from inspralv.tenancy.directory import Directory
from inspralv.tenancy.plans import Feature, has_feature

_DAY = timedelta(days=1)


class LookArgs(msgspec.Struct, frozen=True):
    """Which domain."""

    hostname: str


class DailyArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def look_at(job: Job, args: LookArgs) -> None:
    """Look at one domain. One that was removed meanwhile, and the platform's own, need none; nor does one that still waits
    for its proof where the plan has no own domains any more."""
    zone = job.services.get(Zone)
    try:
        async with job.partner() as ctx:
            domain = await queries.find_domain(ctx, args.hostname)
    except NotFound:
        return
    if is_below(domain.hostname, job.services.get(Addresses).platform_host):
        return
    partner = await job.services.get(Directory).by_id.get(job.partner_id)
    if not (domain.is_proved or has_feature(partner, Feature.CUSTOM_DOMAIN)):
        return
    seen = await looking.look(job.services.get(NameServers), domain, zone.target)
    async with job.partner() as ctx:
        verdict = await looking.settle(ctx, domain, seen)
        wait = policy.next_look(domain, verdict, ctx.now)
        if wait is not None:
            ctx.defer(look_later(domain.hostname, "again", ctx.now + wait))


async def look_at_all(job: Job, _args: DailyArgs) -> None:
    """Spread the looks at the partner's domains over the day, each at its own time."""
    async with job.partner() as ctx:
        for domain in await queries.list_domains(ctx):
            share = int.from_bytes(sha256(domain.hostname.encode()).digest()[:4], "big") / 2**32
            ctx.defer(look_later(domain.hostname, "daily", ctx.now + _DAY * share))


LOOK = Task("domains.look", LookArgs, look_at, attempts=5)
LOOK_AT_ALL = Task("domains.look_at_all", DailyArgs, look_at_all, attempts=5)
DAILY = Schedule("domains.daily", "4 0 * * *", lambda: LOOK_AT_ALL(DailyArgs()))


def look_now(hostname: str) -> Deferred:
    """Return the job that looks at a domain at once. It has no lock: one that waits for its time would hold it up. Of two
    looks under way, the one that began first counts."""
    return LOOK(LookArgs(hostname), queueing_lock=f"domain now {hostname}")


def look_later(hostname: str, why: str, at: datetime) -> Deferred:
    """Return the job that looks at a domain at a time. Of those with the same `why`, one waits."""
    return LOOK(LookArgs(hostname), queueing_lock=f"domain {why} {hostname}", at=at)
