"""Every route of the API, asked with keys: what a key may is its person's rights, cut to its scopes."""

from __future__ import annotations

import asyncpg
import httpx
import pytest
from tests.api_keys.conftest import plant, robot
from tests.conftest import Site
from tests.house.routes import fill, is_write, label, of_kind, permission
from tests.world import ADAM, CLINIC, MIA, NOA, OLGA, VERA, WIM, Cast

from inspralv.assembly import RouteRow
from inspralv.foundation.db import statements
from inspralv.tenancy.permissions import PARTNER_PERMISSIONS, WORKSPACE_PERMISSIONS
from inspralv.tenancy.scopes import SCOPES, account_scope, scope_of

ROUTES = [row for row in of_kind("signed_in", "partner", "workspace") if row.path.startswith("/api/")]
OTHERS = [row for row in of_kind("signed_in", "partner", "workspace") if not row.path.startswith("/api/")]


def scope(row: RouteRow) -> str:
    return scope_of(permission(row)) if row.permission else account_scope(row.method)


async def call(client: httpx.AsyncClient, row: RouteRow) -> httpx.Response:
    headers = {"if-match": '"999999"'} if is_write(row) else {}  # of no version there is: nothing is deleted for real
    return await client.request(row.method, fill(row.path, workspace_slug="clinic"), headers=headers)


@pytest.mark.parametrize("row", ROUTES, ids=label)
async def test_a_key_opens_what_its_scope_says(site: Site, owner: asyncpg.Connection, row: RouteRow) -> None:
    """With the one scope: in. With every scope but that one: 403 that names it."""
    wanted = scope(row)
    opened = await call(robot(site, await plant(owner, OLGA, [wanted])), row)
    assert opened.status_code not in {401, 429, 500}, opened.text
    assert "lacks the scope" not in opened.text or wanted not in opened.text
    assert opened.headers["x-ratelimit-limit"] == "600"
    shut = await call(robot(site, await plant(owner, OLGA, [s for s in SCOPES if s != wanted])), row)
    assert shut.status_code == 403
    if row.access != "workspace" or permission(row) in WORKSPACE_PERMISSIONS["admin"]:  # what an owner is there
        assert "You need the permission" not in opened.text
        assert shut.json()["detail"] == f"This API key lacks the scope {wanted}."


@pytest.mark.parametrize("person", [VERA, MIA, WIM, ADAM, NOA], ids=lambda p: p.name)
@pytest.mark.parametrize("row", [row for row in ROUTES if row.permission], ids=label)
async def test_a_key_with_every_scope_is_no_more_than_its_person(
    site: Site, owner: asyncpg.Connection, row: RouteRow, person: Cast
) -> None:
    if row.path == "/api/w/{workspace_slug:str}" and row.method == "DELETE":
        return  # it would end the workspace of the tests to come
    answer = await call(robot(site, await plant(owner, person)), row)
    if row.access == "workspace":
        role = person.roles.get(CLINIC, "admin" if person is ADAM else None)
        allowed = role is not None and permission(row) in WORKSPACE_PERMISSIONS[role]  # type: ignore[index]
        if role is None:
            assert answer.status_code == 404
            return
    else:
        allowed = permission(row) in PARTNER_PERMISSIONS[person.partner_role]  # type: ignore[index]
    assert answer.status_code < 500, answer.text
    assert (answer.status_code == 403) == (not allowed), (answer.status_code, answer.text[:300])


@pytest.mark.parametrize("row", ROUTES, ids=label)
async def test_bad_keys(site: Site, owner: asyncpg.Connection, row: RouteRow) -> None:
    """Unknown, or of another brand: 401 that says how to ask. Besides a cookie: 400."""
    token = await plant(owner, OLGA)
    for client in (robot(site, "ik_nobody"), robot(site, token, "rival.localhost"), robot(site, "session-of-olga")):
        answer = await call(client, row)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    both = await call(site.as_(OLGA, headers={"authorization": f"Bearer {token}"}), row)
    assert (both.status_code, both.json()["detail"]) == (400, "Send either an API key or a session cookie, not both.")


async def test_pages_know_no_keys(site: Site, owner: asyncpg.Connection) -> None:
    client = robot(site, await plant(owner, OLGA))
    for row in OTHERS:
        answer = await call(client, row)
        assert answer.status_code == 303, label(row)
        assert answer.headers["location"].startswith("/login?redirect=")


async def test_the_console_takes_no_keys(site: Site, owner: asyncpg.Connection) -> None:
    client = robot(site, await plant(owner, OLGA), "localhost")
    for row in of_kind("staff"):
        if row.path.startswith("/api/"):
            assert (await call(client, row)).status_code == 401, label(row)


@pytest.mark.parametrize("row", [row for row in ROUTES if row.method == "GET"], ids=label)
async def test_round_trips(site: Site, owner: asyncpg.Connection, row: RouteRow) -> None:
    """A read costs what it costs with a session: who is asking, and what is asked for."""
    client = robot(site, await plant(owner, OLGA))
    await call(client, row)  # the caches of the host are warm
    sent: list[str] = []
    statements.observers.append(sent.append)
    try:
        await call(client, row)
    finally:
        statements.observers.remove(sent.append)
    counted = [s for s in sent if not s.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
    assert len(counted) <= 2, counted
