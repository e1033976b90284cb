"""What the templates of the editor and the wizard see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from inspralv.agents import parts
from inspralv.agents.forms import Typed
from inspralv.agents.page_models import TOOL_LABELS, Card, language_name
from inspralv.agents.parts import Figure, Pick, Texts, VoiceCard
from inspralv.agents.prompt_templates import TEMPLATES, PromptTemplate
from inspralv.agents.schemas import EditedAgent
from inspralv.agents.spec import USUAL_DURATION
from inspralv.agents.tools import kinds_left, kinds_offered
from inspralv.agents.tools_form import ToolRow
from inspralv.agents.voice_filters import accent_word, gender_word
from inspralv.agents.wizard_form import OTHER_VOICE
from inspralv.foundation.language.texts import N_, _, said
from inspralv.foundation.web.forms import Form
from inspralv.providers.contract import Ability, AgentOptions, Choice, Voice, VoiceProvider
from inspralv.tenancy.variables import Variable
from inspralv.tenancy.variables_form import VariableRow

_QUICK = 6
_LACKS = (
    (Ability.PUBLISHING, N_("publishing (done in its own dashboard)")),
    (Ability.WEB_CALLS, N_("calls in the browser")),
    (Ability.PHONE_CALLS, N_("calls to a number")),
    (Ability.END_CALLS, N_("hanging up from here")),
    (Ability.COSTS, N_("costs")),
    (Ability.SUMMARIES, N_("summaries")),
    (Ability.LIVE_TRANSCRIPT, N_("a transcript while the call runs")),
)
_HAS = ((Ability.WEB_CALLS, N_("calls in the browser")), (Ability.PHONE_CALLS, N_("calls to a number")),
        (Ability.VOICE_LIST, N_("voices of its own account")), (Ability.TOOL_CALLS, N_("functions of yours")))  # fmt: skip


class Editing(msgspec.Struct, frozen=True):
    """What is in the editor: whether it differs from what is stored (`changed`), whether somebody else has saved
    meanwhile (`stale` says so in words), and whether a template has just replaced texts (`undo`)."""

    typed: Typed
    changed: bool = False
    stale: str = ""
    undo: bool = False

    @property
    def form(self) -> Form[Any]:
        return self.typed.form

    @property
    def tools(self) -> Sequence[ToolRow]:
        return self.typed.tools

    @property
    def variables(self) -> Sequence[VariableRow]:
        return self.typed.variables


class DetailPage(msgspec.Struct, frozen=True):
    """The editor of one agent. `absent` are fields that the provider has no room for."""

    card: Card
    edited: Editing
    options: AgentOptions
    absent: frozenset[str]
    voice: VoiceCard
    makers: Mapping[str, Pick]
    model: Pick
    hearing: Pick
    language: Pick
    temperature: Figure
    tokens: Figure
    duration: Figure
    texts: Texts
    templates: Sequence[PromptTemplate]
    tool_labels: Mapping[str, str]
    tools_offered: Sequence[str]
    tools_left: Sequence[str]
    """Which of the offered kinds can be added."""
    publishes: bool
    others: bool
    """Whether there is another provider to change to."""


class ProviderTile(msgspec.Struct, frozen=True):
    """A provider to choose. `denied` says why not."""

    name: str
    label: str
    can: str
    cannot: str
    denied: str = ""


class QuickVoice(msgspec.Struct, frozen=True):
    """A voice on the wizard's page. `value` is its maker and id."""

    value: str
    name: str
    detail: str


class WizardPage(msgspec.Struct, frozen=True):
    """One step of the wizard."""

    step: int
    form: Form[Any]
    base: str
    providers: Sequence[ProviderTile]
    has_any_key: bool
    provider: str
    provider_label: str
    absent: frozenset[str]
    language: Pick
    voices: Sequence[QuickVoice]
    voice: VoiceCard
    makers: Mapping[str, Pick]
    model: Pick
    hearing: Pick
    duration: Figure
    texts: Texts
    templates: Sequence[PromptTemplate]
    tools: frozenset[str]
    prompt_length: int
    undo: bool
    review: Sequence[tuple[str, str]]


def detail_page(
    card: Card, agent: EditedAgent, provider: VoiceProvider, edited: Editing, live: Sequence[Voice] | None,
    others: bool,
) -> DetailPage:  # fmt: skip
    """Return the model of the editor. `live` is the account's list of voices if it is known."""
    form, options = edited.form, provider.options
    chosen = (form.value("voice_provider") or agent.voice_provider, form.value("config.voice_id").strip())
    offered = kinds_offered(provider)
    return DetailPage(
        card=card, edited=edited, options=options, absent=options.absent,
        voice=parts.voice_card(card.base, provider, chosen, form, live), makers=_makers(form, options),
        model=parts.model_pick(form, options), hearing=parts.hearing_pick(form, options),
        language=parts.language_pick(form, options), temperature=parts.temperature_figure(form),
        tokens=parts.tokens_figure(form, options), duration=parts.duration_figure(form, options, USUAL_DURATION),
        texts=parts.texts_of(form, agent.of_workspace, edited.variables), templates=TEMPLATES, tool_labels=TOOL_LABELS,
        tools_offered=offered, tools_left=kinds_left(offered, {row.kind for row in edited.tools}),
        publishes=Ability.PUBLISHING in provider.abilities, others=others,
    )  # fmt: skip


def wizard_page(
    base: str, step: int, form: Form[Any], provider: VoiceProvider, tiles: Sequence[ProviderTile],
    of_workspace: Sequence[Variable],
) -> WizardPage:  # fmt: skip
    """Return the model of a step."""
    options = provider.options
    chosen = chosen_voice(form, provider)
    card = parts.voice_card(base, provider, chosen, form)
    return WizardPage(
        step=step, form=form, base=base, providers=tiles, has_any_key=any(not tile.denied for tile in tiles),
        provider=provider.name, provider_label=provider.label, absent=options.absent,
        language=parts.language_pick(form, options), voices=quick_voices(provider, form.value("voice"), card), voice=card,
        makers=_makers(form, options), model=parts.model_pick(form, options),
        hearing=parts.hearing_pick(form, options), duration=parts.duration_figure(form, options, USUAL_DURATION),
        texts=parts.texts_of(form, of_workspace), templates=TEMPLATES, tools=frozenset(kinds_offered(provider)),
        prompt_length=options.prompt_length, undo="undo.config.system_prompt" in form.values,
        review=review_of(form, provider, card),
    )  # fmt: skip


def provider_tiles(providers: Sequence[VoiceProvider], keyed: Sequence[str]) -> list[ProviderTile]:
    """Return the providers with what each can do and cannot do. Those without a key are greyed, unless none has one:
    then an agent can be made all the same, and waits for its key."""
    return [
        ProviderTile(
            one.name, one.label, can=_listed(said(words) for ability, words in _HAS if ability in one.abilities),
            cannot=_listed(said(words) for ability, words in _LACKS if ability not in one.abilities),
            denied="" if one.name in keyed or not keyed else _("This workspace has no %(label)s key.", label=one.label),
        )
        for one in providers
        if Ability.AGENTS in one.abilities
    ]  # fmt: skip


def quick_voices(provider: VoiceProvider, chosen: str, card: VoiceCard) -> list[QuickVoice]:
    """Return a handful of voices: the chosen one first, if it is not among them anyway."""
    makers = {choice.value: choice.label for choice in provider.options.voice_providers}
    quick = [
        QuickVoice(f"{voice.provider}/{voice.id}", voice.name, " · ".join(
            part for part in (makers[voice.provider], accent_word(voice.accent), gender_word(voice)) if part))
        for voice in provider.stock_voices
        if voice.provider in makers
    ][:_QUICK]  # fmt: skip
    if chosen and chosen != OTHER_VOICE and chosen not in {one.value for one in quick}:
        quick.insert(0, QuickVoice(chosen, card.name, card.detail))
    return quick


def chosen_voice(form: Form[Any], provider: VoiceProvider) -> tuple[str, str]:
    """Return the maker and the id that the wizard's second step says."""
    chosen = form.value("voice")
    if chosen == OTHER_VOICE:
        maker = form.value("other_voice_provider") or provider.options.default_voice.provider
        return maker, form.value("other_voice_id").strip()
    maker, _rest, voice_id = chosen.partition("/")
    return maker or provider.options.default_voice.provider, voice_id


def review_of(form: Form[Any], provider: VoiceProvider, card: VoiceCard) -> list[tuple[str, str]]:
    """Return what the first two steps have settled, for the last one to show."""
    options = provider.options
    transcriber = form.value("transcriber_provider") or options.default_transcriber.provider
    model = form.value("config.model_settings.model") or options.default_model.name
    return [
        (_("Name"), form.value("name") or "–"),
        (_("Provider"), provider.label),
        (_("Language"), language_name(options, transcriber, form.value("config.language"))),
        (_("Voice"), card.name),
        (_("Model"), model),
    ]


def _makers(form: Form[Any], options: AgentOptions) -> dict[str, Pick]:
    usual = {
        "voice_provider": options.default_voice.provider,
        "model_provider": options.default_model.provider,
        "transcriber_provider": options.default_transcriber.provider,
    }
    choices: dict[str, Sequence[Choice]] = {
        "voice_provider": options.voice_providers,
        "model_provider": options.model_providers,
        "transcriber_provider": options.transcriber_providers,
    }
    return {
        name: Pick(name, _("Maker"), choices[name], form.value(name) or usual[name])
        for name in usual
    }  # fmt: skip


def _listed(words: Any) -> str:
    return ", ".join(words)
