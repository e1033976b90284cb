"""Three months of invented calls, always the same ones, written through the same code that real calls take."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from inspralv.agents.schemas import Agent
from inspralv.conversations import rollups
from inspralv.conversations.queries import calls as queries
from inspralv.conversations.schemas import Call, Direction, Line, Sentiment, Status
from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7
from inspralv.providers.contract import Ability
from inspralv.providers.registry import ProviderRegistry

_DAYS = 90
_DIRECTIONS: tuple[Direction, ...] = ("inbound", "outbound", "web")
_NAMES = (
    "Grace Hall",
    "Leo Martin",
    "Amara Obi",
    "Yuki Tanaka",
    "Pedro Alves",
    "Nina Roth",
    "Sam Carter",
    "Ivy Chen",
    "Omar Haddad",
    "Lucy Green",
    "Tom Becker",
    "Zoe Laurent",
    "",
    "",
    "",
)
_ENDS: tuple[tuple[Status, int], ...] = (
    ("completed", 82),
    ("no_answer", 8),
    ("busy", 4),
    ("failed", 3),
    ("canceled", 3),
)


class Talk(msgspec.Struct, frozen=True):
    """A conversation: how it felt, its summary, and what was said, the agent first."""

    sentiment: Sentiment
    summary: str
    lines: tuple[str, ...]


_TALKS = (
    Talk(
        "positive",
        "Moved the appointment to Thursday at 2 PM. The caller was pleased.",
        (
            "Hello, how can I help you today?",
            "I need to move my appointment to next week.",
            "I have Tuesday at 10:30 or Thursday at 2 PM. Which suits you better?",
            "Thursday at two, please.",
            "Done: Thursday at 2 PM. You will get a confirmation.",
            "Wonderful, thank you!",
        ),
    ),
    Talk(
        "neutral",
        "Asked about opening hours on Saturday and about parking.",
        (
            "Hello, how can I help you today?",
            "When are you open on Saturdays?",
            "On Saturdays we are open from nine until one.",
            "And is there parking?",
            "Yes, right behind the building.",
            "Okay, thanks.",
        ),
    ),
    Talk(
        "negative",
        "Complained that nobody called back. A call back was promised for today.",
        (
            "Hello, how can I help you today?",
            "I asked for a call back on Monday and nobody called.",
            "I am sorry about that. May I have your number again?",
            "You already have it.",
            "I have noted it, and somebody will call you today.",
            "I hope so.",
        ),
    ),
    Talk(
        "positive",
        "Placed an order and asked for delivery on Friday.",
        (
            "Hello, what can I do for you?",
            "I would like to place an order for Friday.",
            "Gladly. What may it be?",
            "The same as last time, please.",
            "I have written it down for Friday. Is there anything else?",
            "No, that is perfect.",
        ),
    ),
)


async def write_history(ctx: Context, agents: Sequence[Agent], per_day: int) -> None:
    """Write finished calls of the last days, up to an hour ago. The context is in the agents' workspace."""
    providers = ctx.services.get(ProviderRegistry)
    dice = random.Random(str(agents[0].name))  # noqa: S311 - the same demo every time
    for at in _times(ctx.now, per_day, dice):
        agent = dice.choice(agents)
        call, talk = _call(at, agent, dice)
        call = _as_reported(call, providers[agent.provider].abilities)
        await queries.add_call(ctx, await rollups.count(ctx, call))
        if talk is not None:
            await queries.save_transcript(ctx, call.id, _lines(talk))


def _times(now: datetime, per_day: int, dice: random.Random) -> Iterator[datetime]:
    """Office hours are busier, weekends quieter, and business grows a little."""
    for back in range(_DAYS, -1, -1):
        day = now - timedelta(days=back)
        busy = per_day * (0.35 if day.weekday() > 4 else 1.0) * (0.7 + 0.3 * (1 - back / _DAYS))  # noqa: PLR2004 - Saturday, Sunday
        for _ in range(max(1, round(dice.gauss(busy, busy / 4)))):
            at = day.replace(hour=13, minute=0, second=0) + timedelta(
                minutes=dice.randrange(0, 8 * 60), seconds=dice.randrange(60)
            )
            if at < now - timedelta(hours=1):
                yield at


def _call(at: datetime, agent: Agent, dice: random.Random) -> tuple[Call, Talk | None]:
    status = dice.choices([name for name, _ in _ENDS], [weight for _, weight in _ENDS])[0]
    direction = dice.choices(_DIRECTIONS, (7, 3, 1))[0]
    talk = dice.choices(_TALKS, (4, 4, 1, 3))[0] if status == "completed" else None
    seconds = dice.randrange(45, 260) if talk else 0
    number = None if direction == "web" else f"+1415555{dice.randrange(1000, 9999):04d}"
    name = dice.choice(_NAMES) or None
    parts = {
        "transport": seconds * 230,
        "stt": seconds * 160,
        "llm": seconds * 52,
        "tts": seconds * 33,
        "platform": seconds * 833,
    }
    call_id: UUID = uuid7(at)
    call = Call(
        id=call_id,
        agent_id=agent.id,
        agent_version=agent.version,
        provider=agent.provider,
        provider_call_id=f"history-{call_id}",
        direction=direction,
        status=status,
        contact_number=number,
        contact_name=name,
        search_text=" ".join(filter(None, (name, number, agent.name))).lower(),
        started_at=at + timedelta(seconds=4) if talk else None,
        ended_at=at + timedelta(seconds=4 + seconds),
        duration_seconds=seconds,
        ended_reason=_REASONS[status],
        summary=talk.summary if talk else None,
        sentiment=talk.sentiment if talk else None,
        success_evaluation=None if talk is None else str(talk.sentiment != "negative").lower(),
        cost_micros=sum(parts.values()),
        cost_parts={k: v for k, v in parts.items() if v},
        reported_at=at + timedelta(seconds=20 + seconds),
        created_at=at,
    )
    return call, talk


def _as_reported(call: Call, abilities: frozenset[Ability]) -> Call:
    """Return the call without what its provider does not tell."""
    if Ability.COSTS not in abilities:
        call = msgspec.structs.replace(call, cost_micros=0, cost_parts={})
    if Ability.SUMMARIES not in abilities:
        call = msgspec.structs.replace(call, summary=None, sentiment=None, success_evaluation=None)
    return call


_REASONS = {
    "completed": "customer-ended-call",
    "no_answer": "customer-did-not-answer",
    "busy": "customer-busy",
    "failed": "twilio-failed-to-connect-call",
    "canceled": "manually-canceled",
}


def _lines(talk: Talk) -> list[Line]:
    return [
        Line("agent" if i % 2 == 0 else "caller", text, round(1.5 + i * 6.5, 1)) for i, text in enumerate(talk.lines)
    ]
