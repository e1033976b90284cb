"""Rows become typed structs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec

T = TypeVar("T")

_BUILTIN = (UUID, datetime, date, bytes)


def to_struct(kind: type[T], record: asyncpg.Record) -> T:
    """Convert one row to a struct whose fields carry the columns' names. Raises msgspec.ValidationError."""
    return msgspec.convert(dict(record), kind, builtin_types=_BUILTIN)


def to_structs(kind: type[T], records: Sequence[asyncpg.Record]) -> list[T]:
    """Convert rows in one go, as `to_struct` does; columns that the struct does not have are left out."""
    return msgspec.convert([dict(record) for record in records], list[kind], builtin_types=_BUILTIN)  # type: ignore[valid-type]
