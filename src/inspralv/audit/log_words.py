"""Entries of the log in plain words."""

from __future__ import annotations

from typing import Any

import msgspec

from inspralv.audit.log_schemas import LONGEST_VALUE, Change, LogEntry
from inspralv.audit.log_terms import DEEDS, THINGS
from inspralv.foundation.language.texts import N_, _, said

ACTORS = {
    "user": N_("People"),
    "system": N_("The system"),
    "provider": N_("The voice provider"),
    "staff": N_("The platform’s operator"),
    "anonymous": N_("Somebody who was not signed in"),
}

_NAMES = ("name", "email", "hostname")  # the fields that name a thing, the best first


def what(entry: LogEntry) -> str:
    """Say what was done: `agent.role_changed` becomes “Agent: role changed”."""
    return action_label(entry.action)


def thing(entry: LogEntry) -> str:
    """Return the name of what it was done to, where the entry tells it, else nothing."""
    told = (entry.old_values or {}) | (entry.new_values or {})
    return next((told[name] for name in _NAMES if isinstance(told.get(name), str)), "")


def action_label(action: str) -> str:
    """Return an action in words, whether or not it is one of today's: entries keep the name they were written with."""
    thing, _rest, deed = action.partition(".")
    if not deed:
        return label(thing)
    return f"{_('%(label)s:', label=label(thing))} {said(DEEDS.get(deed, _plain(deed)))}"


def label(kind: str) -> str:
    """Return a kind of thing as a word."""
    return said(THINGS.get(kind, _plain(kind).capitalize()))


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def who(entry: LogEntry) -> str:
    """Say who did it. People whose account is gone have no name any more; staff have one in the console alone."""
    if entry.actor_kind != "user" and not entry.actor_name:
        return said(ACTORS.get(entry.actor_kind, entry.actor_kind))
    return entry.actor_name or entry.actor_email or _("Somebody whose account is gone")


def changes(entry: LogEntry, longest: int = LONGEST_VALUE) -> list[Change]:
    """Return the changed fields in order, each value cut to `longest` characters."""
    old, new = _flat(entry.old_values or {}), _flat(entry.new_values or {})
    return [Change(name, _cut(old.get(name), longest), _cut(new.get(name), longest)) for name in sorted({*old, *new})]


def _flat(values: dict[str, Any], before: str = "") -> dict[str, str]:
    """Return values as text, with the fields of objects by their path."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict) and value:
            found |= _flat(value, f"{before}{name}.")
        elif value is not None:
            found[before + name] = _text(value)
    return found


def _text(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _cut(text: str | None, longest: int) -> str | None:
    return text if text is None or len(text) <= longest else f"{text[:longest]}…"
