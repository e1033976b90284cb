"""What a call leaves behind: words, times, and what became of it. Shapes as in the contract, section 4."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from inspralv.sandbox.scripts import Script
from inspralv.sandbox.synthflow.store import Thing

_PLACE = re.compile(r"\{(\w+)\}")
_WORDS_PER_SECOND = 2.6
_GAP_SECONDS = 0.7
_NAMES = {"assistant": "bot", "user": "human"}
ENDINGS = {
    "customer-ended-call": "human_goodbye",
    "assistant-ended-call": "agent_goodbye",
    "exceeded-max-duration": "max_duration",
    "voicemail": "voicemail",
}
OUTCOMES = {
    "no-answer": "no-answer",
    "busy": "busy",
    "failed": "failed",
    "voicemail": "hangup_on_voicemail",
}
"""By script; every other call is completed."""
BAD_NUMBER = "Telephony - 400 - Invalid phone number"


def filled(text: str, values: Thing) -> str:
    """Fill `{name}` with the call's variables; one that is not set stays as it is."""
    return _PLACE.sub(lambda place: str(values.get(place[1], place[0])), text)


def seconds_of(text: str) -> float:
    """Return how long it takes to say something, and the pause after it."""
    return max(0.8, len(text.split()) / _WORDS_PER_SECOND) + _GAP_SECONDS


class Dialogue:
    """Who said what and when, in seconds of the call."""

    def __init__(self, longest: float) -> None:
        self.longest = longest
        self.seconds = 0.0
        self.lines: list[Thing] = []

    @property
    def is_full(self) -> bool:
        return self.seconds >= self.longest

    def add(self, who: str, text: str) -> float:
        """Note something that is said; return how long it takes."""
        length = min(seconds_of(text), max(0.0, self.longest - self.seconds))
        spoken = {"role": "bot" if who == "assistant" else "user", "who": who, "text": text}
        self.lines.append({**spoken, "secondsFromStart": self.seconds, "duration": 1000 * (length - _GAP_SECONDS)})
        self.seconds += length
        return length

    @property
    def transcript(self) -> str:
        return "".join(f"\n{_NAMES[line['who']]}: {line['text']}" for line in self.lines)


def outcome_of(script: Script) -> str:
    return OUTCOMES.get(script.name, "completed")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a call ended; `began_at` is when it rang."""

    status: str
    reason: str | None
    began_at: datetime
    judge: Thing


def ended(call: Thing, dialogue: Dialogue, outcome: Outcome) -> Thing:
    """Return what the end of a call changes."""
    change: Thing = {
        "status": outcome.status,
        "end_call_reason": outcome.reason,
        "duration": round(dialogue.seconds),
        "transcript": dialogue.transcript or None,
        "telephony_end": naive(outcome.began_at + timedelta(seconds=dialogue.seconds)),
        "error_message": BAD_NUMBER if outcome.status == "failed" else "",
    }
    if dialogue.lines:
        by_agent = outcome.reason in {"agent_goodbye", "max_duration"}
        caller_hung_up = (call["type_of_call"] == "outbound") == by_agent
        change |= {
            "telephony_hangup": "caller" if caller_hung_up else "callee",
            "telephony_disconnect_reason": "caller_hangup" if caller_hung_up else "callee_hangup",
            "telephony_duration": round(1000 * dialogue.seconds) + 307,
        }
    return change


def judge_of(script: Script) -> Thing:
    """Return what the vendor's judge says: texts, and no summary whatever the name of a key promises."""
    verdict = {"persona": "true", "style": "true", "goal": script.success, "call_summary": "true",
               "user_sentiment": "false" if script.sentiment == "negative" else "true", "answered_by_human": "true",
               "call_completion": script.success}  # fmt: skip
    feedback: dict[str, Any] = {f"{name}_feedback": "" for name in verdict}
    return {**verdict, **feedback, "judge_found_full_error": "false", "all_feedback": ""}


def naive(moment: datetime) -> str:
    """Return a moment as `telephony_start` and `telephony_end` have it: UTC, without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()


def milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))
