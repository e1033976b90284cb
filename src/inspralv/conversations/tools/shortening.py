"""What the log keeps of a tool's arguments: enough to see what was asked, never a whole document or picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

MOST_CHARACTERS: Final = 200
MOST_ENTRIES: Final = 20
_MOST_LEVELS = 4


def shortened(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments with long texts, long lists and deep parts cut, saying how much is missing."""
    return {_text(str(name)): _short(value, 1) for name, value in list(arguments.items())[:MOST_ENTRIES]}


def _short(value: Any, level: int) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        if level >= _MOST_LEVELS:
            return f"… {len(value)} fields"
        return {_text(str(name)): _short(one, level + 1) for name, one in list(value.items())[:MOST_ENTRIES]}
    if isinstance(value, list):
        if level >= _MOST_LEVELS:
            return f"… {len(value)} entries"
        kept = [_short(one, level + 1) for one in value[:MOST_ENTRIES]]
        return [*kept, f"… {len(value) - MOST_ENTRIES} more"] if len(value) > MOST_ENTRIES else kept
    return value


def _text(text: str) -> str:
    plain = text.replace("\0", "")
    return plain if len(plain) <= MOST_CHARACTERS else f"{plain[:MOST_CHARACTERS]}… {len(plain):,} characters in all"
