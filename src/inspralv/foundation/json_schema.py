"""JSON schemas that people write: whether one is a schema we can work with, and whether a value fits it.

A schema is foreign text and the values come from a language model, so nothing is fetched (`$ref` stays inside the
schema) and `pattern` is left to whoever gets the value: one expression can keep a machine busy for hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

MOST_BYTES: Final = 20_000
MOST_LEVELS: Final = 12
_MOST_FAULTS = 5


def _unjudged(*_: Any) -> Iterator[ValidationError]:
    return iter(())


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _unjudged, "patternProperties": _unjudged, "$dynamicRef": _unjudged}
)


def schema_fault(schema: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a schema, in words for the person who wrote it; None when it can be used."""
    if len(msgspec.json.encode(schema)) > MOST_BYTES:
        return f"This schema is too long: use at most {MOST_BYTES:,} characters."
    if _levels(schema) > MOST_LEVELS:
        return f"This schema is too deep: use at most {MOST_LEVELS} levels."
    if schema.get("type") != "object":
        return 'A JSON schema whose "type" is "object" is expected.'
    outside = next((ref for ref in _references(schema) if not ref.startswith("#")), None)
    if outside is not None:
        return f"“$ref” must stay inside the schema, such as “#/$defs/name”; this one is “{outside[:80]}”."
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as fault:
        return f"{_place(fault.absolute_path)}{_words(fault)}"
    return _unusable(schema)


def misfits(value: object, schema: Mapping[str, Any]) -> list[str]:
    """Return in what a value does not fit a schema, a few faults at most; empty when it does."""
    try:
        found = islice(_validator(schema).iter_errors(value), _MOST_FAULTS)
        return [f"{_place(fault.absolute_path)}{_words(fault)}" for fault in found]
    except (Unresolvable, RecursionError) as error:
        return [f"the tool's own schema cannot be used: {type(error).__name__}"]


def _unusable(schema: Mapping[str, Any]) -> str | None:
    """Try the schema on an empty object: references must lead somewhere, and not in circles."""
    try:
        list(_validator(schema).iter_errors({}))
    except Unresolvable as error:
        return f"A “$ref” of this schema leads nowhere: “{error.ref}”."
    except RecursionError:
        return "A “$ref” of this schema leads back to itself."
    return None


def _validator(schema: Mapping[str, Any]) -> Any:
    return _Validator(schema, registry=Registry())


def _words(fault: ValidationError | SchemaError) -> str:
    text = str(fault.message)
    return text if len(text) <= 200 else f"{text[:199]}…"  # noqa: PLR2004 - a message, not the value


def _place(path: Any) -> str:
    place = ".".join(str(part) for part in path)
    return f"{place}: " if place else ""


def _levels(value: Any) -> int:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return 1 + max((_levels(one) for one in inner), default=0)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in {"$ref", "$dynamicRef"} and isinstance(inner, str):
                yield inner
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
