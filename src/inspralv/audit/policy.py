"""How an entry is hashed, and what counts as a fault of the chain. Pure: everything is told from its arguments."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import msgspec

from inspralv.audit.schemas import Entry, Fault, Head, Link

START = Head(0, bytes(32))


def link_hash(previous: bytes, entry: Entry) -> bytes:
    """Return SHA-256 over the previous hash and the entry's canonical JSON: every column, keys sorted, no blanks."""
    return hashlib.sha256(previous + msgspec.json.encode(entry, order="sorted")).digest()


def faults_of(links: Sequence[Link], previous: Head) -> Iterator[Fault]:
    """Yield what is wrong with consecutive links that should continue `previous`."""
    for link in links:
        if link.seq != previous.seq + 1:
            yield Fault("deleted", previous.seq + 1, f"links {previous.seq + 1} to {link.seq - 1} are gone")
        elif link.prev_hash != previous.hash:
            yield Fault("broken", link.seq, "the link does not continue the one before")
        if link.entry is None:
            yield Fault("deleted", link.seq, f"entry {link.entry_id} is gone")
        elif link_hash(link.prev_hash, link.entry) != link.hash:
            yield Fault("edited", link.seq, f"entry {link.entry_id} is not what was sealed")
        previous = Head(link.seq, link.hash)


def faults_of_end(last: Head, head: Head) -> Iterator[Fault]:
    """Yield the fault when the chain does not end where its head says."""
    if last.seq < head.seq:
        yield Fault("cut", last.seq + 1, f"the chain ended at {head.seq} and now ends at {last.seq}")
    elif last.seq > head.seq:
        yield Fault("cut", head.seq + 1, f"the head stands at {head.seq}, the chain at {last.seq}")
    elif last.hash != head.hash:
        yield Fault("broken", last.seq, "the head names another hash")


def faults_of_strays(strays: Iterable[UUID]) -> Iterator[Fault]:
    """Yield a fault for every entry that is too old to be sealed any more."""
    for entry_id in strays:
        yield Fault("added", 0, f"entry {entry_id} was put in later, with an older date")


def faults_against(kept: Head, found: bytes | None) -> Iterator[Fault]:
    """Yield the fault when the chain no longer contains a head that was kept elsewhere."""
    if kept.seq and found is None:
        yield Fault("cut", kept.seq, f"the chain once reached {kept.seq}")
    elif kept.seq and found != kept.hash:
        yield Fault("broken", kept.seq, "the chain was made anew: it once had another hash here")
