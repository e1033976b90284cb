"""White-label brand tokens: one hex colour in, a complete accessible token set out.

Everything is computed on the server in OKLCH, so it is deterministic, cacheable and testable. Guarantees, tested over
a dense grid of the sRGB cube:

* label on `primary` and on its hover colour, label on `brand-mark`: >= 4.5:1 in both themes
* `brand-text` on page, card, sidebar and on `brand-tint`: >= 4.5:1 in both themes
* `brand-mark` (switches, progress, focus, chart-1) and the edge of a button: >= 3:1 against the card

The exact brand colour is kept for buttons whenever it can be seen at all; a pale one gets a darker edge.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from inspralv.branding.color import (
    MARK_RATIO,
    TEXT_RATIO,
    WHITE,
    contrast,
    mix,
    oklch_hex,
    on_color,
    parse_hex,
    reach,
    to_hex,
    to_oklch,
    worst,
)

# Worst-case surfaces that brand-coloured text or marks are drawn on.
LIGHT_SURFACES = ("#ffffff", "#fafafa", "#f4f4f5")
DARK_SURFACES = ("#0e0e11", "#17171b", "#212126")

# Categorical chart colours as (light, dark), each >= 3:1 against its card.
MARKS = (
    ("#2563eb", "#6b9dff"),
    ("#0891b2", "#22d3ee"),
    ("#0d9488", "#2dd4bf"),
    ("#589206", "#a3e635"),
    ("#b97002", "#fbbf24"),
    ("#ea580c", "#fb923c"),
    ("#dc2626", "#f87171"),
    ("#db2777", "#f472b6"),
    ("#9333ea", "#c084fc"),
)
_VISIBLE = 1.3  # a button paler than this cannot be told from its card
_HOVER_SHIFT = 0.05
_TINT_LIGHT, _TINT_DARK = 0.11, 0.14


@dataclass(frozen=True, slots=True)
class Tone:
    """The tokens of one theme. `tint` is the soft surface of active navigation, avatars and chat bubbles."""

    primary: str
    hover: str
    edge: str
    on_primary: str
    mark: str
    on_mark: str
    tint: str
    text: str
    chart: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrandTokens:
    """The tokens of a brand in both themes."""

    seed: str
    light: Tone
    dark: Tone

    @property
    def css(self) -> str:
        """The stylesheet that sets the tokens."""
        pairs = {
            "primary": (self.light.primary, self.dark.primary),
            "primary-hover": (self.light.hover, self.dark.hover),
            "primary-edge": (self.light.edge, self.dark.edge),
            "primary-foreground": (self.light.on_primary, self.dark.on_primary),
            "brand-mark": (self.light.mark, self.dark.mark),
            "brand-mark-foreground": (self.light.on_mark, self.dark.on_mark),
            "brand-tint": (self.light.tint, self.dark.tint),
            "brand-text": (self.light.text, self.dark.text),
        }
        charts = zip(self.light.chart, self.dark.chart, strict=True)
        pairs |= {f"chart-{i}": pair for i, pair in enumerate(charts, 1)}
        tokens = ";".join(f"--{name}:light-dark({light},{dark})" for name, (light, dark) in pairs.items())
        return f":root{{--brand:{self.seed};{tokens}}}"

    @property
    def etag(self) -> str:
        """A short digest that changes with the stylesheet."""
        return hashlib.sha256(self.css.encode()).hexdigest()[:10]


@lru_cache(maxsize=2048)
def brand_tokens(seed: str) -> BrandTokens:
    """Return the tokens of a hex colour. Raises ValueError when it is none."""
    color = to_hex(parse_hex(seed))
    return BrandTokens(color, _tone(color, LIGHT_SURFACES, dark=False), _tone(color, DARK_SURFACES, dark=True))


def _tone(seed: str, surfaces: tuple[str, ...], *, dark: bool) -> Tone:
    card = surfaces[:2]
    mark, on_mark = _labelled(reach(seed, card, MARK_RATIO, darken=not dark))
    primary, on_primary = _labelled(seed) if worst(seed, card) >= _VISIBLE else (mark, on_mark)
    edge = primary if worst(primary, card) >= MARK_RATIO else mark
    tint = mix(primary, surfaces[1], _TINT_DARK if dark else _TINT_LIGHT)
    text = reach(seed, (*surfaces, tint), TEXT_RATIO, darken=not dark)
    chart = (mark, *_companions(mark, dark=dark))
    return Tone(primary, _hover(primary, on_primary), edge, on_primary, mark, on_mark, tint, text, chart)


def _labelled(color: str) -> tuple[str, str]:
    """A solid colour and its label; nudges the few mid-tones on which neither label can be read."""
    label = on_color(color)
    if contrast(label, color) < TEXT_RATIO:
        color = reach(color, (label,), TEXT_RATIO, darken=label == WHITE)
    return color, label


def _hover(color: str, label: str) -> str:
    """Hovering moves away from the label's colour, so its contrast can only grow."""
    lightness, chroma, hue = to_oklch(parse_hex(color))
    shift = -_HOVER_SHIFT if label == WHITE else _HOVER_SHIFT
    return oklch_hex(min(1.0, max(0.0, lightness + shift)), chroma, hue)


def _companions(mark: str, *, dark: bool) -> list[str]:
    """Greedy farthest-hue choice, so that neighbouring series are always easy to tell apart."""
    hues = {pair[dark]: to_oklch(parse_hex(pair[dark]))[2] for pair in MARKS}
    taken = [to_oklch(parse_hex(mark))[2]]
    chosen: list[str] = []
    while len(chosen) < 4:  # noqa: PLR2004 - five series are as many as a chart can show
        best = max((c for c in hues if c not in chosen), key=lambda c: min(_hue_gap(hues[c], t) for t in taken))
        taken.append(hues[best])
        chosen.append(best)
    return chosen


def _hue_gap(a: float, b: float) -> float:
    apart = abs(a - b) % 360
    return min(apart, 360 - apart)
