"""What Vapi lets an editor choose; limits and names from its public schemas."""

from inspralv.providers.contract import AgentOptions, Choice, ModelSpec, Range, TranscriberSpec, VoiceSpec
from inspralv.providers.vapi.languages import LANGUAGES
from inspralv.providers.vapi.names import NAME_LENGTH
from inspralv.providers.vapi.voices import DEFAULT_VOICE_ID

UNIT = Range(0, 1)
PROMPT_LENGTH = 50_000
"""The most an agent's form takes; the vendor's schema allows more."""


def _same(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, value) for value in values)


OPTIONS = AgentOptions(
    voice_providers=(
        Choice("elevenlabs", "ElevenLabs"),
        Choice("deepgram", "Deepgram"),
        Choice("azure", "Azure"),
        Choice("openai", "OpenAI"),
        Choice("cartesia", "Cartesia"),
    ),
    voice_settings={
        "elevenlabs": {"stability": UNIT, "similarity_boost": UNIT, "speed": Range(0.7, 1.2)},
        "deepgram": {},
        "azure": {"speed": Range(0.5, 2)},
        "openai": {"speed": Range(0.25, 4)},
        "cartesia": {},
    },
    model_providers=(
        Choice("openai", "OpenAI"),
        Choice("anthropic", "Anthropic"),
        Choice("google", "Google"),
        Choice("groq", "Groq"),
    ),
    models={
        "openai": _same(
            "gpt-5.4",
            "gpt-5.4-mini",
            "gpt-5.1",
            "gpt-5",
            "gpt-5-mini",
            "gpt-5-nano",
            "gpt-4.1",
            "gpt-4.1-mini",
            "gpt-4.1-nano",
            "gpt-4o",
            "gpt-4o-mini",
            "gpt-4-turbo",
            "gpt-4",
            "gpt-3.5-turbo",
        ),
        "anthropic": _same(
            "claude-sonnet-5",
            "claude-opus-4-6",
            "claude-sonnet-4-6",
            "claude-sonnet-4-5-20250929",
            "claude-haiku-4-5-20251001",
            "claude-3-5-sonnet-20241022",
            "claude-3-5-haiku-20241022",
        ),
        "google": _same(
            "gemini-3.5-flash",
            "gemini-3.1-flash-lite",
            "gemini-2.5-pro",
            "gemini-2.5-flash",
            "gemini-2.5-flash-lite",
            "gemini-2.0-flash",
        ),
        "groq": _same(
            "llama-3.3-70b-versatile",
            "llama-3.1-8b-instant",
            "openai/gpt-oss-120b",
            "openai/gpt-oss-20b",
            "moonshotai/kimi-k2-instruct-0905",
        ),
    },
    max_tokens=Range(50, 10000),
    transcriber_providers=(
        Choice("deepgram", "Deepgram"),
        Choice("assemblyai", "AssemblyAI"),
        Choice("openai", "OpenAI"),
    ),
    transcriber_models={
        "deepgram": _same(
            "nova-3", "nova-3-medical", "nova-2", "nova-2-phonecall", "flux-general-en", "flux-general-multi"
        ),
        "assemblyai": _same("universal-streaming-english", "universal-streaming-multilingual", "universal-3-5-pro"),
        "openai": _same("gpt-4o-transcribe", "gpt-4o-mini-transcribe"),
    },
    languages=LANGUAGES,
    tools=frozenset({"end_call", "transfer_call", "press_digits", "api_request", "custom_function"}),
    name_length=NAME_LENGTH,
    prompt_length=PROMPT_LENGTH,
    max_duration=Range(10, 43200),
    default_voice=VoiceSpec(provider="elevenlabs", id=DEFAULT_VOICE_ID),
    default_model=ModelSpec(provider="openai", name="gpt-4"),
    default_transcriber=TranscriberSpec(provider="deepgram", model="nova-3", language="en"),
)  # fmt: skip - one line per family reads better
