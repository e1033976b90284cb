"""What leaves as a file: recordings, in the ranges a player asks for, and the list as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream

from inspralv.conversations.filtering import read_address
from inspralv.conversations.link_access import LinkContext, signed_recording_link
from inspralv.conversations.queries import reading
from inspralv.conversations.recording_links import LISTENING, recording_link
from inspralv.conversations.views import ConversationRow, Filters, RecordingFile
from inspralv.foundation.errors import NotFound
from inspralv.foundation.files import FileMissing, FileStore, Unsatisfiable, read_range
from inspralv.foundation.language.texts import _
from inspralv.foundation.money import to_units
from inspralv.foundation.web.access import admitted_anew
from inspralv.foundation.web.routing import get
from inspralv.foundation.web.sheets import csv_of, plain_cell
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P
from inspralv.tenancy.view_access import WITHHELD

_BATCH = 1000
_COLUMNS = (
    "id", "started", "direction", "status", "contact_name", "contact_number", "agent", "agent_version",
    "duration_seconds", "cost_usd", "sentiment", "ended_reason", "summary",
)  # fmt: skip


@get("/w/{workspace_slug:str}/conversations/{conversation_id:uuid}/recording", access=workspace(P.CONVERSATIONS_READ))
async def play_recording(
    ctx: WorkspaceContext, conversation_id: FromPath[UUID], download: FromQuery[bool] = False
) -> Redirect:
    """Lead to the recording by a link that is good for half an hour and needs no session."""
    if await reading.find_recording(ctx, conversation_id) is None:
        raise NotFound(_("This conversation has no recording."))
    until = ctx.now + LISTENING
    path = recording_link(ctx.services.sealer, ctx.partner_id, ctx.here, conversation_id, until, download=download)
    return Redirect(path, status_code=303)


@get("/recordings/{workspace_id:uuid}/{conversation_id:uuid}", access=signed_recording_link())
async def send_recording(
    ctx: LinkContext, conversation_id: FromPath[UUID], request: Request[Any, Any, Any]
) -> Response[Any]:
    """Send the recording of a signed link, or the part of it that is asked for."""
    found = await reading.find_recording(ctx, conversation_id)
    if found is None:
        raise NotFound(_("This conversation has no recording."))
    store = ctx.services.get(FileStore)
    name = _file_name(found, conversation_id) if request.query_params.get("download") == "1" else None
    async with ctx.on_the_network():
        try:
            return await _sound(store, found, name, request)
        except FileMissing:
            raise NotFound(_("The recording is gone.")) from None


def _file_name(found: RecordingFile, conversation_id: UUID) -> str:
    """Day and number of the call, so that a folder of them can be read."""
    ending = found.recording_key.rpartition(".")[2]
    who = (found.contact_number or "").lstrip("+") or str(conversation_id)[-8:]
    return f"call-{found.created_at:%Y-%m-%d-%H%M}-{who}.{ending}"


async def _sound(
    store: FileStore, found: RecordingFile, name: str | None, request: Request[Any, Any, Any]
) -> Response[Any]:
    key, media_type = found.recording_key, found.recording_type
    size = await store.size(key)
    mark = f'"{size:x}"'
    headers = {
        "accept-ranges": "bytes",
        "cache-control": "private, max-age=1800",
        "etag": mark,
        "content-disposition": f'attachment; filename="{name}"' if name else "inline",
    }
    asked = request.headers.get("range") if request.headers.get("if-range", mark) == mark else None
    try:
        part = read_range(asked, size)
    except Unsatisfiable:
        return Response(b"", status_code=416, media_type=media_type, headers={"content-range": f"bytes */{size}"})
    if part is None:
        return Stream(await store.read(key), media_type=media_type, headers=headers | {"content-length": str(size)})
    headers |= {"content-length": str(part.length), "content-range": part.content_range}
    return Stream(await store.read(key, part.start, part.end), status_code=206, media_type=media_type, headers=headers)


@get("/w/{workspace_slug:str}/conversations/export.csv", access=workspace(P.CONVERSATIONS_READ), opt=WITHHELD)
async def export_conversations(ctx: WorkspaceContext, request: Request[Any, Any, Any]) -> Response[Any]:
    """Send every conversation that fits the filters as CSV, as it is read; the right is looked at with each batch."""
    typed = {name: value for name, value in request.query_params.items() if "\0" not in value}
    filters, _rest = read_address(typed, ctx.workspace.timezone)
    name = f"conversations-{ctx.workspace.slug}-{ctx.now:%Y-%m-%d}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    first = await reading.list_batch(ctx, filters, None, _BATCH)
    return Stream(
        _lines(request, filters, ctx.workspace.timezone, first), media_type="text/csv; charset=utf-8", headers=headers
    )


async def _lines(
    request: Request[Any, Any, Any], filters: Filters, zone: str, rows: Sequence[ConversationRow]
) -> AsyncIterator[bytes]:
    yield csv_of([_COLUMNS, *(_cells(row, zone) for row in rows)])
    while len(rows) == _BATCH:
        async with admitted_anew(request) as ctx:
            rows = await reading.list_batch(ctx, filters, rows[-1].id, _BATCH)
        yield csv_of([_cells(row, zone) for row in rows])


def _cells(row: ConversationRow, zone: str) -> tuple[object, ...]:
    started = (row.started_at or row.created_at).astimezone(ZoneInfo(zone))
    return (
        row.id, started.isoformat(timespec="seconds"), row.direction, row.status, plain_cell(row.contact_name),
        plain_cell(row.contact_number), plain_cell(row.agent_name), row.agent_version or "",
        row.duration_seconds, f"{to_units(row.cost_micros):.6f}", row.sentiment or "",
        plain_cell(row.ended_reason), plain_cell(row.summary),
    )  # fmt: skip


ROUTES = (play_recording, send_recording, export_conversations)
