"""The statements of the chain. Entries are appended by the units of work themselves, never here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from inspralv.audit.policy import START
from inspralv.audit.schemas import Entry, Head, Link
from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_floor

_LOOK_BACK = timedelta(days=1)  # longer than any transaction that still holds an entry back
_ENTRY = ", ".join(f"a.{name}" for name in Entry.__struct_fields__)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('audit chain of ' || ($partner::uuid)::text, 0))"
_HEAD = "SELECT seq, hash, updated_at FROM audit_heads WHERE partner_id = $partner"
_UNSEALED = f"""
SELECT {_ENTRY} FROM audit_log a
 WHERE a.partner_id = $partner AND a.id >= $1
   AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.partner_id = $partner AND c.entry_id = a.id)
 ORDER BY a.id LIMIT $2
"""
_STRAYS = """
SELECT a.id FROM audit_log a
 WHERE a.partner_id = $partner AND a.id < $1
   AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.partner_id = $partner AND c.entry_id = a.id)
 ORDER BY a.id LIMIT $2
"""
_ADD_LINK = """
INSERT INTO audit_chain (partner_id, seq, entry_id, prev_hash, hash, sealed_at) VALUES ($partner, $1, $2, $3, $4, $now)
"""
_MOVE_HEAD = """
INSERT INTO audit_heads (partner_id, seq, hash, updated_at) VALUES ($partner, $1, $2, $now)
ON CONFLICT (partner_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, updated_at = excluded.updated_at
"""
_LINKS = f"""
SELECT c.seq, c.entry_id, c.prev_hash, c.hash, a.id IS NOT NULL AS found, {_ENTRY}
  FROM audit_chain c
  LEFT JOIN audit_log a ON a.partner_id = c.partner_id AND a.partner_id = $partner AND a.id = c.entry_id
 WHERE c.partner_id = $partner AND c.seq > $1
 ORDER BY c.seq LIMIT $2
"""
_HASH_AT = "SELECT hash FROM audit_chain WHERE partner_id = $partner AND seq = $1"


async def lock_chain(ctx: Context) -> None:
    """Wait for whoever seals this partner's entries, and hold others back until the unit of work ends."""
    await ctx.fetch_value(_LOCK)


async def find_head(ctx: Context) -> Head:
    """Return the head as it is stored; the empty chain's when there is none."""
    return await ctx.fetch_one(Head, _HEAD) or START


async def list_unsealed(ctx: Context, head: Head, limit: int) -> list[Entry]:
    """Return entries that the chain lacks, the oldest first.

    A transaction may commit an entry whose id is older than the last one sealed, so the search goes a day further back
    than the last sealing.
    """
    return await ctx.fetch_all(Entry, _UNSEALED, _oldest(head), limit)


async def list_strays(ctx: Context, head: Head, limit: int) -> list[UUID]:
    """Return entries without a link that sealing will never come to: no transaction wrote them when they say."""
    return [row["id"] for row in await ctx.records(_STRAYS, _oldest(head), limit)]


async def add_link(ctx: Context, seq: int, entry_id: UUID, previous: bytes, link_hash: bytes) -> None:
    """Append one link."""
    await ctx.execute(_ADD_LINK, seq, entry_id, previous, link_hash)


async def move_head(ctx: Context, head: Head) -> None:
    """Store the end of the chain."""
    await ctx.execute(_MOVE_HEAD, head.seq, head.hash)


async def list_links(ctx: Context, after: int, limit: int) -> list[Link]:
    """Return the links that follow number `after`, with their entries."""
    return [_link(row) for row in await ctx.records(_LINKS, after, limit)]


async def find_hash(ctx: Context, seq: int) -> bytes | None:
    """Return the hash of one link, or None."""
    found: bytes | None = await ctx.fetch_value(_HASH_AT, seq)
    return found


def _oldest(head: Head) -> UUID:
    """Return the id from which on entries may still wait for their link."""
    return uuid7_floor(head.updated_at - _LOOK_BACK) if head.updated_at else UUID(int=0)


def _link(row: Any) -> Link:
    entry = msgspec.convert({name: row[name] for name in Entry.__struct_fields__}, Entry) if row["found"] else None
    return Link(row["seq"], row["entry_id"], row["prev_hash"], row["hash"], entry)
