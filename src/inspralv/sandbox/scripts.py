"""What happens in a call: a few plausible dialogues and the ways a call does not come about.

The last two digits of the customer's number choose: 01 booking, 02 question, 03 complaint, 04 no answer, 05 busy,
06 voicemail, 07 failed, 08 long. Any other number gets one of the first three, always the same.
"""

from __future__ import annotations

import zlib
from typing import Literal

import msgspec

Who = Literal["assistant", "user"]


class Line(msgspec.Struct, frozen=True):
    """Something said. The assistant's first line is its own greeting and not written here."""

    who: Who
    text: str


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A call from ringing to hanging up. Before the line at `tool_at` the assistant uses a tool, if it has one."""

    name: str
    ended_reason: str
    sentiment: str = "neutral"
    success: str = "true"
    summary: str = ""
    lines: tuple[Line, ...] = ()
    answered: bool = True
    tool_at: int | None = None

    @property
    def talks(self) -> bool:
        """Whether two people talk: not with nobody, and not with a voicemail."""
        return len(self.lines) > 1


def _talk(*lines: str) -> tuple[Line, ...]:
    """The caller and the assistant in turn, the caller first."""
    return tuple(Line("user" if i % 2 == 0 else "assistant", text) for i, text in enumerate(lines))


BOOKING = Script(
    name="booking", ended_reason="customer-ended-call", sentiment="positive", tool_at=3,
    summary="The caller moved an appointment to Thursday at 2 PM and was happy with how quickly it went.",
    lines=_talk(
        "Hi, I would like to move my appointment to next week.",
        "Of course. I have Tuesday at 10:30 or Thursday at 2 PM. Which suits you better?",
        "Thursday is perfect, thank you.",
        "Done: Thursday at 2 PM. You will get a confirmation. Is there anything else?",
        "No, that was great. Thanks a lot, goodbye!",
    ),
)  # fmt: skip
QUESTION = Script(
    name="question", ended_reason="assistant-ended-call", sentiment="neutral",
    summary="The caller asked about opening hours and parking, and got both answers.",
    lines=_talk(
        "Hello, when are you open on Saturdays?",
        "On Saturdays we are open from nine in the morning until one in the afternoon.",
        "And can I park near the entrance?",
        "Yes, there are places right behind the building, free for the first hour.",
        "Okay, thanks.",
        "You are welcome. Goodbye!",
    ),
)  # fmt: skip
COMPLAINT = Script(
    name="complaint", ended_reason="customer-ended-call", sentiment="negative", success="false",
    summary="The caller complained about a second missed delivery and asked for a call back from a person.",
    lines=_talk(
        "This is the second time that my order did not arrive. I am really annoyed.",
        "I am sorry about that. May I have the order number?",
        "Four, four, seven, one. I have already told your colleague last week.",
        "Thank you. I see two delivery attempts. I will ask a colleague to call you back today.",
        "I hope so. This is not acceptable.",
    ),
)  # fmt: skip
LONG = Script(
    name="long", ended_reason="customer-ended-call", sentiment="positive",
    summary="A long conversation about a renovation: rooms, dates, budget and a visit on site.",
    lines=tuple(
        line
        for topic in ("the kitchen", "the bathroom", "the roof", "the windows", "the garden")
        for line in _talk(
            f"Next I would like to talk about {topic}.",
            f"Gladly. For {topic} we usually plan two weeks and a visit before we start. Would that be fine?",
            "That sounds good, please write it down.",
            "I have noted it.",
        )
    ),
)  # fmt: skip
NO_ANSWER = Script(name="no-answer", ended_reason="customer-did-not-answer", answered=False, success="false")
BUSY = Script(name="busy", ended_reason="customer-busy", answered=False, success="false")
FAILED = Script(name="failed", ended_reason="twilio-failed-to-connect-call", answered=False, success="false")
VOICEMAIL = Script(
    name="voicemail", ended_reason="voicemail", success="false", summary="The call reached a voicemail greeting.",
    lines=(Line("user", "You have reached my voicemail. Please leave a message after the tone."),),
)  # fmt: skip

_BY_ENDING = {
    "01": BOOKING, "02": QUESTION, "03": COMPLAINT, "04": NO_ANSWER, "05": BUSY, "06": VOICEMAIL, "07": FAILED, "08": LONG,
}  # fmt: skip
_USUAL = (BOOKING, QUESTION, COMPLAINT)


def script_for(number: str | None, call_id: str) -> Script:
    """Return the script for a customer's number; without one, a conversation chosen by the call's id."""
    return _BY_ENDING.get((number or "")[-2:]) or talk_for(number or call_id)


def talk_for(name: str) -> Script:
    """Return a usual conversation, the same one for the same name of a caller or a call."""
    return _USUAL[zlib.crc32(name.encode()) % len(_USUAL)]


REPLIES = (
    (
        ("hour", "open", "saturday", "when"),
        "We are open Monday to Friday from nine to six, and on Saturdays until one.",
    ),
    (("price", "cost", "much", "expensive"), "That depends on what you need. A colleague can send you an offer today."),
    (
        ("appointment", "book", "move", "schedule"),
        "I have Tuesday at 10:30 or Thursday at 2 PM. Which suits you better?",
    ),
    (("tuesday", "thursday", "2 pm", "10:30"), "Done, I have written it down. You will get a confirmation."),
    (("human", "person", "someone", "agent"), "I will ask a colleague to call you back. Which number should they use?"),
    (("thank", "great", "perfect"), "You are welcome! Is there anything else?"),
    (("hello", "hi ", "hey"), "Hello! What can I do for you?"),
    (("annoyed", "complain", "bad", "terrible"), "I am sorry to hear that. Please tell me what happened."),
)
GOODBYES = ("bye", "goodbye", "hang up", "that's all", "that is all")
NUDGE = "Are you still there? Take your time."
FAREWELL = "Thank you for calling. Goodbye!"


def reply_to(text: str) -> str:
    """Return what the assistant answers to something a person typed or said."""
    heard = f"{text.lower()} "
    for words, answer in REPLIES:
        if any(word in heard for word in words):
            return answer
    return f"I understand: “{text.strip()[:80]}”. Would you like me to note that for a colleague?"


def says_goodbye(text: str) -> bool:
    """Whether a person wants to end the call."""
    return any(word in text.lower() for word in GOODBYES)


def mood_of(texts: list[str]) -> str:
    """Judge a typed conversation by its words."""
    heard = " ".join(texts).lower()
    if any(word in heard for word in ("annoyed", "terrible", "complain", "bad", "angry")):
        return "negative"
    return "positive" if any(word in heard for word in ("great", "perfect", "thank")) else "neutral"
