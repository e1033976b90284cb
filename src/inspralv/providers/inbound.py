"""What a provider tells us by webhook, in neutral words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from inspralv.providers.call_report import CallReport, TranscriptLine


class Inbound(Struct, frozen=True, kw_only=True):
    """`event_key` is equal for two deliveries of the same event and different for different events.

    `provider_call_id` is None only for kinds that concern no call, which are always `Ignored`.
    """

    event_key: str
    occurred_at: datetime
    provider_call_id: str | None
    remote_agent_id: str | None


class CallProgressed(Inbound, frozen=True, kw_only=True):
    """The call has reached `call.status`. A final status here precedes the report that brings cost and transcript."""

    call: CallReport


class TranscriptHeard(Inbound, frozen=True, kw_only=True):
    """One sentence of a running call; not `final` means that the same sentence will come again, longer."""

    call: CallReport
    """The call as it stands, without its transcript: this sentence may be the first that is heard of it."""
    line: TranscriptLine
    final: bool


class CallFinished(Inbound, frozen=True, kw_only=True):
    call: CallReport


class CallChanged(Inbound, frozen=True, kw_only=True):
    """Something happened to this call: ask for it. Nothing else in the delivery is to be believed."""


class ToolCall(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    arguments: Mapping[str, Any]


class ToolCallsRequested(Inbound, frozen=True, kw_only=True):
    """The model wants results now; the answer to this very request must be `Hooks.tool_answer`."""

    calls: tuple[ToolCall, ...]
    call: CallReport | None = None
    """The call as it stands, when the delivery tells: this may be the first that is heard of it."""


class ToolResult(Struct, frozen=True, kw_only=True):
    """Either a result or an error, for the model to read."""

    call: ToolCall
    text: str
    is_error: bool = False


class RouteRequested(Inbound, frozen=True, kw_only=True):
    """Somebody calls a number and the provider asks who takes the call; the answer must be `Hooks.route_answer`."""

    from_number: str | None
    to_number: str | None


class CallRoute(Struct, frozen=True, kw_only=True):
    """Where an incoming call goes: to one of an agent (by the id that webhooks name it by), a telephone number and a
    sentence to be said. With none of them nobody takes it, as far as the provider can do that. Providers that lack an
    ability are never given its field."""

    agent_id: str | None = None
    number: str | None = None
    message: str | None = None
    variables: Mapping[str, str] = {}


class Ignored(Inbound, frozen=True, kw_only=True):
    """A kind we have no use for, or do not know (yet)."""

    type: str


InboundEvent = (
    CallProgressed | TranscriptHeard | CallFinished | CallChanged | ToolCallsRequested | RouteRequested | Ignored
)
