"""The API description as a partner's host gives it: without what only the platform's host answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_OF_THE_PLATFORM = {"Super admin", "Partner requests", "Platform"}
_SCHEMA = "#/components/schemas/"


def partners_document(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the document without the platform's own operations, and without the schemas that only they use."""
    paths = {path: methods for path, methods in whole["paths"].items() if not _of_the_platform(methods)}
    components = whole["components"]
    used, waiting = set[str](), set(_schemas_in(paths))
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= set(_schemas_in(components["schemas"][name])) - used
    schemas = {name: schema for name, schema in components["schemas"].items() if name in used}
    ways = {name: way for name, way in components["securitySchemes"].items() if name != "staff"}
    return whole | {"paths": paths, "components": components | {"schemas": schemas, "securitySchemes": ways}}


def _of_the_platform(methods: dict[str, Any]) -> bool:
    return any(_OF_THE_PLATFORM.intersection(operation.get("tags", ())) for operation in methods.values())


def _schemas_in(part: Any) -> Iterator[str]:
    """Yield the names of the schemas that a part of the document refers to."""
    if isinstance(part, dict):
        if str(part.get("$ref", "")).startswith(_SCHEMA):
            yield part["$ref"].removeprefix(_SCHEMA)
        for value in part.values():
            yield from _schemas_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from _schemas_in(value)
