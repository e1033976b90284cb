"""Plain SQL with the tenant as named parameters.

Queries write `$partner`, `$workspace` and `$now` beside `$1`, `$2`, …; the context binds the names. So a statement
cannot be handed another tenant's id by mistake, and a statement that forgets the tenant is refused before it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

_NAME = re.compile(r"\$(partner|workspace|now)\b")
_NUMBER = re.compile(r"\$(\d+)")


class Statement(msgspec.Struct, frozen=True):
    """A statement as the driver takes it: `names` are bound after the `$n` of the caller."""

    text: str
    names: tuple[str, ...]


class Unfenced(Exception):  # noqa: N818 - says what happened
    """A statement on tenant rows does not name the partner."""


# Tests look at every statement that is sent; nothing else does.
observers: list[Callable[[str], None]] = []


@lru_cache(maxsize=4096)
def compile_statement(sql: str) -> Statement:
    """Number the named parameters. Statements are constants of the code, so each is compiled once."""
    highest = max((int(n) for n in _NUMBER.findall(sql)), default=0)
    names = tuple(dict.fromkeys(_NAME.findall(sql)))
    numbers = {name: highest + 1 + i for i, name in enumerate(names)}
    return Statement(_NAME.sub(lambda m: f"${numbers[m[1]]}", sql), names)


def require_partner(statement: Statement, sql: str) -> None:
    """Refuse a statement without `$partner`. Raises Unfenced."""
    if "partner" not in statement.names:
        raise Unfenced(f"name the partner in: {' '.join(sql.split())[:200]}")
