"""Long lists, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from litestar.params import QueryParameter

PageNumber = Annotated[int, QueryParameter(ge=1, le=1_000_000)]


class Pages(msgspec.Struct, frozen=True):
    """Where a list stands: the number of its page and how many there are, the numbers of the first and the last thing on it,
    and how many things there are. `href` is the address of any page, with "{page}" for its number."""

    page: int
    pages: int
    first: int
    last: int
    total: int
    href: str


def pages_of(path: str, chosen: Mapping[str, str], page: int, size: int, total: int) -> Pages:
    """Return where a list of `total` things stands, `size` on a page; `chosen` are the filters that its addresses keep."""
    first = (page - 1) * size + 1
    kept = urlencode({name: value for name, value in chosen.items() if value} | {"page": ""})
    return Pages(
        page, max(1, -(-total // size)), first, min(total, first + size - 1), total, f"{path}?{kept}{{page}}"
    )
