"""The filters of the list as they stand in an address, read from and written to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar.params import QueryParameter
from msgspec import Meta

from inspralv.conversations.schemas import Direction, Status
from inspralv.conversations.views import Filters
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.validation import validate

Search = Annotated[str, QueryParameter(description="Name, number or agent.", max_length=200)]
StatusFilter = Annotated[Status | None, QueryParameter(name="status")]
DirectionFilter = Annotated[
    Direction | None, QueryParameter(name="direction", description="`web` are calls from the browser.")
]
AgentFilter = Annotated[UUID | None, QueryParameter(name="agent_id")]
FromDate = Annotated[date | None, QueryParameter(name="from", description="First day, in the workspace's time zone.")]
ToDate = Annotated[date | None, QueryParameter(name="to", description="Last day, in the workspace's time zone.")]

_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


class Typed(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Filters as a page's address carries them; blank means any."""

    search: Annotated[str, Meta(max_length=200)] = ""
    status: Status | None = None
    direction: Direction | None = None
    agent_id: UUID | None = None
    first: date | None = None
    last: date | None = None


def filters_of(  # noqa: PLR0913 - one for every filter
    zone: str, *, search: str = "", status: Status | None = None, direction: Direction | None = None,
    agent_id: UUID | None = None, first: date | None = None, last: date | None = None,
) -> Filters:  # fmt: skip
    """Return the filters; days are those of the time zone. Raises Invalid for days that no call can have."""
    errors = tuple(
        FieldError(name, _("Use a day between 2000 and 2200."))
        for name, day in (("from", first), ("to", last))
        if day is not None and not _FIRST_DAY <= day <= _LAST_DAY
    )
    if errors:
        raise Invalid(errors=errors)
    return Filters(
        search=search, status=status, direction=direction, agent_id=agent_id, since=_midnight(first, zone),
        until=_midnight(last + timedelta(days=1), zone) if last else None,
    )  # fmt: skip


def read_address(query: Mapping[str, str], zone: str) -> tuple[Filters, dict[str, str]]:
    """Return the filters of a page's address, and them as typed. What does not fit is left out: an address may be
    old."""
    typed = {
        name: query[name].strip()
        for name in ("search", "status", "direction", "agent_id", "from", "to")
        if query.get(name, "").strip()
    }
    kept: dict[str, Any] = {}
    for name, value in typed.items():
        try:
            validate({name: value}, Typed, strict=False)
        except Invalid:
            continue
        kept[name] = value
    read = validate(kept, Typed, strict=False)
    try:
        filters = filters_of(
            zone, search=read.search, status=read.status, direction=read.direction, agent_id=read.agent_id,
            first=read.first, last=read.last,
        )  # fmt: skip
    except Invalid:
        return Filters(search=read.search, status=read.status, direction=read.direction, agent_id=read.agent_id), kept
    return filters, kept


def address(path: str, query: Mapping[str, str], **more: object) -> str:
    """Return a path with a query, blanks left out."""
    pairs = {**query, **{name: str(value) for name, value in more.items()}}
    text = urlencode({name: value for name, value in pairs.items() if value})
    return f"{path}?{text}" if text else path


def _midnight(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)) if day else None
