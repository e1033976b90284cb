"""Chart geometry: inside its box, through its points, whole numbers where only whole ones make sense."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from inspralv.foundation.web.charts import BOX, Series, area_chart, bars, donut, nice_ticks, sparkline

_COUNTS = st.lists(st.integers(0, 100_000), min_size=1, max_size=90)


def _ys(path: str) -> list[float]:
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d+", path)]
    return numbers[1::2]


@given(_COUNTS)
def test_a_line_never_leaves_its_box(values: list[int]) -> None:
    chart = area_chart("t", [str(i) for i in range(len(values))], [Series("s", tuple(map(float, values)))], summary="")
    assert all(-0.11 <= y <= BOX + 0.11 for y in _ys(chart.areas[0].line))
    assert len(chart.areas[0].values) == len(values)
    assert "nan" not in chart.areas[0].line


@given(st.floats(0.001, 1e9))
def test_ticks_are_few_and_reach_the_maximum(maximum: float) -> None:
    ticks = nice_ticks(maximum)
    assert ticks[0] == 0
    assert ticks[-1] >= maximum
    assert 2 <= len(ticks) <= 6


def test_counts_have_whole_ticks() -> None:
    chart = area_chart("t", ["a", "b"], [Series("s", (1.0, 2.0))], summary="")
    assert chart.ticks == ("2", "1", "0")


def test_no_data_is_an_empty_chart() -> None:
    chart = area_chart("t", [], [Series("s", ())], summary="")
    assert chart.areas == ()
    assert chart.ticks == ("1", "0")


def test_all_zero_lies_on_the_ground() -> None:
    chart = area_chart("t", ["a", "b"], [Series("s", (0.0, 0.0))], summary="")
    assert set(_ys(chart.areas[0].line)) == {BOX}


def test_the_newest_label_is_always_shown() -> None:
    chart = area_chart("t", [str(i) for i in range(30)], [], summary="", max_labels=8)
    shown = [label for label in chart.labels if label.shown]
    assert len(shown) <= 8
    assert chart.labels[-1].shown
    assert not chart.labels[-1].wide
    assert sum(label.wide for label in shown) == len(shown) // 2


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_arcs_fill_the_circle_in_order(values: list[int]) -> None:
    arcs = donut([(str(i), value, "chart-1") for i, value in enumerate(values)])
    total = sum(values)
    for arc, value in zip(arcs, values, strict=True):
        assert arc.length <= (value / total * 100 if total else 0) + 0.01
    assert [arc.offset for arc in arcs] == sorted((arc.offset for arc in arcs), reverse=True)


def test_a_single_part_is_a_closed_ring() -> None:
    assert donut([("all", 3, "chart-1"), ("none", 0, "chart-2")])[0].length == 100


def test_sparkline_needs_two_values() -> None:
    assert sparkline([]) == sparkline([5.0]) == ("", "")
    line, fill = sparkline([1.0, 2.0, 1.0])
    assert fill.startswith(line)


def test_the_longest_bar_is_full() -> None:
    assert [bar.percent for bar in bars([("a", 4, "4"), ("b", 1, "1")])] == [100, 25]
    assert bars([("a", 0, "0")])[0].percent == 0
    assert bars([]) == ()
