"""What the emulated API keeps and refuses. What it does not know it passes over in silence (contract, section 10)."""

from __future__ import annotations

import re
from typing import Any

from inspralv.sandbox.errors import ApiError
from inspralv.sandbox.synthflow.store import Thing
from inspralv.sandbox.synthflow.voices import VOICES

E164 = re.compile(r"^\+[1-9]\d{6,14}$")
TYPES = ("outbound", "inbound", "widget")
_ASSISTANT = """
name description phone_number external_webhook_url is_recording max_duration voicemail_message
"""
_AGENT = """
prompt greeting_message greeting_message_mode greeting_message_human_talk_timeout llm language voice_id voice_synthesizer
global_audio_tags voice_prompt voice_stability voice_similarity_boost voice_optimise_streaming_latency voice_style
voice_use_speaker_boost voice_speed voice_volume timezone allowed_idle_time_seconds initial_pause_seconds
ring_pause_seconds transcriber_provider transcriber_speech_recognition transcriber_keywords background_noise
noise_cancellation suppression_level realistic_filler_words is_transcript_disabled redact_pii synthesizer_filter_words
end_call_reasons end_call_reasons_v2 interruption_fade_out min_words_to_interrupt patience_level
send_user_idle_reminders reminder_after_idle_time_seconds reminder_after_idle_message fallback_voice_id
fallback_provider fallback_model
"""
_CREATE_ONLY = {"consent_message", "is_consent_enabled"}
_LANGUAGES = """
multi en-US bg cs de-DE el fi fr-FR es-ES hu it fr pt-BR nl-NL hi zh-CN no sv-SE da da-DK id ja ko ms ro ru sk tr uk vi
th pl
"""
_MODES = {"human", "agent_static", "agent_dynamic"}
ASSISTANT_FIELDS = frozenset(_ASSISTANT.split())
AGENT_FIELDS = frozenset(_AGENT.split())
LANGUAGES = frozenset(_LANGUAGES.split())
ACTIONS = {
    "INFORMATION_EXTRACTOR": "Information Extractor",
    "LIVE_TRANSFER": "Live Transfer",
    "CUSTOM_ACTION": "Custom Action",
    "SEND_SMS": "Send SMS",
    "CUSTOM_EVAL": "Custom Evaluation",
    "REAL_TIME_BOOKING": "Real Time Booking",
    "INCALL_SMS": "In-call SMS",
    "INCALL_WHATSAPP": "In-call WhatsApp",
}
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
PROVIDERS = {"twilio", "telnyx", "vonage", "ring_central", "ringcx", "custom", "zoom", "five9"}
WITHOUT_URI = {"five9", "ringcx", "zoom"}


def new_assistant(body: Thing) -> Thing:
    """Return what is kept of CreateAssistantRequest. Raises ApiError(400)."""
    if body.get("type") not in TYPES:
        raise ApiError(400, f"type must be one of {', '.join(TYPES)}.")
    if not isinstance(body.get("agent"), dict):
        raise ApiError(400, "agent is required.")
    _need(body, "name")
    return {"type": body["type"], **changed_assistant(body, _CREATE_ONLY)}


def changed_assistant(body: Thing, also: set[str] | None = None) -> Thing:
    """Return what is kept of UpdateAssistantRequest. Raises ApiError(400)."""
    kept = {name: value for name, value in body.items() if name in ASSISTANT_FIELDS}
    if "name" in kept:
        _need(kept, "name")
    if isinstance(body.get("agent"), dict):
        kept["agent"] = {
            name: value for name, value in body["agent"].items() if name in AGENT_FIELDS or name in (also or ())
        }
        _agent(kept["agent"])
    return kept


def new_call(body: Thing) -> Thing:
    """Check MakeCallRequest. Raises ApiError(400)."""
    for name in ("model_id", "phone", "name"):
        _need(body, name)
    if not E164.fullmatch(body["phone"]):
        raise ApiError(400, "phone must be in the E.164 format.")
    variables = body.get("custom_variables") or []
    if not isinstance(variables, list) or not all(isinstance(one, dict) and "key" in one for one in variables):
        raise ApiError(400, "custom_variables must be an array of key and value.")
    return body


def new_action(body: Thing) -> tuple[str, Thing]:
    """Return kind and content of CreateActionRequest. Raises ApiError(400)."""
    kinds = [name for name in body if name in ACTIONS]
    if len(kinds) != 1 or not isinstance(body[kinds[0]], dict):
        raise ApiError(400, "Exactly one action is required.")
    content: Thing = body[kinds[0]]
    if kinds[0] == "LIVE_TRANSFER":
        _need(content, "phone")
    if kinds[0] == "CUSTOM_ACTION":
        for name in ("url", "name"):
            _need(content, name)
        if content.get("http_mode", "GET") not in _METHODS:
            raise ApiError(400, "http_mode is not known.")
    return kinds[0], content


def new_number(body: Thing) -> Thing:
    """Check ImportNumberRequest. Raises ApiError(400)."""
    for name in ("workspace_id", "phone_number"):
        _need(body, name)
    if not E164.fullmatch(body["phone_number"]):
        raise ApiError(400, "phone_number must be in the E.164 format.")
    provider = body.get("provider_name", "custom")
    if provider not in PROVIDERS:
        raise ApiError(400, "provider_name is not known.")
    if provider not in WITHOUT_URI:
        _need(body, "termination_uri")
    return body


def _agent(agent: Thing) -> None:
    if "voice_id" in agent and agent["voice_id"] not in VOICES:
        raise ApiError(400, f"voice_id {agent['voice_id']!r} was not found.")
    if "language" in agent and agent["language"] not in LANGUAGES:
        raise ApiError(400, f"language {agent['language']!r} is not supported.")
    if "greeting_message_mode" in agent and agent["greeting_message_mode"] not in _MODES:
        raise ApiError(400, "greeting_message_mode is not known.")


def _need(body: Thing, name: str) -> None:
    value: Any = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ApiError(400, f"{name} is required.")
