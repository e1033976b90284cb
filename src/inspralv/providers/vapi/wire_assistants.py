"""Vapi's assistants as they may arrive; tolerant like `wire`. Sent bodies are built in `mapper` instead."""

from typing import Any

from msgspec import field

from inspralv.providers.vapi.wire import Wire


class Prompt(Wire, frozen=True, kw_only=True):
    role: str | None = None
    content: Any = None


class Destination(Wire, frozen=True, kw_only=True):
    number: str | None = None
    sip_uri: str | None = None
    description: str | None = None
    message: Any = None
    """A text, or an object we do not make."""


class Function(Wire, frozen=True, kw_only=True):
    name: str | None = None
    description: str | None = None
    parameters: dict[str, Any] | None = None


class Server(Wire, frozen=True, kw_only=True):
    url: str | None = None
    headers: dict[str, Any] | None = None


class Spoken(Wire, frozen=True, kw_only=True):
    type: str | None = None
    content: str | None = None


class Tool(Wire, frozen=True, kw_only=True):
    """All kinds in one; which fields are used depends on `type`."""

    type: str | None = None
    destinations: list[Destination] | None = None
    name: str | None = None
    description: str | None = None
    method: str | None = None
    url: str | None = None
    body: dict[str, Any] | None = None
    timeout_seconds: int | None = None
    is_async: bool | None = field(name="async", default=None)
    function: Function | None = None
    server: Server | None = None
    messages: list[Spoken] | None = None


class Model(Wire, frozen=True, kw_only=True):
    provider: str = ""
    model: str = ""
    messages: list[Prompt] | None = None
    tools: list[Tool] | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    # attached by others
    tool_ids: Any = None
    tool_refs: Any = None
    knowledge_base: Any = None


class Voice(Wire, frozen=True, kw_only=True):
    provider: str = ""
    voice_id: str = ""
    stability: float | None = None
    similarity_boost: float | None = None
    speed: float | None = None


class Transcriber(Wire, frozen=True, kw_only=True):
    provider: str = ""
    model: str | None = None
    speech_model: str | None = None
    language: str | None = None


class Assistant(Wire, frozen=True, kw_only=True):
    id: str
    name: str | None = None
    first_message: str | None = None
    model: Model | None = None
    voice: Voice | None = None
    transcriber: Transcriber | None = None
    max_duration_seconds: float | None = None
    end_call_phrases: list[str] | None = None
    metadata: dict[str, Any] | None = None
    server: Server | None = None
