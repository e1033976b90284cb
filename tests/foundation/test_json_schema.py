"""Schemas that people write: what is refused and in which words, and what values fit."""

from __future__ import annotations

from typing import Any

import pytest

from inspralv.foundation.json_schema import MOST_BYTES, misfits, schema_fault

DAY: dict[str, Any] = {
    "type": "object",
    "properties": {"day": {"type": "string"}, "people": {"type": "integer", "minimum": 1}},
    "required": ["day"],
    "additionalProperties": False,
}


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({}, '"type" is "object"'),
        ({"type": "array"}, '"type" is "object"'),
        ({"type": "object", "properties": {"a": {"type": "text"}}}, "properties.a.type: "),
        ({"type": "object", "required": "a"}, "required: "),
        ({"type": "object", "properties": []}, "properties: "),
        ({"type": "object", "properties": {"a": {"minimum": "x"}}}, "minimum"),
        ({"type": "object", "properties": {"a": {"$ref": "https://evil.test/x"}}}, "must stay inside"),
        ({"type": "object", "$ref": "file:///etc/passwd"}, "must stay inside"),
        ({"type": "object", "$ref": "#"}, "back to itself"),
        ({"type": "object", "$ref": "#/$defs/none"}, "leads nowhere"),
        ({"type": "object", "description": "x" * MOST_BYTES}, "too long"),
        (nested(20), "too deep"),
    ],
)
def test_what_is_no_schema(schema: dict[str, Any], words: str) -> None:
    assert words in (schema_fault(schema) or "")


@pytest.mark.parametrize(
    "schema",
    [DAY, {"type": "object"}, nested(3), {"type": "object", "$defs": {"d": {"type": "string"}},
     "properties": {"a": {"$ref": "#/$defs/d"}}}],
)  # fmt: skip
def test_what_is_one(schema: dict[str, Any]) -> None:
    assert schema_fault(schema) is None


def test_values() -> None:
    assert misfits({"day": "Monday", "people": 2}, DAY) == []
    assert misfits({}, DAY) == ["'day' is a required property"]
    assert misfits({"day": 3}, DAY) == ["day: 3 is not of type 'string'"]
    assert "people" in misfits({"day": "x", "people": 0}, DAY)[0]
    assert "Additional properties" in misfits({"day": "x", "more": 1}, DAY)[0]
    assert len(misfits([], DAY)) == 1


def test_an_expression_that_never_ends_is_left_to_others() -> None:
    """Judging it here would keep the whole machine busy."""
    schema = {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}
    assert schema_fault(schema) is None
    assert misfits({"a": "a" * 40 + "!"}, schema) == []
