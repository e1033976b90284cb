"""JSON bodies, read strictly before they become structs.

What turns them into structs is fast and stops at the first fault; it takes the last of two equal names, and gives up on
bytes that are no text. Here the whole body is looked at once, so that each of these is named at its own place.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from litestar import Request

from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.errors import FieldError, UnsupportedMedia
from inspralv.foundation.web.validation import NOT_STORABLE, escape, find_errors, invalid, is_storable, sendable

JSON_KEY = "json"  # of a route's options: what its body becomes
_DEEPEST = 64  # levels of nesting; more than any body of ours has
_TOO_DEEP = N_("This is nested too deeply.")
_LONGEST_WHOLE = 30  # digits; beyond, a number counts as what it is near to


class _Pairs(list[tuple[str, Any]]):
    """An object as it was written, with every name."""


async def require_json(request: Request[Any, Any, Any], kind: Any) -> None:
    """Read the body and refuse it unless it is sound JSON. Raises UnsupportedMedia; Invalid with every fault, those of
    the body as a `kind` included; TooLarge."""
    body = await request.body()
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (media or body) and media != "application/json" and not re.fullmatch(r"application/\S+\+json", media):
        raise UnsupportedMedia(_("Send the body as application/json."))
    read, faults = read_strictly(body)
    misfits = [fault for fault in find_errors(read, kind) if fault.pointer not in _places(faults)]
    if faults or misfits:
        raise invalid((*faults, *misfits))


def read_strictly(body: bytes) -> tuple[Any, tuple[FieldError, ...]]:
    """Return the body as plain values, and what is wrong with it as JSON. A body that cannot be read at all is None."""
    try:
        written = json.loads(
            body.decode(), object_pairs_hook=_Pairs, parse_int=_whole_number, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        return None, (FieldError("", _("The body is not UTF-8 (byte %(place)s).", place=error.start), "malformed"),)
    except RecursionError:
        return None, (FieldError("", _TOO_DEEP, "depth"),)
    except ValueError as error:
        return None, (FieldError("", _("The body is not valid JSON: %(error)s", error=error), "malformed"),)
    faults = tuple(_find_faults(written, "", 0))
    return (None if any(fault.code == "depth" for fault in faults) else _plain(written)), faults


def _find_faults(value: Any, pointer: str, depth: int) -> Iterator[FieldError]:
    if depth > _DEEPEST:
        yield FieldError(pointer, _TOO_DEEP, "depth")
    elif isinstance(value, str) and not is_storable(value):
        yield FieldError(pointer, NOT_STORABLE, "nul")
    elif isinstance(value, float) and not math.isfinite(value):
        yield FieldError(pointer, _("This number is out of range."), "range")
    elif isinstance(value, _Pairs):
        yield from _find_faults_of_object(value, pointer, depth)
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from _find_faults(part, f"{pointer}/{i}", depth + 1)


def _find_faults_of_object(pairs: _Pairs, pointer: str, depth: int) -> Iterator[FieldError]:
    met = set[str]()
    for name, part in pairs:
        place = f"{pointer}/{escape(name)}"
        if name in met:
            yield FieldError(place, _("This name occurs more than once."), "repeated")
        met.add(name)
        if not is_storable(name):
            yield FieldError(place, NOT_STORABLE, "nul")
        yield from _find_faults(part, place, depth + 1)


def _plain(value: Any) -> Any:
    if isinstance(value, _Pairs):
        return {sendable(name): _plain(part) for name, part in value}
    if isinstance(value, str):
        return sendable(value)
    return [_plain(part) for part in value] if isinstance(value, list) else value


def _places(faults: tuple[FieldError, ...]) -> set[str]:
    return {fault.pointer for fault in faults}


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_WHOLE else float(digits)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
