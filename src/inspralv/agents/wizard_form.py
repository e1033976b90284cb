"""The wizard's form: the fields of its three steps become the agent that the API takes, with the same messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from inspralv.agents.forms import config_of, phrases_of, plain, worded
from inspralv.agents.schemas import AgentDraft
from inspralv.foundation.errors import FieldError
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.forms import Form, messages
from inspralv.foundation.web.validation import find_errors

OTHER_VOICE = "other"
_SETTINGS = tuple(f"config.voice_settings.{name}" for name in ("speed", "stability", "similarity_boost"))
_MODEL = ("model_provider", "config.model_settings.model")
_HEARING = ("transcriber_provider", "config.transcriber_settings.model")
_SIMPLE_TOOLS = ("end_call", "press_digits")
STEP_FIELDS: dict[int, tuple[str, ...]] = {
    1: ("name", "description", "provider", "config.language"),
    2: ("voice", "other_voice_provider", "other_voice_id", *_SETTINGS, *_MODEL, *_HEARING),
    3: (
        "template", "config.first_message", "config.system_prompt", *(f"tool_{kind}" for kind in _SIMPLE_TOOLS),
        "transfer_number", "transfer_description", "config.max_duration_seconds", "config.end_call_phrases",
        "config.crm_webhook_url",
    ),
}  # fmt: skip
LISTS = ("config.model_settings.model", "config.transcriber_settings.model")
"""Fields whose list has room for another name, typed beside it."""
_SHOWN_AT = {
    "voice_provider": "other_voice_provider", "config.voice_id": "other_voice_id", "config.tools": "transfer_number",
}  # fmt: skip


def read_draft(sent: Mapping[str, str]) -> tuple[AgentDraft | None, Form[AgentDraft]]:
    """Return the agent that the wizard describes (None when there are faults), and the form to show again."""
    fields = plain(sent)
    raw: dict[str, Any] = {"name": _text(fields, "name"), "provider": _text(fields, "provider")}
    raw |= {"description": _text(fields, "description") or None, "config": _given(config_of(fields))}
    raw |= {maker: _text(fields, maker) for maker in ("model_provider", "transcriber_provider") if fields.get(maker)}
    _add_voice(raw, fields)
    if tools := _tools(fields):
        raw["config"]["tools"] = tools
    if phrases := phrases_of(fields):
        raw["config"]["end_call_phrases"] = phrases
    errors = find_errors(raw, AgentDraft, strict=False)
    for name, words in (
        ("config.first_message", _("Say how the agent opens a call.")),
        ("config.system_prompt", _("Say what it should do.")),
    ):
        if not _text(fields, name):
            errors.append(FieldError("/" + name.replace(".", "/"), words))
    form: Form[AgentDraft] = Form(fields, at_wizard_fields(messages(errors)))
    return (None if errors else msgspec.convert(raw, AgentDraft, strict=False)), form


def step_of(field: str) -> int:
    """Return the step that shows a field."""
    return next((step for step, names in STEP_FIELDS.items() if field in names), 3)


def at_wizard_fields(found: dict[str, str]) -> dict[str, str]:
    """Put messages of the API's fields at the wizard's own."""
    placed: dict[str, str] = {}
    for name, words in worded(found).items():
        shown = next((ours for theirs, ours in _SHOWN_AT.items() if name.startswith(theirs)), name)
        placed.setdefault(shown, words)
    return placed


def _text(fields: Mapping[str, str], name: str) -> str:
    return fields.get(name, "").strip()


def _given(config: dict[str, Any]) -> dict[str, Any]:
    inner = {k: _given(v) if isinstance(v, dict) else v for k, v in config.items()}
    return {k: v for k, v in inner.items() if v not in (None, {})}


def _add_voice(raw: dict[str, Any], fields: Mapping[str, str]) -> None:
    chosen = _text(fields, "voice")
    if chosen == OTHER_VOICE:
        maker, voice_id = _text(fields, "other_voice_provider"), _text(fields, "other_voice_id")
    else:
        maker, _rest, voice_id = chosen.partition("/")
    if maker or voice_id:
        raw["voice_provider"] = maker
        raw["config"]["voice_id"] = voice_id


def _tools(fields: Mapping[str, str]) -> list[dict[str, Any]]:
    tools: list[dict[str, Any]] = [{"type": kind} for kind in _SIMPLE_TOOLS if fields.get(f"tool_{kind}") == "true"]
    if number := _text(fields, "transfer_number"):
        description = _text(fields, "transfer_description")
        place = "sip_uri" if number.lower().startswith(("sip:", "sips:")) else "number"
        target = {place: number, **({"description": description} if description else {})}
        tools.append({"type": "transfer_call", "targets": [target]})
    return tools
