"""What a page sends on: the fields of its forms and the queries of its links that carry the id of a thing, or the name of a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from tests.house.routes import all_routes, label

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ID = re.compile(rf"{_UUID}|/brand/[0-9a-f]{{32}}\.png")
_PARTS = {"uuid": _UUID, "int": r"\d+", "str": r"[^/]+"}
_ROUTES = [
    (row.method, re.compile(re.sub(r"\{\w+:(\w+)\}", lambda kind: _PARTS[kind[1]], row.path)), label(row))
    for row in sorted(all_routes(), key=lambda row: row.path.count("{"))
]


def ids_sent(page: str, path: str) -> set[tuple[str, str]]:
    """Each route with the field by which a page at `path` names things to it; an id in a field's own name is cut."""
    reader = _Reader(path)
    reader.feed(page)
    return {(route, _ID.sub("", name)) for method, to, name in reader.sent for route in _matching(method, to)}


def _matching(method: str, path: str) -> Iterator[str]:
    yield from [one for how, pattern, one in _ROUTES if how == method and pattern.fullmatch(path)][:1]


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.form = ("GET", path)
        self.chosen = ""
        self.sent = set[tuple[str, str, str]]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "action", "hx-get", "formaction"):
            self._link(given.get(name, ""))
        if tag == "form":
            self.form = (given.get("method", "get").upper(), urlsplit(given.get("action") or self.path).path)
        if tag == "select":
            self.chosen = given.get("name", "")
        named = self.chosen if tag == "option" else given.get("name", "")
        if tag in {"input", "select", "button", "option"} and named and _ID.search(named + given.get("value", "")):
            self.sent.add((*self.form, named))

    def _link(self, address: str) -> None:
        parts = urlsplit(address)
        for name, value in parse_qsl(parts.query):
            if _ID.search(value):
                self.sent.add(("GET", parts.path or self.path, name))
