"""Finding a voice among hundreds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from inspralv.foundation.language.texts import N_, said
from inspralv.foundation.web.formats import language_name
from inspralv.providers.contract import Choice, Voice

PAGE_SIZE = 24
_ACCENTS = {
    "african": N_("African"), "american": N_("American"), "arabic": N_("Arabic"), "australian": N_("Australian"),
    "brazilian": N_("Brazilian"), "british": N_("British"), "canadian": N_("Canadian"), "chinese": N_("Chinese"),
    "dutch": N_("Dutch"), "french": N_("French"), "german": N_("German"), "indian": N_("Indian"),
    "irish": N_("Irish"), "italian": N_("Italian"), "latin american": N_("Latin American"), "mexican": N_("Mexican"),
    "neutral": N_("Neutral"), "polish": N_("Polish"), "portuguese": N_("Portuguese"), "scottish": N_("Scottish"),
    "spanish": N_("Spanish"), "swedish": N_("Swedish"),
}  # fmt: skip
_GENDERS = {"female": N_("Female"), "male": N_("Male")}


class VoiceFilter(msgspec.Struct, frozen=True):
    """What is looked for; "" is anything. `language` is the first part of a tag: "en"."""

    q: str = ""
    maker: str = ""
    gender: str = ""
    accent: str = ""
    language: str = ""

    @property
    def is_active(self) -> bool:
        return self != VoiceFilter()


class Offered(msgspec.Struct, frozen=True):
    """What the lists of the filters offer: only what occurs."""

    makers: Sequence[Choice]
    genders: Sequence[Choice]
    accents: Sequence[Choice]
    languages: Sequence[Choice]


def matching(voices: Iterable[Voice], wanted: VoiceFilter) -> list[Voice]:
    """Return the voices that fit, in the order given."""
    words = wanted.q.casefold().split()
    return [
        voice
        for voice in voices
        if (not wanted.maker or voice.provider == wanted.maker)
        and (not wanted.gender or voice.gender == wanted.gender)
        and (not wanted.accent or (voice.accent or "").casefold() == wanted.accent.casefold())
        and (not wanted.language or wanted.language in {_base(tag) for tag in voice.languages})
        and all(word in _haystack(voice) for word in words)
    ]


def offered(voices: Sequence[Voice], makers: Sequence[Choice]) -> Offered:
    """Return the filters' lists for these voices. `makers` gives names to those that the provider's options know."""
    names = {choice.value: choice.label for choice in makers}
    found = dict.fromkeys(voice.provider for voice in voices)
    tags = {_base(tag) for voice in voices for tag in voice.languages}
    return Offered(
        makers=[Choice(maker, names.get(maker, maker.replace("_", " ").title())) for maker in found],
        genders=[Choice(g, said(_GENDERS[g])) for g in _GENDERS if any(voice.gender == g for voice in voices)],
        accents=[Choice(accent, accent_word(accent)) for accent in _accents(voices)],
        languages=sorted((Choice(tag, language_name(tag)) for tag in tags), key=lambda choice: choice.label),
    )


def gender_word(voice: Voice) -> str:
    """Return a voice's gender in words; "" when nobody says."""
    return said(_GENDERS.get(voice.gender or "", (voice.gender or "").title()))


def accent_word(accent: str | None) -> str:
    """Return an accent in words; one that providers seldom speak of as they write it."""
    return said(_ACCENTS.get((accent or "").casefold(), accent or ""))


def _accents(voices: Iterable[Voice]) -> list[str]:
    spellings = {accent.casefold(): accent for voice in voices if (accent := voice.accent)}
    return sorted(spellings.values(), key=str.casefold)


def _haystack(voice: Voice) -> str:
    parts = (voice.name, voice.id, voice.accent, voice.gender, voice.description)
    return " ".join(part for part in parts if part).casefold()


def _base(tag: str) -> str:
    return tag.partition("-")[0].lower()
