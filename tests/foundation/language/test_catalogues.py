"""The catalogues: complete, and nothing in them that the English text does not have."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from inspralv.foundation.language.languages import LANGUAGES, SOURCE, Language, negotiated, speaking
from inspralv.foundation.language.texts import CATALOGUES, N_, Text, _, ngettext, pgettext, said

OTHERS = [language for language in LANGUAGES if language != SOURCE]
_SCRIPT = Path(__file__).parents[3] / "scripts" / "write_catalogues.py"
_PLACES = re.compile(r"%\(\w+\)s|%%")
_MARKUP = re.compile(r"[<>&{}]")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_catalogues", _SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _entries(language: str) -> list[Message]:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        found: Catalog = read_po(file, locale=language)
    return [entry for entry in found if entry.id]


def _pairs(entry: Message) -> list[tuple[str, str]]:
    """Each form of a translation beside the English it stands for."""
    if isinstance(entry.id, tuple):
        return [(entry.id[min(i, 1)], form) for i, form in enumerate(entry.string)]
    return [(str(entry.id), str(entry.string))]


@pytest.mark.parametrize("language", OTHERS)
def test_it_holds_exactly_the_texts_there_are(script: ModuleType, language: str) -> None:
    stored = (CATALOGUES / f"{language}.po").read_bytes()
    assert script.written(language) == stored, "run scripts/write_catalogues.py, then translate what is new"


@pytest.mark.parametrize("language", OTHERS)
def test_everything_is_translated(language: str) -> None:
    missing = [entry.id for entry in _entries(language) if not all(form for _text, form in _pairs(entry))]
    assert not missing


@pytest.mark.parametrize("language", OTHERS)
def test_places_and_markup_are_those_of_the_english_text(language: str) -> None:
    wrong = []
    for entry in _entries(language):
        for index, (text, form) in enumerate(_pairs(entry)):
            places, said_places = sorted(_PLACES.findall(text)), sorted(_PLACES.findall(form))
            if isinstance(entry.id, tuple) and index == 0:  # "one call" may leave the number out
                said_places = sorted({*said_places, *(p for p in places if p == "%(num)s")})
            if places != said_places or _MARKUP.findall(text) != _MARKUP.findall(form):
                wrong.append((text, form))
    assert not wrong


def test_texts_are_said_in_the_language_that_is_spoken() -> None:
    assert _("Sign in") == "Sign in"
    later = Text("Set a new password for %(site)s", site="Acme")
    with speaking("de"):
        german = (_("Sign in"), str(later), said(N_("Agents")))
        assert ngettext("%(num)s number", "%(num)s numbers", 3) == ngettext("%(num)s number", "%(num)s numbers", 3)
        assert ngettext("%(num)s number", "%(num)s numbers", 1) != ngettext("%(num)s number", "%(num)s numbers", 2)
    assert german[0] == "Anmelden"
    assert german[1].count("Acme") == 1
    assert german[1] != str(later) == "Set a new password for Acme"
    assert said("") == "", "the head of a catalogue is nobody's text"
    assert said("Nobody’s text") == "Nobody’s text"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"), ("de-AT,en;q=0.8", "de"), ("ja, fr;q=0.4, es;q=0.7", "es"), ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("pt-BR", "pt"), ("ja,zh;q=0.9", None), ("", None), ("*", None), ("de;q=0, fr;q=0.1", "fr"),
        ("fr;q=broken, es", "es"), ("xx" * 10_000, None), ("DE", "de"),
    ],
)  # fmt: skip
def test_what_a_browser_likes_best(accepted: str, language: Language | None) -> None:
    assert negotiated(accepted) == language


def test_one_word_is_said_differently_of_different_things() -> None:
    assert pgettext("a button", "Call") == "Call"
    with speaking("de"):
        assert (pgettext("a button", "Call"), _("Call")) == ("Anrufen", "Anruf")
    with speaking("pt"):
        assert (pgettext("a trunk", "Refused"), _("Refused")) == ("Recusado", "Recusada")
        assert pgettext("nothing that is marked", "Call") == "Call"
