"""The readable API reference: the same document that /api/openapi.json gives to programs, laid out for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from inspralv.foundation.errors import NotFound
from inspralv.shell.openapi import anchor

_DEEPEST = 4  # levels of nested fields that are spelled out
_WHO = {
    "public": "Anybody",
    "signed_in": "Anybody who is signed in",
    "partner": "Members of the partner",
    "workspace": "Members of the workspace",
    "staff": "The platform's staff",
}
_PLACES = ("path", "query", "header", "cookie")
_METHODS = ("get", "post", "put", "patch", "delete")

Document = Mapping[str, Any]


class FieldRow(msgspec.Struct, frozen=True):
    """A field or parameter. `where` is path, query or header, and empty for fields of a body."""

    name: str
    type: str
    required: bool
    note: str = ""
    where: str = ""


class AnswerRow(msgspec.Struct, frozen=True):
    """One possible answer; errors share one body, so theirs is described once for all."""

    status: str
    meaning: str
    type: str
    fields: tuple[FieldRow, ...] = ()


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path. `permission` is empty where no particular right is needed,
    `scope` where API keys are not taken."""

    id: str
    method: str
    path: str
    summary: str
    text: str
    who: str
    permission: str
    scope: str
    parameters: tuple[FieldRow, ...]
    body: tuple[FieldRow, ...]
    answers: tuple[AnswerRow, ...]


class OperationGroup(msgspec.Struct, frozen=True):
    """The operations under one tag."""

    tag: str
    id: str
    operations: tuple[Operation, ...]


class DocsPage(msgspec.Struct, frozen=True):
    """The reference: an overview of everything, or the one group that is `shown`. `home` is where the host's API lives,
    `problem` lists the fields of every error."""

    home: str
    title: str
    text: str
    groups: tuple[OperationGroup, ...]
    shown: OperationGroup | None
    problem: tuple[FieldRow, ...]


def docs_page(document: Document, home: str, area: str) -> DocsPage:
    """Lay an OpenAPI document out by tag, path and method; `area` is the group to show, "" for an overview. Raises NotFound
    when there is no such group."""
    by_tag: dict[str, list[Operation]] = {}
    for path in sorted(document["paths"]):
        for method in _METHODS:
            if operation := document["paths"][path].get(method):
                tag = (operation.get("tags") or ["Other"])[0]
                by_tag.setdefault(tag, []).append(_operation(document, method, path, operation))
    groups = tuple(OperationGroup(tag, anchor(tag), tuple(by_tag[tag])) for tag in sorted(by_tag))
    shown = next((group for group in groups if group.id == area), None)
    if area and shown is None:
        raise NotFound
    problem = tuple(_fields(document, {"$ref": "#/components/schemas/Problem"}))
    return DocsPage(home, document["info"]["title"], document["info"]["description"], groups, shown, problem)


def _operation(document: Document, method: str, path: str, operation: Mapping[str, Any]) -> Operation:
    parameters = [_parameter(document, p) for p in operation.get("parameters", ())]
    body = operation.get("requestBody", {}).get("content", {})
    return Operation(
        id=anchor(operation["operationId"]),
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        text=operation.get("description", ""),
        who=_WHO.get(operation["x-access"], operation["x-access"]),
        permission=operation.get("x-permission", ""),
        scope=operation.get("x-scope", ""),
        parameters=tuple(sorted(parameters, key=lambda row: _PLACES.index(row.where))),
        body=tuple(field for content in body.values() for field in _fields(document, content.get("schema", {}))),
        answers=tuple(_answer(document, status, answer) for status, answer in sorted(operation["responses"].items())),
    )


def _parameter(document: Document, parameter: Mapping[str, Any]) -> FieldRow:
    schema = parameter["schema"]
    note = parameter.get("description") or schema.get("description") or ""
    words = type_words(document, schema)
    return FieldRow(parameter["name"], words, parameter["required"], _note(note, schema), parameter["in"])


def _answer(document: Document, status: str, answer: Mapping[str, Any]) -> AnswerRow:
    for media, content in answer.get("content", {}).items():
        schema = content.get("schema", {})
        shown = () if media == "application/problem+json" else tuple(_fields(document, schema))
        return AnswerRow(status, answer["description"], media, shown)
    return AnswerRow(status, answer["description"], "")


def _fields(document: Document, schema: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[FieldRow]:
    """Yield every field, those inside objects and lists with dotted names."""
    struct = _struct(document, schema)
    required = set(struct.get("required", ()))
    for name, part in struct.get("properties", {}).items():
        full = f"{prefix}{name}"
        yield FieldRow(full, type_words(document, part), name in required, _note(part.get("description", ""), part))
        if depth < _DEEPEST:
            yield from _fields(document, part, f"{full}{'[]' if _is_list(part) else ''}.", depth + 1)


def _struct(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the object behind a reference, an option or a list; an empty schema when there is none."""
    for option in _options(schema):
        found = _resolve(document, option.get("items", option))
        if "properties" in found:
            return found
    return {}


def _options(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(schema.get("oneOf") or schema.get("anyOf") or [schema])


def _is_list(schema: Mapping[str, Any]) -> bool:
    return any(option.get("type") == "array" for option in _options(schema))


def _resolve(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while ref := schema.get("$ref"):
        schema = document["components"]["schemas"][ref.rpartition("/")[2]]
    return schema


def type_words(document: Document, schema: Mapping[str, Any]) -> str:
    """Say in words what a value is: "text", "list of object", "number or null"."""
    names = dict.fromkeys(_type_word(document, option) for option in _options(schema))
    return " or ".join(names)


def _type_word(document: Document, schema: Mapping[str, Any]) -> str:
    found = _resolve(document, schema)
    if "enum" in found:
        return " | ".join(str(value) for value in found["enum"])
    if "const" in found:
        return str(found["const"])
    if found.get("type") == "array":
        return f"list of {type_words(document, found.get('items', {}))}"
    if "oneOf" in found or "anyOf" in found:
        return type_words(document, found)
    kind = found.get("type", "object" if "properties" in found else "anything")
    return {"string": found.get("format", "text")}.get(kind, kind) if isinstance(kind, str) else " or ".join(kind)


def _note(text: str, schema: Mapping[str, Any]) -> str:
    """Add the limits of a value to what is said of it."""
    least, most = schema.get("minLength"), schema.get("maxLength")
    bounds = {
        f"{least or 0}–{most} characters": most is not None,
        f"at least {least} characters": most is None and least is not None,
        f"from {schema.get('minimum', 0):.15g}": "minimum" in schema,
        f"up to {schema.get('maximum', 0):.15g}": "maximum" in schema,
        f"at most {schema.get('maxItems')} entries": "maxItems" in schema,
    }
    limits = ", ".join(words for words, given in bounds.items() if given)
    default = f"default {schema['default']}" if isinstance(schema.get("default"), str | int | float) else ""
    return " · ".join(part for part in (text, limits, default) if part)
