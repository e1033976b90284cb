"""A call from the browser. `POST /call/web` is what the vendor's browser package calls itself (contract section 8).

Here the server makes the call, so that no key needs to be in the page, and the page joins the room of the answer.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from inspralv.providers.contract import WebCallTicket
from inspralv.providers.errors import Malformed
from inspralv.providers.vapi import wire
from inspralv.providers.vapi.tools import without_none

REAL_CLIENT = "daily"
STAND_IN_CLIENT = "stand-in"
ROOM_HOST = "daily.co"


def web_call_json(assistant_id: str, variables: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {"assistantId": assistant_id}
    return body | ({"assistantOverrides": {"variableValues": dict(variables)}} if variables else {})


def ticket_of(raw: bytes, public_key: str | None) -> WebCallTicket:
    call = wire.decode(raw, wire.WebCall)
    if not call.web_call_url:
        raise Malformed("a web call without webCallUrl")
    host = urlsplit(call.web_call_url).hostname or ""
    is_real = host == ROOM_HOST or host.endswith(f".{ROOM_HOST}")
    return WebCallTicket(
        call_id=call.id,
        web_call_url=call.web_call_url,
        client=REAL_CLIENT if is_real else STAND_IN_CLIENT,
        public_key=public_key,
        raw=_for_the_browser(call),
    )


def _for_the_browser(call: wire.WebCall) -> dict[str, Any]:
    """What the browser package reads from the answer, and no more: the answer may hold the webhook's secret."""
    voice = call.assistant.voice if call.assistant else None
    return {
        "id": call.id,
        "webCallUrl": call.web_call_url,
        "transport": without_none(callToken=call.transport.call_token if call.transport else None),
        "artifactPlan": {
            "videoRecordingEnabled": bool(call.artifact_plan and call.artifact_plan.video_recording_enabled)
        },
        "assistant": {"voice": without_none(provider=voice.provider if voice else None)},
    }
