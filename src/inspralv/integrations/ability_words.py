"""What a provider can and cannot do, in words for people."""

from __future__ import annotations

from collections.abc import Sequence

from inspralv.foundation.language.texts import N_, said
from inspralv.providers.contract import Ability, VoiceProvider

_WORDS = {
    Ability.WEB_CALLS: N_("Calls from the browser"),
    Ability.PHONE_CALLS: N_("Outbound phone calls"),
    Ability.END_CALLS: N_("Hanging up a running call"),
    Ability.PHONE_NUMBERS: N_("Numbers of the account"),
    Ability.NUMBER_IMPORT: N_("Numbers of your own, over SIP"),
    Ability.CALL_ROUTING: N_("Business hours for a number"),
    Ability.LIVE_TRANSCRIPT: N_("Live transcript"),
    Ability.TOOL_CALLS: N_("Tools during a call"),
    Ability.COSTS: N_("Cost of each call"),
    Ability.SUMMARIES: N_("Summaries"),
    Ability.PUBLISHING: N_("Changes go live by themselves"),
}


def can(provider: VoiceProvider) -> Sequence[str]:
    """Return what it can do."""
    return [said(words) for ability, words in _WORDS.items() if ability in provider.abilities]


def cannot(provider: VoiceProvider) -> Sequence[str]:
    """Return what is missing."""
    return [said(words) for ability, words in _WORDS.items() if ability not in provider.abilities]
