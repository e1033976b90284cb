"""Their words about a refused body, put at our own fields.

An error is `{"status": "error", "message": text}`; clients of the vendor's own read `error_message` first and `error`
last (contract section 1). The names of fields stand somewhere in the text.
"""

import re
from typing import Any

import msgspec

from inspralv.providers.errors import Refused
from inspralv.providers.sentences import NO_REASON

FIELDS = {
    "agent_name": "name",
    "version_description": "description",
    "general_prompt": "config.system_prompt",
    "prompt": "config.system_prompt",
    "begin_message": "config.first_message",
    "temperature": "config.model_settings.temperature",
    "model_config": "config.model_settings.model",
    "model": "config.model_settings.model",
    "general_tools": "config.tools",
    "tool": "config.tools",
    "tools": "config.tools",
    "default_dynamic_variables": "config.variables",
    "voice_speed": "config.voice_settings.speed",
    "voice_id": "config.voice_id",
    "voice": "config.voice_id",
    "language": "config.transcriber_settings.language",
    "stt_mode": "config.transcriber_settings.model",
    "max_call_duration_ms": "config.max_duration_seconds",
    "to_number": "to",
    "from_number": "from",
    "phone_number": "number",
    "termination_uri": "trunk",
    "sip_trunk_auth_username": "trunk",
    "sip_trunk_auth_password": "trunk",
    "auth_username": "trunk",
    "auth_password": "trunk",
    "transport": "trunk",
}
WORD = re.compile(r"[a-z0-9_]+")
MAX_REASON = 500


def reason_in(body: bytes) -> str:
    """What the body says, at least something."""
    try:
        content: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return NO_REASON()
    if isinstance(content, dict):
        content = content.get("error_message") or content.get("message") or content.get("error")
    return str(content)[:MAX_REASON] if content else NO_REASON()


def refusal(body: bytes) -> Refused:
    reason = reason_in(body)
    return Refused(field_of(reason), reason)


def field_of(reason: str) -> str:
    """Our field for the first name of theirs in a text; "" when there is none."""
    return next((FIELDS[word] for word in WORD.findall(reason.lower()) if word in FIELDS), "")
