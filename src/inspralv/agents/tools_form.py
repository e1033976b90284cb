"""Tools as rows of a form, and back. A field's name is its pointer with dots: `config.tools.0.name`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from inspralv.agents.tools import TOOL_KINDS, ApiRequestTool, CustomFunctionTool, ToolBody
from inspralv.foundation.errors import FieldError
from inspralv.foundation.json_schema import schema_fault
from inspralv.foundation.language.texts import N_, _

PREFIX = "config.tools."
_JSON_FIELDS = {"body", "parameters"}
_STARTS: dict[str, dict[str, str]] = {
    "api_request": {"method": "GET"},
    "custom_function": {"parameters": '{\n  "type": "object",\n  "properties": {}\n}'},
}


class TargetRow(msgspec.Struct, frozen=True):
    """One destination of a transfer as typed; a SIP address may stand in the number's place."""

    number: str = ""
    description: str = ""
    message: str = ""


class ToolRow(msgspec.Struct, frozen=True):
    """One tool as typed."""

    index: int
    kind: str
    fields: dict[str, str]
    targets: tuple[TargetRow, ...] = ()

    @property
    def prefix(self) -> str:
        return f"{PREFIX}{self.index}."

    def value(self, name: str) -> str:
        return self.fields.get(name, "")


def rows_of_tools(tools: list[ToolBody]) -> list[ToolRow]:
    """Return the rows that show stored tools."""
    return [_row_of_tool(i, msgspec.to_builtins(tool)) for i, tool in enumerate(tools)]


def rows_of_fields(fields: Mapping[str, str]) -> list[ToolRow]:
    """Return the rows as they were typed, without those whose "remove" was ticked."""
    typed = _by_index(fields)
    kept = [own for _rest, own in sorted(typed.items()) if own.get("type") in TOOL_KINDS and not own.get("remove")]
    return [_row_of_fields(i, own) for i, own in enumerate(kept)]


def new_row(index: int, kind: str) -> ToolRow:
    """Return an empty row of a kind."""
    return ToolRow(index, kind, dict(_STARTS.get(kind, {})), (TargetRow(),) if kind == "transfer_call" else ())


def bodies_of_rows(rows: list[ToolRow]) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """Return the tools as an API body would hold them, and what is not even JSON."""
    errors: list[FieldError] = []
    return [_body_of_row(row, errors) for row in rows], errors


_FORMS = {
    "name": N_("Use letters, digits, _ and -, beginning with a letter."),
    "number": N_("Write + and the country code, such as +14155550100, or a SIP address."),
    "sip_uri": N_("Write an address such as sip:name@example.com."),
    "url": N_("Write an address that begins with https:// or http://."),
    "server_url": N_("Write an address that begins with https:// or http://."),
}


def explained(found: dict[str, str]) -> dict[str, str]:
    """Return the messages with better words where a tool's field has not the expected form."""
    return {
        field: _FORMS.get(field.rpartition(".")[2], words)
        if field.startswith(PREFIX) and "expected form" in words
        else words
        for field, words in found.items()
    }


def _row_of_tool(index: int, tool: dict[str, Any]) -> ToolRow:
    targets = tuple(
        TargetRow(one.get("number") or one.get("sip_uri") or "", one.get("description") or "", one.get("message") or "")
        for one in tool.get("targets", ())
    )
    plain = {name: value for name, value in tool.items() if name not in {"type", "targets"} and value is not None}
    return ToolRow(index, tool["type"], {name: _shown(name, value) for name, value in plain.items()}, targets)


def _shown(name: str, value: object) -> str:
    if name in _JSON_FIELDS:
        return json.dumps(value, indent=2, ensure_ascii=False)
    return ("true" if value else "") if isinstance(value, bool) else str(value)


def _row_of_fields(index: int, own: dict[str, str]) -> ToolRow:
    numbers = sorted(
        {int(name.split(".")[1]) for name in own if name.startswith("targets.") and name.split(".")[1].isdecimal()}
    )
    targets = tuple(
        TargetRow(*(own.get(f"targets.{i}.{name}", "").strip() for name in ("number", "description", "message")))
        for i in numbers
    )
    plain = {name: value.strip() for name, value in own.items() if not name.startswith("targets.") and name != "type"}
    given = tuple(target for target in targets if target != TargetRow())
    return ToolRow(index, own["type"], plain, given or targets[:1])


def _body_of_row(row: ToolRow, errors: list[FieldError]) -> dict[str, Any]:
    known = TOOL_KINDS[row.kind].__struct_fields__
    body: dict[str, Any] = {"type": row.kind}
    for name, text in row.fields.items():
        if name not in known or not text:
            continue
        body[name] = _parsed(text, f"/config/tools/{row.index}/{name}", errors) if name in _JSON_FIELDS else text
    if row.kind == "transfer_call":
        body["targets"] = [_target(target) for target in row.targets if target != TargetRow()]
    for name in ("name", "description", "url") if row.kind in _NEED_NAMES else ():
        if name in known:
            body.setdefault(name, "")
    return body


_NEED_NAMES = {str(kind.__struct_config__.tag) for kind in (ApiRequestTool, CustomFunctionTool)}


def _target(row: TargetRow) -> dict[str, str]:
    place = "sip_uri" if row.number.lower().startswith(("sip:", "sips:")) else "number"
    typed = {place: row.number, "description": row.description, "message": row.message}
    return {name: value for name, value in typed.items() if value}


def _parsed(text: str, pointer: str, errors: list[FieldError]) -> object:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as fault:
        words = (
            _("%(msg)s in line %(lineno)s", msg=fault.msg, lineno=fault.lineno)
            if isinstance(fault, json.JSONDecodeError)
            else _("too deep")
        )
        errors.append(FieldError(pointer, _("This is not valid JSON: %(words)s.", words=words)))
        return {"type": "object"}
    if isinstance(parsed, dict) and (wrong := schema_fault(parsed)):
        errors.append(FieldError(pointer, wrong))  # here and not only on saving, so that it stands beside other faults
    return parsed


def _by_index(fields: Mapping[str, str]) -> dict[int, dict[str, str]]:
    typed: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        index, _rest, rest = name.removeprefix(PREFIX).partition(".")
        if name.startswith(PREFIX) and index.isdecimal() and len(index) < 4:  # noqa: PLR2004 - no form has that many
            typed.setdefault(int(index), {})[rest] = value
    return typed
