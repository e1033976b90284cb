"""Agents: one that uses everything, and generated ones."""

from hypothesis import strategies as st

from inspralv.providers.contract import (
    AgentSpec,
    ApiRequest,
    CustomFunction,
    EndCall,
    ModelSpec,
    PressDigits,
    TranscriberSpec,
    TransferCall,
    TransferTarget,
    VoiceSettings,
    VoiceSpec,
    WebhookTarget,
)
from inspralv.providers.vapi.options import OPTIONS
from inspralv.providers.vapi.voices import VOICES

FULL = AgentSpec(
    name="The receptionist of the dental clinic at the harbour",
    description="Books and moves appointments",
    greeting="Good morning {{first_name}}, how can I help?",
    system_prompt="You are brief.",
    voice=VoiceSpec(
        provider="elevenlabs", id="21m00Tcm4TlvDq8ikWAM",
        settings=VoiceSettings(stability=0.5, similarity_boost=0.75, speed=1.1),
    ),
    model=ModelSpec(provider="openai", name="gpt-4.1-mini", temperature=0.4, max_tokens=250),
    transcriber=TranscriberSpec(provider="assemblyai", model="universal-streaming-english", language="en"),
    max_duration_seconds=900,
    end_call_phrases=("goodbye", "have a nice day"),
    tools=(
        EndCall(),
        PressDigits(),
        TransferCall(
            targets=(
                TransferTarget(number="+14155550123", description="Front desk", message="One moment"),
                TransferTarget(sip_uri="sip:desk@example.com"),
            )
        ),
        ApiRequest(
            name="look_up", description="Finds a customer", method="POST", url="https://crm.example.com/find",
            body={"type": "object", "properties": {"email": {"type": "string"}}, "required": ["email"]},
            timeout_seconds=10,
        ),
        CustomFunction(
            name="book", description="Books a slot", spoken="Let me see", server_url="https://tools.example.com/book",
            parameters={"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]},
        ),
    ),
    metadata={"agent_id": "0199a", "workspace_id": "0199b"},
    webhook=WebhookTarget(url="https://app.example.com/api/webhooks/vapi/abc", secret="s3cret"),
)  # fmt: skip

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
unit = st.floats(0, 1)
identifiers = st.from_regex(r"[a-zA-Z0-9_-]{1,40}", fullmatch=True)
schemas = st.builds(
    lambda names: {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": names},
    st.lists(identifiers, max_size=3, unique=True),
)


def _settings(maker: str) -> st.SearchStrategy[VoiceSettings]:
    return st.builds(
        VoiceSettings,
        **{
            name: st.none() | st.floats(limits.least, limits.most)
            for name, limits in OPTIONS.voice_settings[maker].items()
        },
    )


def _voices(maker: str) -> st.SearchStrategy[VoiceSpec]:
    names = [voice.id for voice in VOICES if voice.provider == maker]
    ids = st.sampled_from(names) if names else st.uuids().map(str)
    return st.builds(VoiceSpec, provider=st.just(maker), id=ids, settings=_settings(maker))


def _models(maker: str) -> st.SearchStrategy[ModelSpec]:
    return st.builds(
        ModelSpec, provider=st.just(maker), name=st.sampled_from([choice.value for choice in OPTIONS.models[maker]]),
        temperature=st.none() | st.floats(0, 2), max_tokens=st.none() | st.integers(50, 4096),
    )  # fmt: skip


def _transcribers(maker: str) -> st.SearchStrategy[TranscriberSpec]:
    models = st.sampled_from([choice.value for choice in OPTIONS.transcriber_models[maker]])
    return st.builds(
        TranscriberSpec, provider=st.just(maker), model=models if maker == "openai" else st.none() | models,
        language=st.none() | st.sampled_from([choice.value for choice in OPTIONS.languages[maker]]),
    )  # fmt: skip


tools = st.one_of(
    st.just(EndCall()),
    st.just(PressDigits()),
    st.builds(
        TransferCall,
        targets=st.lists(
            st.builds(
                TransferTarget,
                number=st.just("+14155550123"), description=st.none() | words, message=st.none() | words,
            ),
            min_size=1, max_size=2,
        ).map(tuple),
    ),
    st.builds(
        ApiRequest, name=identifiers, description=words, body=st.none() | schemas,
        method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
        url=st.just("https://crm.example.com/find"), timeout_seconds=st.none() | st.integers(1, 300),
    ),
    st.builds(
        CustomFunction, name=identifiers, description=words, parameters=schemas, is_async=st.booleans(),
        server_url=st.none() | st.just("https://tools.example.com"), spoken=st.none() | words,
    ),
)  # fmt: skip

specs = st.builds(
    AgentSpec,
    name=words.map(str.strip).filter(bool),
    description=st.none() | words,
    greeting=st.none() | words,
    system_prompt=st.just("") | words,
    voice=st.sampled_from([choice.value for choice in OPTIONS.voice_providers]).flatmap(_voices),
    model=st.sampled_from([choice.value for choice in OPTIONS.model_providers]).flatmap(_models),
    transcriber=st.sampled_from([choice.value for choice in OPTIONS.transcriber_providers]).flatmap(_transcribers),
    max_duration_seconds=st.integers(60, 3600),
    end_call_phrases=st.lists(st.text("abc ", min_size=2, max_size=140), max_size=3).map(tuple),
    tools=st.lists(tools, max_size=4).map(tuple),
    metadata=st.dictionaries(st.sampled_from(["agent_id", "workspace_id", "partner_id"]), words),
    webhook=st.none() | st.builds(WebhookTarget, url=st.just("https://app.example.com/x"), secret=identifiers),
)
