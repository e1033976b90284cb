"""What Retell lets an editor choose; limits and names from the official types (contract sections 4 and 5)."""

from inspralv.providers.contract import AgentOptions, Choice, ModelSpec, Range, TranscriberSpec, VoiceSpec
from inspralv.providers.retell.languages import CHOICES, USUAL
from inspralv.providers.retell.models import MAKERS
from inspralv.providers.retell.voices import DEFAULT_VOICE_ID

SPEED = {"speed": Range(0.5, 2)}
NAME_LENGTH = 200
"""No limit is documented; this is more than any list can show."""
PROMPT_LENGTH = 50_000
"""The most an agent's form takes; the vendor counts tokens, 32,768 of them."""
STT_MODES = ("fast", "accurate")
HEARING = "retell"
"""The vendor hears the caller itself; only fast or accurate can be chosen."""

OPTIONS = AgentOptions(
    voice_providers=(
        Choice("platform", "Retell"),
        Choice("elevenlabs", "ElevenLabs"),
        Choice("openai", "OpenAI"),
        Choice("cartesia", "Cartesia"),
        Choice("minimax", "MiniMax"),
        Choice("fish_audio", "Fish Audio"),
        Choice("inworld", "Inworld"),
    ),
    voice_settings={
        "platform": SPEED,
        "elevenlabs": SPEED,
        "openai": SPEED,
        "cartesia": SPEED,
        "minimax": SPEED,
        "fish_audio": SPEED,
        "inworld": SPEED,
    },
    model_providers=(
        Choice("openai", "OpenAI"),
        Choice("anthropic", "Anthropic"),
        Choice("google", "Google"),
    ),
    models={maker: tuple(Choice(name, name) for name in names) for maker, names in MAKERS.items()},
    max_tokens=Range(50, 10000),
    transcriber_providers=(Choice(HEARING, "Retell"),),
    transcriber_models={HEARING: (Choice("fast", "Fast"), Choice("accurate", "Accurate"))},
    languages={HEARING: CHOICES},
    tools=frozenset({"end_call", "transfer_call", "press_digits", "api_request", "custom_function"}),
    absent=frozenset({"config.model_settings.max_tokens", "config.end_call_phrases"}),
    name_length=NAME_LENGTH,
    prompt_length=PROMPT_LENGTH,
    max_duration=Range(60, 7200),
    default_voice=VoiceSpec(provider="platform", id=DEFAULT_VOICE_ID),
    default_model=ModelSpec(provider="openai", name="gpt-4.1"),
    default_transcriber=TranscriberSpec(provider=HEARING, model="fast", language=USUAL),
)
