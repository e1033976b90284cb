"""An `AgentSpec` as an assistant, and back. Pure.

Every body is complete: a PATCH replaces each top-level key as a whole, so what is not sent inside it is gone.
"""

from collections.abc import Mapping
from typing import Any

from inspralv.providers.contract import (
    AgentSpec,
    ModelSpec,
    TranscriberSpec,
    VoiceSettings,
    VoiceSpec,
    WebhookTarget,
)
from inspralv.providers.vapi import wire_assistants as wire
from inspralv.providers.vapi.names import TRANSCRIBER_MAKERS, VOICE_MAKERS, cut, ours, theirs
from inspralv.providers.vapi.options import OPTIONS
from inspralv.providers.vapi.tools import Json, tool_json, tools_of, without_none
from inspralv.providers.vapi.variables import (
    METADATA_KEY,
    defaults_json,
    defaults_of,
    with_defaults,
    without_defaults,
)

SECRET_HEADER = "X-Vapi-Secret"  # noqa: S105 - the name of a header
SERVER_MESSAGES = (
    "status-update",
    "end-of-call-report",
    'transcript[transcriptType="final"]',  # finished sentences only: the growing ones come several times a second
    "tool-calls",
    "transfer-update",
    "hang",
)
VOICE_SETTINGS = {"stability": "stability", "similarity_boost": "similarityBoost", "speed": "speed"}
DEFAULT_DURATION = 600
"""Seconds; what the vendor takes when an assistant names none."""
OUR_METADATA = ("full_name", "description", METADATA_KEY)
"""What an assistant has no room for travels in its metadata: a name over 40 characters, the description, and which
defaults of variables were written into the texts."""

SENTIMENT_PLAN = {
    "enabled": True,
    "schema": {
        "type": "object",
        "properties": {
            "sentiment": {
                "type": "string",
                "enum": ["positive", "neutral", "negative"],
                "description": "How the caller felt about the call as a whole.",
            }
        },
        "required": ["sentiment"],
    },
}


def assistant_json(spec: AgentSpec) -> Json:
    """The body of both POST /assistant and PATCH /assistant/{id}."""
    return {
        "name": cut(spec.name),
        "firstMessage": with_defaults(spec.greeting or "", spec.variables),
        "firstMessageMode": "assistant-speaks-first" if spec.greeting else "assistant-waits-for-user",
        "model": _model_json(spec),
        "voice": _voice_json(spec.voice),
        "transcriber": _transcriber_json(spec.transcriber),
        "maxDurationSeconds": spec.max_duration_seconds,
        "endCallPhrases": list(spec.end_call_phrases),
        "backgroundSound": "off",
        "serverMessages": list(SERVER_MESSAGES),
        "analysisPlan": {
            "summaryPlan": {"enabled": True},
            "successEvaluationPlan": {"enabled": True, "rubric": "PassFail"},
            "structuredDataPlan": SENTIMENT_PLAN,
        },
        "artifactPlan": {
            "recordingEnabled": True,
            "recordingFormat": "mp3",
            "transcriptPlan": {"enabled": True, "assistantName": "AI", "userName": "User"},
        },
        "monitorPlan": {"listenEnabled": True, "controlEnabled": True},
        "metadata": _metadata_json(spec),
    } | ({"server": _server_json(spec.webhook)} if spec.webhook else {})


def keep_foreign(body: Json, current: wire.Assistant) -> Json:
    """The same body with what others attached to the model of the current assistant, in the vendor's own dashboard."""
    model = current.model or wire.Model()
    foreign = without_none(
        toolIds=model.tool_ids or None, toolRefs=model.tool_refs or None, knowledgeBase=model.knowledge_base
    )
    return body | {"model": foreign | body["model"]}


def agent_spec(assistant: wire.Assistant) -> AgentSpec:
    metadata = assistant.metadata or {}
    model = assistant.model or wire.Model()
    prompt = next((str(one.content or "") for one in model.messages or () if one.role == "system"), "")
    variables = defaults_of(metadata.get(METADATA_KEY))
    return AgentSpec(
        name=_full_name(assistant.name or "", metadata),
        description=_text_or_none(metadata.get("description")),
        greeting=without_defaults(assistant.first_message or "", variables) or None,
        system_prompt=without_defaults(prompt, variables),
        variables=variables,
        voice=_voice_of(assistant.voice or wire.Voice()),
        model=ModelSpec(
            provider=model.provider, name=model.model, temperature=model.temperature, max_tokens=model.max_tokens
        ),
        transcriber=_transcriber_of(assistant.transcriber or wire.Transcriber()),
        max_duration_seconds=round(assistant.max_duration_seconds or DEFAULT_DURATION),
        end_call_phrases=tuple(assistant.end_call_phrases or ()),
        tools=tools_of(model.tools or ()),
        metadata={key: str(value) for key, value in metadata.items() if key not in OUR_METADATA},
        webhook=_webhook_of(assistant.server or wire.Server()),
    )


def _metadata_json(spec: AgentSpec) -> Json:
    full_name = spec.name if cut(spec.name) != spec.name else None
    extra = {"full_name": full_name, "description": spec.description, METADATA_KEY: defaults_json(spec.variables)}
    return dict(spec.metadata) | without_none(**extra)


def _model_json(spec: AgentSpec) -> Json:
    text = with_defaults(spec.system_prompt, spec.variables)
    prompt = [{"role": "system", "content": text}] if text else []
    return {
        "provider": spec.model.provider,
        "model": spec.model.name,
        "messages": prompt,
        "tools": [tool_json(tool) for tool in spec.tools],
    } | without_none(temperature=spec.model.temperature, maxTokens=spec.model.max_tokens)


def _voice_json(voice: VoiceSpec) -> Json:
    # Each maker knows its own settings, and Vapi refuses unknown properties.
    known = OPTIONS.voice_settings.get(voice.provider, {})
    settings = {
        remote: value
        for name, remote in VOICE_SETTINGS.items()
        if name in known and (value := getattr(voice.settings, name)) is not None
    }
    return {"provider": theirs(voice.provider, VOICE_MAKERS), "voiceId": voice.id} | settings


def _transcriber_json(transcriber: TranscriberSpec) -> Json:
    model_key = "speechModel" if transcriber.provider == "assemblyai" else "model"
    return {"provider": theirs(transcriber.provider, TRANSCRIBER_MAKERS)} | without_none(
        **{model_key: transcriber.model}, language=transcriber.language
    )


def _server_json(webhook: WebhookTarget) -> Json:
    return {
        "url": webhook.url,
        "timeoutSeconds": 20,
        "headers": {SECRET_HEADER: webhook.secret},
        # Without a plan a delivery that failed is never repeated.
        "backoffPlan": {"type": "exponential", "maxRetries": 10, "baseDelaySeconds": 1},
    }


def _full_name(name: str, metadata: Mapping[str, Any]) -> str:
    """The name as we gave it, unless it was changed over there."""
    full = metadata.get("full_name")
    return full if isinstance(full, str) and cut(full) == name else name


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _voice_of(voice: wire.Voice) -> VoiceSpec:
    return VoiceSpec(
        provider=ours(voice.provider, VOICE_MAKERS),
        id=voice.voice_id,
        settings=VoiceSettings(stability=voice.stability, similarity_boost=voice.similarity_boost, speed=voice.speed),
    )


def _transcriber_of(transcriber: wire.Transcriber) -> TranscriberSpec:
    return TranscriberSpec(
        provider=ours(transcriber.provider, TRANSCRIBER_MAKERS),
        model=transcriber.model or transcriber.speech_model,
        language=transcriber.language,
    )


def _webhook_of(server: wire.Server) -> WebhookTarget | None:
    if not server.url:
        return None
    headers = {name.lower(): str(value) for name, value in (server.headers or {}).items()}
    return WebhookTarget(url=server.url, secret=headers.get(SECRET_HEADER.lower(), ""))
