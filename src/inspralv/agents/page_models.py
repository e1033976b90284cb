"""What the agents' templates see: one struct a page."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from inspralv.agents import policy
from inspralv.agents.schemas import AgentCard
from inspralv.foundation.language.texts import N_, _
from inspralv.foundation.web.formats import language_name as named
from inspralv.providers.contract import AgentOptions, Choice, VoiceProvider
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

PAGE_SIZE = 24
TOOL_LABELS = {
    "end_call": N_("Hang up"),
    "press_digits": N_("Press digits"),
    "transfer_call": N_("Transfer the call"),
    "earlier_calls": N_("Look up earlier calls"),
    "note_follow_up": N_("Note a follow-up"),
    "api_request": N_("API request"),
    "custom_function": N_("Custom function"),
}


class Rights(msgspec.Struct, frozen=True):
    """What the caller may do with agents here."""

    create: bool
    update: bool
    delete: bool
    sync: bool
    call: bool

    @classmethod
    def of(cls, ctx: WorkspaceContext) -> Rights:
        return cls(
            *(
                ctx.may(p)
                for p in (P.AGENTS_CREATE, P.AGENTS_UPDATE, P.AGENTS_DELETE, P.AGENTS_SYNC, P.CONVERSATIONS_CREATE)
            )
        )


class Card(msgspec.Struct, frozen=True):
    """An agent as a tile or a state panel. `denied` says why it cannot be called."""

    agent: AgentCard
    base: str
    api: str
    provider: str
    voice: str
    language: str
    denied: str
    rights: Rights
    timezone: str

    @property
    def average_seconds(self) -> int | None:
        return round(self.agent.seconds / self.agent.completed) if self.agent.completed else None


def card_of(ctx: WorkspaceContext, provider: VoiceProvider, agent: AgentCard) -> Card:
    """Return the card of an agent."""
    rights = Rights.of(ctx)
    denied = policy.may_call(agent, has_key=agent.has_key, label=provider.label)
    reason = denied.reason if denied else "" if rights.call else _("You may not start calls here.")
    return Card(
        agent=agent, base=f"/w/{ctx.workspace.slug}", api=f"/api/w/{ctx.workspace.slug}", provider=provider.label,
        voice=voice_name(provider, agent.voice_provider, agent.config.voice_id or ""),
        language=language_name(provider.options, agent.transcriber_provider, agent.config.language or ""),
        denied=reason, rights=rights, timezone=ctx.workspace.timezone,
    )  # fmt: skip


class ListFilters(msgspec.Struct, frozen=True):
    """What the list was asked for, as typed."""

    q: str
    provider: str
    status: str

    @property
    def active(self) -> bool:
        return bool(self.q or self.provider or self.status)


class AgentsPage(msgspec.Struct, frozen=True):
    """The list of agents. `most` is the workspace's limit, None when there is none."""

    cards: Sequence[Card]
    filters: ListFilters
    providers: Sequence[Choice]
    total: int
    everything: int
    most: int | None
    page: int
    pages: int
    page_url: str
    rights: Rights
    has_room: bool

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.cards) - 1


class Counted(msgspec.Struct, frozen=True):
    """What the count line needs."""

    everything: int
    most: int | None


class AgentDeletedPart(msgspec.Struct, frozen=True):
    """After a deletion: the count, and a toast that offers to undo it."""

    id: str
    name: str
    base: str
    everything: int
    most: int | None


class AgentCardPart(msgspec.Struct, frozen=True):
    """A card that came back or changed."""

    card: Card
    everything: int
    most: int | None


class LiveAgents(msgspec.Struct, frozen=True):
    """Agents whose cards and state panels are drawn afresh on open pages."""

    cards: Sequence[Card]


class DeletePage(msgspec.Struct, frozen=True):
    """The question before a deletion, for browsers without scripts."""

    card: Card


def voice_name(provider: VoiceProvider, maker: str, voice_id: str) -> str:
    """Return a voice's name if it is a stock voice, else its id."""
    if not voice_id:
        voice_id = provider.options.default_voice.id if maker == provider.options.default_voice.provider else ""
    known = next((one.name for one in provider.stock_voices if (one.provider, one.id) == (maker, voice_id)), voice_id)
    return known or _("No voice chosen")


def language_name(options: AgentOptions, transcriber: str, language: str) -> str:
    """Return a language's name, else its tag."""
    wanted = language or options.default_transcriber.language or ""
    label = next((one.label for one in options.languages.get(transcriber, ()) if one.value == wanted), wanted)
    return named(wanted, label)
