"""Partners and workspaces over HTTP: who sees and creates what, and what input is refused."""

from __future__ import annotations

import asyncio
import json
import re
from uuid import UUID

import asyncpg
import pytest
from tests.conftest import Site
from tests.world import ACME, ADAM, MIA, NOA, OLGA, RIVAL, STAN, VERA, WIM, Cast

from inspralv.foundation.db.dsn import Dsns


async def _set_limits(dsns: Dsns, site: Site, limits: dict[str, int]) -> None:
    connection = await asyncpg.connect(dsns.owner)
    await connection.execute("UPDATE app.partners SET resource_limits = $1 WHERE id = $2", json.dumps(limits), ACME)
    await connection.execute("SELECT pg_notify('cache', 'partners')")
    await connection.close()
    for _ in range(200):  # the announcement travels to the server's listener
        refused = await site.as_(OLGA).post("/api/workspaces", json={"name": "Probe"})
        if (refused.status_code == 403) == (limits["max_workspaces"] >= 0):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the limit never arrived")


async def test_partner_of_the_host(site: Site) -> None:
    told = (await site.at("acme.localhost").get("/api/partner")).json()["data"]
    assert told["hostname"] == "acme.localhost"
    assert told["partner"] == {
        "id": str(ACME),
        "name": "Acme Voice",
        "slug": "acme",
        "branding": {
            "company_name": "", "primary_color": "#7c3aed", "secondary_color": "#64748b", "logo_url": None,
            "favicon_url": None, "support_email": None,
            "footer_text": None, "privacy_url": None, "terms_url": None, "help_url": None, "language": None,
        },
        "plan_tier": "enterprise",
        "is_platform_partner": False,
    }  # fmt: skip
    assert (await site.at("rival.localhost").get("/api/partner")).json()["data"]["partner"]["id"] == str(RIVAL)
    assert (await site.at("nobody.example").get("/api/partner")).json()["data"]["partner"]["is_platform_partner"]


async def test_workspaces_are_those_one_may_enter(site: Site) -> None:
    async def seen(who: Cast) -> tuple[dict[str, tuple[str, bool]], bool]:
        data = (await site.as_(who).get("/api/workspaces")).json()["data"]
        return {w["slug"]: (w["role"], w["is_partner_admin_access"]) for w in data["workspaces"]}, data[
            "canCreateWorkspace"
        ]

    assert await seen(MIA) == ({"clinic": ("member", False)}, False)
    assert await seen(WIM) == ({"clinic": ("owner", False), "bakery": ("admin", False)}, False)
    assert await seen(NOA) == ({}, False)
    assert await seen(ADAM) == ({"clinic": ("admin", True), "bakery": ("admin", True)}, True)
    assert await seen(STAN) == ({"clinic": ("owner", False)}, True)
    assert (await site.at("acme.localhost").get("/api/workspaces")).status_code == 401


async def test_creator_owns_the_workspace(site: Site, dsns: Dsns) -> None:
    body = {"name": "  North Dental ", "description": " Two branches ", "resource_limits": {"max_agents": 3}}
    answer = await site.as_(ADAM).post("/api/workspaces", json=body)
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    workspace = data["workspace"]
    assert (workspace["name"], workspace["slug"], workspace["description"]) == (
        "North Dental",
        "north-dental",
        "Two branches",
    )
    assert workspace["resource_limits"] == {"max_agents": 3}
    assert (workspace["version"], workspace["timezone"]) == (1, "UTC")
    assert data["redirect"] == "/w/north-dental/dashboard"
    [owner] = (await site.as_(ADAM).get("/api/w/north-dental/members")).json()["data"]
    assert (owner["user_id"], owner["role"]) == (str(ADAM.id), "owner")
    connection = await asyncpg.connect(dsns.owner)
    rows = await connection.fetch(
        "SELECT action, actor_id, actor_kind FROM app.audit_log WHERE partner_id = $1 AND workspace_id = $2",
        ACME, UUID(workspace["id"]),
    )  # fmt: skip
    await connection.close()
    assert {(r["action"], r["actor_id"], r["actor_kind"]) for r in rows} == {
        ("workspace.created", ADAM.id, "user"),
        ("member.joined", ADAM.id, "user"),
    }


async def test_a_taken_slug_gets_four_more_characters(site: Site) -> None:
    client = site.as_(OLGA)
    first, second = [
        (await client.post("/api/workspaces", json={"name": "Bright Clinic", "slug": "bright"})).json() for _ in "12"
    ]
    assert first["data"]["workspace"]["slug"] == "bright"
    assert re.fullmatch("bright-[0-9a-z]{4}", second["data"]["workspace"]["slug"])
    derived = (await client.post("/api/workspaces", json={"name": "Clinic"})).json()["data"]["workspace"]["slug"]
    assert re.fullmatch("clinic-[0-9a-z]{4}", derived)
    same = (await site.as_(STAN).post("/api/workspaces", json={"name": "Bright"})).json()["data"]["workspace"]["slug"]
    assert same == "bright", "another partner's address is no concern of this one"


async def test_equal_names_at_once_end_in_different_slugs(site: Site) -> None:
    answers = await asyncio.gather(*(site.as_(OLGA).post("/api/workspaces", json={"name": "Twins"}) for _ in range(4)))
    slugs = [a.json()["data"]["workspace"]["slug"] for a in answers]
    assert len(set(slugs)) == 4
    assert "twins" in slugs


@pytest.mark.parametrize("name", ["株式会社", "!!!", "É"])
async def test_any_name_has_an_address(site: Site, name: str) -> None:
    slug = (await site.as_(STAN).post("/api/workspaces", json={"name": name})).json()["data"]["workspace"]["slug"]
    assert re.fullmatch("[a-z0-9-]+", slug)


@pytest.mark.parametrize("who", [MIA, VERA, WIM, NOA])
async def test_members_create_nothing(site: Site, who: Cast) -> None:
    refused = await site.as_(who).post("/api/workspaces", json={"name": "Mine"})
    assert refused.status_code == 403
    assert "partner.workspaces.create" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/name"}),
        ({"name": ""}, {"/name"}),
        ({"name": "   "}, {"/name"}),
        ({"name": "x" * 10_000}, {"/name"}),
        ({"name": "a\x00b"}, {"/name"}),
        ({"name": 7, "slug": "No Good"}, {"/name", "/slug"}),
        ({"name": "ok", "slug": ""}, {"/slug"}),
        ({"name": "ok", "description": "d" * 1001, "extra": 1}, {"/description", "/extra"}),
        ({"name": "ok", "resource_limits": {"max_agents": 0, "max_users": 101, "x": 1}},
         {"/resource_limits/max_agents", "/resource_limits/max_users", "/resource_limits/x"}),
    ],
)  # fmt: skip
async def test_every_bad_field_is_named(site: Site, body: dict[str, object], pointers: set[str]) -> None:
    refused = await site.as_(OLGA).post("/api/workspaces", json=body)
    assert refused.status_code == 400
    assert {e["pointer"] for e in refused.json()["errors"]} == pointers


async def test_the_plan_limits_workspaces(site: Site, dsns: Dsns) -> None:
    await _set_limits(dsns, site, {"max_workspaces": 2})
    refused = await site.as_(OLGA).post("/api/workspaces", json={"name": "One too many"})
    assert refused.status_code == 403
    assert "max_workspaces" in refused.json()["detail"]
    await _set_limits(dsns, site, {"max_workspaces": -1})
    assert (await site.as_(OLGA).post("/api/workspaces", json={"name": "Unlimited"})).status_code == 200


async def test_the_limit_holds_for_requests_at_once(site: Site, dsns: Dsns) -> None:
    connection = await asyncpg.connect(dsns.owner)
    count = await connection.fetchval(
        "SELECT count(*) FROM app.workspaces WHERE partner_id = $1 AND deleted_at IS NULL", ACME
    )
    await _set_limits(dsns, site, {"max_workspaces": 1})
    await connection.execute(
        "UPDATE app.partners SET resource_limits = $1 WHERE id = $2", json.dumps({"max_workspaces": count + 2}), ACME
    )
    await connection.execute("SELECT pg_notify('cache', 'partners')")
    for _ in range(200):
        if (await site.as_(OLGA).post("/api/workspaces", json={"name": "First"})).status_code == 200:
            break
        await asyncio.sleep(0.02)
    answers = await asyncio.gather(
        *(site.as_(OLGA).post("/api/workspaces", json={"name": f"Rush {i}"}) for i in range(5))
    )
    assert sorted(a.status_code for a in answers) == [200, 403, 403, 403, 403]
    await connection.close()
