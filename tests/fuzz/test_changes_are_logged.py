"""Every operation of the API that changes something is sent once, rightly, by somebody who may, and the log has to say so:
who, what, the changed fields before and after, and from where. Pages do the same deeds: `tests/house` follows each of them
to the log."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from psycopg.rows import dict_row
from tests.accounts.door import PROXIED
from tests.fuzz import changes
from tests.fuzz.bodies import OPERATIONS
from tests.fuzz.ground import Ground
from tests.fuzz.logged import LOGGED
from tests.house.routes import all_routes, is_write, label
from tests.house.unlogged import UNLOGGED
from tests.world import OLGA, PASSWORD, WIM

from inspralv.assembly import RouteRow
from inspralv.foundation.outbound.certificates import certificates

ENVIRON = PROXIED
BROWSER = "walk/1.0 (of every change)"
SECRET = "kept-to-ourselves"
BODIES = {one.name: one.good for one in OPERATIONS} | changes.BODIES
WHO = {"signed_in": WIM.id, "workspace": WIM.id, "partner": OLGA.id}

Entry = dict[str, Any]


def _name(row: RouteRow) -> str:
    return row.handler.rpartition(".")[2]


WRITES = [row for row in all_routes() if is_write(row) and row.path.startswith("/api/") and label(row) not in UNLOGGED]
CHANGES = [row for row in WRITES if _name(row) not in changes.ELSEWHERE]


@pytest.mark.parametrize("row", CHANGES, ids=_name)
async def test_a_change_is_logged(ground: Ground, row: RouteRow) -> None:
    answer, entries = await asyncio.to_thread(_send, ground, row)
    assert answer.is_success, answer.text
    assert {_told(entry) for entry in entries} == {*LOGGED[_name(row)]}
    for entry in entries:
        _look_at(row, answer.request, entry)
    for field, value in _plain(BODIES.get(_name(row))).items():
        after = [entry["new_values"][field] for entry in entries if field in (entry["new_values"] or {})]
        assert not after or value in after, "what was asked for is what the log says"
    if row.method in {"PATCH", "PUT"}:
        assert any(entry["new_values"] for entry in entries), "it is not said what is new"


def test_nothing_is_listed_that_is_not_tried() -> None:
    assert LOGGED.keys() == {_name(row) for row in CHANGES}


@pytest.mark.parametrize("name", changes.ELSEWHERE)
def test_what_is_tried_elsewhere_is(name: str) -> None:
    """Each is an operation there is, and a test of its slice names the action."""
    assert name in {_name(row) for row in WRITES}
    files = [file for file in Path("tests").rglob("test_*.py") if file.parent.name != "fuzz"]
    action = re.compile(rf"\b{re.escape(changes.ELSEWHERE[name])}\b")
    assert any(action.search(file.read_text()) for file in files)


def _send(ground: Ground, row: RouteRow) -> tuple[httpx.Response, list[Entry]]:
    name = _name(row)
    known = ground.path(name, re.findall(r"\{(\w+):", row.path)) | changes.prepare(ground, name)
    headers = ground.headers(row.access, name) | {"User-Agent": BROWSER}
    if name in changes.ASKERS:
        headers["Cookie"] = f"session={changes.ASKERS[name].token}"
    path = re.sub(r"\{(\w+):\w+\}", lambda m: known[m[1]], row.path)
    query = {key[1:]: value for key, value in known.items() if key.startswith("?")}
    body = _right(BODIES.get(name), ground.known)
    with httpx.Client(base_url=f"http://127.0.0.1:{ground.site.port}", timeout=20, verify=certificates()) as client:
        answer = client.request(row.method, path, params=query, headers=headers, json=body)
    with ground.rows.cursor(row_factory=dict_row) as cursor:
        sql = "SELECT * FROM app.audit_log WHERE request_id = %s"
        return answer, cursor.execute(sql, [answer.headers["x-request-id"]]).fetchall()


def _told(entry: Entry) -> tuple[str, str, str]:
    """An entry as `LOGGED` lists it."""
    before, after = (" ".join(sorted(entry[name] or {})) for name in ("old_values", "new_values"))
    return entry["action"], before, after


def _look_at(row: RouteRow, request: httpx.Request, entry: Entry) -> None:
    """Who and from where are those of the request; only what changed is told, and nothing that is secret."""
    asker = changes.ASKERS.get(_name(row))
    if row.access == "staff":
        assert entry["actor_kind"] == "staff"
        assert entry["actor_id"]
    elif asker or row.access in WHO:
        expected = OLGA.id if _name(row) == "delete_workspace" else asker.id if asker else WHO[row.access]
        assert (entry["actor_kind"], entry["actor_id"]) == ("user", expected)
    assert entry["acting_as"] is None, "everybody here acts by a right of their own"
    assert (entry["ip"], entry["user_agent"]) == (request.headers["x-forwarded-for"], BROWSER)
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", entry["action"])
    assert entry["entity_type"]
    assert entry["entity_id"]
    old, new = entry["old_values"] or {}, entry["new_values"] or {}
    assert [field for field in old.keys() & new.keys() if old[field] == new[field]] == []
    told = f"{old} {new}"
    assert [secret for secret in (SECRET, *_secrets(BODIES.get(_name(row)))) if secret in told] == []


def _plain(body: Any) -> dict[str, Any]:
    """The fields of a body that are texts, numbers or marks and stand in the log as they were sent."""
    return {
        name: value
        for name, value in (body or {}).items()
        if isinstance(value, str | int | bool)
        and not re.search("password|secret|token", name)
        and "{" not in str(value)
    }


def _secrets(body: Any) -> Iterator[str]:
    """The passwords and tokens of a body."""
    yield PASSWORD
    for name, value in (body or {}).items():
        if isinstance(value, str) and len(value) > 3 and re.search("password|token|secret", name):
            yield value


def _right(body: Any, known: dict[str, str]) -> Any:
    """A body whose placeholders are filled, with the person's password and secrets that can be recognised."""
    if not isinstance(body, dict):
        return body
    filled = {}
    for name, value in body.items():
        filled[name] = _right(value, known)
        if isinstance(value, str) and re.fullmatch(r"\{\w+\}", value):
            filled[name] = known[value[1:-1]]
        elif value == "not-the-one":
            filled[name] = PASSWORD
        elif re.search("password|secret", name) and len(value) == 1:
            filled[name] = SECRET
    return filled
