"""An agent as the provider contract describes it, as values by field: to be stored and compared. Holds no secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from inspralv.agents.history.fields import changed_fields, is_empty
from inspralv.agents.tools import host_of
from inspralv.foundation.language.texts import N_, _
from inspralv.integrations.connections import Connection
from inspralv.providers.contract import AgentSpec, WebhookTarget

WEBHOOK = "webhook"
OURS = N_("This workspace")
_HIDDEN = "…"


def snapshot(spec: AgentSpec, connection: Connection) -> dict[str, Any]:
    """Return the values by field. What is empty has no entry, and neither our webhook address nor its secret shows."""
    settings = spec.voice.settings
    found = {
        "name": spec.name,
        "description": spec.description,
        "config.first_message": spec.greeting,
        "config.system_prompt": spec.system_prompt,
        "config.variables": dict(spec.variables),
        "voice_provider": spec.voice.provider,
        "config.voice_id": spec.voice.id,
        "config.voice_settings.speed": settings.speed,
        "config.voice_settings.stability": settings.stability,
        "config.voice_settings.similarity_boost": settings.similarity_boost,
        "model_provider": spec.model.provider,
        "config.model_settings.model": spec.model.name,
        "config.model_settings.temperature": spec.model.temperature,
        "config.model_settings.max_tokens": spec.model.max_tokens,
        "transcriber_provider": spec.transcriber.provider,
        "config.transcriber_settings.model": spec.transcriber.model,
        "config.language": spec.transcriber.language,
        "config.max_duration_seconds": spec.max_duration_seconds,
        "config.end_call_phrases": list(spec.end_call_phrases),
        "config.tools": [_without_none(msgspec.to_builtins(tool)) for tool in spec.tools],
        "metadata": dict(spec.metadata),
        WEBHOOK: _reports_to(spec.webhook, connection),
    }
    hide = (connection.hook_url, connection.hook_secret)
    return {name: _masked(value, hide) for name, value in found.items() if not is_empty(value)}


def differences(base: Mapping[str, Any], there: Mapping[str, Any], absent: Iterable[str] = ()) -> list[str]:
    """Return the fields in which two snapshots differ, but for those `absent` at the provider."""
    ignored = tuple(absent)
    return [
        field
        for field in changed_fields(base, there)
        if not any(field == one or field.startswith(f"{one}.") for one in ignored)
    ]


def _reports_to(webhook: WebhookTarget | None, connection: Connection) -> str | None:
    if webhook is None:
        return None
    if webhook.url != connection.hook_url:
        return host_of(webhook.url) or _("Another address")
    return OURS if webhook.secret == connection.hook_secret else _("%(ours)s, with another secret", ours=OURS)


def _without_none(tool: Any) -> Any:
    return {name: value for name, value in tool.items() if value is not None}


def _masked(value: Any, hide: tuple[str, ...]) -> Any:
    match value:
        case str():
            for one in filter(None, hide):
                value = value.replace(one, _HIDDEN)
            return value
        case Mapping():
            return {name: _masked(inner, hide) for name, inner in value.items()}
        case list() | tuple():
            return [_masked(inner, hide) for inner in value]
        case _:
            return value
