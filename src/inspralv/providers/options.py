"""What the agent editor may offer for one provider."""

from collections.abc import Mapping

from msgspec import Struct

from inspralv.providers.agent_spec import ModelSpec, TranscriberSpec, VoiceSpec


class Choice(Struct, frozen=True):
    """`value` is stored and sent, `label` is shown."""

    value: str
    label: str


class Range(Struct, frozen=True):
    """Both ends are allowed."""

    least: float
    most: float


class AgentOptions(Struct, frozen=True, kw_only=True):
    """Choices in the order of display. Models and transcriber models may also be typed freely: makers add new ones."""

    voice_providers: tuple[Choice, ...]
    voice_settings: Mapping[str, Mapping[str, Range]]
    """By voice maker: which of stability, similarity_boost and speed it knows, and within which limits."""
    model_providers: tuple[Choice, ...]
    models: Mapping[str, tuple[Choice, ...]]
    max_tokens: Range
    transcriber_providers: tuple[Choice, ...]
    transcriber_models: Mapping[str, tuple[Choice, ...]]
    languages: Mapping[str, tuple[Choice, ...]]
    """By transcriber maker."""
    tools: frozenset[str]
    """Kinds of tools by their tag: "end_call", "transfer_call", "press_digits", "api_request", "custom_function"."""
    absent: frozenset[str] = frozenset()
    """Fields of the agent that this provider has no room for, as pointers with dots: "config.end_call_phrases"."""
    name_length: int
    prompt_length: int
    """Characters."""
    max_duration: Range
    """In seconds."""
    default_voice: VoiceSpec
    default_model: ModelSpec
    default_transcriber: TranscriberSpec
