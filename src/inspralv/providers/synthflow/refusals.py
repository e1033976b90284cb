"""Their words about a refused body, put at our own fields (contract section 9 gives the shapes and their order)."""

import re
from typing import Any

import msgspec

from inspralv.providers.errors import Refused
from inspralv.providers.sentences import NO_REASON

FIELDS = {
    "name": "name",
    "description": "description",
    "prompt": "config.system_prompt",
    "greeting_message": "config.first_message",
    "greeting": "config.first_message",
    "llm": "config.model_settings.model",
    "language": "config.transcriber_settings.language",
    "voice_id": "config.voice_id",
    "voice": "config.voice_id",
    "voice_stability": "config.voice_settings.stability",
    "voice_similarity_boost": "config.voice_settings.similarity_boost",
    "voice_speed": "config.voice_settings.speed",
    "transcriber_provider": "transcriber_provider",
    "max_duration": "config.max_duration_seconds",
    "duration_seconds": "config.max_duration_seconds",
    "end_call_reasons_v2": "config.tools",
    "actions": "config.tools",
    "from_phone_number": "from",
    "phone_numbers": "from",
    "phone": "to",
    "phone_number": "number",
    "termination_uri": "trunk",
    "trunk_username": "trunk",
    "trunk_pwd": "trunk",
    "sip_outbound_proxy": "trunk",
    "uac_register_expires": "trunk",
}
WORD = re.compile(r"[a-z_0-9]+")
MAX_REASON = 500
Reason = tuple[str, str]
"""Our field, "" for none, and their words."""


def reasons_in(body: bytes) -> list[Reason]:
    """What the body says, at least one text."""
    try:
        content: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return [("", NO_REASON())]
    detail = content.get("detail") if isinstance(content, dict) else None
    if isinstance(detail, dict):
        detail = detail.get("description")
    if isinstance(detail, list) and detail:
        return [_entry(one) for one in detail]
    text = detail or (content.get("message") or content.get("error") if isinstance(content, dict) else content)
    return [_reason(text)] if isinstance(text, str) and text else [("", NO_REASON())]


def refusal(body: bytes) -> Refused:
    (field, reason), *more = reasons_in(body)
    return Refused(field, reason, more=more)


def field_of(text: str) -> str:
    """Our field for the first name of theirs in a text; "" when there is none."""
    return next((FIELDS[word] for word in WORD.findall(text.lower()) if word in FIELDS), "")


def _reason(text: str) -> Reason:
    return field_of(text), text[:MAX_REASON]


def _entry(entry: Any) -> Reason:
    """One of a list of validation errors: `{loc, msg, type}`."""
    if not isinstance(entry, dict):
        return _reason(str(entry))
    place = [str(part) for part in entry.get("loc") or ()]
    named = next((FIELDS[part] for part in reversed(place) if part in FIELDS), "")
    text = str(entry.get("msg") or NO_REASON())[:MAX_REASON]
    return named or field_of(text), text
