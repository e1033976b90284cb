"""A right withdrawn is gone on the very next request, of browsers and programs alike, and open streams end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import pytest
from tests.api_keys.conftest import plant, robot
from tests.conftest import Site
from tests.people.conftest import member_id, team_id
from tests.world import ADAM, CLINIC, MIA, OLGA, WIM, Cast

Take = Callable[[Site, asyncpg.Connection, str], Awaitable[httpx.Response]]


async def _out_of_the_workspace(site: Site, rows: asyncpg.Connection, _slug: str) -> httpx.Response:
    return await site.as_(WIM).delete(f"/api/w/clinic/members/{await member_id(rows, MIA, CLINIC)}")


async def _out_of_the_team(site: Site, rows: asyncpg.Connection, _slug: str) -> httpx.Response:
    return await site.as_(OLGA).delete(f"/api/partner/team/{await team_id(rows, MIA)}")


async def _no_admin_any_more(site: Site, rows: asyncpg.Connection, _slug: str) -> httpx.Response:
    return await site.as_(OLGA).patch(f"/api/partner/team/{await team_id(rows, ADAM)}", json={"role": "member"})


async def _workspace_deleted(site: Site, rows: asyncpg.Connection, slug: str) -> httpx.Response:
    assert rows
    read = await site.as_(OLGA).get(f"/api/w/{slug}/settings")
    return await site.as_(OLGA).delete(f"/api/w/{slug}/settings", headers={"if-match": read.headers["etag"]})


@pytest.mark.parametrize(
    ("person", "take"),
    [
        (MIA, _out_of_the_workspace),
        (MIA, _out_of_the_team),
        (ADAM, _no_admin_any_more),
        (ADAM, _workspace_deleted),
    ],
    ids=lambda it: getattr(it, "__name__", None) or it.name,
)
async def test_it_is_gone_at_once(site: Site, rows: asyncpg.Connection, person: Cast, take: Take) -> None:
    slug = "clinic"
    if take is _workspace_deleted:
        slug = (await site.as_(OLGA).post("/api/workspaces", json={"name": "Short-lived"})).json()["data"]["workspace"][
            "slug"
        ]
    browser, program = site.as_(person), robot(site, await plant(rows, person))
    page, api = f"/w/{slug}/agents", f"/api/w/{slug}/agents"
    asked = ((browser, page), (browser, api), (program, api))
    assert [(await client.get(path)).status_code for client, path in asked] == [200] * 3
    async with asyncio.timeout(10), browser.stream("GET", f"/w/{slug}/events") as stream:
        assert stream.status_code == 200
        lines = stream.aiter_lines()
        await anext(lines)
        assert (await take(site, rows, slug)).status_code == 200
        gone = [404, 404, 401 if take is _out_of_the_team else 404]  # with the membership its keys end
        assert [(await client.get(path)).status_code for client, path in asked] == gone
        async for _ in lines:
            pass
    assert (await browser.get(f"/w/{slug}/events")).status_code == 404


async def test_a_lower_role_is_lower_at_once(site: Site, rows: asyncpg.Connection) -> None:
    """From member to viewer: what is left can be read, and nothing more can be done, by page, program or stream."""
    browser, program = site.as_(MIA), robot(site, await plant(rows, MIA))
    new = {"name": "Late", "provider": "vapi"}
    path = f"/api/w/clinic/members/{await member_id(rows, MIA, CLINIC)}"
    assert (await browser.get("/w/clinic/agents/new")).status_code == 200
    assert (await site.as_(WIM).patch(path, json={"role": "viewer"})).status_code == 200
    assert (await browser.get("/w/clinic/agents/new")).status_code == 403
    for client in (browser, program):
        assert (await client.post("/api/w/clinic/agents", json=new)).status_code == 403
        assert (await client.get("/api/w/clinic/agents")).status_code == 200
