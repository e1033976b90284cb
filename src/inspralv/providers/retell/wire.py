"""Retell's JSON as it may arrive. Tolerant: unknown keys are skipped, every key may be absent or null, enums are open."""

from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from inspralv.providers.errors import Malformed

T = TypeVar("T")
Json = dict[str, Any]


class Wire(Struct, frozen=True, kw_only=True):
    pass


class Engine(Wire, frozen=True, kw_only=True):
    type: str | None = None
    llm_id: str | None = None


class Agent(Wire, frozen=True, kw_only=True):
    agent_id: str
    version: int = 0
    is_published: bool | None = None
    response_engine: Engine | None = None
    agent_name: str | None = None
    version_description: str | None = None
    voice_id: str = ""
    voice_speed: float | None = None
    language: Any = None
    stt_mode: str | None = None
    max_call_duration_ms: float | None = None
    webhook_url: str | None = None


class ModelRef(Wire, frozen=True, kw_only=True):
    model: str | None = None


class ModelConfig(Wire, frozen=True, kw_only=True):
    type: str | None = None
    primary: ModelRef | None = None
    temperature: float | None = None


class Llm(Wire, frozen=True, kw_only=True):
    llm_id: str
    start_speaker: str | None = None
    general_prompt: str | None = None
    begin_message: str | None = None
    model: str | None = None
    model_temperature: float | None = None
    s2s_model: str | None = None
    llm_model_config: ModelConfig | None = msgspec.field(default=None, name="model_config")
    general_tools: list[Json] | None = None
    default_dynamic_variables: dict[str, Any] | None = None
    last_modification_timestamp: float = 0


class AgentItem(Wire, frozen=True, kw_only=True):
    """One of `POST /v2/list-agents`."""

    agent_id: str
    user_modified_timestamp: float = 0


class NamedAgent(Wire, frozen=True, kw_only=True):
    agent_id: str | None = None


class Number(Wire, frozen=True, kw_only=True):
    phone_number: str
    nickname: str | None = None
    inbound_agents: list[NamedAgent] | None = None


class Voice(Wire, frozen=True, kw_only=True):
    voice_id: str
    voice_name: str | None = None
    provider: str | None = None
    gender: str | None = None
    accent: str | None = None
    age: str | None = None
    preview_audio_url: str | None = None


class Word(Wire, frozen=True, kw_only=True):
    start: float | None = None


class Utterance(Wire, frozen=True, kw_only=True):
    """One entry of a transcript, told apart by its role."""

    role: str | None = None
    content: Any = None
    words: list[Word] | None = None
    name: str | None = None
    arguments: Any = None
    digit: str | None = None
    time_sec: float | None = None


class Analysis(Wire, frozen=True, kw_only=True):
    call_summary: str | None = None
    call_successful: bool | None = None
    in_voicemail: bool | None = None
    user_sentiment: str | None = None
    custom_analysis_data: Any = None


class ProductCost(Wire, frozen=True, kw_only=True):
    product: str | None = None
    cost: float | None = None


class Cost(Wire, frozen=True, kw_only=True):
    """In US cents."""

    combined_cost: float | None = None
    product_costs: list[ProductCost] | None = None


class Call(Wire, frozen=True, kw_only=True):
    """Times are milliseconds since 1970."""

    call_id: str
    call_type: str | None = None
    call_status: str | None = None
    agent_id: str | None = None
    direction: str | None = None
    from_number: str | None = None
    to_number: str | None = None
    metadata: Any = None
    start_timestamp: float | None = None
    end_timestamp: float | None = None
    duration_ms: float | None = None
    disconnection_reason: str | None = None
    transcript: str | None = None
    transcript_object: list[Utterance] | None = None
    transcript_with_tool_calls: list[Utterance] | None = None
    recording_url: str | None = None
    opt_in_signed_url: bool | None = None
    call_analysis: Analysis | None = None
    call_cost: Cost | None = None


class InboundCall(Wire, frozen=True, kw_only=True):
    call_id: str | None = None
    agent_id: str | None = None
    from_number: str | None = None
    to_number: str | None = None


class Delivery(Wire, frozen=True, kw_only=True):
    """A webhook, or the request of a custom function, which has a name instead of an event."""

    event: str | None = None
    call: Call | None = None
    call_inbound: InboundCall | None = None
    transcript_with_tool_calls: list[Utterance] | None = None
    name: str | None = None
    args: Any = None


class Key(Wire, frozen=True, kw_only=True):
    """The answer of `GET /get-api-key-info`."""

    org_id: str | None = None
    org_name: str | None = None


class Page(Wire, frozen=True, kw_only=True):
    """Every paged list (contract section 2)."""

    items: list[Json] = []
    has_more: bool | None = None
    pagination_key: str | None = None


def decode(raw: bytes, shape: type[T]) -> T:
    """Raises Malformed, naming the place, when the JSON does not even roughly have this shape."""
    try:
        if b"\\u0000" in raw:
            raw = msgspec.json.encode(_without_nul(msgspec.json.decode(raw)))
        return msgspec.json.decode(raw, type=shape, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(str(error)) from error


def convert(value: Any, shape: type[T]) -> T:
    """Raises Malformed."""
    try:
        return msgspec.convert(value, shape, strict=False)
    except msgspec.ValidationError as error:
        raise Malformed(str(error)) from error


def _without_nul(value: Any) -> Any:
    """The same JSON without NUL characters, which no text in the database can hold."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    return value
