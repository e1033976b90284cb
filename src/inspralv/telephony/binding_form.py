"""The workspace's form of one number: who answers and calls, the week, the rest of the time.

Rows of hours are fields such as `hours.mon.0.start`. A row that was emptied is taken away; buttons add rows and lay
down whole weeks, without saving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inspralv.foundation.language.texts import N_
from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors
from inspralv.telephony.hours import DAYS, MOST_SPANS, PRESETS
from inspralv.telephony.schemas import BindingChange, Number

LABELS = {
    "mon": N_("Monday"), "tue": N_("Tuesday"), "wed": N_("Wednesday"), "thu": N_("Thursday"), "fri": N_("Friday"), "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}  # fmt: skip
PRESET_LABELS = {
    "office": N_("Office, Mon to Fri 9 to 5"), "shop": N_("Shop, Mon to Sat"), "practice": N_("Practice with a midday break"),
    "after_hours": N_("Evenings, nights and weekends"),
}  # fmt: skip
_PARTS = ("agent_id", "number", "message")
_KINDS = {"agent": "agent_id", "number": "number", "message": "message"}
Raw = dict[str, Any]


class DayRow(msgspec.Struct, frozen=True):
    """A weekday and its spans as typed."""

    day: str
    label: str
    spans: Sequence[Mapping[str, str]]
    has_room: bool


class HoursForm(msgspec.Struct, frozen=True):
    """The week as typed. `closed` ends with a blank, for one more."""

    is_on: bool
    timezone: str
    days: Sequence[DayRow]
    closed: Sequence[str]


def stored_values(number: Number) -> tuple[dict[str, str], Raw | None]:
    """Return what the form shows of a stored number, and its hours."""
    names = ("friendly_name", "description", "inbound_agent_id", "outbound_agent_id")
    values = {name: str(getattr(number, name) or "") for name in names} | {"version": str(number.version)}
    fallback = number.fallback
    if fallback is not None:
        values["fallback.kind"] = fallback.kind
        values |= {f"fallback.{part}": str(getattr(fallback, part) or "") for part in _PARTS}
    return values, msgspec.to_builtins(number.hours) if number.hours else None


def read_change(fields: Mapping[str, str]) -> tuple[BindingChange | None, Form[BindingChange], Raw]:
    """Return the change (None when there are faults), the form to show again, and the hours as typed."""
    raw: Raw = {name: _text(fields, name) or None for name in ("friendly_name", "description") if name in fields}
    for name in ("inbound_agent_id", "outbound_agent_id"):
        if name in fields:
            raw[name] = _text(fields, name) or None
    hours = read_hours(fields)
    if "hours.timezone" in fields:  # the form has no hours where the provider cannot keep any
        is_on = fields.get("hours_on") == "true"
        raw |= {"hours": hours if is_on else None, "fallback": _fallback(fields) if is_on else None}
    errors = find_errors(raw, BindingChange)
    return (None if errors else msgspec.convert(raw, BindingChange)), Form(dict(fields), messages(errors)), hours


def read_hours(fields: Mapping[str, str]) -> Raw:
    """Return the week as typed, without rows and dates that were left blank."""
    raw: Raw = {"timezone": _text(fields, "hours.timezone")}
    for day in DAYS:
        rows = [
            {part: _text(fields, f"hours.{day}.{i}.{part}") for part in ("start", "end")} for i in range(MOST_SPANS)
        ]
        raw[day] = [row for row in rows if row["start"] or row["end"]]
    closed = sorted((name for name in fields if name.startswith("hours.closed_days.")), key=_place)
    raw["closed_days"] = [text for name in closed if (text := _text(fields, name))]
    return raw


def changed_hours(hours: Raw, do: str) -> Raw:
    """Return the week after a button: `add:mon` adds a row, `preset:office` lays down a week."""
    verb, _, what = do.partition(":")
    if verb == "add" and what in DAYS and len(hours[what]) < MOST_SPANS:
        return {**hours, what: [*hours[what], {"start": "", "end": ""}]}
    if verb == "preset" and what in PRESETS:
        week = {day: msgspec.to_builtins(PRESETS[what].get(day, [])) for day in DAYS}
        return {**hours, **week}
    return hours


def hours_form(hours: Raw | None, *, is_on: bool, timezone: str) -> HoursForm:
    """Return the week as the page shows it; without one, the usual week in the workspace's time zone."""
    shown = hours or changed_hours({"timezone": timezone, "closed_days": []}, "preset:office")
    days = [DayRow(day, LABELS[day], shown.get(day) or (), len(shown.get(day) or ()) < MOST_SPANS) for day in DAYS]
    return HoursForm(is_on, shown["timezone"] or timezone, days, (*shown.get("closed_days", ()), ""))


def _fallback(fields: Mapping[str, str]) -> Raw | None:
    kind = _text(fields, "fallback.kind")
    if not kind:
        return None
    part = _KINDS.get(kind)
    return {"kind": kind, **({part: _text(fields, f"fallback.{part}") or None} if part else {})}


def _place(name: str) -> int:
    text = name.rpartition(".")[2]
    return int(text) if text.isdecimal() and len(text) < 4 else 0  # noqa: PLR2004 - there are at most 100


def _text(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip()
