"""Envelopes of JSON answers."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Data(msgspec.Struct, Generic[T]):
    """Every success: `{"data": …}`."""

    data: T


class Page(msgspec.Struct, Generic[T], rename="camel", kw_only=True):
    """One page of a list. `nextCursor` continues after the last row where the list is long; null at the end."""

    data: list[T]
    total: int
    page: int
    page_size: int
    total_pages: int
    next_cursor: str | None = None


def page_of(rows: list[T], total: int, page: int, page_size: int, next_cursor: str | None = None) -> Page[T]:
    """Wrap the rows of page `page` (from 1)."""
    pages = -(-total // page_size) if total else 0
    return Page(data=rows, total=total, page=page, page_size=page_size, total_pages=pages, next_cursor=next_cursor)
