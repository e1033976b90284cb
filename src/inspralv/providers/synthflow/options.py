"""What Synthflow lets an editor choose (contract section 3); its lists of models and voices change often."""

from inspralv.providers.contract import AgentOptions, Choice, ModelSpec, Range, TranscriberSpec, Voice, VoiceSpec
from inspralv.providers.synthflow.languages import CHOICES

UNIT = Range(0, 1)
NAME_LENGTH = 200
"""No limit is documented; ours leaves room for what is put behind the name."""
PROMPT_LENGTH = 50_000
"""No limit is documented; this is the most an agent's form takes."""
DEFAULT_VOICE_ID = "21m00Tcm4TlvDq8ikWAM"
STOCK_VOICES = (Voice(provider="elevenlabs", id=DEFAULT_VOICE_ID, name="Rachel", gender="female", accent="American"),)
TRANSCRIBERS = {
    "deepgram-nova-3": ("deepgram", "nova-3"),
    "deepgram": ("deepgram", "default"),
    "synthflow-stt": ("synthflow", "synthflow-stt"),
}
"""Their one word for what is maker and model here."""


def _same(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, value) for value in values)


OPTIONS = AgentOptions(
    voice_providers=(
        Choice("elevenlabs", "ElevenLabs"),
        Choice("deepgram", "Deepgram"),
        Choice("synthflow", "Synthflow"),
    ),
    voice_settings={
        "elevenlabs": {"stability": UNIT, "similarity_boost": UNIT, "speed": Range(0.7, 1.2)},
        "deepgram": {},
        "synthflow": {},
    },
    model_providers=(Choice("openai", "OpenAI"), Choice("synthflow", "Synthflow")),
    models={
        "openai": _same(
            "gpt-5.4",
            "gpt-5.4-mini",
            "gpt-5.4-nano",
            "gpt-5.2",
            "gpt-5.1",
            "gpt-5-mini",
            "gpt-5-nano",
            "gpt-4.1",
            "gpt-4.1-mini",
            "gpt-4.1-nano",
        ),
        "synthflow": (Choice("synthflow", "Synthflow"),),
    },
    max_tokens=Range(50, 10000),
    transcriber_providers=(Choice("deepgram", "Deepgram"), Choice("synthflow", "Synthflow")),
    transcriber_models={
        "deepgram": (Choice("nova-3", "nova-3"), Choice("default", "Default")),
        "synthflow": _same("synthflow-stt"),
    },
    languages={"deepgram": CHOICES, "synthflow": CHOICES},
    tools=frozenset({"end_call", "transfer_call", "api_request", "custom_function"}),
    absent=frozenset(
        {"config.model_settings.temperature", "config.model_settings.max_tokens", "config.end_call_phrases"}
    ),
    name_length=NAME_LENGTH,
    prompt_length=PROMPT_LENGTH,
    max_duration=Range(10, 43200),
    default_voice=VoiceSpec(provider="elevenlabs", id=DEFAULT_VOICE_ID),
    default_model=ModelSpec(provider="openai", name="gpt-4.1"),
    default_transcriber=TranscriberSpec(provider="deepgram", model="nova-3", language="en-US"),
)  # fmt: skip - one line per family reads better
