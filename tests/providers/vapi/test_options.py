"""The choices offered to the editor are choices the vendor knows."""

import pytest
from tests.providers.vapi.schemas import Schemas

from inspralv.providers.vapi.options import OPTIONS
from inspralv.providers.vapi.voices import VOICES

MODELS = {"openai": "OpenAIModel", "anthropic": "AnthropicModel", "google": "GoogleModel", "groq": "GroqModel"}
VOICE_MAKERS = {
    "elevenlabs": "ElevenLabsVoice", "deepgram": "DeepgramVoice", "azure": "AzureVoice", "openai": "OpenAIVoice",
    "cartesia": "CartesiaVoice",
}  # fmt: skip
TRANSCRIBERS = {
    "deepgram": ("DeepgramTranscriber", "model"),
    "assemblyai": ("AssemblyAITranscriber", "speechModel"),
    "openai": ("OpenAITranscriber", "model"),
}
SETTINGS = {"stability": "stability", "similarity_boost": "similarityBoost", "speed": "speed"}


@pytest.mark.parametrize("maker", [choice.value for choice in OPTIONS.model_providers])
def test_models(schemas: Schemas, maker: str) -> None:
    assert {choice.value for choice in OPTIONS.models[maker]} <= schemas.enum(MODELS[maker], "model")


@pytest.mark.parametrize("maker", [choice.value for choice in OPTIONS.transcriber_providers])
def test_transcribers_and_languages(schemas: Schemas, maker: str) -> None:
    definition, key = TRANSCRIBERS[maker]
    assert {choice.value for choice in OPTIONS.transcriber_models[maker]} <= schemas.enum(definition, key)
    assert {choice.value for choice in OPTIONS.languages[maker]} <= schemas.enum(definition, "language")


@pytest.mark.parametrize("maker", [choice.value for choice in OPTIONS.voice_providers])
def test_voice_settings_and_their_limits(schemas: Schemas, maker: str) -> None:
    properties = schemas.definitions[VOICE_MAKERS[maker]]["properties"]
    theirs = {ours: properties[name] for ours, name in SETTINGS.items() if name in properties}
    assert {name: (limits["minimum"], limits["maximum"]) for name, limits in theirs.items()} == {
        name: (limits.least, limits.most) for name, limits in OPTIONS.voice_settings[maker].items()
    }


@pytest.mark.parametrize("maker", ["openai", "azure", "deepgram"])
def test_named_voices(schemas: Schemas, maker: str) -> None:
    offered = {voice.id for voice in VOICES if voice.provider == maker}
    assert offered
    assert offered <= schemas.enum(VOICE_MAKERS[maker], "voiceId")


def test_limits_and_defaults(schemas: Schemas) -> None:
    assistant = schemas.definitions["CreateAssistantDTO"]["properties"]
    duration, tokens = assistant["maxDurationSeconds"], schemas.definitions["OpenAIModel"]["properties"]["maxTokens"]
    assert (OPTIONS.max_duration.least, OPTIONS.max_duration.most) == (duration["minimum"], duration["maximum"])
    assert (OPTIONS.max_tokens.least, OPTIONS.max_tokens.most) == (tokens["minimum"], tokens["maximum"])
    assert OPTIONS.name_length == assistant["name"]["maxLength"]
    assert OPTIONS.default_voice.id in {voice.id for voice in VOICES}
    assert OPTIONS.default_model.name in {choice.value for choice in OPTIONS.models["openai"]}


def test_voices_are_listed_once() -> None:
    keys = [(voice.provider, voice.id) for voice in VOICES]
    assert len(keys) == len(set(keys))
