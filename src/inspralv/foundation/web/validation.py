"""Input against a struct, reporting every fault at once.

msgspec stops at the first error. That is fine on the happy path; when it fails, the same input is walked field by field
so that a person or a client sees all of it.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import N_, _, said

T = TypeVar("T")

NOT_STORABLE = N_("This contains a character that cannot be stored.")
_HALVES = re.compile("[\ud800-\udfff]")
_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_REPLACED = (
    (re.compile(r"^Object missing required field `.*`$"), N_("This field is required.")),
    (re.compile(r"^Object contains unknown field `.*`$"), N_("This field is not known.")),
    (re.compile(r"^Expected `str` of length >= 1$"), N_("This field is required.")),
    (re.compile(r"^Expected `str` of length >= (?P<n>\d+)$"), N_("Use at least %(n)s characters.")),
    (re.compile(r"^Expected `str` of length <= (?P<n>\d+)$"), N_("Use at most %(n)s characters.")),
    (re.compile(r"^Expected `(?:int|float|number)` >= (?P<n>\S+)$"), N_("Use %(n)s or more.")),
    (re.compile(r"^Expected `(?:int|float|number)` <= (?P<n>\S+)$"), N_("Use %(n)s or less.")),
    (re.compile(r"^Expected `array` of length >= 1$"), N_("Add at least one entry.")),
    (re.compile(r"^Expected `array` of length >= (?P<n>\d+)$"), N_("Add at least %(n)s entries.")),
    (re.compile(r"^Expected `array` of length <= (?P<n>\d+)$"), N_("Use at most %(n)s entries.")),
    (re.compile(r"^Expected `str` matching regex .*@.*$"), N_("Enter an address like name@company.com.")),
    (re.compile(r"^Expected `str` matching regex .*$"), N_("This does not have the expected form.")),
    (re.compile(r"^Expected `(?P<wanted>.*)`, got `(?P<got>.*)`$"), N_("Expected %(wanted)s, got %(got)s.")),
    (re.compile(r"^Invalid enum value '.*'$"), N_("Choose one of the offered values.")),
    (re.compile(r"^Invalid UUID$"), N_("This is not an identifier.")),
)


def validate(raw: Any, kind: type[T], *, strict: bool = True) -> T:
    """Convert decoded input to `kind`. `strict=False` reads numbers and booleans from text, as forms and queries send
    them. Raises Invalid with every fault."""
    errors = tuple(find_errors(raw, kind, strict=strict))
    if errors:
        raise invalid(errors)
    return msgspec.convert(raw, kind, strict=strict)


def find_errors(raw: Any, kind: Any, *, strict: bool = True) -> list[FieldError]:
    """Return every fault of `raw` as a `kind`, each at its own pointer."""
    return [*_find_unstorable(raw, ""), *_find_misfits(raw, kind, strict, "")]


def _find_misfits(raw: Any, kind: Any, strict: bool, pointer: str) -> list[FieldError]:
    try:
        msgspec.convert(raw, kind, strict=strict)
    except msgspec.ValidationError as error:
        return _look_inside(raw, kind, strict, pointer) or [_as_error(error, pointer)]
    return []


def _look_inside(raw: Any, kind: Any, strict: bool, pointer: str) -> list[FieldError]:
    """Return the faults of the parts of an object or a list; none when the whole is at fault."""
    if isinstance(raw, Mapping) and (struct := _struct_for(raw, kind)) is not None:
        return _walk(raw, struct, strict, pointer)
    if isinstance(raw, list) and (item := _item_of(kind)) is not None:
        return [e for i, part in enumerate(raw) for e in _find_misfits(part, item, strict, f"{pointer}/{i}")]
    if isinstance(raw, Mapping) and (entry := _entry_of(kind)) is not None:
        named, of = entry
        places = [(name, value, f"{pointer}/{escape(str(name))}") for name, value in raw.items()]
        return [
            e for name, value, at in places
            for e in _find_misfits(name, named, strict, at) or _find_misfits(value, of, strict, at)
        ]  # fmt: skip
    return []


def _walk(raw: Mapping[str, Any], struct: Any, strict: bool, pointer: str) -> list[FieldError]:
    errors: list[FieldError] = []
    config = struct.__struct_config__
    fields = {f.encode_name: f for f in msgspec.structs.fields(struct)}
    for name, field in fields.items():
        if name in raw:
            errors += _find_misfits(raw[name], field.type, strict, f"{pointer}/{escape(name)}")
        elif field.required:
            errors.append(FieldError(f"{pointer}/{escape(name)}", _("This field is required."), "required"))
    if config.forbid_unknown_fields:
        unknown = [name for name in raw if name not in fields and name != config.tag_field]
        errors += [
            FieldError(f"{pointer}/{escape(str(name))}", _("This field is not known."), "unknown") for name in unknown
        ]
    return errors


def _parts_of(kind: Any) -> list[Any]:
    """Return the options of a type: those of a union, each without its annotations."""
    if hasattr(kind, "__metadata__"):
        return _parts_of(get_args(kind)[0])
    if get_origin(kind) in {Union, types.UnionType}:
        return [part for option in get_args(kind) for part in _parts_of(option)]
    return [kind]


def _struct_for(raw: Mapping[str, Any], kind: Any) -> Any:
    """Return the struct that an object is meant to be: the only one, or the one of its tag; None when there is none."""
    origins = [get_origin(part) or part for part in _parts_of(kind)]
    structs = [part for part in origins if isinstance(part, type) and issubclass(part, msgspec.Struct)]
    if len(structs) > 1:
        configs = [(struct, struct.__struct_config__) for struct in structs]
        structs = [struct for struct, config in configs if config.tag_field and raw.get(config.tag_field) == config.tag]
    return structs[0] if len(structs) == 1 else None


def _item_of(kind: Any) -> Any:
    """Return what the entries of a list are, or None."""
    lists = [part for part in _parts_of(kind) if get_origin(part) is list]
    return get_args(lists[0])[0] if len(lists) == 1 else None


def _entry_of(kind: Any) -> tuple[Any, Any] | None:
    """Return what the names and values of an object without fixed fields are, or None."""
    maps = [part for part in _parts_of(kind) if get_origin(part) is dict]
    return get_args(maps[0]) if len(maps) == 1 else None


def _find_unstorable(raw: Any, pointer: str) -> list[FieldError]:
    if isinstance(raw, str):
        return [] if is_storable(raw) else [FieldError(pointer, said(NOT_STORABLE), "nul")]
    if isinstance(raw, Mapping):
        pairs = [(name, inner, f"{pointer}/{escape(str(name))}") for name, inner in raw.items()]
        return [e for name, inner, at in pairs for part in (name, inner) for e in _find_unstorable(part, at)]
    if isinstance(raw, list):
        return [e for i, part in enumerate(raw) for e in _find_unstorable(part, f"{pointer}/{i}")]
    return []


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold a text: it takes no NUL character and no half of a surrogate pair."""
    return "\x00" not in text and (text.isascii() or not _HALVES.search(text))


def _as_error(error: msgspec.ValidationError, pointer: str) -> FieldError:
    text = str(error)
    if match := _PATH.search(text):
        text = text[: match.start()]
        pointer += "".join(f"/{escape(part)}" for part in re.findall(r"[^.\[\]]+", match["path"]) if part != "...")
    return FieldError(pointer, plain_words(text))


def plain_words(text: str) -> str:
    """Return what msgspec says of a value in words for people."""
    for pattern, words in _REPLACED:
        if found := pattern.match(text):
            return _(words, **found.groupdict())
    return text


def sendable(text: str) -> str:
    """Return a text with halves of surrogate pairs spelled out: they are no characters, and no encoding has them."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def escape(name: str) -> str:
    """Return a name as a part of a JSON Pointer that can be sent."""
    return sendable(name).replace("~", "~0").replace("/", "~1")


def invalid(errors: tuple[FieldError, ...]) -> Invalid:
    """Return the refusal that names these faults."""
    if len(errors) > 1:
        return Invalid(_("%(errors)s fields need attention.", errors=len(errors)), errors=errors)
    where = errors[0].pointer.strip("/").replace("/", ".")
    return Invalid(f"{where}: {errors[0].message}" if where else errors[0].message, errors=errors)
