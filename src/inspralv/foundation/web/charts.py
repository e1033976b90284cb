"""Charts as data: pure functions from numbers to SVG geometry. No JavaScript is needed to draw.

Geometry lives in a 0..1000 x 0..1000 box that is stretched with preserveAspectRatio="none"; strokes keep their width
through vector-effect, and all text is HTML around the SVG, so it never distorts and follows the page's font and theme.
Colours are names of tokens: "chart-1" to "chart-5", "mark-warning", "success", "destructive", "muted".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from inspralv.foundation.web.formats import number

BOX = 1000.0
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_STEEPEST = 3.0  # Fritsch-Carlson: within this radius a cubic cannot overshoot
_GAP = 1.2  # percent of the circle between two arcs


@dataclass(frozen=True, slots=True)
class Series:
    """A named row of values, one for each label of the axis."""

    label: str
    values: tuple[float, ...]
    color: str = "chart-1"


@dataclass(frozen=True, slots=True)
class Area:
    """A series as it is drawn. `values` are the figures as text, for the table behind the chart."""

    label: str
    color: str
    line: str
    fill: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class XLabel:
    """A label of the axis. `shown` ones are evenly spread; `wide` ones drop out first when the chart is narrow."""

    text: str
    shown: bool
    wide: bool = False


@dataclass(frozen=True, slots=True)
class AreaChart:
    """Lines with a tinted area below, for values over time."""

    title: str
    summary: str
    areas: tuple[Area, ...]
    ticks: tuple[str, ...]
    gridlines: tuple[float, ...]
    labels: tuple[XLabel, ...]


@dataclass(frozen=True, slots=True)
class Arc:
    """A share of a donut. `length` and `offset` are for a circle with pathLength 100."""

    label: str
    value: int
    percent: int
    color: str
    length: float
    offset: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar; `percent` (0–100) is its length beside the longest."""

    label: str
    value: str
    percent: float
    color: str


def nice_ticks(maximum: float, count: int = 4, *, whole: bool = False) -> list[float]:
    """Return round values from 0 to at least the maximum; whole numbers only, if asked for."""
    if maximum <= 0:
        return [0.0, 1.0]
    raw = maximum / count
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next(m * magnitude for m in _STEPS if m * magnitude >= raw)
    if whole:
        step = float(math.ceil(step))
    return [i * step for i in range(math.ceil(maximum / step) + 1)]


def area_chart(
    title: str, labels: Sequence[str], series: Sequence[Series], *, summary: str, max_labels: int = 8
) -> AreaChart:
    """Lay out a chart. Every series has one value, not negative, for each label; without labels it is empty."""
    values = [value for one in series for value in one.values]
    ticks = nice_ticks(max(values, default=0), whole=all(value == int(value) for value in values))
    top = ticks[-1]
    count = len(labels)
    xs = [i * BOX / max(1, count - 1) for i in range(count)]
    return AreaChart(
        title=title,
        summary=summary,
        areas=tuple(_area(one, xs, top) for one in series) if count else (),
        ticks=tuple(number(tick) for tick in reversed(ticks)),
        gridlines=tuple(BOX - tick / top * BOX for tick in ticks),
        labels=_x_labels(labels, max_labels),
    )


def sparkline(values: Sequence[float]) -> tuple[str, str]:
    """Return line and fill of a small chart without axes; both empty for fewer than two values."""
    if len(values) < 2:  # noqa: PLR2004 - a line needs two ends
        return "", ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    xs = [i * BOX / (len(values) - 1) for i in range(len(values))]
    ys = [BOX - (value - low) / span * BOX * 0.84 - BOX * 0.08 for value in values]
    line = _monotone(xs, ys)
    return line, f"{line}V{BOX:.0f}H0Z"


def donut(parts: Sequence[tuple[str, int, str]]) -> tuple[Arc, ...]:
    """Return the arcs of (label, value, colour) parts; a part of nothing has no length."""
    total = sum(value for _, value, _ in parts) or 1
    arcs, start = [], 0.0
    gap = _GAP if sum(value > 0 for _, value, _ in parts) > 1 else 0.0
    for label, value, color in parts:
        length = value / total * 100
        arcs.append(Arc(label, value, round(length), color, round(max(0.0, length - gap), 2), round(-start, 2)))
        start += length
    return tuple(arcs)


def bars(rows: Sequence[tuple[str, float, str]], color: str = "chart-1") -> tuple[Bar, ...]:
    """Return horizontal bars for (label, value, value as text) rows."""
    longest = max((value for _, value, _ in rows), default=0) or 1
    return tuple(Bar(label, text, round(value / longest * 100, 2), color) for label, value, text in rows)


def _area(one: Series, xs: Sequence[float], top: float) -> Area:
    line = _monotone(xs, [BOX - value / top * BOX for value in one.values])
    return Area(one.label, one.color, line, f"{line}V{BOX:.0f}H0Z", tuple(number(value) for value in one.values))


def _x_labels(labels: Sequence[str], most: int) -> tuple[XLabel, ...]:
    count = len(labels)
    every = max(1, math.ceil(count / most))
    places = [(count - 1 - i) % every == 0 for i in range(count)]
    shown = [i for i in range(count) if places[i]]
    wide = {i for rank, i in enumerate(reversed(shown)) if rank % 2}
    return tuple(XLabel(text, places[i], i in wide) for i, text in enumerate(labels))


def _monotone(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Return a monotone cubic path (Fritsch-Carlson), which never overshoots the data."""
    if len(xs) == 1:
        return f"M0 {ys[0]:.1f}H{BOX:.0f}"
    slopes = _slopes(xs, ys)
    path = [f"M{xs[0]:.1f} {ys[0]:.1f}"]
    for i in range(len(xs) - 1):
        dx = (xs[i + 1] - xs[i]) / 3
        path.append(
            f"C{xs[i] + dx:.1f} {ys[i] + slopes[i] * dx:.1f} {xs[i + 1] - dx:.1f} "
            f"{ys[i + 1] - slopes[i + 1] * dx:.1f} {xs[i + 1]:.1f} {ys[i + 1]:.1f}"
        )
    return "".join(path)


def _slopes(xs: Sequence[float], ys: Sequence[float]) -> list[float]:
    """Return the slope at every point, held back so that no stretch between two points leaves their range."""
    last = len(xs) - 1
    d = [(ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) for i in range(last)]
    m = [d[0], *((d[i - 1] + d[i]) / 2 if d[i - 1] * d[i] > 0 else 0.0 for i in range(1, last)), d[-1]]
    for i in range(last):
        if d[i] == 0:
            m[i] = m[i + 1] = 0.0
            continue
        a, b = m[i] / d[i], m[i + 1] / d[i]
        steep = math.hypot(a, b)
        if steep > _STEEPEST:
            m[i], m[i + 1] = _STEEPEST * a / steep * d[i], _STEEPEST * b / steep * d[i]
    return m
