"""Sentences of ours that are stored for everybody, such as why a provider did not follow.

They are written in English, as programs and the audit log read them, and said in the reader's language where they are
shown:

    NOT_THERE = Stored("%(provider)s does not know “%(name)s” any more.")
    save(NOT_THERE(provider=label, name="Order line"))      # a job
    {{ number.bind_error|retold }}                           # a page

What a provider says in its own words is a value of such a sentence, or no sentence of ours at all: it stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

from inspralv.foundation.language.languages import SOURCE, spoken
from inspralv.foundation.language.texts import _

_LONGEST: Final = 5_000  # what is longer was not written by us
_PLACE: Final = re.compile(r"%\((\w+)\)s")
_sentences: list[Stored] = []


class Stored:
    """A sentence to be stored; made once, where it belongs. The values are texts."""

    def __init__(self, text: str) -> None:
        self.text = text
        words = _PLACE.split(text)  # words and names of places by turns; a name is a place once only
        self._pattern = re.compile("".join(_pattern(part, index) for index, part in enumerate(words)), re.DOTALL)
        self.weight = sum(map(len, words[::2]))
        _sentences.append(self)
        _sentences.sort(key=lambda one: -one.weight)  # the one that says most is asked first

    def __call__(self, **values: object) -> str:
        """Return it in English, to be stored."""
        return self.text % values

    def said(self, **values: object) -> str:
        """Return it in the language that is spoken, for whoever asks right now."""
        return _(self.text, **{name: retold(str(value)) for name, value in values.items()})

    def values_in(self, text: str) -> dict[str, str] | None:
        """Return the values it was written with, None when this is another sentence."""
        found = self._pattern.fullmatch(text)
        return found.groupdict() if found else None


def retold(text: str) -> str:
    """Return what is stored, in the language that is spoken: its values too, as far as they are sentences of ours."""
    if not text or spoken() == SOURCE or len(text) > _LONGEST:
        return text
    for one in _sentences:
        values = one.values_in(text)
        if values is not None:
            return _(one.text, **{name: retold(value) for name, value in values.items()})
    return text


def _pattern(part: str, index: int) -> str:
    return f"(?P<{part}>.+)" if index % 2 else re.escape(part.replace("%%", "%"))
