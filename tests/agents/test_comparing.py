"""Two contents side by side."""

from __future__ import annotations

from inspralv.agents.history.comparing import Piece, Row, compare, compare_texts
from inspralv.agents.history.fields import changed_fields, flat, text_of


def text(row: Row, side: str) -> str:
    return "".join(piece.text for piece in getattr(row, side) or ())


def test_lines_that_belong_together_share_a_row() -> None:
    rows = compare_texts("a\nThe quick fox\nz", "a\nThe slow fox\nnew\nz")
    assert [(text(row, "left"), text(row, "right"), row.differs) for row in rows] == [
        ("a", "a", False),
        ("The quick fox", "The slow fox", True),
        ("", "new", True),
        ("z", "z", False),
    ]
    assert rows[1].left == (Piece("The "), Piece("quick", "differs"), Piece(" fox"))
    assert rows[2].left is None


def test_nothing_is_lost_on_the_way() -> None:
    left = "\n".join(f"line {n} with words" for n in range(60))
    right = left.replace("line 30", "row 30").replace("line 59 with words", "")
    rows = compare_texts(left, right)
    assert sum(row.folded or (row.left is not None) for row in rows) == 60
    assert sum(row.folded or (row.right is not None) for row in rows) == len(right.splitlines())


def test_what_would_take_too_long_is_one_block() -> None:
    left, right = " ".join(f"a{n}" for n in range(4000)), " ".join(f"b{n}" for n in range(4000))
    (row,) = compare_texts(left, right)
    assert (text(row, "left"), text(row, "right")) == (left, right)


def test_fields_that_differ_come_first() -> None:
    before = flat({"name": "A", "description": None, "config": {"voice_settings": {"speed": 1.0}, "tools": []}})
    after = flat({"name": "A", "description": "D", "config": {"voice_settings": {"speed": 1.5}}})
    assert changed_fields(before, after) == ["description", "config.voice_settings.speed"]
    assert [(diff.label, diff.differs) for diff in compare(before, after)] == [
        ("Description", True),
        ("Voice speed", True),
        ("Name", False),
    ]


def test_values_read_like_text() -> None:
    assert text_of(1.0) == "1"
    assert text_of(True) == "Yes"
    assert text_of(["Bye", "Thanks"]) == "Bye\nThanks"
    assert text_of({"b": "2", "a": "1"}) == "a: 1\nb: 2"
    assert '"type": "end_call"' in text_of([{"type": "end_call"}])
