"""Whether an agent's content is something its provider can do today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inspralv.agents.schemas import AgentDraft
from inspralv.agents.tools import kinds_offered
from inspralv.foundation.errors import FieldError
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.formats import number
from inspralv.foundation.web.validation import find_errors
from inspralv.providers.contract import AgentOptions, Choice, VoiceProvider

_MAKERS = (
    ("voice_provider", "voice_providers"), ("model_provider", "model_providers"),
    ("transcriber_provider", "transcriber_providers"),
)  # fmt: skip


def misfits(provider: VoiceProvider, content: Mapping[str, Any]) -> list[FieldError]:
    """Return what the provider would not take, each at its field; empty when everything fits."""
    options, config = provider.options, content.get("config") or {}
    shape = find_errors(dict(content), AgentDraft)
    return shape or [
        *_makers(provider.label, options, content),
        *_voice_settings(options, content, config),
        *_texts(provider.label, options, content, config),
        *_tools(provider, config),
    ]


def unheard(options: AgentOptions, content: Mapping[str, Any]) -> list[str]:
    """Return the fields with a value for which the provider has no room: they are kept, and have no effect there."""
    return sorted(field for field in options.absent if _value(content, field) not in (None, "", [], {}))


def _makers(label: str, options: AgentOptions, content: Mapping[str, Any]) -> Iterator[FieldError]:
    for field, offered in _MAKERS:
        choices: tuple[Choice, ...] = getattr(options, offered)
        if content[field] not in {choice.value for choice in choices}:
            yield FieldError(
                f"/{field}", _("%(label)s does not offer “%(content)s”.", label=label, content=content[field])
            )


def _voice_settings(
    options: AgentOptions, content: Mapping[str, Any], config: Mapping[str, Any]
) -> Iterator[FieldError]:
    """A setting that a maker does not know has no effect; one that it knows has to be within its limits."""
    known = options.voice_settings.get(content["voice_provider"], {})
    for name, value in (config.get("voice_settings") or {}).items():
        limits = known.get(name)
        if limits is not None and value is not None and not limits.least <= value <= limits.most:
            words = _(
                "Voices of this maker take %(least)s to %(most)s.", least=f"{limits.least:g}", most=f"{limits.most:g}"
            )
            yield FieldError(f"/config/voice_settings/{name}", words)


def _texts(
    label: str, options: AgentOptions, content: Mapping[str, Any], config: Mapping[str, Any]
) -> Iterator[FieldError]:
    if len(config.get("system_prompt") or "") > options.prompt_length:
        yield FieldError(
            "/config/system_prompt",
            _(
                "%(label)s takes %(prompt_length)s characters at most.",
                label=label,
                prompt_length=number(options.prompt_length),
            ),
        )
    seconds = config.get("max_duration_seconds")
    limits = options.max_duration
    if seconds is not None and not limits.least <= seconds <= limits.most:
        words = _(
            "%(label)s takes %(least)s to %(most)s seconds.",
            label=label,
            least=f"{limits.least:g}",
            most=f"{limits.most:g}",
        )
        yield FieldError("/config/max_duration_seconds", words)
    tokens = (config.get("model_settings") or {}).get("max_tokens")
    if tokens is not None and tokens < options.max_tokens.least:
        words = _("%(label)s takes %(least)s tokens at least.", label=label, least=f"{options.max_tokens.least:g}")
        yield FieldError("/config/model_settings/max_tokens", words)


def _tools(provider: VoiceProvider, config: Mapping[str, Any]) -> Iterator[FieldError]:
    offered = kinds_offered(provider)
    for i, tool in enumerate(config.get("tools") or ()):
        kind = str(tool.get("type"))
        if kind not in offered:
            yield FieldError(
                f"/config/tools/{i}",
                _("%(label)s has no such tool: %(replace)s.", label=provider.label, replace=kind.replace("_", " ")),
            )


def _value(content: Mapping[str, Any], field: str) -> Any:
    found: Any = content
    for name in field.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
