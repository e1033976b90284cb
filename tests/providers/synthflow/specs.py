"""Agents: one that uses everything, and generated ones."""

from hypothesis import strategies as st

from inspralv.providers.contract import (
    AgentSpec,
    ApiRequest,
    CustomFunction,
    EndCall,
    ModelSpec,
    TranscriberSpec,
    TransferCall,
    TransferTarget,
    VoiceSettings,
    VoiceSpec,
    WebhookTarget,
)
from inspralv.providers.synthflow.options import OPTIONS, TRANSCRIBERS

WEBHOOK = WebhookTarget(url="https://app.example.com/api/webhooks/synthflow/abc", secret="s3cret")  # noqa: S106
FULL = AgentSpec(
    name="The receptionist of the dental clinic at the harbour",
    description="Books and moves appointments\nand more",
    greeting="Good morning {{first_name}}, how can I help?",
    system_prompt='You are brief. Answer with {"a": {name}} or { first } – never {{ first_name }}.\n\n',
    voice=VoiceSpec(
        provider="elevenlabs", id="21m00Tcm4TlvDq8ikWAM",
        settings=VoiceSettings(stability=0.4, similarity_boost=0.75, speed=None),
    ),
    model=ModelSpec(provider="openai", name="gpt-4.1-mini"),
    transcriber=TranscriberSpec(provider="deepgram", model="nova-3", language="en-US"),
    variables={"first_name": "there"},
    max_duration_seconds=900,
    tools=(
        CustomFunction(
            name="book", description="Books a slot", spoken="Let me see", is_async=True,
            parameters={"type": "object", "properties": {"day": {"type": "string"}, "count": {"type": "integer"}},
                        "required": ["day"]},
        ),
        EndCall(),
        TransferCall(
            targets=(
                TransferTarget(number="+14155550123", description="Front desk", message="One moment"),
                TransferTarget(sip_uri="sip:desk@example.com"),
            )
        ),
        ApiRequest(
            name="look_up", description="Finds a customer", method="GET", url="https://crm.example.com/find",
            body={"type": "object", "properties": {"email": {"type": "string"}}, "required": ["email"]},
            timeout_seconds=10,
        ),
    ),
    metadata={"agent_id": "0199a", "workspace_id": "0199b"},
    webhook=WEBHOOK,
)  # fmt: skip

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
braced = st.text(st.sampled_from("{}ab_1 \n{}"), max_size=30)
prompts = st.lists(
    st.sampled_from(["{{first_name}}", "{{ x }}", "{first_name}", "{ a }", "{", "}", "{{", "}}", " ", "\n", '{"a":1}'])
    | braced | words,
    max_size=8,
).map("".join)  # fmt: skip
unit = st.floats(0, 1)
identifiers = st.from_regex(r"[a-zA-Z0-9_-]{1,40}", fullmatch=True)
schemas = st.builds(
    lambda names: {"type": "object", "properties": {name: {"type": "string"} for name in names}, "required": names},
    st.lists(identifiers, max_size=3, unique=True),
)


def _settings(maker: str) -> st.SearchStrategy[VoiceSettings]:
    ranges = OPTIONS.voice_settings[maker]
    given = {name: st.none() | st.floats(limits.least, limits.most) for name, limits in ranges.items()}
    return st.builds(VoiceSettings, **given)


def _voices(maker: str) -> st.SearchStrategy[VoiceSpec]:
    return st.builds(VoiceSpec, provider=st.just(maker), id=identifiers, settings=_settings(maker))


def _models(maker: str) -> st.SearchStrategy[ModelSpec]:
    names = st.sampled_from([choice.value for choice in OPTIONS.models[maker]])
    return st.builds(ModelSpec, provider=st.just(maker), name=names)


transcribers = st.builds(
    lambda pair, language: TranscriberSpec(provider=pair[0], model=pair[1], language=language),
    st.sampled_from(sorted(TRANSCRIBERS.values())),
    st.sampled_from([choice.value for choice in OPTIONS.languages["deepgram"]]),
)
targets = st.builds(
    TransferTarget, number=st.just("+14155550123"), description=st.none() | words, message=st.none() | words
)
functions = st.one_of(
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
tools = st.tuples(
    st.sampled_from([(), (EndCall(),)]),
    st.lists(targets, max_size=2).map(lambda found: (TransferCall(targets=tuple(found)),) if found else ()),
    st.lists(functions, max_size=3, unique_by=lambda tool: tool.name).map(tuple),
).flatmap(lambda parts: st.permutations([tool for part in parts for tool in part]).map(tuple))

specs = st.builds(
    AgentSpec,
    name=words,
    description=st.none() | words,
    greeting=st.none() | prompts.filter(bool),
    system_prompt=prompts,
    voice=st.sampled_from([choice.value for choice in OPTIONS.voice_providers]).flatmap(_voices),
    model=st.sampled_from([choice.value for choice in OPTIONS.model_providers]).flatmap(_models),
    transcriber=transcribers,
    variables=st.dictionaries(st.sampled_from(["first_name", "x"]), words, max_size=2),
    max_duration_seconds=st.integers(60, 3600),
    tools=tools,
    metadata=st.dictionaries(st.sampled_from(["agent_id", "workspace_id"]), words),
    webhook=st.just(WEBHOOK),
)
