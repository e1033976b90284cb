"""The agent's forms: fields as they are typed become the bodies that the API takes, with the same messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from inspralv.agents.schemas import Agent, AgentChange, AgentDraft
from inspralv.agents.tools_form import ToolRow, bodies_of_rows, explained, rows_of_fields, rows_of_tools
from inspralv.foundation.errors import FieldError
from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors

_CONFIG = (
    "system_prompt", "first_message", "language", "voice_id", "max_duration_seconds", "voice_settings.stability",
    "voice_settings.similarity_boost", "voice_settings.speed", "model_settings.model", "model_settings.temperature",
    "model_settings.max_tokens", "transcriber_settings.model",
)  # fmt: skip
_MAKERS = ("voice_provider", "model_provider", "transcriber_provider")
OTHER_VOICE = "other"


# ── the whole form ──
def values_of(agent: Agent) -> dict[str, str]:
    """Return what the form shows of a stored agent."""
    flat = {
        "name": agent.name,
        "description": agent.description or "",
        "is_active": "true" if agent.is_active else "",
        "version": str(agent.version),
        "config.end_call_phrases": "\n".join(agent.config.end_call_phrases or ()),
        **{maker: str(getattr(agent, maker)) for maker in _MAKERS},
    }
    stored: dict[str, Any] = msgspec.to_builtins(agent.config)
    for path in _CONFIG:
        group, _, leaf = path.rpartition(".")
        value = (stored.get(group) or {}).get(leaf) if group else stored.get(leaf)
        flat[f"config.{path}"] = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return flat


def read_change(fields: Mapping[str, str]) -> tuple[AgentChange | None, Form[AgentChange], list[ToolRow]]:
    """Return the change (None when there are faults), the form to show again, and the tools as typed. An emptied
    field takes its value away."""
    rows = rows_of_fields(fields)
    tools, faults = bodies_of_rows(rows)
    raw: dict[str, Any] = {"name": _text(fields, "name"), "description": _text(fields, "description") or None}
    raw["is_active"] = fields.get("is_active") == "true"
    raw |= {maker: fields[maker] for maker in _MAKERS if fields.get(maker)}
    raw["config"] = {**_config(fields), "end_call_phrases": _phrases(fields), "tools": tools or None}
    errors = [*faults, *find_errors(raw, AgentChange, strict=False)]
    form: Form[AgentChange] = Form(dict(fields), explained(messages(errors)))
    return (None if errors else msgspec.convert(raw, AgentChange, strict=False)), form, rows


def stored_form(agent: Agent) -> tuple[Form[AgentChange], list[ToolRow]]:
    """Return the form of a stored agent, with the provider's message at the field it refused."""
    errors = {agent.sync_error_field: agent.sync_error or ""} if agent.sync_error_field else {}
    return Form(values_of(agent), errors), rows_of_tools(agent.config.tools or [])


def version_of(fields: Mapping[str, str]) -> int:
    """Return the version that the form was opened at; 0, which no agent has, when it does not say."""
    text = fields.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - versions are 32-bit


def _config(fields: Mapping[str, str]) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for path in _CONFIG:
        if f"config.{path}" not in fields:
            continue
        group, _, leaf = path.rpartition(".")
        (config.setdefault(group, {}) if group else config)[leaf] = _text(fields, f"config.{path}") or None
    return config


def _phrases(fields: Mapping[str, str]) -> list[str] | None:
    return [line.strip() for line in fields.get("config.end_call_phrases", "").splitlines() if line.strip()] or None


def _text(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip()


# ── the wizard ──
STEP_FIELDS: dict[int, tuple[str, ...]] = {
    1: ("name", "description", "provider", "config.language"),
    2: ("voice", "other_voice_provider", "other_voice_id", "config.voice_settings.speed"),
    3: (
        "template", "config.first_message", "config.system_prompt", "tool_end_call", "tool_press_digits",
        "transfer_number", "transfer_description",
    ),
}  # fmt: skip
_SHOWN_AT = {
    "voice_provider": "other_voice_provider", "config.voice_id": "other_voice_id", "config.tools": "transfer_number",
}  # fmt: skip


def read_draft(fields: Mapping[str, str]) -> tuple[AgentDraft | None, Form[AgentDraft]]:
    """Return the agent that the wizard describes (None when there are faults), and the form to show again."""
    raw: dict[str, Any] = {"name": _text(fields, "name"), "provider": _text(fields, "provider")}
    raw |= {"description": _text(fields, "description") or None, "config": _given(_config(fields))}
    _add_voice(raw, fields)
    raw["config"]["tools"] = _wizard_tools(fields)
    errors = find_errors(raw, AgentDraft, strict=False)
    for name, words in (
        ("config.first_message", "Say how the agent opens a call."),
        ("config.system_prompt", "Say what it should do."),
    ):
        if not _text(fields, name):
            errors.append(FieldError("/" + name.replace(".", "/"), words))
    form: Form[AgentDraft] = Form(dict(fields), _at_wizard_fields(explained(messages(errors))))
    return (None if errors else msgspec.convert(raw, AgentDraft, strict=False)), form


def step_of(field: str) -> int:
    """Return the step that shows a field."""
    return next((step for step, names in STEP_FIELDS.items() if field in names), 3)


def _given(config: dict[str, Any]) -> dict[str, Any]:
    plain = {k: _given(v) if isinstance(v, dict) else v for k, v in config.items()}
    return {k: v for k, v in plain.items() if v not in (None, {})}


def _add_voice(raw: dict[str, Any], fields: Mapping[str, str]) -> None:
    chosen = _text(fields, "voice")
    if chosen == OTHER_VOICE:
        maker, voice_id = _text(fields, "other_voice_provider"), _text(fields, "other_voice_id")
    else:
        maker, _, voice_id = chosen.partition("/")
    if maker or voice_id:
        raw["voice_provider"] = maker
        raw["config"]["voice_id"] = voice_id


def _wizard_tools(fields: Mapping[str, str]) -> list[dict[str, Any]]:
    tools: list[dict[str, Any]] = [
        {"type": kind} for kind in ("end_call", "press_digits") if fields.get(f"tool_{kind}") == "true"
    ]
    if number := _text(fields, "transfer_number"):
        description = _text(fields, "transfer_description")
        place = "sip_uri" if number.lower().startswith(("sip:", "sips:")) else "number"
        tools.append(
            {
                "type": "transfer_call",
                "targets": [{place: number, **({"description": description} if description else {})}],
            }
        )
    return tools


def _at_wizard_fields(found: dict[str, str]) -> dict[str, str]:
    """Put messages of the API's fields at the wizard's own."""
    placed: dict[str, str] = {}
    for name, words in found.items():
        shown = next((ours for theirs, ours in _SHOWN_AT.items() if name.startswith(theirs)), name)
        placed.setdefault(shown, words)
    return placed
