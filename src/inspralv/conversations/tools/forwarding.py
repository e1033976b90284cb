"""Custom functions: the workspace's own server is asked, with a signature, within a deadline."""

from __future__ import annotations

import time
from typing import Any, Final

import msgspec

from inspralv.foundation.outbound import AnswerTooLarge, EgressRefused, OutboundError, TimedOut
from inspralv.foundation.outbound.guarded import GuardedOutbound

DEADLINE: Final = 10.0
"""Seconds. Every provider waits longer than this for the result of a tool."""
MAX_ANSWER: Final = 64 * 1024
MOST_TOLD: Final = 8000
"""Characters of an answer that the model gets to read."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a tool call: an answer, or an error that the model can read."""

    text: str
    is_error: bool = False
    http_status: int | None = None
    duration_ms: int = 0


async def ask_server(
    http: GuardedOutbound, url: str, body: bytes, headers: dict[str, str], tool_call_id: str, breaker: str
) -> Outcome:
    """Ask once. Never raises for what the other side does."""
    began = time.perf_counter()

    def outcome(text: str, **more: Any) -> Outcome:
        return Outcome(text=text, duration_ms=round((time.perf_counter() - began) * 1000), **more)

    try:
        answer = await http.request(
            "POST", url, content=body, headers=headers | {"content-type": "application/json"}, deadline=DEADLINE,
            breaker=breaker, max_body=MAX_ANSWER,
        )  # fmt: skip
    except OutboundError as error:
        return outcome(_why(error), is_error=True)
    if not answer.is_success:
        return outcome(
            f"The tool's server answered with status {answer.status}.", is_error=True, http_status=answer.status
        )
    text, is_error = read_answer(answer.body, tool_call_id)
    return outcome(text, is_error=is_error, http_status=answer.status)


def read_answer(body: bytes, tool_call_id: str) -> tuple[str, bool]:
    """Return what a server says, and whether that is an error.

    It may answer plain text, any JSON, `{"result": …}` or `{"error": …}`, or `{"results": [{"toolCallId", …}]}`.
    """
    text = body.decode("utf-8", "replace").strip()
    try:
        said = msgspec.json.decode(text) if text else ""
    except (msgspec.DecodeError, RecursionError):
        return _cut(text), False
    if isinstance(said, dict) and isinstance(said.get("results"), list):
        ours = [one for one in said["results"] if isinstance(one, dict) and one.get("toolCallId") == tool_call_id]
        said = ours[0] if ours else {"error": "The tool's server gave no result for this call."}
    if isinstance(said, dict) and said.get("error") and "result" not in said:
        return _cut(_plain(said["error"])), True
    if isinstance(said, dict) and "result" in said:
        said = said["result"]
    return _cut(_plain(said)) or "Done.", False


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _cut(text: str) -> str:
    text = text.replace("\0", "")
    return text if len(text) <= MOST_TOLD else f"{text[: MOST_TOLD - 1]}…"


def _why(error: OutboundError) -> str:
    match error:
        case TimedOut():
            return f"The tool's server gave no answer within {DEADLINE:g} seconds."
        case EgressRefused():
            return f"The tool's server may not be asked: {error}."
        case AnswerTooLarge():
            return "The tool's server answered more than can be read."
        case _:
            return "The tool's server could not be reached."
