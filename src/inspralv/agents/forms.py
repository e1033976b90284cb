"""The editor's form: fields as they are typed become the change that the API takes, with the same messages.

Only what differs from the stored agent is sent. So a text comes back byte for byte however often it is saved, although
browsers write line ends their own way, and a figure keeps its digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from inspralv.agents.schemas import Agent, AgentChange
from inspralv.agents.tools_form import ToolRow, bodies_of_rows, explained, rows_of_fields, rows_of_tools
from inspralv.foundation.errors import FieldError
from inspralv.foundation.language.stored import retold
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors
from inspralv.tenancy import variables_form
from inspralv.tenancy.variables_form import VariableRow

CONFIG_FIELDS = (
    "system_prompt", "first_message", "language", "voice_id", "max_duration_seconds", "crm_webhook_url",
    "tools_server_url", "voice_settings.stability", "voice_settings.similarity_boost", "voice_settings.speed",
    "model_settings.model", "model_settings.temperature", "model_settings.max_tokens", "transcriber_settings.model",
)  # fmt: skip
MAKERS = ("voice_provider", "model_provider", "transcriber_provider")
TEXTS = ("config.system_prompt", "config.first_message")
VARIABLES = "config.custom_variables."
OTHER = "other"
"""The value of a list that stands for a name typed beside it, in a field of the same name after "other."."""


class Typed(msgspec.Struct, frozen=True):
    """The editor as it was sent: `change` is None when something is wrong, and `form` says what."""

    change: AgentChange | None
    form: Form[AgentChange]
    tools: list[ToolRow]
    variables: list[VariableRow]


def values_of(agent: Agent) -> dict[str, str]:
    """Return what the form shows of a stored agent."""
    flat = {
        "name": agent.name,
        "description": agent.description or "",
        "is_active": "true" if agent.is_active else "",
        "was_active": "true" if agent.is_active else "",
        "version": str(agent.version),
        "config.end_call_phrases": "\n".join(agent.config.end_call_phrases or ()),
        **{maker: str(getattr(agent, maker)) for maker in MAKERS},
    }
    stored: dict[str, Any] = msgspec.to_builtins(agent.config)
    for path in CONFIG_FIELDS:
        group, _rest, leaf = path.rpartition(".")
        value = (stored.get(group) or {}).get(leaf) if group else stored.get(leaf)
        flat[f"config.{path}"] = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return flat


def read_change(sent: Mapping[str, str], stored: Agent) -> Typed:
    """Return what was typed, and the change it makes of the stored agent. An emptied field takes its value away."""
    fields = plain(sent)
    shown = {name: unix(value) for name, value in values_of(stored).items()}
    new = {name: value for name, value in fields.items() if value != shown.get(name)}
    rows = rows_of_fields(fields)
    tools, faults = bodies_of_rows(rows)
    variables = variables_form.rows_of_fields(fields, VARIABLES)
    raw: dict[str, Any] = {name: new[name].strip() for name in ("name", *MAKERS) if name in new}
    if "description" in new:
        raw["description"] = new["description"].strip() or None
    raw["note"] = fields.get("_note", "").strip() or None
    is_active = fields.get("is_active") == "true"
    if "was_active" not in fields or is_active != (fields["was_active"] == "true"):
        raw["is_active"] = is_active  # left alone, it must not undo what somebody else has switched meanwhile
    config = config_of(new)
    if "config.end_call_phrases" in new:
        config["end_call_phrases"] = phrases_of(new) or None
    if rows != rows_of_tools(stored.config.tools or []):
        config["tools"] = tools or None
    if "_variables" in fields and variables != rows_of_stored_variables(stored):
        config["custom_variables"] = variables_form.bodies_of_rows(variables) or None
    raw["config"] = config
    errors = [*faults, *_unnamed(fields), *find_errors(raw, AgentChange, strict=False)]
    found = {"_note" if name == "note" else name: words for name, words in messages(errors).items()}
    form: Form[AgentChange] = Form({**fields, "version": fields.get("version", "")}, worded(found))
    return Typed(None if errors else msgspec.convert(raw, AgentChange, strict=False), form, rows, variables)


def stored_form(agent: Agent) -> Typed:
    """Return the form of a stored agent, with the provider's message at the field it refused."""
    errors = {agent.sync_error_field: retold(agent.sync_error or "")} if agent.sync_error_field else {}
    form: Form[AgentChange] = Form(values_of(agent), errors)
    return Typed(None, form, rows_of_tools(agent.config.tools or []), rows_of_stored_variables(agent))


def rows_of_stored_variables(agent: Agent) -> list[VariableRow]:
    """Return the rows of the agent's own variables."""
    return variables_form.rows_of_variables(agent.config.custom_variables or (), VARIABLES)


def version_of(fields: Mapping[str, str]) -> int:
    """Return the version that the form was opened at; 0, which no agent has, when it does not say."""
    text = fields.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - versions are 32-bit


def plain(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the fields with plain line ends, and with the name typed beside a list in the list's place."""
    fields = {name: unix(value) for name, value in sent.items()}
    for name, value in sent.items():
        if value == OTHER and f"other.{name}" in fields:
            fields[name] = fields[f"other.{name}"].strip()
    return {name: value for name, value in fields.items() if not name.startswith("other.")}


def unix(text: str) -> str:
    """Return a text with line feeds alone: a browser sends every line end as CR LF, whatever stood there."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def config_of(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the part of an API body that these fields are; an empty one is null. Texts keep their blanks."""
    config: dict[str, Any] = {}
    for path in CONFIG_FIELDS:
        name = f"config.{path}"
        if name not in fields:
            continue
        group, _rest, leaf = path.rpartition(".")
        text = fields[name].strip()
        value = fields[name] if text and name in TEXTS else text
        (config.setdefault(group, {}) if group else config)[leaf] = value or None
    return config


def phrases_of(fields: Mapping[str, str]) -> list[str]:
    """Return the closing phrases, one a line."""
    return [line.strip() for line in fields.get("config.end_call_phrases", "").splitlines() if line.strip()]


def worded(found: dict[str, str]) -> dict[str, str]:
    """Return the messages with better words where a field has not the expected form."""
    return {field: _word(field, words) for field, words in explained(found).items()}


def _word(field: str, words: str) -> str:
    if "expected form" not in words:
        return words
    if field.startswith(VARIABLES):
        return _("Use lower-case letters, digits and _, beginning with a letter.")
    return _("Write an address that begins with https://.") if field.endswith("_url") else words


def _unnamed(fields: Mapping[str, str]) -> list[FieldError]:
    """A row that gives a default or a description needs a name."""
    return [
        FieldError("/" + f"{row.prefix}name".replace(".", "/"), _("Give it a name."))
        for row in variables_form.rows_of_fields(fields, VARIABLES)
        if not row.name and not row.is_blank
    ]
