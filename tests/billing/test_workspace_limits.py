"""What one workspace may take of what the agency has: set by the agency and by the operator, never beyond."""

from __future__ import annotations

import json
from html import unescape
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.agents.form import fields_of
from tests.billing.conftest import Agree, allow
from tests.conftest import Site
from tests.world import ACME, ADAM, CLINIC, MIA, OLGA, PLATFORM, RIVAL_SHOP, STAN, WIM

LIMITS = f"/api/partner/workspaces/{CLINIC}/limits"
PAGE = f"/org/workspaces/{CLINIC}/limits"
CONSOLE = f"/api/super-admin/partners/{ACME}/workspaces/{CLINIC}/limits"
CONSOLE_PAGE = f"/super-admin/partners/{ACME}/workspaces/{CLINIC}/limits"


async def own(rows: asyncpg.Connection, workspace_id: UUID = CLINIC) -> dict[str, Any]:
    return dict(
        json.loads(await rows.fetchval("SELECT resource_limits FROM app.workspaces WHERE id = $1", workspace_id))
    )


async def logged(rows: asyncpg.Connection) -> list[asyncpg.Record]:
    return await rows.fetch("SELECT * FROM app.audit_log WHERE action = 'workspace.limits_changed' ORDER BY id")


@pytest.fixture(autouse=True)
async def afresh(rows: asyncpg.Connection) -> None:
    await allow(rows, CLINIC)
    await rows.execute("UPDATE app.ai_agents SET deleted_at = now()")


async def test_the_agency_sets_changes_and_takes_away(site: Site, rows: asyncpg.Connection, agree: Agree) -> None:
    await agree("pro")
    adam, mia = site.as_(ADAM), site.as_(MIA)
    before = len(await logged(rows))
    answer = await adam.patch(LIMITS, json={"max_agents": 1, "max_minutes_per_month": 0})
    assert answer.status_code == 200, answer.text
    told = {one["name"]: one for one in answer.json()["data"]["limits"]}
    assert told["max_agents"] == {"name": "max_agents", "used": 0, "own": 1, "otherwise": 25, "source": "plan"}
    assert (told["max_users"]["own"], told["max_users"]["otherwise"], told["max_users"]["used"]) == (None, 50, 3)
    assert await own(rows) == {"max_agents": 1, "max_minutes_per_month": 0}
    body = {"name": "One", "provider": "vapi"}
    assert (await mia.post("/api/w/clinic/agents", json=body)).status_code == 201
    assert "This workspace allows 1 agent" in (await mia.post("/api/w/clinic/agents", json=body)).json()["detail"]
    assert (await adam.patch(LIMITS, json={"max_agents": 2})).status_code == 200, "at once"
    assert (await mia.post("/api/w/clinic/agents", json=body)).status_code == 201
    again = await adam.patch(LIMITS, json={"max_agents": None, "max_minutes_per_month": None})
    assert again.status_code == 200
    assert await own(rows) == {}
    assert (await mia.post("/api/w/clinic/agents", json=body)).status_code == 201
    entries = [json.loads(e["new_values"]) for e in (await logged(rows))[before:]]
    assert entries == [
        {"max_agents": 1, "max_minutes_per_month": 0}, {"max_agents": 2},
        {"max_agents": None, "max_minutes_per_month": None},
    ]  # fmt: skip
    last = (await logged(rows))[-1]
    assert (last["actor_id"], last["workspace_id"], json.loads(last["old_values"])["max_agents"]) == (
        ADAM.id,
        CLINIC,
        2,
    )


async def test_a_change_of_nothing_is_none(site: Site, rows: asyncpg.Connection) -> None:
    before = len(await logged(rows))
    assert (await site.as_(OLGA).patch(LIMITS, json={})).status_code == 200
    assert (await site.as_(OLGA).patch(LIMITS, json={"max_users": None})).status_code == 200
    assert len(await logged(rows)) == before


async def test_never_beyond_what_the_agency_has(site: Site, rows: asyncpg.Connection, agree: Agree) -> None:
    await agree("starter", max_users_per_workspace=3)
    olga = site.as_(OLGA)
    wish = {"max_agents": 6, "max_users": 4, "max_minutes_per_month": 1000}
    refused = await olga.patch(LIMITS, json=wish)
    assert refused.status_code == 403, refused.text
    told = {error["pointer"]: error["message"] for error in refused.json()["errors"]}
    assert told.keys() == {"/max_agents", "/max_users"}
    assert "The plan of Acme Voice allows 5 at most (max_agents_per_workspace)" in told["/max_agents"]
    assert "What is agreed with Acme Voice allows 3 at most (max_users_per_workspace)" in told["/max_users"]
    assert await own(rows) == {}
    assert (await olga.patch(LIMITS, json={**wish, "max_agents": 5, "max_users": 3})).status_code == 200
    page = await olga.post(PAGE, data={"max_agents": "6", "max_users": "", "max_minutes_per_month": ""})
    assert page.status_code == 403
    assert "allows 5 at most (max_agents_per_workspace)" in unescape(page.text)
    assert 'aria-describedby="e-max_agents"' in page.text
    assert fields_of(page.text, "main")["max_agents"] == "6"


async def test_less_than_what_is_there_takes_nothing_away(site: Site, agree: Agree) -> None:
    await agree("pro")
    assert (await site.as_(OLGA).patch(LIMITS, json={"max_users": 1})).status_code == 200
    assert len((await site.as_(WIM).get("/api/w/clinic/members")).json()["data"]) == 3
    refused = await site.as_(WIM).post("/api/w/clinic/invitations", json={"email": "new@acme.test"})
    assert "This workspace allows 1 user" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"max_agents": 0}, "/max_agents"), ({"max_agents": 101}, "/max_agents"), ({"max_users": "3"}, "/max_users"),
        ({"max_minutes_per_month": -1}, "/max_minutes_per_month"), ({"max_users": True}, "/max_users"),
        ({"max_knowledge": 1}, "/max_knowledge"),
    ],
)  # fmt: skip
async def test_bad_figures(site: Site, rows: asyncpg.Connection, body: dict[str, Any], pointer: str) -> None:
    refused = await site.as_(OLGA).patch(LIMITS, json=body)
    assert refused.status_code == 400, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert await own(rows) == {}


async def test_who_may_and_who_may_not(site: Site) -> None:
    for person in (MIA, WIM):
        client = site.as_(person)
        assert (await client.patch(LIMITS, json={"max_agents": 1})).status_code == 403
        assert (await client.get(PAGE)).status_code == 403
        assert PAGE not in (await client.get("/w/clinic/settings")).text
    foreign = site.as_(STAN)
    assert (await foreign.patch(LIMITS, json={"max_agents": 1})).status_code == 404
    assert (await foreign.get(PAGE)).status_code == 404
    assert (await site.as_(OLGA).patch(f"/api/partner/workspaces/{RIVAL_SHOP}/limits", json={})).status_code == 404


async def test_the_form(site: Site, rows: asyncpg.Connection, agree: Agree) -> None:
    await agree("pro", max_minutes_per_month=-1)
    olga = site.as_(OLGA)
    assert PAGE in (await olga.get("/org/plan")).text
    assert PAGE in (await olga.get("/w/clinic/settings")).text
    page = unescape((await olga.get(PAGE)).text)
    assert "0 in use. Left empty: 25, as the plan says." in page
    assert "3 in use. Left empty: 50, as the plan says." in page
    assert "Left empty: unlimited, as agreed with the organisation." in page
    saved = await olga.post(PAGE, data={"max_agents": " 4 ", "max_users": "", "max_minutes_per_month": "60"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{PAGE}?saved=1")
    assert await own(rows) == {"max_agents": 4, "max_minutes_per_month": 60}
    assert 'value="60"' in (await olga.get(saved.headers["location"])).text
    bad = await olga.post(PAGE, data={"max_agents": "many", "max_users": "", "max_minutes_per_month": ""})
    assert (bad.status_code, "e-max_agents" in bad.text) == (400, True)
    assert (
        await olga.post(PAGE, data={"max_agents": "", "max_users": "", "max_minutes_per_month": ""})
    ).status_code == 303
    assert await own(rows) == {}


async def test_notices_of_the_limit_before_go_with_it(
    site: Site, rows: asyncpg.Connection, agree: Agree, work: Any
) -> None:
    await agree("pro")
    await site.as_(OLGA).patch(LIMITS, json={"max_users": 3})
    await work()
    stored = "SELECT limit_notices FROM app.partners WHERE id = $1"
    assert [(n["most"], n["level"]) for n in json.loads(await rows.fetchval(stored, ACME))] == [(3, 100)]
    await site.as_(OLGA).patch(LIMITS, json={"max_users": 30})
    await work()
    assert [n["level"] for n in json.loads(await rows.fetchval(stored, ACME))] == [0]


async def test_the_operator_over_the_api(
    site: Site,
    staff: httpx.AsyncClient,
    rows: asyncpg.Connection,
    agree: Agree,
) -> None:
    await agree("starter")
    before = len(await logged(rows))
    assert (await staff.get(CONSOLE)).json()["data"]["name"] == "Bright Clinic"
    answer = await staff.patch(CONSOLE, json={"max_agents": 2})
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["limits"][0]["own"] == 2
    assert await own(rows) == {"max_agents": 2}
    entries = (await logged(rows))[before:]
    assert {e["partner_id"] for e in entries} == {ACME, PLATFORM}
    assert {e["actor_kind"] for e in entries} == {"staff"}
    beyond = await staff.patch(CONSOLE, json={"max_agents": 6})
    assert beyond.status_code == 403
    assert [error["pointer"] for error in beyond.json()["errors"]] == ["/max_agents"]
    foreign = f"/api/super-admin/partners/{ACME}/workspaces/{RIVAL_SHOP}/limits"
    assert (await staff.patch(foreign, json={"max_agents": 1})).status_code == 404
    nowhere = f"/api/super-admin/partners/{CLINIC}/workspaces/{CLINIC}/limits"
    assert (await staff.get(nowhere)).status_code == 404
    assert (await site.at("localhost").patch(CONSOLE, json={"max_agents": 1})).status_code == 401


async def test_the_operator_over_the_console(
    staff: httpx.AsyncClient,
    rows: asyncpg.Connection,
    agree: Agree,
) -> None:
    await agree("starter")
    assert CONSOLE_PAGE in (await staff.get(f"/super-admin/partners/{ACME}")).text
    assert "Left empty: 5, as the plan says." in unescape((await staff.get(CONSOLE_PAGE)).text)
    saved = await staff.post(CONSOLE_PAGE, data={"max_agents": "2", "max_users": "", "max_minutes_per_month": ""})
    assert saved.status_code == 303
    assert await own(rows) == {"max_agents": 2}
    beyond = await staff.post(CONSOLE_PAGE, data={"max_agents": "6", "max_users": "", "max_minutes_per_month": ""})
    assert (beyond.status_code, "allows 5 at most" in beyond.text) == (403, True)
    bad = await staff.post(CONSOLE_PAGE, data={"max_agents": "x", "max_users": "", "max_minutes_per_month": ""})
    assert (bad.status_code, "e-max_agents" in bad.text) == (422, True)
    assert await own(rows) == {"max_agents": 2}
