"""Their words about a refused body, put at our own fields.

Bodies are NestJS style, `{"message": text or list of texts, "error", "statusCode"}`, but any of it may be missing and
the body need not be JSON at all (contract section 9).
"""

import re
from typing import Any

import msgspec

from inspralv.providers.errors import Refused
from inspralv.providers.sentences import NO_REASON

FIELDS = {
    "name": "name",
    "firstMessage": "config.first_message",
    "model": "config.model_settings.model",
    "model.provider": "model_provider",
    "model.messages": "config.system_prompt",
    "model.temperature": "config.model_settings.temperature",
    "model.maxTokens": "config.model_settings.max_tokens",
    "model.tools": "config.tools",
    "model.toolIds": "config.tools",
    "voice": "config.voice_id",
    "voice.provider": "voice_provider",
    "voice.stability": "config.voice_settings.stability",
    "voice.similarityBoost": "config.voice_settings.similarity_boost",
    "voice.speed": "config.voice_settings.speed",
    "transcriber": "transcriber_provider",
    "transcriber.model": "config.transcriber_settings.model",
    "transcriber.speechModel": "config.transcriber_settings.model",
    "transcriber.language": "config.transcriber_settings.language",
    "maxDurationSeconds": "config.max_duration_seconds",
    "endCallPhrases": "config.end_call_phrases",
    "customer": "to",
    "phoneNumberId": "from",
    "phoneNumber": "from",
    "number": "number",
    "gateways": "trunk",
    "outboundAuthenticationPlan": "trunk",
    "credentialId": "trunk",
}
SUBJECT = re.compile(
    r"(?:nested )?(?:property |each value in (?:nested property )?)?(?:assistant\.)?([A-Za-z]\w*(?:\.\w+)*)"
)
MAX_REASON = 500


def reasons_in(body: bytes) -> list[str]:
    """What the body says, at least one text."""
    try:
        content: Any = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return [NO_REASON()]
    message = content.get("message") or content.get("error") if isinstance(content, dict) else content
    texts = message if isinstance(message, list) else [message]
    return [str(text)[:MAX_REASON] for text in texts if text] or [NO_REASON()]


def refusal(body: bytes) -> Refused:
    (field, reason), *more = [(field_of(reason), reason) for reason in reasons_in(body)]
    return Refused(field, reason, more=more)


def field_of(reason: str) -> str:
    """Our field for "voice.voiceId must be a string" and the like; "" when the text begins with no known path."""
    match = SUBJECT.match(reason)
    path = match[1] if match else ""
    while path:
        if path in FIELDS:
            return FIELDS[path]
        path = path.rpartition(".")[0]
    return ""
