"""What is shown of calls: rows, details, and the typed contexts of the templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from inspralv.conversations.activity.schemas import Kind
from inspralv.conversations.activity.schemas import Status as ActivityStatus
from inspralv.conversations.schemas import AgentRef, Direction, Line, Sentiment, Status
from inspralv.foundation.language.texts import N_, _, said
from inspralv.foundation.web.forms import Form

PART_LABELS: dict[str, str] = {
    "transport": N_("Telephony"), "stt": N_("Speech to text"), "llm": N_("Language model"), "tts": N_("Voice"), "platform": N_("Platform"),
    "chat": N_("Chat"), "analysis": N_("Analysis"),
}  # fmt: skip
SPEAKER_LABELS: dict[str, str] = {"caller": N_("Caller"), "tool": N_("Tool"), "system": N_("System")}


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which conversations are meant. `since` is the first moment, `until` the first one after the end."""

    status: Status | None = None
    direction: Direction | None = None
    agent_id: UUID | None = None
    search: str = ""
    since: datetime | None = None
    until: datetime | None = None


class _Named(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on the line, and how far the call is."""

    id: UUID
    direction: Direction
    status: Status
    contact_number: str | None
    contact_name: str | None
    started_at: datetime | None
    created_at: datetime
    agent_name: str | None

    @property
    def is_live(self) -> bool:
        return self.status in {"queued", "ringing", "in_progress"}


class LiveCall(_Named, frozen=True, kw_only=True):
    """A running call on the dashboard."""


class ConversationRow(_Named, frozen=True, kw_only=True):
    """One line of the list."""

    agent_number: str | None
    ended_at: datetime | None
    duration_seconds: int
    ended_reason: str | None
    summary: str | None
    sentiment: Sentiment | None
    cost_micros: int
    reported_at: datetime | None
    has_recording: bool
    followed_up_at: datetime | None
    agent_id: UUID | None
    agent_version: int | None
    agent_provider: str | None

    @property
    def awaits_cost(self) -> bool:
        """Whether the provider has yet to say what the call cost; of one that never came about it says nothing."""
        return not self.cost_micros and self.reported_at is None and self.status not in {"failed", "canceled"}

    @property
    def agent(self) -> AgentRef | None:
        if self.agent_id is None or self.agent_name is None or self.agent_provider is None:
            return None
        return AgentRef(self.agent_id, self.agent_name, self.agent_provider)


class ActivityNote(msgspec.Struct, frozen=True, kw_only=True):
    """A tool that was used in the call, or a message sent after it, in short."""

    id: str
    kind: Kind
    status: ActivityStatus
    name: str
    host: str | None
    duration_ms: int | None
    text: str | None


class Conversation(ConversationRow, frozen=True, kw_only=True):
    """Everything about one call."""

    provider: str
    provider_call_id: str | None
    error_message: str | None
    answered_by: str | None
    success_evaluation: str | None
    structured_data: dict[str, Any]
    cost_parts: dict[str, int]
    recording_type: str | None
    recording_error: str | None
    is_recorded: bool
    follow_up_note: str | None
    version: int
    followed_up_by_name: str | None
    started_by_name: str | None
    variables: dict[str, str]
    answers_id: UUID | None
    called_back_id: UUID | None
    agent_deleted: bool
    recording_kept_days: int | None
    texts_kept_days: int | None
    repaired_at: datetime | None
    activities: tuple[ActivityNote, ...]
    transcript: tuple[Line, ...]

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """What the cost is made of, the dearest first, in micro-dollars."""
        named = [(said(PART_LABELS.get(name, name)), amount) for name, amount in self.cost_parts.items()]
        return tuple(sorted(named, key=lambda part: -part[1]))

    @property
    def extracted(self) -> dict[str, Any]:
        """What the provider's model read out of the call, without what is shown elsewhere."""
        return {name: value for name, value in self.structured_data.items() if name != "sentiment"}

    def speaker(self, line: Line) -> str:
        return (self.agent_name or _("Agent")) if line.role == "agent" else said(SPEAKER_LABELS[line.role])


class RecordingFile(msgspec.Struct, frozen=True):
    """Where a recording is kept, and what it is."""

    recording_key: str
    recording_type: str
    contact_number: str | None
    created_at: datetime


class Found(msgspec.Struct, frozen=True):
    """A page of conversations, how many match, whether there are any at all, and the agents to filter by."""

    rows: list[ConversationRow]
    total: int
    has_any: bool
    agents: list[AgentRef]


class Pager(msgspec.Struct, frozen=True):
    """Where in the list we are; addresses are None at the ends. `total_text` says "10,000+" when there are more."""

    first: int
    last: int
    total_text: str
    previous: str | None
    next: str | None


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """The conversations page. `query` is the filter as typed, `export` the address of the CSV, `clear` that without
    filters; `fresh` says that new calls belong at the top."""

    rows: tuple[ConversationRow, ...]
    agents: tuple[AgentRef, ...]
    query: dict[str, str]
    has_any: bool
    filtered: bool
    pager: Pager
    export: str
    clear: str
    fresh: bool


class FollowUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The follow-up form as it is sent."""

    version: int
    follow_up_note: str = ""
    followed_up: Literal["yes", "no"] = "no"


class CallRights(msgspec.Struct, frozen=True, kw_only=True):
    """What may be done with a call. `hang_up` is the right, `ends_calls` whether the provider named can do it."""

    provider: str
    hang_up: bool
    ends_calls: bool
    call_back: bool


class DetailPage(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation with its follow-up form, and what this person may do with it. `stale` says that somebody else
    saved in between; the form then carries the new version, so that saving again overwrites."""

    call: Conversation
    form: Form[FollowUp]
    may_note: bool
    may_delete: bool
    can: CallRights
    zone: str
    stale: bool = False
    saved: bool = False


class LivePage(msgspec.Struct, frozen=True, kw_only=True):
    """What a notice redraws: the running calls, and row and detail of one call if it is known. `is_new` says that lists
    may not hold it yet."""

    live: tuple[LiveCall, ...]
    call: Conversation | None = None
    can: CallRights | None = None
    is_new: bool = False
    zone: str = "UTC"


class VariableField(msgspec.Struct, frozen=True):
    """A variable that a call may bring a value for."""

    name: str
    label: str
    hint: str
    required: bool


class OutboundForm(msgspec.Struct, frozen=True, kw_only=True):
    """The form that dials a number. `click` names this showing of the form, so that sending it twice dials once.
    `placed` is the call to `number` that it started; `answers` the conversation that it answers."""

    agent_id: UUID
    agent_name: str
    fields: tuple[VariableField, ...]
    lines: list[str]
    answers: UUID | None
    click: str
    form: Form[Any]
    refusal: str = ""
    placed: UUID | None = None
    number: str = ""
