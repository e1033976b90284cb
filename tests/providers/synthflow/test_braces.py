"""Variables keep their meaning over there, and every byte of a text comes back."""

import pytest
from hypothesis import given
from tests.providers.synthflow.specs import prompts

from inspralv.providers.synthflow.braces import filled, spaces_in, to_ours, to_theirs


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Hi {{name}}!", "Hi {name}!"),
        ("Hi {{ name }}!", "Hi {name}!"),
        ("{{a}}{{b}}", "{a}{b}"),
        ("{name}", "{ name }"),
        ("{ name }", "{  name  }"),
        ('{"name": 1}', '{"name": 1}'),
        ("{two words}", "{two words}"),
        ("{{{name}}}", "{{{name}}}"),
        ("{{name}}}", "{{name}}}"),
        ("{{}} {} { }", "{{}} {} { }"),
        ("", ""),
    ],
)
def test_both_ways(ours: str, theirs: str) -> None:
    assert to_theirs(ours) == theirs
    assert to_ours(theirs, spaces_in(ours)) == ours


@given(prompts)
def test_every_text_comes_back(text: str) -> None:
    assert to_ours(to_theirs(text), spaces_in(text)) == text


@given(prompts)
def test_what_is_no_variable_here_is_none_there(text: str) -> None:
    assert to_theirs(text).count("{name}") == 0 or "{{name}}" in text


def test_spaces_are_forgotten_when_the_text_was_changed_there() -> None:
    assert to_ours("{a} and {b}", [(" ", " ")]) == "{{a}} and {{b}}"


def test_filling() -> None:
    assert filled("{{a}} {{ b }} {{c}} {a}", {"a": "1", "b": "2"}) == "1 2 {{c}} {a}"
