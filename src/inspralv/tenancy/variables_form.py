"""Variables as rows of a form, and back. A field's name is its pointer with dots: `custom_variables.0.name`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from inspralv.foundation.language.texts import said
from inspralv.tenancy.variables import STANDARD, STANDARD_NAMES, Variable

_FIELDS = ("name", "description", "default", "category")


class VariableRow(msgspec.Struct, frozen=True):
    """One variable as typed. `prefix` begins the names of its fields; a fixed row's name cannot be changed."""

    prefix: str
    name: str = ""
    description: str = ""
    default: str = ""
    category: str = "custom"
    required: bool = False
    is_fixed: bool = False

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.description or self.default)


def rows_of_variables(variables: Iterable[Variable], prefix: str, *, with_standard: bool = False) -> list[VariableRow]:
    """Return the rows that show stored variables; with the standard ones first, whether stored or not."""
    known = {one.name: one for one in variables}
    rows = [_standard(name, text, known.get(name)) for name, text in STANDARD] if with_standard else []
    own = [one for one in known.values() if not (with_standard and one.name in STANDARD_NAMES)]
    return _numbered([*rows, *(_row(one) for one in own)], prefix)


def rows_of_fields(fields: Mapping[str, str], prefix: str) -> list[VariableRow]:
    """Return the rows as they were typed, without those whose "remove" was ticked."""
    kept = [own for _rest, own in sorted(_by_index(fields, prefix).items()) if not own.get("remove")]
    return _numbered([_typed(own) for own in kept], prefix)


def add_row(rows: list[VariableRow], prefix: str, name: str = "", category: str = "custom") -> list[VariableRow]:
    """Return the rows with one more."""
    return _numbered([*rows, VariableRow("", name=name, category=category)], prefix)


def bodies_of_rows(rows: Iterable[VariableRow]) -> list[dict[str, Any]]:
    """Return the variables as an API body would hold them. A standard one without a default need not be kept."""
    return [_body(row) for row in rows if not row.is_blank and (row.default or row.required or not row.is_fixed)]


def _standard(name: str, description: str, stored: Variable | None) -> VariableRow:
    own = stored or Variable(name=name)
    return VariableRow("", name, said(description), own.default, "standard", own.required, is_fixed=True)


def _row(one: Variable) -> VariableRow:
    return VariableRow("", one.name, one.description, one.default, one.category, one.required)


def _typed(own: Mapping[str, str]) -> VariableRow:
    name, description, default, category = (own.get(field, "") for field in _FIELDS)
    name = name.strip()
    fixed = own.get("fixed") == "true" and name in STANDARD_NAMES
    return VariableRow("", name, said(description), default, category or "custom", own.get("required") == "true", fixed)


def _numbered(rows: Iterable[VariableRow], prefix: str) -> list[VariableRow]:
    return [msgspec.structs.replace(row, prefix=f"{prefix}{i}.") for i, row in enumerate(rows)]


def _body(row: VariableRow) -> dict[str, Any]:
    given = {"name": row.name, "description": row.description, "default": row.default, "category": row.category}
    kept = {name: value for name, value in given.items() if value or name == "name"}
    return {**kept, **({"required": True} if row.required else {})}


def _by_index(fields: Mapping[str, str], prefix: str) -> dict[int, dict[str, str]]:
    typed: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        index, _, rest = name.removeprefix(prefix).partition(".")
        if name.startswith(prefix) and index.isdecimal() and len(index) < 4:  # noqa: PLR2004 - no form has that many
            typed.setdefault(int(index), {})[rest] = value
    return typed
