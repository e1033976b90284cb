"""An agent's content field by field, for people to compare. A field's name is that of the form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from inspralv.foundation.language.texts import N_, _, said
from inspralv.providers.contract import VoiceProvider

_GROUPS = ("voice_settings", "model_settings", "transcriber_settings")
LABELS = {
    "name": N_("Name"),
    "description": N_("Description"),
    "provider": N_("Provider"),
    "config.first_message": N_("Greeting"),
    "config.system_prompt": N_("Instructions"),
    "config.variables": N_("Variables"),
    "voice_provider": N_("Voice maker"),
    "config.voice_id": N_("Voice"),
    "config.voice_settings.speed": N_("Voice speed"),
    "config.voice_settings.stability": N_("Voice stability"),
    "config.voice_settings.similarity_boost": N_("Voice similarity"),
    "model_provider": N_("Model maker"),
    "config.model_settings.model": N_("Model"),
    "config.model_settings.temperature": N_("Temperature"),
    "config.model_settings.max_tokens": N_("Longest answer (tokens)"),
    "transcriber_provider": N_("Transcriber maker"),
    "config.transcriber_settings.model": N_("Transcriber model"),
    "config.language": N_("Language of the calls"),
    "config.tools": N_("Tools"),
    "config.max_duration_seconds": N_("Longest call (seconds)"),
    "config.end_call_phrases": N_("Closing phrases"),
    "webhook": N_("Reports go to"),
    "metadata": N_("Our marks"),
}
_ORDER = {field: place for place, field in enumerate(LABELS)}


def kept(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a version keeps of an agent's content: whether it is in use is no matter of versions."""
    return {name: value for name, value in content.items() if name != "is_active"}


def flat(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a content's values by field. What is empty has no entry."""
    found = {name: value for name, value in kept(content).items() if name != "config"}
    for name, value in (content.get("config") or {}).items():
        if name in _GROUPS:
            found |= {f"config.{name}.{leaf}": inner for leaf, inner in (value or {}).items()}
        else:
            found[f"config.{name}"] = value
    return {name: value for name, value in found.items() if not is_empty(value)}


def spelled_out(content: Mapping[str, Any], provider: VoiceProvider | None) -> dict[str, Any]:
    """Return a content's flat values with the names that people know in the place of codes, as far as the provider of
    that content offers them; None is a provider that this installation has no more."""
    found = flat(content)
    if provider is None:
        return found
    options = provider.options
    names = {
        "provider": {provider.name: provider.label},
        "voice_provider": {choice.value: choice.label for choice in options.voice_providers},
        "model_provider": {choice.value: choice.label for choice in options.model_providers},
        "transcriber_provider": {choice.value: choice.label for choice in options.transcriber_providers},
        "config.language": {choice.value: choice.label for offered in options.languages.values() for choice in offered},
    }
    return found | {field: known.get(found[field], found[field]) for field, known in names.items() if field in found}


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the fields in which two flat contents differ, in the order in which people read them."""
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return sorted(names, key=place_of)


def place_of(field: str) -> tuple[int, str]:
    """Return where a field stands among others."""
    return _ORDER.get(field, len(_ORDER)), field


def label_of(field: str) -> str:
    """Return what people call a field."""
    return said(LABELS.get(field, "")) or field.rpartition(".")[2].replace("_", " ").capitalize()


def text_of(value: Any) -> str:
    """Return a value as lines of text."""
    match value:
        case list() if all(isinstance(one, str) for one in value):
            return "\n".join(value)
        case list():
            return "\n\n".join(_pretty(one) for one in value)
        case dict() if all(isinstance(one, str) for one in value.values()):
            return "\n".join(f"{name}: {one}" for name, one in sorted(value.items()))
        case dict():
            return _pretty(value)
        case _:
            return _word_of(value)


def _word_of(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: zero and no are values."""
    return value is None or value in ("", [], {}, ())


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
