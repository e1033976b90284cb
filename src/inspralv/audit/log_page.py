"""The page of the log, the same for a workspace, an organisation and the platform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from inspralv.accounts.devices import device_label
from inspralv.audit import log_words
from inspralv.audit.log_filters import Asked, actions, kinds
from inspralv.audit.log_schemas import Change, LogEntry
from inspralv.foundation.language.texts import said

SIZE = 50


class LogRow(msgspec.Struct, frozen=True):
    """One entry as it is drawn, with the addresses of others like it; empty where there is nothing to go by."""

    entry: LogEntry
    what: str
    thing: str
    who: str
    device: str
    changes: list[Change]
    by_person: str
    about_thing: str
    from_there: str
    this_action: str


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """The entries and the filters as typed. `without` leads away from a filter that no field shows; it, `older`
    and `newest` are addresses, empty where there is nothing; `zone` is
    the time zone of the days. `me` is the member of staff in the console."""

    rows: list[LogRow]
    kinds: list[tuple[str, str]]
    actions: list[tuple[str, str]]
    actors: list[tuple[str, str]]
    typed: dict[str, str]
    base: str
    zone: str
    without: dict[str, str]
    older: str
    newest: str
    csv: str
    json: str
    wide: bool
    me: Any = None


def page_of_log(
    found: Sequence[LogEntry], base: str, zone: str, asked: Asked, *, wide: bool, me: Any = None
) -> LogPage:
    """Return the page of entries of which one more than `SIZE` was asked for. `wide` shows whose they are."""
    shown, typed = found[:SIZE], asked.typed
    kept = {name: value for name, value in typed.items() if value}
    older = _address(base, kept | {"cursor": str(shown[-1].id)}) if len(found) > SIZE else ""
    return LogPage(
        rows=[_row(one, base) for one in shown], kinds=[(kind, log_words.label(kind)) for kind in kinds()],
        actions=_actions(asked.action), actors=[(kind, said(words)) for kind, words in log_words.ACTORS.items()], typed=typed,
        without={name: _address(base, {n: v for n, v in kept.items() if n != name}) for name in ("actor", "entity_id")},
        base=base, zone=zone, older=older, newest=_address(base, kept) if asked.cursor else "",
        csv=_address(f"{base}/export", kept | {"format": "csv"}),
        json=_address(f"{base}/export", kept | {"format": "json"}), wide=wide, me=me,
    )  # fmt: skip


def _row(entry: LogEntry, base: str) -> LogRow:
    device = device_label(entry.user_agent) if entry.user_agent else ""
    return LogRow(
        entry, log_words.what(entry), log_words.thing(entry), log_words.who(entry), device, log_words.changes(entry),
        by_person=_address(base, {"actor": str(entry.actor_id)}) if entry.actor_id else "",
        about_thing=_address(base, {"entity_id": entry.entity_id}),
        from_there=_address(base, {"ip": entry.ip}) if entry.ip else "",
        this_action=_address(base, {"action": entry.action}),
    )  # fmt: skip


def _actions(asked: str) -> list[tuple[str, str]]:
    """Every action with its words, by the words; the one that is asked for too, should it be an old one."""
    names = {*actions(), asked} - {""}
    return sorted(((name, log_words.action_label(name)) for name in names), key=lambda pair: pair[1].casefold())


def _address(path: str, query: dict[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
