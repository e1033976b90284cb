import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from inspralv.providers.contract import (
    REPLAY_WINDOW,
    CallChanged,
    CallRoute,
    Ignored,
    InboundEvent,
    ToolCall,
    ToolCallsRequested,
    ToolResult,
)
from inspralv.providers.errors import Malformed
from inspralv.providers.synthflow.tools import TOOL_EVENT, TOOL_HEADER
from inspralv.providers.synthflow.wire import decode

SIGNATURE_HEADERS = (
    "http_synthflow_signature",  # as documented; the others have been seen or may be meant
    "http-synthflow-signature",
    "synthflow-signature",
    "x-synthflow-signature",
)
Json = dict[str, Any]


class SynthflowHooks:
    """After a call there is one delivery, and our own tools ask during it; see contract sections 6 and 7."""

    def verify(
        self,
        raw: bytes,
        headers: Mapping[str, str],
        secret: str,
        now: datetime,  # noqa: ARG002 - nothing that is signed has a time
        tolerance: timedelta = REPLAY_WINDOW,  # noqa: ARG002
    ) -> bool:
        """The signature covers the call's id and nothing else; a tool shows the secret that we gave it."""
        received = {name.lower(): value for name, value in headers.items()}
        if not secret:
            return False
        if _same(received.get(TOOL_HEADER.lower(), ""), secret):
            return True
        call_id = _call_id(_object(raw))
        if not call_id:
            return False
        expected = signature_of(call_id, secret)
        return any(_same(received.get(name, ""), expected) for name in SIGNATURE_HEADERS)

    def read(self, raw: bytes, received_at: datetime) -> Sequence[InboundEvent]:
        """Of what is told after a call only its id is taken: the same signature would fit any other body."""
        body = decode(raw, dict[str, Any])
        if body.get("event") == TOOL_EVENT:
            return (_tool_event(body, raw, received_at),)
        call_id = _call_id(body)
        if call_id is None:
            return (_ignored(body, raw, received_at),)
        return (
            CallChanged(
                event_key=f"post-call:{call_id}",
                occurred_at=received_at,
                provider_call_id=call_id,
                remote_agent_id=None,
            ),
        )

    def tool_answer(self, results: Sequence[ToolResult]) -> bytes:
        """One request asks for one result; the model reads the body as it is."""
        (result,) = results
        return msgspec.json.encode({"error" if result.is_error else "result": result.text})

    def route_answer(self, route: CallRoute) -> bytes:
        """An empty id keeps the agent that was called; an empty object would hang up (contract section 6)."""
        return msgspec.json.encode({"call_inbound": {"override_model_id": route.agent_id or ""}})


def signature_of(call_id: str, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), call_id.encode(), hashlib.sha256).digest()).decode()


def _object(raw: bytes) -> Json:
    try:
        body = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _call_id(body: Json) -> str | None:
    call = body.get("call")
    call_id = call.get("call_id") if isinstance(call, dict) else None
    return call_id if isinstance(call_id, str) and call_id else None


def _ignored(body: Json, raw: bytes, received_at: datetime) -> Ignored:
    kind = body.get("event")
    return Ignored(
        event_key=f"other:{_digest(raw)}", occurred_at=received_at, provider_call_id=None, remote_agent_id=None,
        type=kind if isinstance(kind, str) else "unknown",
    )  # fmt: skip


def _tool_event(body: Json, raw: bytes, received_at: datetime) -> ToolCallsRequested:
    call_id, name, arguments = body.get("call_id"), body.get("tool"), body.get("arguments")
    if not (isinstance(call_id, str) and isinstance(name, str) and isinstance(arguments, dict)):
        raise Malformed("a tool call without call, name or arguments")
    model_id = body.get("model_id")
    return ToolCallsRequested(
        event_key=f"tool:{call_id}:{_digest(raw)}",
        occurred_at=received_at,
        provider_call_id=call_id,
        remote_agent_id=model_id if isinstance(model_id, str) else None,
        calls=(ToolCall(id=f"{call_id}:{_digest(raw)}", name=name, arguments=arguments),),
    )


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]


def _same(received: str, expected: str) -> bool:
    return hmac.compare_digest(received.encode(errors="surrogateescape"), expected.encode())
