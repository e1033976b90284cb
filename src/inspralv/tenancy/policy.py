"""What a workspace may be called, where it may lie in time, and what it may be allowed."""

from __future__ import annotations

import re
import secrets
import unicodedata
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from inspralv.foundation.errors import FieldError, Forbidden, Invalid
from inspralv.foundation.language.texts import N_, _, said
from inspralv.foundation.web.formats import number
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.plans import OF_WORKSPACE, allowance
from inspralv.tenancy.room import who_says
from inspralv.tenancy.variables import Variable, variable_errors

_SLUG_LENGTH = 100
_SUFFIX_LENGTH = 4
_SUFFIX_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SUFFIXES_TO_TRY = 8
_CONTINENTS = {
    "Africa": N_("Africa"), "America": N_("America"), "Antarctica": N_("Antarctica"), "Arctic": N_("Arctic"),
    "Asia": N_("Asia"), "Atlantic": N_("Atlantic"), "Australia": N_("Australia"), "Europe": N_("Europe"),
    "Indian": N_("Indian Ocean"), "Pacific": N_("Pacific"),
}  # fmt: skip
_REGIONS = tuple(f"{name}/" for name in _CONTINENTS)


_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ł": "l", "Ł": "l",
                          "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i"})  # fmt: skip


def slug_of(name: str) -> str:
    """Return the address part made of a name: "Müller & Söhne" becomes "muller-sohne"."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS)).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return words[:_SLUG_LENGTH].strip("-") or "workspace"


def slugs_to_try(wanted: str) -> Iterator[str]:
    """Yield the slug itself, then the slug with four random base-36 characters, a few times."""
    yield wanted
    for _rest in range(_SUFFIXES_TO_TRY):
        suffix = "".join(secrets.choice(_SUFFIX_LETTERS) for _rest in range(_SUFFIX_LENGTH))
        yield f"{wanted[: _SLUG_LENGTH - _SUFFIX_LENGTH - 1]}-{suffix}"


@cache
def time_zones() -> tuple[str, ...]:
    """Return the zones people choose from, sorted: the IANA list's places, and UTC."""
    return ("UTC", *sorted(name for name in zoneinfo.available_timezones() if name.startswith(_REGIONS)))


def zones_by_region(current: str) -> dict[str, list[str]]:
    """Return the zones under the names of their continents for a list to choose from; `current` is on it even if it is no longer
    among ours."""
    regions: dict[str, list[str]] = {"": [*({current} - {*time_zones()}), "UTC"]}
    for name in time_zones()[1:]:
        regions.setdefault(said(_CONTINENTS[name.partition("/")[0]]), []).append(name)
    return regions


def require_zone(name: str) -> None:
    """Refuse a time zone that is not on the list. Raises Invalid."""
    if name not in time_zones():
        told = _("Choose a time zone of the list.")
        raise Invalid(f"timezone: {told}", errors=(FieldError("/timezone", told),))


def require_within_plan(partner: Partner, wanted: Mapping[str, Any], pointer: str = "/resource_limits") -> None:
    """Refuse limits of a workspace, by the names it has for them, beyond what the partner itself is allowed. Raises
    Forbidden with every fault."""
    errors = []
    for limit, name in OF_WORKSPACE.items():
        most, allowed = wanted.get(name), allowance(partner, None, limit)
        if most is not None and allowed.most is not None and most > allowed.most:
            says = _(
                "%(partner)s %(most)s at most (%(name)s).",
                partner=who_says(partner, allowed),
                most=number(allowed.most),
                name=allowed.name,
            )
            errors.append(
                FieldError(f"{pointer}/{name}", _("%(says)s Ask for less, or move to a larger plan.", says=says))
            )
    if errors:
        raise Forbidden(" ".join(error.message for error in errors), errors=tuple(errors))


def require_variables(variables: Sequence[Variable]) -> None:
    """Refuse variables that cannot stand together. Raises Invalid."""
    errors = tuple(variable_errors(variables, "/custom_variables"))
    if errors:
        raise Invalid(
            _("%(errors)s fields need attention.", errors=len(errors)) if len(errors) > 1 else errors[0].message,
            errors=errors,
        )
