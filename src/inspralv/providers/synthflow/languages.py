"""The languages of an agent, from the contract's list, and how voices name theirs."""

import re

from inspralv.providers.contract import Choice

NAMES = {
    "multi": "Several languages", "en-US": "English (United States)", "bg": "Bulgarian", "cs": "Czech",
    "de-DE": "German (Germany)", "el": "Greek", "fi": "Finnish", "fr-FR": "French (France)", "es-ES": "Spanish (Spain)",
    "hu": "Hungarian", "it": "Italian", "fr": "French", "pt-BR": "Portuguese (Brazil)", "nl-NL": "Dutch (Netherlands)",
    "hi": "Hindi", "zh-CN": "Chinese (Mainland)", "no": "Norwegian", "sv-SE": "Swedish (Sweden)", "da": "Danish",
    "da-DK": "Danish (Denmark)", "id": "Indonesian", "ja": "Japanese", "ko": "Korean", "ms": "Malay", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "th": "Thai",
    "pl": "Polish",
}  # fmt: skip
CHOICES = tuple(Choice(code, name) for code, name in NAMES.items())
TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
SPELLED_OUT = {name.partition(" (")[0].lower(): code.partition("-")[0] for code, name in NAMES.items()}
SPELLED_OUT |= {"portuguese": "pt", "arabic": "ar", "filipino": "tl", "tamil": "ta", "croatian": "hr", "hebrew": "he"}


def tags_of(languages: list[str] | None) -> tuple[str, ...]:
    """BCP 47 tags of a voice: the API says "english", "en" and "en-US" without a rule."""
    found = (SPELLED_OUT.get(one.lower(), one) for one in languages or ())
    return tuple(dict.fromkeys(one for one in found if TAG.fullmatch(one) and len(one.partition("-")[0]) <= 3))  # noqa: PLR2004 - ISO 639
