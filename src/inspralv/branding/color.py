"""Colour arithmetic: sRGB, OKLCH (Björn Ottosson's matrices) and the contrast of WCAG 2.2.

Colours are hex text such as "#7c3aed"; ratios are WCAG contrast ratios (1 to 21).
"""

from __future__ import annotations

import math
import re
from typing import TypeAlias

Rgb: TypeAlias = tuple[float, float, float]

WHITE = "#ffffff"
INK = "#0a0a0b"
TEXT_RATIO = 4.5  # WCAG 2.2, 1.4.3: text
MARK_RATIO = 3.0  # WCAG 2.2, 1.4.11: marks and edges of controls

_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_SHORT = 3
_TINY = 1e-4
_STEP = 0.01


def parse_hex(value: str) -> Rgb:
    """Return red, green and blue from 0 to 1. Raises ValueError unless it is "#rgb" or "#rrggbb"."""
    found = _HEX.fullmatch(value.strip())
    if not found:
        raise ValueError(f"not a hex colour: {value!r}")
    digits = found[1]
    if len(digits) == _SHORT:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255


def to_hex(rgb: Rgb) -> str:
    """Return the hex text of a colour, clipped to sRGB."""
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in rgb)


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours."""
    high, low = sorted((_luminance(parse_hex(a)), _luminance(parse_hex(b))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def worst(color: str, surfaces: tuple[str, ...]) -> float:
    """Return the lowest contrast ratio of a colour with several surfaces."""
    return min(contrast(color, surface) for surface in surfaces)


def to_oklch(rgb: Rgb) -> tuple[float, float, float]:
    """Return lightness (0–1), chroma and hue (degrees)."""
    red, green, blue = (_linear(part) for part in rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def oklch_hex(lightness: float, chroma: float, hue: float) -> str:
    """Return the hex text of an OKLCH colour; chroma shrinks until it is within sRGB."""
    rgb = _from_oklch(lightness, chroma, hue)
    if not _in_gamut(rgb):
        low, high = 0.0, chroma
        for _ in range(18):
            middle = (low + high) / 2
            low, high = (middle, high) if _in_gamut(_from_oklch(lightness, middle, hue)) else (low, middle)
        rgb = _from_oklch(lightness, low, hue)
    red, green, blue = (_gamma(min(1.0, max(0.0, part))) for part in rgb)
    return to_hex((red, green, blue))


def on_color(background: str) -> str:
    """Return the label's colour for a solid background: white when it can be read, else the better one."""
    white = contrast(WHITE, background)
    return WHITE if white >= TEXT_RATIO or white >= contrast(INK, background) else INK


def reach(color: str, surfaces: tuple[str, ...], ratio: float, *, darken: bool) -> str:
    """Move the lightness alone (hue and chroma stay where possible) until the contrast with every surface holds."""
    lightness, chroma, hue = to_oklch(parse_hex(color))
    step = -_STEP if darken else _STEP
    for _ in range(101):
        if worst(color, surfaces) >= ratio:
            break
        lightness = min(1.0, max(0.0, lightness + step))
        color = oklch_hex(lightness, chroma, hue)
    return color


def mix(a: str, b: str, share: float) -> str:
    """Lay a share (0–1) of a over b in sRGB, like color-mix(in srgb, a share, b)."""
    red, green, blue = (x * share + y * (1 - share) for x, y in zip(parse_hex(a), parse_hex(b), strict=True))
    return to_hex((red, green, blue))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - IEC 61966-2-1


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055  # noqa: PLR2004 - IEC 61966-2-1


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (_linear(part) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _from_oklch(lightness: float, chroma: float, hue: float) -> Rgb:
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _in_gamut(rgb: Rgb) -> bool:
    return all(-_TINY <= part <= 1 + _TINY for part in rgb)
