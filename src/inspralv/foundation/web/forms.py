"""HTML forms: what was typed, and what is wrong with it, side by side.

Form fields are text; a struct says what they should become. Dotted names (`config.first_message`) reach nested structs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from litestar.enums import RequestEncodingType
from litestar.params import Body

from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.language.texts import said
from inspralv.foundation.web.validation import find_errors

T = TypeVar("T")

_DEEPEST = 8  # dots in a field's name
FormBody = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


class Form(msgspec.Struct, Generic[T]):
    """A form as it goes back to the page: `values` are what was typed, `errors` the message for each dotted name."""

    values: dict[str, str] = {}
    errors: dict[str, str] = {}

    def value(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    @property
    def ok(self) -> bool:
        return not self.errors


def read_form(fields: Mapping[str, str], kind: type[T]) -> tuple[T | None, Form[T]]:
    """Return the struct (None when there are faults) and the form to show again. Surrounding blanks are cut;
    an empty optional field counts as not given."""
    typed = {name: value for name, value in fields.items() if not name.startswith("_")}
    raw = _nested({name: value.strip() for name, value in typed.items()})
    raw = _without_blanks(raw, kind)
    errors = find_errors(raw, kind, strict=False)
    form: Form[T] = Form(typed, messages(errors))
    return (None if errors else msgspec.convert(raw, kind, strict=False)), form


def form_of_refusal(fields: Mapping[str, str], refusal: Invalid) -> Form[Any]:
    """Return the form with the messages of a refusal that came later, from an action."""
    return Form(dict(fields), messages(refusal.errors) or {"": said(refusal.detail)})


def messages(errors: tuple[FieldError, ...] | list[FieldError]) -> dict[str, str]:
    """Map each fault to its dotted field name; the first message of a field wins."""
    found: dict[str, str] = {}
    for error in errors:
        found.setdefault(error.pointer.strip("/").replace("/", "."), said(error.message))
    return found


def _nested(flat: Mapping[str, str]) -> dict[str, Any]:
    """Return the tree that dotted names mean. A name that cannot be a place in it stays as it is, unknown to all."""
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, leaf = name.split(".") if name.count(".") <= _DEEPEST else [name]
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
            if not isinstance(branch, dict):
                branch, leaf = tree, name
                break
        branch[leaf] = value
    return tree


def _without_blanks(raw: dict[str, Any], kind: Any) -> dict[str, Any]:
    """Drop blanks of fields that have a default: nothing was given. A required blank stays and is reported."""
    fields = {f.encode_name: f for f in msgspec.structs.fields(kind)}
    kept: dict[str, Any] = {}
    for name, value in raw.items():
        field = fields.get(name)
        if field is None:
            kept[name] = value
        elif isinstance(value, dict):
            inner = field.type if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct) else None
            kept[name] = _without_blanks(value, inner) if inner else value
        elif value != "" or field.required:
            kept[name] = value
    return kept
