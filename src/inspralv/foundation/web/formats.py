"""How figures, times and names are written on pages: US English, tabular, exact where it matters.

These are the filters of every template; each takes a plain value and returns text (or a marked-up `<time>`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from markupsafe import Markup

from inspralv.foundation.clock import system_clock
from inspralv.foundation.money import MICROS

_CENT = MICROS // 100
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SOON = 45
_WEEK_DAYS = 7
_LETTERS = 2
# Country codes of one and two digits (ITU-T E.164 assignments); every other code has three.
_ONE_DIGIT = frozenset({"1", "7"})
_TWO_DIGITS = frozenset(
    str(code)
    for block in (
        (20, 27),
        range(30, 35),
        (36, 39),
        (40, 41),
        range(43, 50),
        range(51, 59),
        range(60, 67),
        (81, 82, 84, 86),
        range(90, 96),
        (98,),
    )
    for code in block
)
_NANP_LENGTH = 10


def money(micros: int | None) -> str:
    """Write an amount in micro-units of US dollars: "$0.27", four decimals below a cent, a dash for none."""
    if micros is None:
        return "–"
    sign, size = ("-" if micros < 0 else ""), abs(micros)
    places = 4 if 0 < size < _CENT else 2
    return f"{sign}${Decimal(size) / MICROS:,.{places}f}"


def duration(seconds: float | None) -> str:
    """Write a length of time in seconds: "2:27", from an hour on "1h 2m", a dash for none."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole >= _HOUR:
        return f"{whole // _HOUR}h {whole % _HOUR // _MINUTE}m"
    return f"{whole // _MINUTE}:{whole % _MINUTE:02d}"


def number(value: float | None) -> str:
    """Write a number with thousands separated and at most one decimal, a dash for none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def exact(at: datetime | None, zone: str = "UTC") -> str:
    """Write a moment in full in a time zone (an IANA name): "Nov 25, 2026, 3:30 PM EST"."""
    if at is None:
        return "–"
    local = at.astimezone(ZoneInfo(zone))
    hour = local.hour % 12 or 12
    return f"{local:%b} {local.day}, {local.year}, {hour}:{local:%M} {'AM' if local.hour < 12 else 'PM'} {local:%Z}"  # noqa: PLR2004


def relative(at: datetime, now: datetime) -> str:
    """Write how far a moment is from now: "just now", "6 min ago", "in 2 h", "3 d ago"; beyond a week, the date."""
    distance = (now - at).total_seconds()
    size = abs(distance)
    if size < _SOON:
        return "just now"
    if size >= _WEEK_DAYS * _DAY:
        return f"{at:%b} {at.day}" if at.year == now.year else f"{at:%b} {at.day}, {at.year}"
    unit, name = (_MINUTE, "min") if size < _HOUR else (_HOUR, "h") if size < _DAY else (_DAY, "d")
    amount = f"{max(1, round(size / unit))} {name}"
    return f"{amount} ago" if distance > 0 else f"in {amount}"


def ago(at: datetime | None, zone: str = "UTC") -> Markup:
    """Return a `<time>` with the relative time, kept current in the browser, and the exact one on hover."""
    if at is None:
        return Markup('<span class="text-muted-foreground">–</span>')
    local = at.astimezone(ZoneInfo(zone))
    return Markup('<time datetime="%s" title="%s" data-relative>%s</time>') % (
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        exact(at, zone),
        relative(local, system_clock().astimezone(ZoneInfo(zone))),
    )


def phone(number: str | None) -> str:
    """Write an E.164 number for reading, grouped after its country code; anything else stays as it is."""
    if not number:
        return ""
    digits = number.removeprefix("+")
    if not number.startswith("+") or not digits.isdecimal():
        return number
    size = 1 if digits[:1] in _ONE_DIGIT else 2 if digits[:2] in _TWO_DIGITS else 3
    code, rest = digits[:size], digits[size:]
    if code == "1" and len(rest) == _NANP_LENGTH:
        return f"+1 ({rest[:3]}) {rest[3:6]}-{rest[6:]}"
    head = len(rest) % 3 or min(3, len(rest))
    groups = [rest[:head], *(rest[i : i + 3] for i in range(head, len(rest), 3))]
    if len(groups) > 1 and len(groups[0]) == 1:
        groups[:2] = [groups[0] + groups[1]]
    return " ".join([f"+{code}", *filter(None, groups)])


def initials(name: str | None) -> str:
    """Return one or two letters that stand for a name."""
    words = [word for word in (name or "").split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:_LETTERS]).upper() or "?"
