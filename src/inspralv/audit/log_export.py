"""The log as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from litestar import Response

from inspralv.audit.log_filters import Format
from inspralv.audit.log_schemas import LogEntry
from inspralv.audit.log_words import who
from inspralv.foundation.web.sheets import csv_of, plain_cell

MOST = 10_000  # entries of one file, the latest; days make it smaller
_COLUMNS = (
    "id", "at", "action", "entity_type", "entity_id", "actor_kind", "actor", "actor_email", "acting_as", "workspace",
    "partner", "before", "after", "ip", "user_agent", "request_id",
)  # fmt: skip


def file_of(entries: Sequence[LogEntry], kind: Format, name: str, now: datetime) -> Response[bytes]:
    """Return the entries as a download."""
    body = msgspec.json.encode(entries) if kind == "json" else csv_of([_COLUMNS, *map(_cells, entries)])
    media = "application/json" if kind == "json" else "text/csv; charset=utf-8"
    file_name = f"audit-{name}-{now:%Y-%m-%d}.{kind}"
    headers = {"content-disposition": f'attachment; filename="{file_name}"', "cache-control": "no-store"}
    return Response(body, media_type=media, headers=headers)


def _cells(entry: LogEntry) -> tuple[object, ...]:
    old, new = (msgspec.json.encode(v).decode() if v else "" for v in (entry.old_values, entry.new_values))
    texts = (
        entry.action, entry.entity_type, entry.entity_id, entry.actor_kind, who(entry), entry.actor_email, entry.acting_as,
        entry.workspace, entry.partner, old, new, entry.ip, entry.user_agent, entry.request_id,
    )  # fmt: skip
    return (entry.id, entry.created_at.isoformat(timespec="milliseconds"), *map(plain_cell, texts))
