"""How figures, times and names are written on pages: in the language that is spoken, exact where it matters.

These are the filters of every template; each takes a plain value and returns text (or a marked-up `<time>`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from markupsafe import Markup

from inspralv.foundation.clock import system_clock
from inspralv.foundation.language.languages import SOURCE, Language, spoken
from inspralv.foundation.language.texts import _
from inspralv.foundation.money import MICROS

_CENT = MICROS // 100
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SOON = 45
_WEEK_DAYS = 7
_LETTERS = 2
_KILO = 1000
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
    size = abs(micros)
    before, after = _money_signs(spoken())[micros < 0]
    return f"{before}{_grouped(Decimal(size) / MICROS, 4 if 0 < size < _CENT else 2)}{after}"


def duration(seconds: float | None) -> str:
    """Write a length of time in seconds: "2:27", from an hour on "1h 2m", a dash for none."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    if whole >= _HOUR:
        return _("%(hours)sh %(minutes)sm", hours=whole // _HOUR, minutes=whole % _HOUR // _MINUTE)
    return f"{whole // _MINUTE}:{whole % _MINUTE:02d}"


def number(value: float | None) -> str:
    """Write a number with thousands separated and at most one decimal, a dash for none."""
    if value is None:
        return "–"
    return _grouped(value, 0 if value == int(value) else 1)


def percent(value: float) -> str:
    """Write a number of percent with at most one decimal: "79.3%"."""
    return f"{number(value)}{_percent_sign(spoken())}"


def signed(value: float) -> str:
    """Write a difference with its sign and at most one decimal: "+16", "-0.7"."""
    return f"{'+' if value >= 0 else '-'}{number(abs(round(value, 1)))}"


def day(at: date | datetime) -> str:
    """Write a date: "Nov 25, 2026"."""
    return format_date(at, "medium", locale=_locale(spoken()))


def day_of_year(at: date | datetime) -> str:
    """Write a date without its year: "Nov 25"."""
    return format_skeleton("MMMd", at, locale=_locale(spoken()))


def month(at: date | datetime) -> str:
    """Write a month: "Nov 2026"."""
    return format_skeleton("yMMM", at, locale=_locale(spoken()))


def file_size(size: int | None) -> str:
    """Write a number of bytes in units of a thousand: "812 bytes", "14 kB", "2.3 MB", a dash for none."""
    if size is None:
        return "–"
    if size < _KILO:
        return _("%(size)s bytes", size=size)
    if size < _KILO**2:
        return f"{_grouped(size / _KILO, 0)} kB"
    return f"{_grouped(size / _KILO**2, 1)} MB"


def exact(at: datetime | None, zone: str = "UTC") -> str:
    """Write a moment in full in a time zone (an IANA name): "Nov 25, 2026, 3:30 PM EST"."""
    if at is None:
        return "–"
    local = at.astimezone(ZoneInfo(zone))
    clock = format_time(local, "short", locale=_locale(spoken())).replace("\u202f", " ")
    return f"{day(local)}, {clock} {local:%Z}"


def relative(at: datetime, now: datetime) -> str:
    """Write how far a moment is from now: "just now", "6 min ago", "in 2 h", "3 d ago"; beyond a week, the date."""
    distance = (now - at).total_seconds()
    size = abs(distance)
    if size < _SOON:
        return _("just now")
    if size >= _WEEK_DAYS * _DAY:
        return day_of_year(at) if at.year == now.year else day(at)
    unit, name = (_MINUTE, _("min")) if size < _HOUR else (_HOUR, _("h")) if size < _DAY else (_DAY, _("d"))
    amount = f"{max(1, round(size / unit))} {name}"
    return _("%(amount)s ago", amount=amount) if distance > 0 else _("in %(amount)s", amount=amount)


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


def language_name(tag: str, label: str = "") -> str:
    """Return what a language is called, by its BCP 47 tag: "German" for "de", "German (Austria)" for "de-AT". `label`
    is what English calls it, and what stands for a tag that nobody knows."""
    if label and spoken() == SOURCE:
        return label
    try:
        name = Locale.parse(tag, sep="-").get_display_name(spoken())
    except (ValueError, UnknownLocaleError):
        name = None
    return (name[:1].upper() + name[1:]) if name else label or tag


@cache
def _locale(language: Language) -> Locale:
    return Locale(language)


@cache
def _separators(language: Language) -> dict[int, str]:
    """Return what stands for the comma between thousands and for the decimal point."""
    signs = _locale(language).number_symbols["latn"]
    return str.maketrans({",": signs["group"], ".": signs["decimal"]})


@cache
def _percent_sign(language: Language) -> str:
    return str(_locale(language).percent_formats[None].suffix[0])


@cache
def _money_signs(language: Language) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return what stands before and after an amount of US dollars: of a positive one, of a negative one."""
    locale = _locale(language)
    pattern = locale.currency_formats["standard"]
    dollar = locale.currency_symbols.get("USD", "$")
    plus, minus = (
        (before.replace("¤", dollar), after.replace("¤", dollar))
        for before, after in zip(pattern.prefix, pattern.suffix, strict=True)
    )
    return plus, minus


def _grouped(value: float | Decimal, places: int) -> str:
    return f"{value:,.{places}f}".translate(_separators(spoken()))


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
