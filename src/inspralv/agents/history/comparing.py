"""Two values side by side: lines that belong together share a row, and words that differ are marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

import msgspec

from inspralv.agents.history.fields import changed_fields, label_of, place_of, text_of

Mark = Literal["same", "differs"]

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_CONTEXT = 2
_MOST_WORK = 1_000_000
"""Pairs of lines or words that are compared; beyond it a whole block counts as changed, since matching is quadratic."""
_MOST_ROWS = 400


class Piece(msgspec.Struct, frozen=True):
    """Some words of a line."""

    text: str
    mark: Mark = "same"


class Row(msgspec.Struct, frozen=True):
    """One line on each side; None where that side has none. `folded` counts lines that are left out here."""

    left: tuple[Piece, ...] | None = None
    right: tuple[Piece, ...] | None = None
    folded: int = 0

    @property
    def differs(self) -> bool:
        return not self.folded and self.left != self.right


class FieldDiff(msgspec.Struct, frozen=True):
    """One field of two contents."""

    field: str
    label: str
    rows: tuple[Row, ...]
    differs: bool


def compare(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[FieldDiff]:
    """Return every field that either flat content has, those that differ first."""
    changed = set(changed_fields(left, right))
    names = sorted({**left, **right}, key=lambda name: (name not in changed, place_of(name)))
    return [_field(name, text_of(left.get(name)), text_of(right.get(name)), name in changed) for name in names]


def compare_texts(left: str, right: str) -> tuple[Row, ...]:
    """Return two texts row by row; long stretches without a difference are folded."""
    return tuple(_folded(_rows(left.splitlines(), right.splitlines())))


def _field(name: str, left: str, right: str, differs: bool) -> FieldDiff:
    return FieldDiff(name, label_of(name), compare_texts(left, right) if differs else (), differs)


def _rows(left: Sequence[str], right: Sequence[str]) -> list[Row]:
    rows: list[Row] = []
    for tag, a, b, c, d in _opcodes(left, right):
        if tag == "equal":
            rows += [Row((Piece(line),), (Piece(line),)) for line in left[a:b]]
        else:
            rows += _paired(left[a:b], right[c:d])
    return rows


def _paired(left: Sequence[str], right: Sequence[str]) -> list[Row]:
    rows = [Row(*_marked(old, new)) for old, new in zip(left, right, strict=False)]
    rows += [Row(left=(Piece(line, "differs"),)) for line in left[len(right) :]]
    rows += [Row(right=(Piece(line, "differs"),)) for line in right[len(left) :]]
    return rows


def _marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return two lines with the words marked that only one of them has."""
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    before: list[Piece] = []
    after: list[Piece] = []
    for tag, a, b, c, d in _opcodes(left, right):
        mark: Mark = "same" if tag == "equal" else "differs"
        before += [Piece("".join(left[a:b]), mark)] if b > a else []
        after += [Piece("".join(right[c:d]), mark)] if d > c else []
    return tuple(before), tuple(after)


def _opcodes(left: Sequence[str], right: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return how one sequence becomes the other. The equal beginning and end cost nothing."""
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(left), len(right)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    a, b, c, d = head, len(left) - tail, head, len(right) - tail
    codes = [("equal", 0, head, 0, head)] if head else []
    if (b - a) * (d - c) > _MOST_WORK:
        codes.append(("replace", a, b, c, d))
    else:
        found = SequenceMatcher(None, left[a:b], right[c:d], autojunk=False).get_opcodes()
        codes += [(tag, a + i, a + j, c + k, c + m) for tag, i, j, k, m in found]
    return [*codes, ("equal", b, len(left), d, len(right))] if tail else codes


def _folded(rows: list[Row]) -> list[Row]:
    """Keep what differs with a little of its surroundings, and of very much only the beginning."""
    near = {
        k for i, row in enumerate(rows) if row.differs for k in range(max(0, i - _CONTEXT), i + _CONTEXT + 1)
    }  # fmt: skip
    shown: list[Row] = []
    hidden = 0
    for i, row in enumerate(rows):
        if i in near and len(shown) < _MOST_ROWS:
            shown += [Row(folded=hidden)] if hidden else []
            shown.append(row)
            hidden = 0
        else:
            hidden += 1
    return [*shown, Row(folded=hidden)] if hidden else shown
