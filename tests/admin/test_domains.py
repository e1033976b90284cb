"""A partner's domains in the console: added, looked at, made primary and let go, with the partner's own refusals."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.admin.conftest import OPERATOR_ID, logged
from tests.conftest import Sandbox, Site
from tests.domains.conftest import HOST, Names
from tests.world import ACME, OLGA, PLATFORM, RIVAL

API = f"/api/super-admin/partners/{ACME}/domains"
PAGES = f"/super-admin/partners/{ACME}/domains"
Work = Callable[[], Awaitable[None]]


@pytest.fixture
async def names(sandbox: Sandbox, rows: asyncpg.Connection) -> AsyncIterator[Names]:
    """The stand-in DNS server; afterwards there are the domains of the cast alone."""
    opened = Names()
    await opened.clear()
    yield opened
    await opened.clear()
    await opened.api.aclose()
    await rows.execute(
        "DELETE FROM app.partner_domains WHERE hostname NOT LIKE '%localhost';"
        "UPDATE app.partner_domains SET is_primary = true; NOTIFY cache, 'partners'"
    )


async def _added(staff: httpx.AsyncClient) -> dict[str, Any]:
    answer = await staff.post(API, json={"hostname": HOST})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def _logs(rows: asyncpg.Connection, action: str) -> set[tuple[UUID, UUID]]:
    """In whose logs an action stands, and who did it."""
    return {(e["partner_id"], e["actor_id"]) for e in await logged(rows, action) if HOST in str(dict(e))}


async def test_from_the_first_name_to_the_last(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection, names: Names, work: Work
) -> None:
    page = (await staff.get(f"/super-admin/partners/{ACME}")).text
    assert f'action="{PAGES}"' in page
    assert f'href="{PAGES}/acme.localhost"' in page
    sent = await staff.post(PAGES, data={"hostname": f" {HOST.upper()}. "})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGES}/{HOST}?done=added")
    page = (await staff.get(sent.headers["location"])).text
    token = await rows.fetchval("SELECT verification_token FROM app.partner_domains WHERE hostname = $1", HOST)
    assert {"Domain added", token, f"_domain-check.{HOST}", "Waiting for DNS"} <= set(re.findall(r"[^<>\"]+", page))
    assert "Make primary" not in page
    listed = (await site.as_(OLGA).get("/api/partner/domains")).json()["data"]
    assert HOST in [one["hostname"] for one in listed], "it is the partner's own"

    refused = await staff.post(f"{PAGES}/{HOST}/primary")
    assert (refused.status_code, "Only a domain that is proved" in refused.text) == (400, True)
    await names.prove(HOST, token)
    sent = await staff.post(f"{PAGES}/{HOST}/check")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PAGES}/{HOST}?done=looking")
    await work()
    page = (await staff.get(f"{PAGES}/{HOST}")).text
    assert f'action="{PAGES}/{HOST}/primary"' in page
    assert "/org/domains" not in page
    for _ in range(2):  # the second time nothing changes
        assert (await staff.post(f"{PAGES}/{HOST}/primary")).status_code == 303
    assert await rows.fetchval("SELECT is_primary FROM app.partner_domains WHERE hostname = $1", HOST)
    assert "Make another one primary first" in (await staff.get(f"{PAGES}/{HOST}/removal")).text
    refused = await staff.post(f"{PAGES}/{HOST}/removal")
    assert (refused.status_code, "This is the primary domain." in refused.text) == (400, True)

    assert (await staff.post(f"{PAGES}/acme.localhost/primary")).status_code == 303
    asked = await staff.get(f"{PAGES}/{HOST}/removal")
    assert f'method="post" action="{PAGES}/{HOST}/removal"' in asked.text
    assert await rows.fetchval("SELECT count(*) FROM app.partner_domains WHERE hostname = $1", HOST) == 1
    sent = await staff.post(f"{PAGES}/{HOST}/removal")
    assert (sent.status_code, sent.headers["location"]) == (303, f"/super-admin/partners/{ACME}?done=domain-removed")
    assert await rows.fetchval("SELECT count(*) FROM app.partner_domains WHERE hostname = $1", HOST) == 0
    both = {(ACME, OPERATOR_ID), (PLATFORM, OPERATOR_ID)}
    for action in ("domain.added", "domain.made_primary", "domain.removed"):
        assert await _logs(rows, action) == both, action
    made = [e for e in await logged(rows, "domain.made_primary") if HOST in e["new_values"]]
    assert len(made) == len(both)


async def test_the_same_over_the_api(
    staff: httpx.AsyncClient, rows: asyncpg.Connection, names: Names, work: Work
) -> None:
    added = await _added(staff)
    assert (added["state"], [one["type"] for one in added["records"]]) == ("waiting", ["CNAME", "TXT"])
    assert (await staff.put(f"{API}/{HOST}/primary")).status_code == 400
    await names.prove(HOST, added["records"][1]["value"])
    assert (await staff.post(f"{API}/{HOST}/check")).status_code == 202
    await work()
    assert (await staff.put(f"{API}/{HOST}/primary")).json()["data"]["is_primary"] is True
    listed = (await staff.get(API)).json()["data"]
    assert [(one["hostname"], one["is_primary"]) for one in listed] == [(HOST, True), ("acme.localhost", False)]
    first, second = ({"domainId": one["id"]} for one in listed)
    assert (await staff.delete(API, params=first)).status_code == 400, "it is the primary one"
    assert (await staff.put(f"{API}/acme.localhost/primary")).status_code == 200
    assert (await staff.delete(API, params=first)).json() == {"data": {"success": True}}
    assert (await staff.delete(API, params=first)).status_code == 404
    elsewhere = f"/api/super-admin/partners/{RIVAL}/domains"
    assert (await staff.delete(elsewhere, params=second)).status_code == 404, "another partner's"
    assert (await staff.delete(API)).status_code == 400


@pytest.mark.parametrize(
    ("typed", "status"),
    [("", 400), ("rival.localhost", 400), ("192.0.2.1", 400), ("co.uk", 400), ("taken.example", 409), ("x" * 301, 400)],
)  # fmt: skip
async def test_the_refusals_are_the_partners(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection, names: Names, typed: str, status: int
) -> None:
    await rows.execute(
        "INSERT INTO app.partner_domains (hostname, partner_id, verification_token, verified_at, created_at)"
        " VALUES ('taken.example', $1, 't', now(), now()) ON CONFLICT DO NOTHING",
        RIVAL,
    )
    mine = await staff.post(API, json={"hostname": typed})
    theirs = await site.as_(OLGA).post("/api/partner/domains", json={"hostname": typed})
    assert (mine.status_code, theirs.status_code) == (status, status)
    if status == 409:  # the partner is told as well how to show that the name is theirs
        assert "TXT record" in theirs.json()["detail"]
    else:
        assert mine.json()["errors"] == theirs.json()["errors"]
    assert [error["pointer"] for error in mine.json()["errors"]] == ["/hostname"]
    page = await staff.post(PAGES, data={"hostname": typed})
    assert page.status_code in {status, 422}
    assert 'aria-invalid="true"' in page.text


async def test_what_a_plan_does_not_hold_is_refused_here_too(
    staff: httpx.AsyncClient, rows: asyncpg.Connection, names: Names
) -> None:
    await staff.patch(f"/api/super-admin/partners/{ACME}", json={"features": {"custom_domain": False}})
    for _ in range(100):
        answer = await staff.post(API, json={"hostname": HOST})
        if answer.status_code == 403:
            break
        await rows.execute("DELETE FROM app.partner_domains WHERE hostname = $1", HOST)
    assert "custom_domain" in answer.json()["detail"]
    page = await staff.post(PAGES, data={"hostname": HOST})
    assert (page.status_code, "has no domains of your own" in page.text) == (403, True)
    await staff.patch(f"/api/super-admin/partners/{ACME}", json={"features": {}})


async def test_nothing_is_done_for_nobody(staff: httpx.AsyncClient, site: Site, names: Names) -> None:
    nobody = "/api/super-admin/partners/019b7700-ffff-7000-8000-00000000ffff/domains"
    assert (await staff.post(nobody, json={"hostname": HOST})).status_code == 404
    assert (await staff.post(f"{API}/none.example/check")).status_code == 404
    assert (await staff.get(f"{PAGES}/none.example")).status_code == 404
    early = await staff.post(API, json={"hostname": HOST, "is_primary": True})
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (400, "/is_primary")
    assert (await staff.post(f"{API}/acme.localhost/check")).status_code == 400, "the platform's own needs no records"
    await staff.delete(f"/api/super-admin/partners/{RIVAL}")
    gone = f"/api/super-admin/partners/{RIVAL}/domains"
    assert (await staff.post(gone, json={"hostname": HOST})).status_code == 409
    assert (await staff.put(f"{gone}/rival.localhost/primary")).status_code == 409
    await staff.post(f"/api/super-admin/partners/{RIVAL}/restore")
