"""The log as a file: everything that fits, sent as it is read, the latest first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import msgspec
from litestar import Request
from litestar.response import Stream

from inspralv.audit.log_filters import Format
from inspralv.audit.log_schemas import LogEntry, LogFilters
from inspralv.audit.log_words import who
from inspralv.foundation.web.access import admitted_anew
from inspralv.foundation.web.sheets import csv_of, plain_cell

BATCH = 1000  # entries held at once
_COLUMNS = (
    "id", "at", "action", "entity_type", "entity_id", "actor_kind", "actor", "actor_email", "acting_as", "workspace",
    "partner", "before", "after", "ip", "user_agent", "request_id",
)  # fmt: skip

Read = Callable[[Any, LogFilters, int], Awaitable[list[LogEntry]]]


async def export_log(
    ctx: Any, request: Request[Any, Any, Any], read: Read, asked: LogFilters, kind: Format, name: str
) -> Stream:
    """Return every entry that `read` finds as a download. The right is looked at with each batch; a file that was cut
    off is none, since the answer ends without its last piece."""
    first = await read(ctx, asked, BATCH)
    pieces = (_json if kind == "json" else _csv)(_batches(request, read, asked, first))
    media = "application/json" if kind == "json" else "text/csv; charset=utf-8"
    file_name = f"audit-{name}-{ctx.now:%Y-%m-%d}.{kind}"
    headers = {"content-disposition": f'attachment; filename="{file_name}"'}
    return Stream(pieces, media_type=media, headers=headers)


async def _batches(
    request: Request[Any, Any, Any], read: Read, asked: LogFilters, entries: list[LogEntry]
) -> AsyncIterator[list[LogEntry]]:
    yield entries
    while len(entries) == BATCH:
        older = msgspec.structs.replace(asked, until=entries[-1].id)
        async with admitted_anew(request) as ctx:
            entries = await read(ctx, older, BATCH)
        yield entries


async def _csv(batches: AsyncIterator[Sequence[LogEntry]]) -> AsyncIterator[bytes]:
    yield csv_of([_COLUMNS])
    async for entries in batches:
        yield csv_of(map(_cells, entries))


async def _json(batches: AsyncIterator[Sequence[LogEntry]]) -> AsyncIterator[bytes]:
    before = b"["
    async for entries in batches:
        if entries:
            yield before + msgspec.json.encode(entries)[1:-1]
            before = b","
    yield b"]" if before == b"," else b"[]"


def _cells(entry: LogEntry) -> tuple[object, ...]:
    old, new = (msgspec.json.encode(v).decode() if v else "" for v in (entry.old_values, entry.new_values))
    texts = (
        entry.action, entry.entity_type, entry.entity_id, entry.actor_kind, who(entry), entry.actor_email, entry.acting_as,
        entry.workspace, entry.partner, old, new, entry.ip, entry.user_agent, entry.request_id,
    )  # fmt: skip
    return (entry.id, entry.created_at.isoformat(timespec="milliseconds"), *map(plain_cell, texts))
