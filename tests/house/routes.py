"""The route table as test cases: every path with its placeholders filled."""

from __future__ import annotations

import re
from uuid import UUID

import httpx

from inspralv.assembly import RouteRow, list_routes
from inspralv.tenancy.permissions import P

_PLACE = re.compile(r"\{(\w+):(\w+)\}")
_NOBODYS = UUID("019b7700-ffff-7000-8000-00000000ffff")
_ANY = {"uuid": str(_NOBODYS), "int": "1"}
_SAFE = {"GET", "HEAD"}


def fill(path: str, **known: str) -> str:
    """Return a path with its placeholders filled: the named ones as given, ids with one that belongs to nobody."""
    return _PLACE.sub(lambda m: known.get(m[1]) or _ANY.get(m[2], "x"), path)


def all_routes() -> list[RouteRow]:
    """Every route but HEAD and OPTIONS twins."""
    return [row for row in list_routes() if row.method not in {"HEAD", "OPTIONS"}]


def of_kind(*kinds: str) -> list[RouteRow]:
    return [row for row in all_routes() if row.access in kinds]


def is_write(row: RouteRow) -> bool:
    return row.method not in _SAFE


def is_stream(row: RouteRow) -> bool:
    return row.path.endswith("/events")


def label(row: RouteRow) -> str:
    return f"{row.method} {row.path}"


def permission(row: RouteRow) -> P:
    assert row.permission is not None
    return P(row.permission)


async def ask(client: httpx.AsyncClient, row: RouteRow, **known: str) -> httpx.Response:
    """Ask for a route as a program or as a browser would, with nothing in its body."""
    headers = {"accept": "application/json"} if row.path.startswith("/api/") else {"accept": "text/html"}
    if is_write(row):
        headers["if-match"] = '"999999"'  # of no version there is: the workspace must survive its own deletion route
    return await client.request(row.method, fill(row.path, **known), headers=headers)
