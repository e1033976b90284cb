"""What is asked of the log, as it stands in an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from inspralv.audit.log_schemas import LogFilters
from inspralv.audit.log_words import ACTORS
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.events.event import Event
from inspralv.foundation.ids import uuid7_floor
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.validation import validate

Format = Literal["csv", "json"]
Action = Annotated[str, Meta(max_length=100, pattern=r"^([a-z_]+\.[a-z_]+)?$")]  # old names too: entries keep theirs

_FIRST_DAY, _LAST_DAY = date(2020, 1, 1), date(2200, 1, 1)
_END = UUID(int=(1 << 128) - 1)


class Asked(msgspec.Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """The filters as typed, where the page before ended, and the kind of file an export is to be."""

    kind: Annotated[str, Meta(max_length=60)] = ""
    search: Annotated[str, Meta(max_length=200)] = ""
    action: Action = ""
    by: Annotated[str, Meta(max_length=60)] = ""
    actor: UUID | None = None
    entity_id: Annotated[str, Meta(max_length=200)] = ""
    ip: Annotated[str, Meta(max_length=60)] = ""
    first: date | None = None
    last: date | None = None
    cursor: UUID | None = None
    format: Format = "csv"

    @property
    def typed(self) -> dict[str, str]:
        """The filters alone, as a form shows them; empty where nothing was typed."""
        others = {"actor": self.actor, "from": self.first, "to": self.last}
        texts = {name: getattr(self, name).strip() for name in ("kind", "search", "action", "by", "entity_id", "ip")}
        return texts | {name: str(value or "") for name, value in others.items()}


def read_address(query: Mapping[str, str]) -> Asked:
    """Return what the address of a page asks for; blank means nothing. Raises Invalid with every fault."""
    return validate({name: value for name, value in query.items() if value.strip()}, Asked, strict=False)


def filters_of(zone: str, asked: Asked) -> LogFilters:
    """Return the filters; days are those of the time zone. Raises Invalid for kinds and days that no entry can have."""
    errors = [
        FieldError(name, _("Use a day between 2020 and 2200."))
        for name, day in (("from", asked.first), ("to", asked.last))
        if day is not None and not _FIRST_DAY <= day <= _LAST_DAY
    ]
    errors += [
        FieldError(name, _("Choose one of the offered values."))
        for name, value, offered in (("kind", asked.kind, kinds()), ("by", asked.by, ACTORS))
        if value and value not in offered
    ]
    if errors:
        raise Invalid(errors=tuple(errors))
    until = _midnight(asked.last + timedelta(days=1), zone) if asked.last else _END
    since = _midnight(asked.first, zone) if asked.first else UUID(int=0)
    until = min(until, asked.cursor) if asked.cursor else until
    return LogFilters(
        kind=asked.kind, search=asked.search.strip(), action=asked.action, by=asked.by, actor=asked.actor,
        entity_id=asked.entity_id.strip(), ip=asked.ip.strip(), since=since, until=until,
    )  # fmt: skip


def kinds() -> list[str]:
    """Return every kind of thing that events are about, in order."""
    return sorted({event.entity for event in _below(Event) if hasattr(event, "entity")})


def actions() -> list[str]:
    """Return every action there is today."""
    return sorted({event.action for event in _below(Event) if hasattr(event, "action")})


def _below(kind: type[Event]) -> Iterator[type[Event]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _midnight(day: date, zone: str) -> UUID:
    return uuid7_floor(datetime.combine(day, time.min, ZoneInfo(zone)))
