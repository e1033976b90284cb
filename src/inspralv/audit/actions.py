"""Sealing the event log, and proving the seal."""

from __future__ import annotations

import structlog

from inspralv.audit import policy, queries
from inspralv.audit.schemas import Fault, Head, Verdict
from inspralv.foundation.context import Context

log = structlog.get_logger()

BATCH = 500
_PAGE = 1000


async def seal_entries(ctx: Context, most: int = BATCH) -> int:
    """Chain up to `most` entries that the chain lacks; return how many. One sealer at a time per partner.

    The context sees the whole partner. The head goes to the log as well: outside the database it proves later that the
    chain was neither cut nor made anew.
    """
    await queries.lock_chain(ctx)
    head = await queries.find_head(ctx)
    entries = await queries.list_unsealed(ctx, head, most)
    for entry in entries:
        link_hash = policy.link_hash(head.hash, entry)
        await queries.add_link(ctx, head.seq + 1, entry.id, head.hash, link_hash)
        head = Head(head.seq + 1, link_hash)
    if entries:
        await queries.move_head(ctx, head)
        log.info("audit chain sealed", partner=str(ctx.partner_id), seq=head.seq, hash=head.hash.hex())
    return len(entries)


async def verify_chain(ctx: Context, kept: Head = policy.START) -> Verdict:
    """Check every link of the partner's chain against the event log, the head, and a head `kept` elsewhere.

    Finds entries that were edited, deleted or put in later, links that are gone or do not fit, and an end that was cut
    off. The context sees the whole partner.
    """
    await queries.lock_chain(ctx)  # a sealing under way would look like a head that lags behind
    last, faults = policy.START, list[Fault]()
    while links := await queries.list_links(ctx, last.seq, _PAGE):
        faults += policy.faults_of(links, last)
        last = Head(links[-1].seq, links[-1].hash)
    head = await queries.find_head(ctx)
    faults += policy.faults_of_end(last, head)
    faults += policy.faults_of_strays(await queries.list_strays(ctx, head, _PAGE))
    faults += policy.faults_against(kept, await queries.find_hash(ctx, kept.seq))
    return Verdict(last.seq, head, tuple(faults))
