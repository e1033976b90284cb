"""What is done so that text and marks stay readable in a colour, in words."""

from __future__ import annotations

import msgspec

from inspralv.branding.color import WHITE, contrast
from inspralv.branding.tokens import DARK_SURFACES, LIGHT_SURFACES, Tone, brand_tokens


class Adjusted(msgspec.Struct, frozen=True):
    """A colour that is used: what for, which, and the contrast it reaches (WCAG 2.2, a ratio from 1 to 21)."""

    use: str
    color: str
    ratio: float
    changed: bool


class Contrast(msgspec.Struct, frozen=True):
    """What became of a colour in both themes. `white_label` tells whether labels on buttons are white or black."""

    color: str
    white_label: bool
    pale: bool
    adjusted: tuple[Adjusted, ...]


def contrast_of(color: str) -> Contrast:
    """Return what is done with a main colour. Raises ValueError when it is none."""
    tokens = brand_tokens(color)
    light, dark = tokens.light, tokens.dark
    return Contrast(
        tokens.seed,
        light.on_primary == WHITE,
        light.edge != light.primary,
        (
            _used("button", tokens.seed, light.primary, light.on_primary),
            _used("text_light", tokens.seed, light.text, _worst(light, LIGHT_SURFACES)),
            _used("text_dark", tokens.seed, dark.text, _worst(dark, DARK_SURFACES)),
        ),
    )


def _used(use: str, seed: str, color: str, against: str) -> Adjusted:
    return Adjusted(use, color, round(contrast(color, against), 1), color != seed)


def _worst(tone: Tone, surfaces: tuple[str, ...]) -> str:
    return min((*surfaces, tone.tint), key=lambda surface: contrast(tone.text, surface))
