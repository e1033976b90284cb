"""What a provider can and cannot do, in words for people."""

from __future__ import annotations

from collections.abc import Sequence

from inspralv.providers.contract import Ability, VoiceProvider

_WORDS = {
    Ability.WEB_CALLS: "Calls from the browser",
    Ability.PHONE_CALLS: "Outbound phone calls",
    Ability.END_CALLS: "Hanging up a running call",
    Ability.PHONE_NUMBERS: "Numbers of the account",
    Ability.NUMBER_IMPORT: "Numbers of your own, over SIP",
    Ability.CALL_ROUTING: "Business hours for a number",
    Ability.LIVE_TRANSCRIPT: "Live transcript",
    Ability.TOOL_CALLS: "Tools during a call",
    Ability.COSTS: "Cost of each call",
    Ability.SUMMARIES: "Summaries",
    Ability.PUBLISHING: "Changes go live by themselves",
}


def can(provider: VoiceProvider) -> Sequence[str]:
    """Return what it can do."""
    return [words for ability, words in _WORDS.items() if ability in provider.abilities]


def cannot(provider: VoiceProvider) -> Sequence[str]:
    """Return what is missing."""
    return [words for ability, words in _WORDS.items() if ability not in provider.abilities]
