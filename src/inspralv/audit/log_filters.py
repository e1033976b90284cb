"""What is asked of the log, as it stands in an address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar.params import QueryParameter

from inspralv.audit.log_schemas import LogFilters
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.events.event import Event
from inspralv.foundation.ids import uuid7_floor

Kind = Annotated[str, QueryParameter(description="Entries about one kind of thing, such as `agent`.", max_length=60)]
Search = Annotated[str, QueryParameter(description="A part of a name, an address, an action or an id.", max_length=200)]
FromDate = Annotated[date | None, QueryParameter(name="from", description="First day.")]
ToDate = Annotated[date | None, QueryParameter(name="to", description="Last day.")]
Cursor = Annotated[UUID | None, QueryParameter(description="`nextCursor` of the page before.")]

_FIRST_DAY, _LAST_DAY = date(2020, 1, 1), date(2200, 1, 1)
_END = UUID(int=(1 << 128) - 1)


def filters_of(  # noqa: PLR0913, PLR0917 - one for every filter
    zone: str, kind: str, search: str, first: date | None, last: date | None, cursor: UUID | None
) -> LogFilters:
    """Return the filters; days are those of the time zone. Raises Invalid for kinds and days that no entry can have."""
    errors = [
        FieldError(name, "Use a day between 2020 and 2200.")
        for name, day in (("from", first), ("to", last))
        if day is not None and not _FIRST_DAY <= day <= _LAST_DAY
    ]
    if kind and kind not in kinds():
        errors.append(FieldError("kind", "Choose one of the offered values."))
    if errors:
        raise Invalid(errors=tuple(errors))
    until = _midnight(last + timedelta(days=1), zone) if last else _END
    since = _midnight(first, zone) if first else UUID(int=0)
    return LogFilters(kind=kind, search=search.strip(), since=since, until=min(until, cursor) if cursor else until)


def kinds() -> list[str]:
    """Return every kind of thing that events are about, in order."""
    return sorted({event.entity for event in _below(Event) if hasattr(event, "entity")})


def _below(kind: type[Event]) -> Iterator[type[Event]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _midnight(day: date, zone: str) -> UUID:
    return uuid7_floor(datetime.combine(day, time.min, ZoneInfo(zone)))
