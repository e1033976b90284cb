"""Vapi's JSON as it may arrive. Tolerant: unknown keys are skipped, every key may be absent or null, enums are open."""

from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from inspralv.providers.errors import Malformed

T = TypeVar("T")


class Wire(Struct, rename="camel", frozen=True, kw_only=True):
    pass


class ToolFunction(Wire, frozen=True, kw_only=True):
    name: str | None = None
    arguments: Any = None
    parameters: Any = None


class ToolEntry(Wire, frozen=True, kw_only=True):
    """One wish of the model; name and arguments stand in `function`, or beside it."""

    id: str | None = None
    function: ToolFunction | None = None
    name: str | None = None
    arguments: Any = None
    parameters: Any = None


class Message(Wire, frozen=True, kw_only=True):
    """One of `artifact.messages`; roles seen: system, user, bot, tool_calls, tool_call_result."""

    role: str | None = None
    message: Any = None
    result: Any = None
    name: str | None = None
    tool_calls: list[ToolEntry] | None = None
    seconds_from_start: float | None = None


class MonoRecording(Wire, frozen=True, kw_only=True):
    combined_url: str | None = None


class Recording(Wire, frozen=True, kw_only=True):
    stereo_url: str | None = None
    mono: MonoRecording | None = None


class Artifact(Wire, frozen=True, kw_only=True):
    transcript: str | None = None
    messages: list[Message] | None = None
    recording: Recording | None = None
    recording_url: str | None = None
    stereo_recording_url: str | None = None
    presigned_mono_url: str | None = None
    presigned_stereo_url: str | None = None
    presigned_urls_expires_at: str | None = None


class Analysis(Wire, frozen=True, kw_only=True):
    summary: str | None = None
    success_evaluation: Any = None
    structured_data: Any = None


class AnalysisCosts(Wire, frozen=True, kw_only=True):
    summary: float | None = None
    structured_data: float | None = None
    success_evaluation: float | None = None
    structured_output: float | None = None


class CostBreakdown(Wire, frozen=True, kw_only=True):
    transport: float | None = None
    stt: float | None = None
    llm: float | None = None
    tts: float | None = None
    vapi: float | None = None
    chat: float | None = None
    total: float | None = None
    analysis_cost_breakdown: AnalysisCosts | None = None


class Customer(Wire, frozen=True, kw_only=True):
    number: str | None = None
    name: str | None = None
    external_id: str | None = None


class Number(Wire, frozen=True, kw_only=True):
    id: str | None = None
    number: str | None = None
    name: str | None = None
    status: str | None = None
    provider: str | None = None
    credential_id: str | None = None
    assistant_id: str | None = None


class Monitor(Wire, frozen=True, kw_only=True):
    control_url: str | None = None


class Labelled(Wire, frozen=True, kw_only=True):
    """Whatever carries our metadata: the assistant of a call, or its overrides."""

    metadata: dict[str, Any] | None = None


class Call(Wire, frozen=True, kw_only=True):
    id: str
    type: str | None = None
    status: str | None = None
    ended_reason: str | None = None
    ended_message: str | None = None
    created_at: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    cost: float | None = None
    cost_breakdown: CostBreakdown | None = None
    assistant_id: str | None = None
    assistant: Labelled | None = None
    assistant_overrides: Labelled | None = None
    phone_number: Number | None = None
    customer: Customer | None = None
    artifact: Artifact | None = None
    analysis: Analysis | None = None
    monitor: Monitor | None = None
    # older duplicates at the top level
    transcript: str | None = None
    summary: str | None = None
    recording_url: str | None = None
    stereo_recording_url: str | None = None
    messages: list[Message] | None = None


class ServerMessage(Wire, frozen=True, kw_only=True):
    """The inside of a webhook's `{"message": …}`."""

    type: str
    timestamp: float | None = None
    call: Call | None = None
    assistant: Labelled | None = None
    phone_number: Number | None = None
    customer: Customer | None = None
    status: str | None = None
    ended_reason: str | None = None
    # transcript
    role: str | None = None
    transcript_type: str | None = None
    transcript: str | None = None
    # end-of-call-report
    started_at: str | None = None
    ended_at: str | None = None
    duration_seconds: float | None = None
    cost: float | None = None
    cost_breakdown: CostBreakdown | None = None
    artifact: Artifact | None = None
    analysis: Analysis | None = None
    summary: str | None = None
    recording_url: str | None = None
    stereo_recording_url: str | None = None
    messages: list[Message] | None = None
    # tool-calls
    tool_call_list: list[ToolEntry] | None = None


class Envelope(Wire, frozen=True, kw_only=True):
    message: ServerMessage


class Transport(Wire, frozen=True, kw_only=True):
    call_token: str | None = None


class VideoPlan(Wire, frozen=True, kw_only=True):
    video_recording_enabled: bool | None = None


class Speaking(Wire, frozen=True, kw_only=True):
    provider: str | None = None


class SpeakingAssistant(Wire, frozen=True, kw_only=True):
    voice: Speaking | None = None


class WebCall(Wire, frozen=True, kw_only=True):
    """What the browser package reads from the answer to POST /call/web."""

    id: str
    web_call_url: str | None = None
    transport: Transport | None = None
    artifact_plan: VideoPlan | None = None
    assistant: SpeakingAssistant | None = None


class Identified(Wire, frozen=True, kw_only=True):
    id: str
    org_id: str | None = None


def decode(raw: bytes, shape: type[T]) -> T:
    """Raises Malformed, naming the place, when the JSON does not even roughly have this shape."""
    try:
        if b"\\u0000" in raw:
            raw = msgspec.json.encode(_without_nul(msgspec.json.decode(raw)))
        return msgspec.json.decode(raw, type=shape, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
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
