"""What becomes of an agent when it moves to another provider. Pure: nothing is changed, only told.

What both sides know is carried over as it is; what has a near counterpart is adjusted; the rest is lost, and each loss
is named with its reason before anything happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from inspralv.agents.history.fields import flat, label_of, text_of
from inspralv.agents.tools import kinds_offered
from inspralv.foundation.language.texts import _
from inspralv.providers.contract import AgentOptions, Choice, Range, Voice, VoiceProvider

_VOICE = "config.voice_id"
_MODEL = "config.model_settings.model"
_LANGUAGE = "config.language"
_HEARING = "config.transcriber_settings.model"
_TOOLS = "config.tools"


class Item(msgspec.Struct, frozen=True):
    """One field of the agent with its value in words. `why` says what is wrong with it over there, `becomes` what it is
    turned into; both are empty for what is kept."""

    field: str
    label: str
    value: str
    why: str = ""
    becomes: str = ""


class Fit(msgspec.Struct, frozen=True):
    """`content` is the agent as it will be. `lost` holds what goes away or has to be chosen anew."""

    content: dict[str, Any]
    kept: tuple[Item, ...]
    adjusted: tuple[Item, ...]
    lost: tuple[Item, ...]


class _Change(msgspec.Struct, frozen=True):
    """What happens to one field: its new value (None takes it away), and why."""

    field: str
    value: Any
    why: str
    is_loss: bool
    shown: str | None = None


def fit(
    content: Mapping[str, Any],
    source: VoiceProvider,
    target: VoiceProvider,
    voices: Sequence[Voice] | None = None,
    chosen: frozenset[str] = frozenset(),
) -> Fit:
    """Return what becomes of an agent's content at `target`. `voices` are those that the account there offers, None
    when it could not be asked; fields in `chosen` were picked for the new provider on purpose, so they are trusted."""
    before = flat(content)
    changes = {
        one.field: one
        for find in (_voice, _voice_settings, _model, _figures, _transcriber, _tools, _absent)
        for one in find(_Move(before, source, target, tuple(voices or target.stock_voices), chosen))
    }
    changes.pop("provider", None)
    items = {field: _item(field, before.get(field), changes.get(field), source) for field in {**before, **changes}}
    parts: dict[str, list[Item]] = {"kept": [], "adjusted": [], "lost": []}
    for field, item in items.items():
        if field != "provider":
            change = changes.get(field)
            parts["kept" if change is None else "lost" if change.is_loss else "adjusted"].append(item)
    return Fit(_applied(content, changes, target.name), *(tuple(parts[name]) for name in ("kept", "adjusted", "lost")))


class _Move(msgspec.Struct, frozen=True):
    """All that the rules look at. `before` holds the agent's values by field."""

    before: Mapping[str, Any]
    source: VoiceProvider
    target: VoiceProvider
    voices: tuple[Voice, ...]
    chosen: frozenset[str]

    @property
    def options(self) -> AgentOptions:
        return self.target.options

    def maker(self, field: str, offered: Sequence[Choice], usual: str) -> tuple[str, bool]:
        """The maker over there, and whether it is the same as here."""
        own = str(self.before[field])
        known = own in {choice.value for choice in offered}
        return (own, True) if known else (usual, False)


# ── rules, one a group of fields ──
def _voice(move: _Move) -> Iterator[_Change]:
    own, label = str(move.before["voice_provider"]), move.target.label
    voice_id, twin = move.before.get(_VOICE), _twin(move)
    if twin is not None:
        if twin.id != voice_id:
            yield _Change(_VOICE, twin.id, _("The same voice, as %(label)s calls it.", label=label), is_loss=False)
        return
    if voice_id is not None and _VOICE not in move.chosen:
        why = _(
            "%(label)s does not list this voice: choose one anew. Until then it speaks with the usual one.", label=label
        )
        yield _Change(_VOICE, None, why, is_loss=True)
    if (maker := _maker_of_voice(move)) != own:
        offered = {choice.value for choice in move.options.voice_providers}
        why = (
            _("The usual voice there is of another maker.")
            if own in offered
            else _("%(label)s does not offer this maker.", label=label)
        )
        yield _Change("voice_provider", maker, why, is_loss=False)


def _twin(move: _Move) -> Voice | None:
    """The agent's voice over there: by its id, else by its name at the same maker."""
    own, voice_id = str(move.before["voice_provider"]), move.before.get(_VOICE)
    if voice_id is None or _VOICE in move.chosen:
        return None
    of_maker = [one for one in move.voices if one.provider == own]
    name = next((v.name.lower() for v in move.source.stock_voices if (v.provider, v.id) == (own, voice_id)), "")
    same = next((one for one in of_maker if one.id == voice_id), None)
    return same or next((one for one in of_maker if name and one.name.lower() == name), None)


def _maker_of_voice(move: _Move) -> str:
    """Whose voice it will be: the same maker's if the voice goes along, else that of the usual voice."""
    own = str(move.before["voice_provider"])
    return own if _VOICE in move.chosen or _twin(move) else move.options.default_voice.provider


def _voice_settings(move: _Move) -> Iterator[_Change]:
    known = move.options.voice_settings.get(_maker_of_voice(move), {})
    for name in ("speed", "stability", "similarity_boost"):
        field = f"config.voice_settings.{name}"
        value = move.before.get(field)
        if value is None:
            continue
        if name not in known:
            yield _Change(field, None, _("The voice does not know this setting there."), is_loss=True)
        elif change := _within(field, value, known[name], _("The voice takes")):
            yield change


def _model(move: _Move) -> Iterator[_Change]:
    options = move.options
    maker, known = move.maker("model_provider", options.model_providers, options.default_model.provider)
    model = move.before.get(_MODEL)
    if not known:
        yield _Change(
            "model_provider",
            maker,
            _("%(label)s does not offer this maker.", label=move.target.label),
            model is not None,
        )
    if model is None or _MODEL in move.chosen:
        return
    if not known or model not in {choice.value for choice in options.models.get(maker, ())}:
        yield _Change(_MODEL, None, _("%(label)s does not list this model.", label=move.target.label), is_loss=True)


def _figures(move: _Move) -> Iterator[_Change]:
    label = move.target.label
    for field, limits in (
        ("config.model_settings.max_tokens", move.options.max_tokens),
        ("config.max_duration_seconds", move.options.max_duration),
    ):
        value = move.before.get(field)
        if value is not None and (change := _within(field, value, limits, _("%(label)s takes", label=label))):
            yield msgspec.structs.replace(change, value=round(change.value))
    prompt = move.before.get("config.system_prompt") or ""
    if len(prompt) > move.options.prompt_length:
        most = f"{move.options.prompt_length:,}"
        yield _Change(
            "config.system_prompt",
            prompt,
            _("%(label)s takes %(most)s characters at most: shorten it first.", label=label, most=most),
            is_loss=True,
        )


def _transcriber(move: _Move) -> Iterator[_Change]:
    options, label = move.options, move.target.label
    maker, known = move.maker(
        "transcriber_provider", options.transcriber_providers, options.default_transcriber.provider
    )
    model = move.before.get(_HEARING)
    if not known:
        why = _("%(label)s does not offer this maker.", label=label)
        yield _Change("transcriber_provider", maker, why, model is not None)
    listed = {choice.value for choice in options.transcriber_models.get(maker, ())}
    if model is not None and _HEARING not in move.chosen and (not known or model not in listed):
        yield _Change(_HEARING, None, _("%(label)s does not list this model.", label=label), is_loss=True)
    language = move.before.get(_LANGUAGE)
    offered = [choice.value for choice in options.languages.get(maker, ())]
    if language is None or language in offered or _LANGUAGE in move.chosen:
        return
    near = next((one for one in offered if _base(one) == _base(language)), None)
    if near:
        yield _Change(
            _LANGUAGE,
            near,
            _("%(label)s has no “%(language)s”; this is the nearest.", label=label, language=language),
            is_loss=False,
        )
    else:
        yield _Change(_LANGUAGE, None, _("%(label)s does not know this language.", label=label), is_loss=True)


def _tools(move: _Move) -> Iterator[_Change]:
    tools = move.before.get(_TOOLS) or []
    offered = kinds_offered(move.target)
    fitting = [tool for tool in tools if tool["type"] in offered]
    if len(fitting) < len(tools):
        gone = [tool for tool in tools if tool not in fitting]
        names = ", ".join(dict.fromkeys(str(tool["type"]).replace("_", " ") for tool in gone))
        shown = "\n".join(tool.get("name") or str(tool["type"]).replace("_", " ") for tool in gone)
        yield _Change(
            _TOOLS,
            fitting or None,
            _("%(label)s has no such tool: %(names)s.", label=move.target.label, names=names),
            True,
            shown,
        )


def _absent(move: _Move) -> Iterator[_Change]:
    for field in move.before:
        if any(field == absent or field.startswith(f"{absent}.") for absent in move.options.absent):
            yield _Change(field, None, _("%(label)s has no room for this.", label=move.target.label), is_loss=True)


# ── turning changes into words and content ──
def _within(field: str, value: float, limits: Range, words: str) -> _Change | None:
    if limits.least <= value <= limits.most:
        return None
    nearest = min(max(value, limits.least), limits.most)
    return _Change(
        field,
        nearest,
        _("%(words)s %(least)s to %(most)s.", words=words, least=f"{limits.least:g}", most=f"{limits.most:g}"),
        is_loss=False,
    )


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


def _item(field: str, value: Any, change: _Change | None, source: VoiceProvider) -> Item:
    shown = _words(field, value, source)
    if change is None:
        return Item(field, label_of(field), shown)
    becomes = "" if change.value is None or change.is_loss else text_of(change.value)
    return Item(field, label_of(field), change.shown or shown, change.why, becomes)


def _words(field: str, value: Any, source: VoiceProvider) -> str:
    if field == _VOICE:
        return next((voice.name for voice in source.stock_voices if voice.id == value), str(value))
    if field == _TOOLS:
        return "\n".join(str(tool.get("name") or tool["type"]).replace("_", " ") for tool in value)
    return text_of(value)


def _applied(content: Mapping[str, Any], changes: Mapping[str, _Change], provider: str) -> dict[str, Any]:
    result: dict[str, Any] = {**content, "provider": provider, "config": dict(content["config"])}
    for field, change in changes.items():
        *parents, leaf = field.split(".")
        place = result
        for parent in parents:
            place[parent] = dict(place.get(parent) or {})
            place = place[parent]
        if change.value is None:
            place.pop(leaf, None)
        else:
            place[leaf] = change.value
    result["config"] = {name: value for name, value in result["config"].items() if value != {}}
    return result
