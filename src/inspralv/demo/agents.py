"""The agents of the demo, made the way a person makes them, and spread over the providers there are."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from inspralv.agents.schemas import AgentConfig, AgentDraft
from inspralv.agents.tools import EarlierCallsTool, EndCallTool, NoteFollowUpTool


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent of the demo does."""

    name: str
    description: str
    config: AgentConfig


def agents_of(workspace_slug: str, providers: Sequence[str]) -> list[AgentDraft]:
    """Return a workspace's agents, each at another provider."""
    return [
        AgentDraft(
            name=part.name, description=part.description, config=part.config, provider=providers[n % len(providers)]
        )
        for n, part in enumerate(_PARTS[workspace_slug])
    ]


_PARTS: dict[str, tuple[Part, ...]] = {
    "lakeside-dental": (
        Part(
            name="Front desk",
            description="Answers questions, books and moves appointments.",
            config=AgentConfig(
                first_message="Hi, thanks for calling Lakeside Dental! How can I help you today?",
                system_prompt="You are the receptionist of Lakeside Dental. Be warm and brief. Offer appointments on weekdays"
                " between nine and five, and confirm each one by repeating day and time.",
                language="en-US",
                max_duration_seconds=900,
                tools=[EndCallTool(), EarlierCallsTool(), NoteFollowUpTool()],
            ),
        ),
        Part(
            name="After-hours line",
            description="Takes messages at night and tells emergencies apart.",
            config=AgentConfig(
                first_message="You have reached Lakeside Dental after hours. Is this an emergency?",
                system_prompt="You answer at night. Ask whether it is an emergency. If so, give the emergency number. If not,"
                " take name, number and reason, and promise a call back in the morning.",
                language="en-US",
                max_duration_seconds=600,
            ),
        ),
        Part(
            name="Recall line",
            description="Reminds patients that a check-up is due.",
            config=AgentConfig(
                first_message="Hello, this is Lakeside Dental. Your next check-up is due; shall we find a date?",
                system_prompt="You call patients whose check-up is due. Be polite, offer two dates, and accept a no at once.",
                language="en-US",
                max_duration_seconds=600,
            ),
        ),
    ),
    "corner-bakery": (
        Part(
            name="Order line",
            description="Takes orders for bread and cakes.",
            config=AgentConfig(
                first_message="Corner Bakery, good morning! What may we bake for you?",
                system_prompt="You take orders. Ask for the item, the size, the day and a phone number, then read it back.",
                language="en-GB",
                max_duration_seconds=600,
            ),
        ),
    ),
    "north-studio": (
        Part(
            name="Studio desk",
            description="Explains classes and books trial lessons.",
            config=AgentConfig(
                first_message="North Studio, hello! Are you calling about a class?",
                system_prompt="You explain the classes of the studio and book trial lessons.",
                language="en-US",
                max_duration_seconds=600,
            ),
        ),
    ),
}
