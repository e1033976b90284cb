"""Sentences that are stored in English and said in the language of whoever reads them."""

from __future__ import annotations

import pytest

from inspralv.foundation.language.languages import speaking
from inspralv.foundation.language.stored import Stored, retold
from inspralv.foundation.language.texts import N_
from inspralv.providers import sentences

_HELLO = Stored("Sign in")
_WORDS = N_("Agents")


def test_it_is_stored_in_english_whoever_causes_it() -> None:
    with speaking("de"):
        assert (
            sentences.KEY_REFUSED(provider="Vapi", reason="Key revoked.")
            == "Vapi does not accept the key: Key revoked."
        )
        assert _HELLO() == "Sign in"
        assert _HELLO.said() == "Anmelden"


def test_it_is_retold_in_the_language_of_its_reader() -> None:
    stored = sentences.KEY_REFUSED(provider="Vapi", reason="Key revoked.")
    assert retold(stored) == stored
    with speaking("de"):
        assert retold(stored) == "Vapi nimmt den Schlüssel nicht an: Key revoked."
        assert retold("") == ""
        assert retold("Voice not found.\nAsk us.") == "Voice not found.\nAsk us.", "a provider's own words stay"
        assert retold(_WORDS) == _WORDS, "what is not marked as stored is nobody's sentence"


def test_a_sentence_inside_a_sentence_is_retold_too() -> None:
    inner = sentences.ANSWERED(provider="Retell", status=503, reason=sentences.NO_REASON())
    stored = sentences.NOT_REACHABLE_YET(provider="Retell", reason=inner)
    with speaking("de"):
        assert retold(stored) == (
            "Retell ist im Moment nicht erreichbar; dies wird von selbst noch einmal versucht. "
            "(Retell hat mit 503 geantwortet: kein Grund angegeben)"
        )


@pytest.mark.parametrize("text", ["a(b)c*", "100 % of %(x)s", "%s", "Vapi does not accept the key: ", "x" * 100_000])
def test_anything_else_is_left_alone(text: str) -> None:
    with speaking("fr"):
        assert retold(text) == text
