"""Conversations as the API answers them. Money is in US dollars."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from inspralv.conversations.schemas import AgentRef, Direction, Line, Sentiment, Status
from inspralv.conversations.views import Conversation, ConversationRow
from inspralv.foundation.money import to_units
from inspralv.tenancy.variables import MOST_VARIABLES, VariableDefault, VariableName

Note = Annotated[str, Meta(max_length=5000)]


class ConversationOut(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list. `agent` is null when the call's agent is not known; `agent_version` is the
    one that took the call."""

    id: UUID
    agent: AgentRef | None
    agent_version: int | None
    direction: Direction
    status: Status
    contact_number: str | None
    contact_name: str | None
    agent_number: str | None
    started_at: datetime | None
    ended_at: datetime | None
    duration_seconds: int
    ended_reason: str | None
    summary: str | None
    sentiment: Sentiment | None
    total_cost: float
    has_recording: bool
    followed_up_at: datetime | None
    created_at: datetime


class ConversationDetail(ConversationOut, frozen=True, kw_only=True):
    """Everything about one call. `cost_breakdown` holds dollars by part; `recording_url` is a path of ours that leads to
    a link good for half an hour, null while there is no recording. `answers_id` is the conversation that this call
    answers, `called_back_id` the last call that answered this one. `repaired_at` says that the call was put right by
    asking the provider; `recording_kept_days` and `texts_kept_days` that the workspace's retention deleted them."""

    provider: str
    provider_call_id: str | None
    error_message: str | None
    answered_by: str | None
    success_evaluation: str | None
    structured_data: dict[str, Any]
    cost_breakdown: dict[str, float]
    transcript: tuple[Line, ...]
    recording_url: str | None
    follow_up_note: str | None
    followed_up_by: str | None
    started_by: str | None
    variables: dict[str, str]
    answers_id: UUID | None
    called_back_id: UUID | None
    repaired_at: datetime | None
    recording_kept_days: int | None
    texts_kept_days: int | None
    version: int


class FollowUpChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Exactly what is sent changes. A null note removes it."""

    follow_up_note: Note | UnsetType | None = UNSET
    followed_up: bool | UnsetType = UNSET


class TestCall(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a browser needs to join the test call: `client` names the script that knows how, `webCall` is for it.
    Nothing of it is secret, except a token that opens this one call."""

    provider: str
    client: str
    call_id: str | None
    conversation_id: UUID
    conversation_url: str
    public_key: str | None
    assistant_id: str
    agent_name: str
    web_call_url: str
    web_call: dict[str, Any]


class OutboundCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Whom to call: a number with its country code. `variables` stand for `{{name}}` in the agent's texts; where none
    is given, the defaults do. `answersConversationId` is the conversation that this call answers. `fromNumber` chooses
    among the numbers that the agent calls from."""

    customer_number: Annotated[str, Meta(min_length=1, max_length=40)]
    customer_name: Annotated[str, Meta(max_length=40)] | None = None
    variables: Annotated[dict[VariableName, VariableDefault], Meta(max_length=MOST_VARIABLES)] = {}
    answers_conversation_id: UUID | None = None
    from_number: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class PlacedCall(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A call that is on its way. `callId` is the provider's id, null until it has given one."""

    provider: str
    call_id: str | None
    conversation_id: UUID
    conversation_url: str
    status: Status
    customer_number: str
    from_number: str | None


class Done(msgspec.Struct, frozen=True):
    """It happened."""

    success: bool = True


def row_out(row: ConversationRow) -> ConversationOut:
    """Return the API's view of a row."""
    return ConversationOut(**_common(row))


def detail_out(call: Conversation, base: str) -> ConversationDetail:
    """Return the API's view of a conversation. `base` is the workspace's path, such as "/w/acme"."""
    return ConversationDetail(
        **_common(call),
        provider=call.provider,
        provider_call_id=call.provider_call_id,
        error_message=call.error_message,
        answered_by=call.answered_by,
        success_evaluation=call.success_evaluation,
        structured_data=call.structured_data,
        cost_breakdown={name: to_units(amount) for name, amount in call.cost_parts.items()},
        transcript=call.transcript,
        recording_url=f"{base}/conversations/{call.id}/recording" if call.has_recording else None,
        follow_up_note=call.follow_up_note,
        followed_up_by=call.followed_up_by_name,
        started_by=call.started_by_name,
        variables=call.variables,
        answers_id=call.answers_id,
        called_back_id=call.called_back_id,
        repaired_at=call.repaired_at,
        recording_kept_days=call.recording_kept_days,
        texts_kept_days=call.texts_kept_days,
        version=call.version,
    )


def _common(row: ConversationRow) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ConversationOut.__struct_fields__ if name != "total_cost"}
    return same | {"total_cost": to_units(row.cost_micros)}
