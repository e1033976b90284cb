"""What the agents' templates see: one struct a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inspralv.agents import policy
from inspralv.agents.forms import OTHER_VOICE
from inspralv.agents.prompt_templates import TEMPLATES, PromptTemplate
from inspralv.agents.schemas import AgentCard
from inspralv.agents.tools_form import ToolRow
from inspralv.foundation.web.forms import Form
from inspralv.providers.contract import AgentOptions, Choice, Voice, VoiceProvider
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P

PAGE_SIZE = 24
SPEEDS = (Choice("0.8", "Slower"), Choice("", "Normal"), Choice("1.2", "Faster"))
TOOL_LABELS = {
    "end_call": "Hang up",
    "press_digits": "Press digits",
    "transfer_call": "Transfer the call",
    "api_request": "API request",
    "custom_function": "Custom function",
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
    reason = denied.reason if denied else "" if rights.call else "You may not start calls here."
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


class VoiceGroup(msgspec.Struct, frozen=True):
    """The voices of one maker."""

    maker: str
    label: str
    voices: Sequence[Voice]
    opened: bool


class WizardPage(msgspec.Struct, frozen=True):
    """One step of the wizard."""

    step: int
    form: Form[Any]
    providers: Sequence[VoiceProvider]
    languages: Sequence[Choice]
    voices: Sequence[VoiceGroup]
    makers: Sequence[Choice]
    speeds: Sequence[Choice]
    templates: Sequence[PromptTemplate]
    provider_label: str
    review: Sequence[tuple[str, str]]


class Editing(msgspec.Struct, frozen=True):
    """What is in the editor: the fields and rows as typed, whether they differ from what is stored (`changed`), and
    whether somebody else has saved meanwhile (`stale` says so in words)."""

    form: Form[Any]
    tools: Sequence[ToolRow]
    changed: bool = False
    stale: str = ""


class DetailPage(msgspec.Struct, frozen=True):
    """The editor of one agent."""

    card: Card
    edited: Editing
    options: AgentOptions
    voices: Sequence[Voice]
    languages: Sequence[Choice]
    tool_labels: Mapping[str, str]


def voice_name(provider: VoiceProvider, maker: str, voice_id: str) -> str:
    """Return a voice's name if it is a stock voice, else its id."""
    if not voice_id:
        voice_id = provider.options.default_voice.id if maker == provider.options.default_voice.provider else ""
    known = next((one.name for one in provider.stock_voices if (one.provider, one.id) == (maker, voice_id)), voice_id)
    return known or "No voice chosen"


def language_name(options: AgentOptions, transcriber: str, language: str) -> str:
    """Return a language's name, else its tag."""
    wanted = language or options.default_transcriber.language or ""
    return next((one.label for one in options.languages.get(transcriber, ()) if one.value == wanted), wanted)


def voice_groups(provider: VoiceProvider, chosen: str) -> list[VoiceGroup]:
    """Return the stock voices by maker; the group of the chosen one is open."""
    groups: list[VoiceGroup] = []
    for maker in provider.options.voice_providers:
        voices = [voice for voice in provider.stock_voices if voice.provider == maker.value]
        if voices:
            groups.append(VoiceGroup(maker.value, maker.label, voices, chosen.startswith(f"{maker.value}/")))
    return groups


def review_of(form: Form[Any], provider: VoiceProvider) -> list[tuple[str, str]]:
    """Return what the first two steps have settled, for the last one to show."""
    voice = form.value("voice")
    if voice == OTHER_VOICE:
        named = f"{form.value('other_voice_id')} ({form.value('other_voice_provider')})"
    else:
        maker, _, voice_id = voice.partition("/")
        named = voice_name(provider, maker or provider.options.default_voice.provider, voice_id)
    transcriber = provider.options.default_transcriber.provider
    speed = next((one.label for one in SPEEDS if one.value == form.value("config.voice_settings.speed")), "Normal")
    return [
        ("Name", form.value("name") or "–"),
        ("Provider", provider.label),
        ("Language", language_name(provider.options, transcriber, form.value("config.language"))),
        ("Voice", f"{named}, {speed.lower()}"),
    ]


def wizard_page(step: int, form: Form[Any], provider: VoiceProvider, providers: Sequence[VoiceProvider]) -> WizardPage:
    """Return the model of a step."""
    options = provider.options
    return WizardPage(
        step=step, form=form, providers=providers, provider_label=provider.label,
        languages=options.languages.get(options.default_transcriber.provider, ()),
        voices=voice_groups(provider, form.value("voice")), makers=options.voice_providers, speeds=SPEEDS,
        templates=TEMPLATES, review=review_of(form, provider),
    )  # fmt: skip


def detail_page(card: Card, provider: VoiceProvider, edited: Editing) -> DetailPage:
    """Return the model of the editor."""
    transcriber = edited.form.value("transcriber_provider", card.agent.transcriber_provider)
    languages = provider.options.languages.get(transcriber, ())
    return DetailPage(card, edited, provider.options, provider.stock_voices, languages, TOOL_LABELS)
