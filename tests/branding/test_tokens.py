"""Every colour of a dense grid over sRGB gives a theme that can be read."""

from __future__ import annotations

import itertools

import pytest

from inspralv.branding.color import MARK_RATIO, TEXT_RATIO, contrast, parse_hex, to_hex, worst
from inspralv.branding.tokens import DARK_SURFACES, LIGHT_SURFACES, MARKS, Tone, brand_tokens

_STEPS = [step / 8 for step in range(9)]
_GRID = [to_hex(rgb) for rgb in itertools.product(_STEPS, repeat=3)]


def _sides(color: str) -> list[tuple[Tone, tuple[str, ...]]]:
    tokens = brand_tokens(color)
    return [(tokens.light, LIGHT_SURFACES), (tokens.dark, DARK_SURFACES)]


def test_labels_are_readable_on_every_brand_colour() -> None:
    faint = [
        (color, background)
        for color in _GRID
        for tone, _ in _sides(color)
        for label, background in (
            (tone.on_primary, tone.primary),
            (tone.on_primary, tone.hover),
            (tone.on_mark, tone.mark),
        )
        if contrast(label, background) < TEXT_RATIO
    ]
    assert not faint


def test_brand_text_is_readable_on_every_surface() -> None:
    faint = [
        color
        for color in _GRID
        for tone, surfaces in _sides(color)
        if worst(tone.text, (*surfaces, tone.tint)) < TEXT_RATIO
    ]
    assert not faint


def test_marks_and_edges_are_visible_on_cards() -> None:
    faint = [
        (color, mark)
        for color in _GRID
        for tone, surfaces in _sides(color)
        for mark in (tone.mark, tone.edge, tone.chart[0])
        if worst(mark, surfaces[:2]) < MARK_RATIO
    ]
    assert not faint


def test_chart_colours_are_visible_and_differ() -> None:
    for light, dark in MARKS:
        assert worst(light, LIGHT_SURFACES[:1]) >= MARK_RATIO, light
        assert worst(dark, DARK_SURFACES[:2]) >= MARK_RATIO, dark
    for color in _GRID:
        for tone, _ in _sides(color):
            assert len(set(tone.chart)) == 5, color


def test_a_visible_brand_colour_is_kept_for_buttons() -> None:
    assert brand_tokens("#0f766e").light.primary == "#0f766e"
    assert brand_tokens("#0f766e").dark.primary == "#0f766e"


def test_a_pale_brand_colour_gets_an_edge_that_can_be_seen() -> None:
    pale = brand_tokens("#facc15").light
    assert pale.primary == "#facc15"
    assert worst(pale.primary, LIGHT_SURFACES[:2]) < MARK_RATIO <= worst(pale.edge, LIGHT_SURFACES[:2])


def test_the_sheet_sets_both_themes_and_its_digest_follows_the_colour() -> None:
    tokens = brand_tokens("7C3AED")
    assert tokens.seed == "#7c3aed"
    assert tokens.css.startswith(":root{--brand:#7c3aed;--primary:light-dark(")
    assert tokens.etag == brand_tokens("#7c3aed").etag != brand_tokens("#7c3aee").etag


@pytest.mark.parametrize("text", ["", "red", "#12345", "#12345g", "#1234567", "#fff;} body{display:none", "#ff\nff00"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a hex colour"):
        brand_tokens(text)


def test_short_and_blank_padded_hex() -> None:
    assert parse_hex(" #F0a ") == parse_hex("ff00aa")
