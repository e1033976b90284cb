"""Saying a text in the language that is spoken now. The text in English is its own key in the catalogues.

    raise Conflict(_("You have %(count)s passkeys. Remove one first.", count=_MOST))

Constants are marked with `N_` where they stand, and said with `said` where they are shown.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from inspralv.foundation.language.languages import SOURCE, Language, spoken

CATALOGUES: Final = Path(__file__).parent / "catalogues"


@cache
def catalogue(language: Language) -> NullTranslations:
    """Return the translations of a language; those of the source language are the texts themselves."""
    if language == SOURCE:
        return NullTranslations()
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        entries = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, entries)
    compiled.seek(0)
    return Translations(compiled)


def N_(text: str) -> str:  # noqa: N802 - the usual name of this mark
    """Mark a text for the catalogues, where it is not said yet."""
    return text


def said(text: str) -> str:
    """Say a text that is marked elsewhere; anything else is returned as it is."""
    return catalogue(spoken()).gettext(text) if text else text


def pgettext(about: str, text: str) -> str:
    """Say a text that other languages say differently of different things: `about` names the thing, "a key"."""
    return catalogue(spoken()).pgettext(about, text)


def _(text: str, **values: object) -> str:
    """Say a text; `%(name)s` in it stands for the value of that name, and a percent sign is written twice."""
    return said(text) % values


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """Say a text about a number of things, which reaches it as `%(num)s`."""
    return catalogue(spoken()).ngettext(one, many, count) % {"num": count, **values}


class Text:
    """A text to be said later, in the language of whoever reads it: the subject of a mail. A value may be a function,
    which is called then: a figure is written by its reader's rules."""

    def __init__(self, text: str, **values: object) -> None:
        self._text = text
        self._values = values

    def __str__(self) -> str:
        return _(self._text, **{name: value() if callable(value) else value for name, value in self._values.items()})
