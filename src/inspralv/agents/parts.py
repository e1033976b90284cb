"""What the wizard and the editor are made of: lists, figures, the voice, and what stands in texts. Derived from what the
provider can do, so a page offers nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from inspralv.agents.forms import OTHER
from inspralv.agents.voice_filters import accent_word, gender_word
from inspralv.foundation.language.texts import N_, _, said
from inspralv.foundation.web.formats import language_name
from inspralv.foundation.web.forms import Form
from inspralv.providers.contract import Ability, AgentOptions, Choice, Range, Voice, VoiceProvider
from inspralv.tenancy.variables import STANDARD, Variable, names_in
from inspralv.tenancy.variables_form import VariableRow

_OUR_DURATION: Final = Range(60, 3600)
_OUR_TOKENS: Final = Range(1, 4096)
_SETTINGS: Final = (
    ("speed", N_("Speed"), N_("1 is the voice's own pace.")),
    ("stability", N_("Stability"), N_("Low is lively, high is even.")),
    ("similarity_boost", N_("Similarity"), N_("How closely it keeps to the original voice.")),
)


class Pick(msgspec.Struct, frozen=True):
    """A list to choose from. `usual` labels the choice of nothing; with `free`, another name can be typed."""

    name: str
    label: str
    choices: Sequence[Choice]
    value: str
    usual: str = ""
    hint: str = ""
    free: bool = False

    @property
    def is_listed(self) -> bool:
        return not self.value or any(choice.value == self.value for choice in self.choices)

    @property
    def other(self) -> str:
        return OTHER


class Figure(msgspec.Struct, frozen=True):
    """A number within limits. `step` is as the browser's field takes it."""

    name: str
    label: str
    least: float
    most: float
    value: str
    hint: str
    step: str = "any"


class VoiceCard(msgspec.Struct, frozen=True):
    """The chosen voice. `sample` is an address of ours that plays it, "" when there is none; `warning` says that it is
    on no list."""

    maker: str
    id: str
    name: str
    detail: str
    sample: str
    warning: str
    settings: Sequence[Figure]


class Known(msgspec.Struct, frozen=True):
    """A variable that a text may use. `text` says what it is and what stands in for it."""

    name: str
    text: str
    level: str


class Texts(msgspec.Struct, frozen=True):
    """The variables for the texts of an agent, and the names in its texts that nobody knows."""

    known: Sequence[Known]
    unknown: Sequence[str]


def model_pick(form: Form[Any], options: AgentOptions) -> Pick:
    """Return the list of models of the chosen maker."""
    maker = form.value("model_provider") or options.default_model.provider
    usual = options.default_model.name if maker == options.default_model.provider else _first(options.models, maker)
    value = _of_maker(form.value("config.model_settings.model"), options.models, maker)
    choices = options.models.get(maker, ())
    return Pick("config.model_settings.model", _("Model"), choices, value, _usual(usual), free=True)


def hearing_pick(form: Form[Any], options: AgentOptions) -> Pick:
    """Return the list of models of the chosen transcriber."""
    default = options.default_transcriber
    maker = form.value("transcriber_provider") or default.provider
    usual = default.model if maker == default.provider else _first(options.transcriber_models, maker)
    value = _of_maker(form.value("config.transcriber_settings.model"), options.transcriber_models, maker)
    choices = options.transcriber_models.get(maker, ())
    return Pick("config.transcriber_settings.model", _("Model"), choices, value, _usual(usual or ""), free=True)


def language_pick(form: Form[Any], options: AgentOptions) -> Pick:
    """Return the languages that the chosen transcriber knows."""
    default = options.default_transcriber
    listed = options.languages.get(form.value("transcriber_provider") or default.provider, ())
    choices = [Choice(one.value, language_name(one.value, one.label)) for one in listed]
    usual = next((choice.label for choice in choices if choice.value == default.language), default.language or "")
    return Pick("config.language", _("Language of the calls"), choices, form.value("config.language"), _usual(usual))


def duration_figure(form: Form[Any], options: AgentOptions, usual: int) -> Figure:
    """Return the limit of a call's length in seconds."""
    name, limits = "config.max_duration_seconds", _both(options.max_duration, _OUR_DURATION)
    hint = _(
        "In seconds, %(least)s to %(most)s. Without it, %(usual)s.",
        least=f"{limits.least:g}",
        most=f"{limits.most:g}",
        usual=usual,
    )
    return Figure(name, _("Longest call"), limits.least, limits.most, form.value(name), hint, "1")


def tokens_figure(form: Form[Any], options: AgentOptions) -> Figure:
    """Return the limit of an answer's length in tokens."""
    name, limits = "config.model_settings.max_tokens", _both(options.max_tokens, _OUR_TOKENS)
    hint = _("In tokens, %(least)s to %(most)s.", least=f"{limits.least:g}", most=f"{limits.most:g}")
    return Figure(name, _("Longest answer"), limits.least, limits.most, form.value(name), hint, "1")


def temperature_figure(form: Form[Any]) -> Figure:
    """Return how freely the model may speak."""
    name = "config.model_settings.temperature"
    return Figure(name, _("Temperature"), 0, 2, form.value(name), _("0 is strict, 2 is wild."))


def voice_card(
    base: str, provider: VoiceProvider, chosen: tuple[str, str], form: Form[Any], live: Sequence[Voice] | None = None
) -> VoiceCard:
    """Return the card of a voice. `base` begins our addresses, `chosen` is its maker and id ("" for the usual one),
    `live` the list of the account if it is known."""
    maker, voice_id = chosen
    options, usual = provider.options, provider.options.default_voice
    shown = voice_id or (usual.id if maker == usual.provider else "")
    voices = provider.stock_voices if live is None else live
    found = next((one for one in voices if (one.provider, one.id) == (maker, shown)), None)
    label = next((choice.label for choice in options.voice_providers if choice.value == maker), maker)
    complete = live is not None or Ability.VOICE_LIST not in provider.abilities
    warning = ""
    if not shown:
        warning = _("Choose a voice: %(label)s has no usual one.", label=label)
    elif found is None and complete:
        warning = _("This id is on no list that %(label)s gives; it may be refused.", label=provider.label)
    return VoiceCard(
        maker=maker, id=voice_id, name=found.name if found else shown or _("No voice chosen"),
        detail=" · ".join(part for part in (label, *_traits(found), "" if voice_id else _("the usual one")) if part),
        sample=sample_url(base, provider, found) if found else "", warning=warning,
        settings=voice_settings(form, options, maker),
    )  # fmt: skip


def sample_url(base: str, provider: VoiceProvider, voice: Voice) -> str:
    """Return the address of ours that plays a voice; "" when its provider has no sample of it."""
    query = urlencode({"provider": provider.name, "maker": voice.provider, "voice": voice.id})
    return f"{base}/agents/voices/sample?{query}" if voice.preview_url else ""


def voice_settings(form: Form[Any], options: AgentOptions, maker: str) -> list[Figure]:
    """Return the settings that a maker's voices know, within its limits and ours."""
    known = options.voice_settings.get(maker, {})
    figures = []
    for name, label, hint in _SETTINGS:
        field = f"config.voice_settings.{name}"
        if name in known and field not in options.absent:
            limits = _both(known[name], Range(0.5, 2) if name == "speed" else Range(0, 1))
            words = _(
                "%(hint)s %(least)s to %(most)s.", hint=said(hint), least=f"{limits.least:g}", most=f"{limits.most:g}"
            )
            figures.append(Figure(field, said(label), limits.least, limits.most, form.value(field), words))
    return figures


def texts_of(form: Form[Any], of_workspace: Iterable[Variable], own: Iterable[VariableRow] = ()) -> Texts:
    """Return the variables that the texts of a form may use, the nearest level last."""
    known = {name: Known(name, said(text), "standard") for name, text in STANDARD}
    for one in of_workspace:
        known[one.name] = Known(
            one.name, _told(one.description, one.default) or known_text(known, one.name), "workspace"
        )
    for row in own:
        if row.name:
            known[row.name] = Known(row.name, _told(row.description, row.default), "agent")
    used = names_in(form.value("config.system_prompt"), form.value("config.first_message"))
    return Texts(tuple(known.values()), tuple(name for name in used if name not in known))


def known_text(known: Mapping[str, Known], name: str) -> str:
    """Return what is said of a name already."""
    return known[name].text if name in known else ""


def _told(description: str, default: str) -> str:
    return " · ".join(part for part in (description, f"else “{default}”" if default else "") if part)


def _traits(voice: Voice | None) -> tuple[str, ...]:
    return () if voice is None else (accent_word(voice.accent), gender_word(voice))


def _usual(name: str) -> str:
    return _("The usual one (%(name)s)", name=name) if name else _("The usual one")


def _first(models: Mapping[str, Sequence[Choice]], maker: str) -> str:
    return models[maker][0].value if models.get(maker) else ""


def _of_maker(value: str, models: Mapping[str, Sequence[Choice]], maker: str) -> str:
    """A model that only another maker lists was chosen before the maker was: it does not stay."""
    lists = {name: {choice.value for choice in choices} for name, choices in models.items()}
    of_others = any(value in values for name, values in lists.items() if name != maker)
    return "" if of_others and value not in lists.get(maker, set()) else value


def _both(theirs: Range, ours: Range) -> Range:
    return Range(max(theirs.least, ours.least), min(theirs.most, ours.most))
