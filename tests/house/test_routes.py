"""The access law, walked over the route table: what each caller gets on every route there is."""

from __future__ import annotations

from typing import Any

import litestar
import pytest
from tests.conftest import Site
from tests.house.routes import all_routes, ask, fill, is_stream, is_write, label, of_kind, permission
from tests.world import ADAM, CLINIC, MIA, NOA, OLGA, STAN, VERA, WIM, Cast

from inspralv.assembly import RouteRow, build_app, list_routes
from inspralv.foundation.db import statements
from inspralv.foundation.slice import Slice
from inspralv.foundation.web.access import Access
from inspralv.foundation.web.routing import get, post
from inspralv.settings import Settings
from inspralv.tenancy.access import workspace
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import PARTNER_PERMISSIONS, WORKSPACE_PERMISSIONS, P

KINDS = {"public", "signed_in", "partner", "workspace", "staff", "signed_by_provider", "signed_link"}
ROUND_TRIPS = 2


def test_every_route_declares_its_access() -> None:
    rows = list_routes()
    assert rows
    assert {row.access for row in rows} <= KINDS
    assert all(row.why for row in rows if row.access == "public")
    assert all(row.permission for row in rows if row.access in {"partner", "workspace", "staff"})


def test_a_route_without_access_is_refused_at_import() -> None:
    with pytest.raises(TypeError, match="access"):
        get("/open")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="declares no access"):
        get("/open", access=None)  # type: ignore[arg-type]


def test_nothing_starts_that_no_access_admits(settings: Settings) -> None:
    """A handler of the framework's own kinds would be reached past every access."""

    @litestar.asgi("/past")
    async def past(scope: Any, receive: Any, send: Any) -> None: ...

    @litestar.get("/past")
    async def plain() -> None: ...

    for route in (past, plain):
        with pytest.raises(TypeError, match="declares no access"):
            build_app(settings, [Slice("past", [route])])


def test_a_read_permission_is_refused_on_an_unsafe_method() -> None:
    with pytest.raises(TypeError, match="only allows reading"):
        post("/api/w/{workspace_slug:str}/things", access=workspace(P.AGENTS_READ))


def test_a_handler_takes_its_context_first() -> None:
    async def handler(agent: str, ctx: WorkspaceContext) -> str:
        return agent

    access = Access("public", lambda _connection: None, why="test")  # type: ignore[arg-type,return-value]
    with pytest.raises(TypeError, match="first argument"):
        get("/odd", access=access)(handler)


@pytest.mark.parametrize("row", of_kind("signed_in", "partner", "workspace"), ids=label)
async def test_nobody(site: Site, row: RouteRow) -> None:
    """Without a session: 401 for the API, the sign-in page for people; the same with a session of another brand."""
    for client in (site.at("acme.localhost"), site.at("acme.localhost", headers={"cookie": f"session={STAN.token}"})):
        answer = await ask(client, row, workspace_slug="clinic")
        if row.path.startswith("/api/"):
            assert answer.status_code == 401, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
        else:
            assert answer.status_code == 303, answer.text
            assert answer.headers["location"].startswith("/login?redirect=")


@pytest.mark.parametrize("row", of_kind("workspace"), ids=label)
async def test_strangers(site: Site, row: RouteRow) -> None:
    """A workspace one does not belong to answers like one that does not exist."""
    mine = await ask(site.as_(NOA), row, workspace_slug="clinic")
    none = await ask(site.as_(NOA), row, workspace_slug="no-such-workspace")
    other = await ask(site.as_(MIA), row, workspace_slug="bakery")
    assert {mine.status_code, none.status_code, other.status_code} == {404}


@pytest.mark.parametrize("person", [MIA, VERA, WIM, ADAM, OLGA], ids=lambda p: p.name)
@pytest.mark.parametrize("row", of_kind("workspace"), ids=label)
async def test_workspace_roles(site: Site, row: RouteRow, person: Cast) -> None:
    """Every route × every role equals the permission table: 403 exactly where the right is missing."""
    if is_stream(row):
        return  # endless; its access is the same function, and journeys watch it close
    role = person.roles.get(CLINIC, "admin")
    allowed = permission(row) in WORKSPACE_PERMISSIONS[role]  # type: ignore[index]
    if allowed and permission(row) is P.WORKSPACE_DELETE:
        return  # it would end the workspace of the tests to come
    answer = await ask(site.as_(person), row, workspace_slug="clinic")
    assert answer.status_code < 500, answer.text
    assert (answer.status_code == 403) == (not allowed), (answer.status_code, answer.text[:300])


@pytest.mark.parametrize("person", [NOA, ADAM, OLGA], ids=lambda p: p.name)
@pytest.mark.parametrize("row", of_kind("partner"), ids=label)
async def test_partner_roles(site: Site, row: RouteRow, person: Cast) -> None:
    if is_stream(row):
        return  # endless; its access is the same function
    answer = await ask(site.as_(person), row)
    allowed = permission(row) in PARTNER_PERMISSIONS[person.partner_role]  # type: ignore[index]
    assert answer.status_code < 500, answer.text
    assert (answer.status_code == 403) == (not allowed), (answer.status_code, answer.text[:300])


@pytest.mark.parametrize("row", [r for r in all_routes() if r.method == "GET" and not is_stream(r)], ids=label)
async def test_round_trips(site: Site, row: RouteRow) -> None:
    """A read costs at most two statements besides BEGIN and COMMIT: who is asking, and what is asked for."""
    client = site.as_(OLGA)
    await ask(client, row, workspace_slug="clinic")  # caches of the host are warm, as on every request but the first
    sent: list[str] = []
    statements.observers.append(sent.append)
    try:
        await ask(client, row, workspace_slug="clinic")
    finally:
        statements.observers.remove(sent.append)
    counted = [s for s in sent if not s.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
    assert len(counted) <= ROUND_TRIPS, counted


_TAKES_BODIES = [
    r for r in all_routes() if is_write(r) and r.path.startswith("/api/") and r.path != "/api/auth/signout"
]


@pytest.mark.parametrize("row", _TAKES_BODIES, ids=label)
async def test_nonsense_bodies(site: Site, row: RouteRow) -> None:
    """Whatever is sent, the answer is a clear 4xx (or a success that needs no body), never a 500."""
    for body in (b"", b"{", b"[]", b'{"\\u0000": 1}', b"null", b'"' + b"x" * 2000 + b'"'):
        answer = await site.as_(WIM).request(
            row.method,
            fill(row.path, workspace_slug="bakery"),
            content=body,
            headers={"content-type": "application/json"},
        )
        assert answer.status_code < 500, (body[:20], answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://rival.localhost"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "http://acme.localhost.evil.example"},
        {"origin": "http://rival.localhost"},
    ],
    ids=str,
)
async def test_a_request_from_another_site_is_refused(site: Site, headers: dict[str, str]) -> None:
    """On every route that changes something."""
    client = site.as_(WIM)
    for row in filter(is_write, all_routes()):
        answer = await client.request(row.method, fill(row.path, workspace_slug="clinic"), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "CROSS_SITE"), label(row)


async def test_unknown_host_is_the_platform(site: Site) -> None:
    answer = await site.at("nobody.example").get("/api/partner")
    assert answer.status_code == 200
    assert answer.json()["data"]["partner"]["is_platform_partner"] is True


async def test_oversized_bodies_and_odd_addresses(site: Site) -> None:
    client = site.as_(WIM)
    big = await client.post(
        "/api/w/clinic/agents",
        content=b'{"name":"' + b"x" * 1_100_000 + b'"}',
        headers={"content-type": "application/json"},
    )
    assert big.status_code == 413
    assert (await client.get("/api/w/clinic%00/agents")).status_code == 400
    assert (await client.get("/api/w/clinic/agents?search=%00")).status_code == 400
