"""On a partner's host nobody reads the name of the platform's maker."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Site
from tests.house.routes import all_routes, fill, is_stream, is_write, label
from tests.world import CLINIC, OLGA, STAN, VERA, WIM

import inspralv
from inspralv.assembly import RouteRow

NAME = "inspralv"
GETS = [row for row in all_routes() if not is_write(row) and not is_stream(row)]


@pytest.mark.parametrize("row", GETS, ids=label)
async def test_no_answer_says_it(site: Site, row: RouteRow) -> None:
    path = fill(row.path, workspace_slug="clinic", workspace_id=str(CLINIC))
    clients = [site.at("acme.localhost"), *(site.as_(person) for person in (OLGA, WIM, VERA, STAN))]
    for client in clients:
        for accept in ("text/html", "application/json"):
            answer = await client.get(path, headers={"accept": accept})
            assert NAME not in answer.text.lower()
            assert NAME not in str(answer.headers).lower()


async def test_no_error_says_it(site: Site) -> None:
    client = site.at("acme.localhost")
    for method, path in (
        ("GET", "/nowhere"),
        ("POST", "/"),
        ("GET", "/api/nowhere"),
        ("POST", "/api/auth/signin"),
        ("GET", "/%00"),
    ):
        for accept in ("text/html", "application/json"):
            answer = await client.request(method, path, headers={"accept": accept})
            assert NAME not in (answer.text + str(answer.headers)).lower()


def test_no_built_file_says_it() -> None:
    dist = Path(inspralv.__file__).parent / "shell" / "static" / "dist"
    files = [path for path in dist.rglob("*") if path.is_file() and path.suffix in {".js", ".css", ".map", ".html"}]
    assert files
    assert [path.name for path in files if NAME in path.read_text().lower()] == []
