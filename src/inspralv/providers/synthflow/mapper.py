"""An `AgentSpec` as an assistant, and back. Pure.

The type of an assistant is fixed when it is made, so one agent of ours is three assistants over there: one that calls,
one that is called, and one for the browser. They differ by type, by the end of their names, and by one more thing:
variables get their values with a call that we start; the other two are never given any, so the defaults stand in their
texts already.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args

from inspralv.foundation.language.stored import Stored
from inspralv.providers.contract import AgentSpec, ModelSpec, TranscriberSpec, VoiceSettings, VoiceSpec, WebhookTarget
from inspralv.providers.errors import Refused
from inspralv.providers.synthflow import wire
from inspralv.providers.synthflow.braces import filled, spaces_in, to_ours, to_theirs
from inspralv.providers.synthflow.marks import Marks, with_marks, without_marks
from inspralv.providers.synthflow.options import OPTIONS, TRANSCRIBERS
from inspralv.providers.synthflow.tools import END_CALL_REASON, Json, key_of, tools_of

NO_VOICES = Stored("%(label)s has no voices of %(provider)s.")
NO_MODELS = Stored("%(label)s has no models of %(provider)s.")
NO_TRANSCRIBER = Stored("%(label)s does not transcribe with %(provider)s.")
OFFERS = Stored("%(label)s offers %(models)s of %(provider)s.")
NO_LANGUAGE = Stored("%(label)s does not know the language “%(language)s”.")
Kind = Literal["outbound", "inbound", "widget"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ENDINGS: dict[Kind, str] = {"outbound": " · outbound", "inbound": " · inbound", "widget": " · web"}
VOICE_SETTINGS = {
    "stability": ("voice_stability", 0.5),
    "similarity_boost": ("voice_similarity_boost", 0.75),
    "speed": ("voice_speed", 1.0),
}
"""Their name, and the maker's standard. A value that was sent once cannot be taken back, only be set to the standard."""
DEFAULT_DURATION = 600
"""Seconds, for an assistant without a limit."""


def assistant_json(spec: AgentSpec, kind: Kind, current: wire.Assistant | None, actions: tuple[str, ...]) -> Json:
    """The complete assistant, with what others have set at the current one in the vendor's own dashboard. Raises
    Refused for what has no counterpart there."""
    body: Json = {
        "name": spec.name + ENDINGS[kind],
        "description": with_marks(spec.description, _marks(spec, actions)),
        "is_recording": True,
        "max_duration": {"duration_seconds": spec.max_duration_seconds, "is_enabled": True},
        "agent": _foreign(current) | _agent_json(spec, kind) | {"end_call_reasons_v2": _reasons(spec, current)},
    }
    return body | ({"external_webhook_url": spec.webhook.url} if spec.webhook else {})


def not_kept(wanted: Json, found: wire.Assistant) -> list[str]:
    """Their names of what was sent and is not there: unknown or refused values are dropped without an error."""
    there: dict[str, Any] = {
        "name": found.name,
        "description": found.description,
        "external_webhook_url": found.external_webhook_url,
        "max_duration": found.max_duration.duration_seconds if found.max_duration else None,
    }
    sent = wanted | {"max_duration": wanted["max_duration"]["duration_seconds"]}
    outside = [name for name in there if name in sent and sent[name] != there[name]]
    agent = found.agent or {}
    return outside + [name for name, value in wanted["agent"].items() if not _same(value, agent.get(name))]


def agent_spec(assistant: wire.Assistant, actions: list[wire.Action]) -> AgentSpec:
    agent = assistant.agent or {}
    description, marks = without_marks(assistant.description)
    greets = agent.get("greeting_message_mode") != "human"
    url = assistant.external_webhook_url
    return AgentSpec(
        name=_name_of(assistant),
        description=description,
        system_prompt=to_ours(str(agent.get("prompt") or ""), marks.prompt_spaces),
        greeting=to_ours(str(agent.get("greeting_message") or ""), marks.greeting_spaces) or None if greets else None,
        variables=marks.variables,
        voice=_voice_of(agent, marks),
        model=_model_of(str(agent.get("llm") or "")),
        transcriber=_transcriber_of(agent),
        max_duration_seconds=_duration_of(assistant.max_duration),
        tools=tools_of(actions, agent.get("end_call_reasons_v2") or (), marks.tools, url, assistant.model_id),
        metadata=marks.ids,
        webhook=WebhookTarget(url=url, secret="") if url else None,
    )


def _marks(spec: AgentSpec, actions: tuple[str, ...]) -> Marks:
    given = (name for name in VOICE_SETTINGS if getattr(spec.voice.settings, name) is not None)
    return Marks(
        ids=spec.metadata,
        voice_maker=spec.voice.provider,
        settings=tuple(given),
        variables=spec.variables,
        prompt_spaces=tuple(spaces_in(spec.system_prompt)),
        greeting_spaces=tuple(spaces_in(spec.greeting or "")),
        tools=tuple(key_of(tool) for tool in spec.tools),
        actions=actions,
    )


def _foreign(current: wire.Assistant | None) -> Json:
    """What is set at the current one; a list of words that ends calls is outdated by the list of reasons."""
    agent = (current.agent if current else None) or {}
    return {name: value for name, value in agent.items() if value is not None and name != "end_call_reasons"}


def _agent_json(spec: AgentSpec, kind: Kind) -> Json:
    values: Mapping[str, str] = {} if kind == "outbound" else spec.variables
    return {
        "prompt": to_theirs(filled(spec.system_prompt, values)),
        "greeting_message": to_theirs(filled(spec.greeting or "", values)),
        "greeting_message_mode": "agent_static" if spec.greeting else "human",
        "llm": _llm(spec.model),
        "language": _language(spec.transcriber),
        "transcriber_provider": _transcriber(spec.transcriber),
        **_voice_json(spec.voice),
    }


def _voice_json(voice: VoiceSpec) -> Json:
    known = OPTIONS.voice_settings.get(voice.provider)
    if known is None:
        raise Refused("voice_provider", NO_VOICES(label="Synthflow", provider=voice.provider))
    settings = {}
    for name, (remote, standard) in VOICE_SETTINGS.items():
        if name in known:
            given = getattr(voice.settings, name)
            settings[remote] = standard if given is None else given
    return {"voice_id": voice.id, **settings}


def _llm(model: ModelSpec) -> str:
    if model.provider not in OPTIONS.models:
        raise Refused("model_provider", NO_MODELS(label="Synthflow", provider=model.provider))
    return model.name


def _transcriber(transcriber: TranscriberSpec) -> str:
    wanted = (transcriber.provider, transcriber.model or OPTIONS.transcriber_models[transcriber.provider][0].value) if (
        transcriber.provider in OPTIONS.transcriber_models
    ) else None  # fmt: skip
    if wanted is None:
        raise Refused("transcriber_provider", NO_TRANSCRIBER(label="Synthflow", provider=transcriber.provider))
    name = next((theirs for theirs, ours in TRANSCRIBERS.items() if ours == wanted), None)
    if name is None:
        offered = ", ".join(choice.value for choice in OPTIONS.transcriber_models[transcriber.provider])
        raise Refused(
            "config.transcriber_settings.model",
            OFFERS(label="Synthflow", models=offered, provider=transcriber.provider),
        )
    return name


def _language(transcriber: TranscriberSpec) -> str:
    language = transcriber.language or OPTIONS.default_transcriber.language or ""
    if language not in {choice.value for choice in OPTIONS.languages[OPTIONS.default_transcriber.provider]}:
        raise Refused("config.transcriber_settings.language", NO_LANGUAGE(label="Synthflow", language=language))
    return language


def _reasons(spec: AgentSpec, current: wire.Assistant | None) -> list[Json]:
    """Ours comes and goes with the tool; others stay."""
    there = ((current.agent if current else None) or {}).get("end_call_reasons_v2") or []
    others = [one for one in there if isinstance(one, dict) and one.get("reason") != END_CALL_REASON]
    ours = [{"reason": END_CALL_REASON, "closing_message_mode": "none"}]
    return (ours if "end_call" in {key_of(tool) for tool in spec.tools} else []) + others


def _same(sent: Any, found: Any) -> bool:
    if isinstance(sent, list) and all(isinstance(one, dict) and "reason" in one for one in sent):
        there = [one.get("reason") for one in found or () if isinstance(one, dict)]
        return [one["reason"] for one in sent] == there
    return bool(sent == found) or (sent == "" and found is None)


def _name_of(assistant: wire.Assistant) -> str:
    ending = next((text for kind, text in ENDINGS.items() if kind == assistant.type), "")
    return (assistant.name or "").removesuffix(ending)


def _voice_of(agent: Json, marks: Marks) -> VoiceSpec:
    """The API names no maker of a voice; a voice that was chosen over there counts as one of the vendor's usual maker."""
    maker = marks.voice_maker or OPTIONS.default_voice.provider
    settings = {}
    for name, (remote, standard) in VOICE_SETTINGS.items():
        value = agent.get(remote) if name in OPTIONS.voice_settings.get(maker, {}) else None
        is_choice = isinstance(value, int | float) and (value != standard or name in marks.settings)
        settings[name] = value if is_choice else None
    return VoiceSpec(provider=maker, id=str(agent.get("voice_id") or ""), settings=VoiceSettings(**settings))


def _model_of(llm: str) -> ModelSpec:
    return ModelSpec(provider="synthflow" if llm == "synthflow" else "openai", name=llm)


def _transcriber_of(agent: Json) -> TranscriberSpec:
    name = str(agent.get("transcriber_provider") or "")
    maker, model = TRANSCRIBERS.get(name, (name, None))
    language = agent.get("language")
    return TranscriberSpec(provider=maker, model=model, language=str(language) if language else None)


def _duration_of(limit: wire.MaxDuration | None) -> int:
    if limit is None or not limit.is_enabled or not limit.duration_seconds:
        return DEFAULT_DURATION
    return round(limit.duration_seconds)
