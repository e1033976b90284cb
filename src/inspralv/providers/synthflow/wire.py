"""Synthflow's JSON as it may arrive. Tolerant: unknown keys are skipped, every key may be absent or null, enums are open.

Single objects come as a list of one inside `response`, and the word in `status` says nothing (contract section 1).
"""

from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from inspralv.providers.errors import Malformed, Missing

T = TypeVar("T")


class Wire(Struct, frozen=True, kw_only=True):
    pass


class Envelope(Wire, Generic[T], frozen=True, kw_only=True):
    response: T


class Pagination(Wire, frozen=True, kw_only=True):
    total_records: int = 0


class AttachedNumber(Wire, frozen=True, kw_only=True):
    number: str | None = None
    slug: str | None = None


class MaxDuration(Wire, frozen=True, kw_only=True):
    duration_seconds: float | None = None
    is_enabled: bool | None = None


class Assistant(Wire, frozen=True, kw_only=True):
    model_id: str
    type: str | None = None
    name: str | None = None
    description: str | None = None
    external_webhook_url: str | None = None
    max_duration: MaxDuration | None = None
    agent: dict[str, Any] | None = None
    attached_phone_numbers: list[AttachedNumber] | None = None
    actions: list[str] | None = None


class Assistants(Wire, frozen=True, kw_only=True):
    """The description of the list says that `assistants` is one object; live it is an array (contract section 3)."""

    assistants: list[Assistant] | Assistant = []
    pagination: Pagination = Pagination()


def assistants_in(page: Assistants) -> list[Assistant]:
    return [page.assistants] if isinstance(page.assistants, Assistant) else page.assistants


class ModelId(Wire, frozen=True, kw_only=True):
    model_id: str


class Action(Wire, frozen=True, kw_only=True):
    action_id: str
    action_type: str | None = None
    name: str | None = None
    parameters_hard_coded: Any = None


class Actions(Wire, frozen=True, kw_only=True):
    actions: list[Action] = []


class ActionId(Wire, frozen=True, kw_only=True):
    action_id: str


class Call(Wire, frozen=True, kw_only=True):
    """Lists say `call_status`, single calls `status`; both have been seen in either (contract section 4)."""

    call_id: str
    model_id: str | None = None
    status: str | None = None
    call_status: str | None = None
    campaign_type: str | None = None
    type_of_call: str | None = None
    phone_number_from: str | None = None
    phone_number_to: str | None = None
    lead_phone_number: str | None = None
    agent_phone_number: str | None = None
    name: str | None = None
    lead_name: str | None = None
    start_time: str | int | None = None
    duration: float | None = None
    telephony_start: str | None = None
    telephony_end: str | None = None
    transcript: str | None = None
    recording_url: str | None = None
    end_call_reason: str | None = None
    custom_end_call_reason: str | None = None
    error_message: str | None = None
    executed_actions: Any = None
    collected_variables: Any = None
    judge_results: Any = None
    prompt_variables: Any = None


class Calls(Wire, frozen=True, kw_only=True):
    calls: list[Call] = []
    pagination: Pagination = Pagination()


class CallId(Wire, frozen=True, kw_only=True):
    call_id: str


class ListedNumber(Wire, frozen=True, kw_only=True):
    number: str | None = None
    is_available: bool | None = None


class Numbers(Wire, frozen=True, kw_only=True):
    phone_numbers: list[ListedNumber] = []
    pagination: Pagination = Pagination()


class Voice(Wire, frozen=True, kw_only=True):
    voice_id: str
    name: str | None = None
    preview: str | None = None
    provider: str | None = None
    gender: str | None = None
    languages: list[str] | None = None


class Voices(Wire, frozen=True, kw_only=True):
    voices: list[Voice] = []
    pagination: Pagination = Pagination()


class Session(Wire, frozen=True, kw_only=True):
    session_url: str = msgspec.field(name="sessionURL")


def decode(raw: bytes, shape: type[T]) -> T:
    """Raises Malformed, naming the place, when the JSON does not even roughly have this shape."""
    try:
        if b"\\u0000" in raw:
            raw = msgspec.json.encode(_without_nul(msgspec.json.decode(raw)))
        return msgspec.json.decode(raw, type=shape, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(str(error)) from error


def inside(raw: bytes, shape: type[T]) -> T:
    """What stands in `response`. Raises Malformed."""
    return decode(raw, Envelope[shape]).response  # type: ignore[valid-type]


def only(things: list[T]) -> T:
    """The one object of a list of one. Raises Missing for an empty list."""
    if not things:
        raise Missing("Synthflow answered with an empty list")
    return things[0]


def _without_nul(value: Any) -> Any:
    """The same JSON without NUL characters, which no text in the database can hold."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    return value
