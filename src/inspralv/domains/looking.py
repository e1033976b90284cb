"""A look at DNS, and what follows from it."""

from __future__ import annotations

import asyncio

import msgspec

from inspralv.domains import letters, policy, queries
from inspralv.domains.events import DomainLapsed, DomainVerified
from inspralv.domains.schemas import Domain, Seen
from inspralv.foundation.cache.invalidation import stale
from inspralv.foundation.context import Context
from inspralv.foundation.outbound.names import NameServers
from inspralv.tenancy.directory import TOPIC as PARTNERS

TOPIC = "domains"


async def look(names: NameServers, domain: Domain, target: str) -> Seen:
    """Ask DNS for both records; where they are not told, ask for our own name as well, to know whose fault it is."""
    seen = await _ask(names, domain, target)
    if seen.txt_answered and seen.target_answered:
        return seen
    return msgspec.structs.replace(seen, alone=await _addresses(names, target) is not None)


async def _ask(names: NameServers, domain: Domain, target: str) -> Seen:
    """A host that cannot have a CNAME (the top of a zone) may have the target's addresses."""
    txt, cname = await asyncio.gather(names.ask(domain.txt_name, "TXT"), names.ask(domain.hostname, "CNAME"))
    if cname.values or not cname.answered:
        return Seen(txt.values, txt.answered, cname.values, cname.answered, points=target in cname.values)
    theirs, ours = await asyncio.gather(_addresses(names, domain.hostname), _addresses(names, target))
    if theirs is None or ours is None:
        return Seen(txt.values, txt.answered, target_answered=False)
    return Seen(txt.values, txt.answered, tuple(sorted(theirs)), points=bool(theirs) and theirs <= ours)


async def settle(ctx: Context, domain: Domain, seen: Seen) -> policy.Verdict:
    """Write down what a look means; tell the audit log, open pages, every process and, when the domain lapsed, the
    owners."""
    verdict = policy.judge(domain, seen, ctx.now)
    if not await queries.note_look(ctx, domain, seen, verdict):
        return msgspec.structs.replace(verdict, became="")
    name = {"hostname": domain.hostname}
    if verdict.became == "verified":
        ctx.record(DomainVerified(entity_id=domain.id, old={"state": domain.state}, new={**name, "state": "verified"}))
        stale(ctx, PARTNERS)
    elif verdict.became == "lapsed":
        told = {**name, "state": "lapsed", "reason": verdict.reason}
        ctx.record(DomainLapsed(entity_id=domain.id, old={"state": domain.state}, new=told))
        stale(ctx, PARTNERS)
        await letters.tell_of_lapse(ctx, domain, policy.WORDS[verdict.reason])
    ctx.publish(TOPIC, domain.hostname)
    return verdict


async def _addresses(names: NameServers, host: str) -> set[str] | None:
    """Return the addresses of a host; None when that cannot be known just now."""
    both = await asyncio.gather(names.ask(host, "A"), names.ask(host, "AAAA"))
    return None if not all(one.answered for one in both) else {value for one in both for value in one.values}
