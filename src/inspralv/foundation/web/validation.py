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

T = TypeVar("T")

_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_REPLACED = (
    (re.compile(r"^Object missing required field `.*`$"), "This field is required."),
    (re.compile(r"^Object contains unknown field `.*`$"), "This field is not known."),
    (re.compile(r"^Expected `str` of length >= 1$"), "This field is required."),
    (re.compile(r"^Expected `str` of length >= (\d+)$"), r"Use at least \1 characters."),
    (re.compile(r"^Expected `str` of length <= (\d+)$"), r"Use at most \1 characters."),
    (re.compile(r"^Expected `(?:int|float|number)` >= (\S+)$"), r"Use \1 or more."),
    (re.compile(r"^Expected `(?:int|float|number)` <= (\S+)$"), r"Use \1 or less."),
    (re.compile(r"^Expected `array` of length <= (\d+)$"), r"Use at most \1 entries."),
    (re.compile(r"^Expected `str` matching regex .*$"), "This does not have the expected form."),
    (re.compile(r"^Expected `(.*)`, got `(.*)`$"), r"Expected \1, got \2."),
    (re.compile(r"^Invalid enum value '(.*)'$"), "Choose one of the offered values."),
    (re.compile(r"^Invalid UUID$"), "This is not an identifier."),
)


def read_json(body: bytes, kind: type[T]) -> T:
    """Decode a JSON body. Raises Invalid with every fault."""
    try:
        raw = msgspec.json.decode(body or b"null")
    except msgspec.DecodeError as error:
        raise Invalid("The body is not valid JSON.", errors=(FieldError("", str(error), "malformed"),)) from None
    return validate(raw, kind)


def validate(raw: Any, kind: type[T], *, strict: bool = True) -> T:
    """Convert decoded input to `kind`. `strict=False` reads numbers and booleans from text, as forms and queries send
    them. Raises Invalid with every fault."""
    errors = tuple(find_errors(raw, kind, strict=strict))
    if errors:
        raise Invalid(_summary(errors), errors=errors)
    return msgspec.convert(raw, kind, strict=strict)


def find_errors(raw: Any, kind: Any, *, strict: bool = True, pointer: str = "") -> list[FieldError]:
    """Return every fault of `raw` as a `kind`, each at its own pointer."""
    found = _find_nul(raw, pointer)
    if found:
        return found
    try:
        msgspec.convert(raw, kind, strict=strict)
    except msgspec.ValidationError as error:
        struct = _struct_in(kind)
        if struct is not None and isinstance(raw, Mapping):
            return _walk(raw, struct, strict, pointer) or [_as_error(error, pointer)]
        return [_as_error(error, pointer)]
    return []


def _walk(raw: Mapping[str, Any], struct: Any, strict: bool, pointer: str) -> list[FieldError]:
    errors: list[FieldError] = []
    fields = {f.encode_name: f for f in msgspec.structs.fields(struct)}
    for name, field in fields.items():
        if name in raw:
            errors += find_errors(raw[name], field.type, strict=strict, pointer=f"{pointer}/{_escape(name)}")
        elif field.required:
            errors.append(FieldError(f"{pointer}/{_escape(name)}", "This field is required.", "required"))
    if struct.__struct_config__.forbid_unknown_fields:
        unknown = [name for name in raw if name not in fields]
        errors += [
            FieldError(f"{pointer}/{_escape(str(name))}", "This field is not known.", "unknown") for name in unknown
        ]
    return errors


def _struct_in(kind: Any) -> Any:
    """Return the one struct inside an optional or annotated type, or None."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    if get_origin(kind) in {Union, types.UnionType} or hasattr(kind, "__metadata__"):
        structs = [
            s for s in map(_struct_in, get_args(kind)[: 1 if hasattr(kind, "__metadata__") else None]) if s is not None
        ]
        return structs[0] if len(structs) == 1 else None
    origin = get_origin(kind)
    return origin if isinstance(origin, type) and issubclass(origin, msgspec.Struct) else None


def _find_nul(raw: Any, pointer: str) -> list[FieldError]:
    """PostgreSQL text holds no NUL character, and no lone surrogate."""
    if isinstance(raw, str):
        if "\x00" in raw:
            return [FieldError(pointer, "This contains a character that cannot be stored.", "nul")]
        return []
    if isinstance(raw, Mapping):
        parts = [
            e for k, v in raw.items() for e in (*_find_nul(k, pointer), *_find_nul(v, f"{pointer}/{_escape(str(k))}"))
        ]
        return parts
    if isinstance(raw, list):
        return [e for i, v in enumerate(raw) for e in _find_nul(v, f"{pointer}/{i}")]
    return []


def _as_error(error: msgspec.ValidationError, pointer: str) -> FieldError:
    text = str(error)
    if match := _PATH.search(text):
        text = text[: match.start()]
        pointer += "".join(f"/{_escape(part)}" for part in re.findall(r"[^.\[\]]+", match["path"]) if part != "...")
    for pattern, words in _REPLACED:
        if pattern.match(text):
            return FieldError(pointer, pattern.sub(words, text))
    return FieldError(pointer, text)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _summary(errors: tuple[FieldError, ...]) -> str:
    if len(errors) == 1:
        where = errors[0].pointer.strip("/").replace("/", ".")
        return f"{where}: {errors[0].message}" if where else errors[0].message
    return f"{len(errors)} fields need attention."
