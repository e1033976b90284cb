"""Partners in the console: making, changing, suspending, deleting, restoring."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.admin.conftest import OPERATOR_ID, logged
from tests.admin.failed_mail import add_failed_mail
from tests.api_keys.conftest import plant, robot
from tests.conftest import Site
from tests.world import ACME, CLINIC, MIA, OLGA, PASSWORD, PLATFORM, STAN

from inspralv.conversations.recording_links import recording_link
from inspralv.foundation.ids import uuid7
from inspralv.foundation.services import Services

Work = Callable[[], Awaitable[None]]
ALL = "/api/super-admin/partners"


def wish(**changes: Any) -> dict[str, Any]:
    return {"name": "Northwind Voice", "slug": "northwind", "admin_email": "Nadia@Northwind.test",
            "admin_first_name": "Nadia", "admin_last_name": "North", "first_workspace_name": "Front desk", **changes}  # fmt: skip


async def _soon(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the other processes' caches have heard of a change."""
    for _ in range(100):
        if await check():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came about")


async def test_a_partner_is_made_whole(site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection) -> None:
    answer = await staff.post(
        ALL, json=wish(plan_tier="pro", features={"sso": True}, resource_limits={"max_workspaces": 3})
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()["data"]
    partner = made["partner"]
    assert (partner["name"], partner["slug"], partner["plan_tier"]) == ("Northwind Voice", "northwind", "pro")
    assert (partner["features"], partner["resource_limits"]) == ({"sso": True}, {"max_workspaces": 3})
    assert [d["hostname"] for d in partner["domains"]] == ["northwind.localhost"]
    assert partner["owners"] == ["nadia@northwind.test"]
    assert [(w["slug"], w["name"], w["member_count"]) for w in partner["workspaces"]] == [
        ("front-desk", "Front desk", 1)
    ]
    assert partner["branding"]["company_name"] == "Northwind Voice"
    assert made["login_url"].endswith("/login")
    assert (await site.at("northwind.localhost").get("/api/partner")).json()["data"]["partner"][
        "name"
    ] == "Northwind Voice"
    entries = {entry["partner_id"]: entry for entry in await logged(rows, "partner.created")}
    assert entries[PLATFORM]["actor_id"] == OPERATOR_ID
    assert [e["partner_id"] for e in await logged(rows, "partner.updated")] == [UUID(partner["id"])]
    own = await rows.fetch("SELECT * FROM app.audit_log WHERE partner_id = $1 ORDER BY id", UUID(partner["id"]))
    assert [e["action"] for e in own] == [
        "partner.created", "user.invited", "member.joined", "workspace.created", "member.joined", "partner.updated",
    ]  # fmt: skip
    assert json.loads(own[1]["new_values"]) == {"email": "nadia@northwind.test", "role": "owner"}
    assert {(e["actor_kind"], e["actor_id"]) for e in own} == {("staff", OPERATOR_ID)}
    there = {e["entity_id"] for e in own} - {partner["id"]}
    owner = await rows.fetchval("SELECT id FROM app.users WHERE email = 'nadia@northwind.test'")
    made = await rows.fetch("SELECT id FROM app.workspaces WHERE partner_id = $1", UUID(partner["id"]))
    assert {str(owner), *(str(row["id"]) for row in made)} <= there


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"slug": "acme"}, "/slug"), ({"slug": "admin"}, "/slug"), ({"slug": "No Spaces"}, "/slug"),
        ({"hostname": "acme.localhost"}, "/hostname"), ({"hostname": "voice.example.com:80"}, "/hostname"),
        ({"hostname": "co.uk"}, "/hostname"), ({"hostname": "domains.localhost"}, "/hostname"), ({"hostname": "10.0.0.1"}, "/hostname"),
        ({"is_platform_partner": True}, "/is_platform_partner"),
        ({"admin_email": "nobody"}, "/admin_email"), ({"plan_tier": "gold"}, "/plan_tier"), ({"name": ""}, "/name"),
        ({"resource_limits": {"max_workspaces": -2}}, "/resource_limits/max_workspaces"), ({"features": {"x": True}}, "/features/x"),
    ],
)  # fmt: skip
async def test_a_faulty_wish_makes_nothing(
    staff: httpx.AsyncClient, rows: asyncpg.Connection, changes: dict[str, Any], pointer: str
) -> None:
    before = await rows.fetchval("SELECT count(*) FROM app.partners")
    answer = await staff.post(ALL, json=wish(**{"slug": "fresh", **changes}))
    assert answer.status_code in {400, 409}, answer.text
    assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]
    assert await rows.fetchval("SELECT count(*) FROM app.partners") == before


async def test_an_own_domain_is_kept_as_it_is_compared(staff: httpx.AsyncClient) -> None:
    answer = await staff.post(ALL, json=wish(slug="eastwind", hostname=" Stimme.MÜLLER.example. "))
    assert answer.status_code == 201, answer.text
    domains = {d["hostname"]: d["verified_at"] for d in answer.json()["data"]["partner"]["domains"]}
    assert domains.keys() == {"eastwind.localhost", "stimme.xn--mller-kva.example"}
    assert domains["stimme.xn--mller-kva.example"] is None


async def test_names_that_somebody_has_applied_for_are_taken(site: Site, staff: httpx.AsyncClient) -> None:
    application = {
        "company_name": "Westwind", "contact_name": "Wanda West", "contact_email": "wanda@westwind.test",
        "business_description": "We answer calls for dentists.", "use_case": "Booking and moving appointments.",
        "desired_subdomain": "westwind", "custom_domain": "voice.westwind.test",
    }  # fmt: skip
    received = await site.at("localhost").post("/api/partner-requests", json=application)
    assert received.status_code == 201, received.text
    answer = await staff.post(ALL, json=wish(slug="westwind", hostname="voice.westwind.test"))
    assert answer.status_code == 409
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/slug", "/hostname"]
    request = f"/api/super-admin/partner-requests/{received.json()['data']['requestId']}"
    assert (await staff.delete(request)).status_code == 200


async def test_exactly_what_is_sent_changes(staff: httpx.AsyncClient, rows: asyncpg.Connection) -> None:
    before = (await staff.get(f"{ALL}/{ACME}")).json()["data"]
    answer = await staff.patch(
        f"{ALL}/{ACME}", json={"branding": {"primary_color": "#112233"}, "features": {"sso": False}}
    )
    after = answer.json()["data"]
    assert after["branding"] == before["branding"] | {"primary_color": "#112233"}
    assert (after["features"], after["name"], after["plan_tier"]) == (
        {"sso": False},
        before["name"],
        before["plan_tier"],
    )
    entries = [e for e in await logged(rows, "partner.updated") if e["entity_id"] == str(ACME)]
    assert {e["partner_id"] for e in entries} == {ACME, PLATFORM}
    assert all("name" not in e["new_values"] for e in entries)
    assert (await staff.patch(f"{ALL}/{ACME}", json={})).status_code == 400


async def test_a_suspended_partner_is_closed_until_it_is_restored(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection
) -> None:
    assert (await staff.post(f"{ALL}/{ACME}/suspend")).json()["data"]["onboarding_status"] == "suspended"
    mia = site.as_(MIA)

    async def closed() -> bool:
        return (await mia.get("/api/w/clinic/settings")).status_code == 403

    await _soon(closed)
    refused = (await mia.get("/api/w/clinic/settings")).json()
    assert (refused["code"], refused["title"]) == ("PARTNER_SUSPENDED", "This organisation is suspended")
    page = await mia.get("/w/clinic/dashboard")
    assert page.status_code == 403
    assert "This organisation is suspended" in page.text
    stranger = site.at("acme.localhost")
    assert (await stranger.get("/login")).status_code == 403
    signing_in = await stranger.post("/api/auth/signin", json={"email": OLGA.email, "password": PASSWORD})
    assert (signing_in.status_code, "set-cookie" in signing_in.headers) == (403, False)
    assert (await stranger.get("/favicon.svg")).status_code == 200, "the page that says so has its looks"
    assert (await site.as_(STAN).get("/api/workspaces")).status_code == 200, "others are not concerned"
    assert (await staff.get("/api/super-admin/partners", params={"status": "suspended"})).json()["data"]["total"] == 1
    await staff.post(f"{ALL}/{ACME}/restore")

    async def is_open() -> bool:
        return (await mia.get("/api/w/clinic/settings")).status_code == 200

    await _soon(is_open)
    for action in ("partner.suspended", "partner.restored"):
        assert {e["partner_id"] for e in await logged(rows, action)} == {ACME, PLATFORM}


@pytest.mark.parametrize(("method", "path"), [("POST", "/suspend"), ("DELETE", "")])
async def test_open_streams_end_with_the_partner(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection, method: str, path: str
) -> None:
    async with asyncio.timeout(10), site.as_(MIA).stream("GET", "/w/clinic/events") as stream:
        assert stream.status_code == 200
        lines = stream.aiter_lines()
        await anext(lines)
        assert (await staff.request(method, f"{ALL}/{ACME}{path}")).status_code == 200
        async for _ in lines:
            pass
    assert (await staff.post(f"{ALL}/{ACME}/restore")).status_code == 200

    async def is_open() -> bool:
        return (await site.as_(MIA).get("/api/w/clinic/settings")).status_code == 200

    await _soon(is_open)


async def test_neither_keys_nor_links_open_a_suspended_partner(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection, services: Services
) -> None:
    program = robot(site, await plant(rows, MIA))
    until = services.clock() + timedelta(days=7)
    link = recording_link(services.sealer, ACME, CLINIC, uuid7(datetime.now(UTC)), until)
    assert (await program.get("/api/w/clinic/settings")).status_code == 200
    assert (await site.at("acme.localhost").get(link)).status_code == 404, "a good link to nothing"
    assert (await staff.post(f"{ALL}/{ACME}/suspend")).status_code == 200
    try:
        for client, path in ((program, "/api/w/clinic/settings"), (site.at("acme.localhost"), link)):

            async def closed(client: httpx.AsyncClient = client, path: str = path) -> bool:
                return (await client.get(path)).status_code == 403

            await _soon(closed)
            shown = await client.get(path, headers={"accept": "application/json"})
            assert shown.json()["code"] == "PARTNER_SUSPENDED"
    finally:
        await staff.post(f"{ALL}/{ACME}/restore")

    async def is_open() -> bool:
        return (await program.get("/api/w/clinic/settings")).status_code == 200

    await _soon(is_open)


async def test_a_deleted_partner_leads_nowhere_and_can_come_back(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection
) -> None:
    assert (await staff.delete(f"{ALL}/{ACME}")).status_code == 200
    mia = site.as_(MIA)

    async def gone() -> bool:
        return (await mia.get("/api/w/clinic/settings")).status_code == 401

    await _soon(gone)
    assert (await mia.get("/api/partner")).json()["data"]["partner"]["slug"] == "platform"
    listed = (await staff.get(ALL, params={"status": "deleted"})).json()["data"]["data"]
    assert [row["slug"] for row in listed] == ["acme"]
    assert (await staff.patch(f"{ALL}/{ACME}", json={"name": "X"})).status_code == 409
    assert (await staff.delete(f"{ALL}/{ACME}")).status_code == 409
    assert (await staff.post(f"{ALL}/{ACME}/restore")).json()["data"]["deleted_at"] is None

    async def back() -> bool:
        return (await mia.get("/api/w/clinic/settings")).status_code == 200

    await _soon(back)
    await rows.execute("UPDATE app.partners SET deleted_at = now() - interval '31 days' WHERE id = $1", ACME)
    assert (await staff.post(f"{ALL}/{ACME}/restore")).status_code == 409
    await rows.execute("UPDATE app.partners SET deleted_at = NULL WHERE id = $1", ACME)


async def test_mail_of_a_deleted_partner_waits_for_its_return(
    staff: httpx.AsyncClient, rows: asyncpg.Connection, work: Work
) -> None:
    mail = await add_failed_mail(rows)
    assert (await staff.delete(f"{ALL}/{ACME}")).status_code == 200
    assert (await staff.post(f"/super-admin/mail/{mail}/retry")).status_code == 303
    await work()
    kept = await rows.fetchrow("SELECT status, error FROM app.mail_messages WHERE id = $1", mail)
    assert (kept["status"], kept["error"]) == ("queued", "The partner was deleted.")
    assert (await staff.post(f"{ALL}/{ACME}/restore")).status_code == 200
    await rows.execute("UPDATE queue.procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'mail.send'")
    await work()
    assert await rows.fetchval("SELECT status FROM app.mail_messages WHERE id = $1", mail) == "kept"


async def test_the_platform_is_neither_deleted_nor_suspended(
    staff: httpx.AsyncClient, rows: asyncpg.Connection
) -> None:
    for answer in (await staff.delete(f"{ALL}/{PLATFORM}"), await staff.post(f"{ALL}/{PLATFORM}/suspend")):
        assert answer.status_code == 403
    page = await staff.post(f"/super-admin/partners/{PLATFORM}/deletion", data={"confirm": "platform"})
    assert page.status_code == 403
    assert await rows.fetchval(
        "SELECT deleted_at IS NULL AND onboarding_status = 'active' FROM app.partners WHERE is_platform"
    )


async def test_usage_and_workspaces_are_counted(staff: httpx.AsyncClient, rows: asyncpg.Connection) -> None:
    for months, calls in ((0, 4), (1, 7), (2, 100)):
        await rows.execute(
            "INSERT INTO app.usage_daily (partner_id, workspace_id, day, agent_id, slot, calls, seconds, cost_micros)"
            " VALUES ($1, $2, date_trunc('month', now() AT TIME ZONE 'UTC')::date - make_interval(months => $3), $2, 0, $4, 120, 5)",
            ACME, CLINIC, months, calls,
        )  # fmt: skip
    partner = (await staff.get(f"{ALL}/{ACME}")).json()["data"]
    assert [(u["calls"], u["minutes"], u["cost_micros"]) for u in partner["usage"]] == [(4, 2, 5), (7, 2, 5)]
    page = (await staff.get(f"{ALL}/{ACME}/workspaces", params={"pageSize": 1})).json()["data"]
    assert (page["total"], len(page["data"])) == (2, 1)
    assert (await staff.get(f"{ALL}/{CLINIC}/workspaces")).status_code == 404
    assert [d["hostname"] for d in (await staff.get(f"{ALL}/{ACME}/domains")).json()["data"]] == ["acme.localhost"]


async def test_the_form_makes_and_changes_a_partner(staff: httpx.AsyncClient) -> None:
    form = {"name": "Southwind", "slug": "southwind", "plan_tier": "starter", "primary_color": "#123456",
            "owner_name": "Sam South", "admin_email": "sam@southwind.test"}  # fmt: skip
    assert "south-wind" in (await staff.get("/super-admin/partners/slug", params={"name": "South wind!"})).text
    back = await staff.post("/super-admin/partners", data={**form, "slug": "acme"})
    assert (back.status_code, 'id="e-slug"' in back.text, "Sam South" in back.text) == (422, True, True)
    made = await staff.post("/super-admin/partners", data=form)
    assert made.status_code == 303, made.text
    address = made.headers["location"].partition("?")[0]
    assert "Sam" not in (await staff.get(address)).text.partition("<h1>")[2].partition("</h1>")[0]
    change = {
        "name": "Southwind",
        "plan_tier": "pro",
        "primary_color": "#123456",
        "sso": "on",
        "api_access": "off",
        "max_workspaces": "-1",
    }
    assert (await staff.post(address, data=change)).status_code == 303
    stored = (await staff.get(f"/api{address}")).json()["data"]
    assert (stored["plan_tier"], stored["features"], stored["resource_limits"]) == (
        "pro", {"sso": True, "api_access": False}, {"max_workspaces": -1},
    )  # fmt: skip
    wrong = await staff.post(address, data={**change, "max_workspaces": "many"})
    assert (wrong.status_code, 'id="e-max_workspaces"' in wrong.text) == (422, True)
    assert (await staff.post(f"{address}/deletion", data={"confirm": "south"})).status_code == 422
    deleted = await staff.post(f"{address}/deletion", data={"confirm": "southwind"})
    assert (deleted.status_code, deleted.headers["location"]) == (303, f"{address}?done=deleted")
    assert f'action="{address}/restoration"' in (await staff.get(deleted.headers["location"])).text


async def test_names_are_one_line_and_can_be_cleared(staff: httpx.AsyncClient) -> None:
    made = await staff.post(
        ALL,
        json=wish(
            name="North\n wind\x07 Voice",
            branding={"company_name": " \t "},
            slug="one-line",
            admin_email="one@line.test",
        ),
    )
    assert made.status_code == 201, made.text
    partner = made.json()["data"]["partner"]
    assert (partner["name"], partner["branding"]["company_name"]) == ("North wind Voice", "North wind Voice")
    here = f"{ALL}/{partner['id']}"
    for blank in ("  ", "\x07\x08"):
        refused = await staff.patch(here, json={"name": blank})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/name")
    longest = "N" * 255
    shown = await staff.patch(here, json={"branding": {"company_name": longest}})
    assert shown.json()["data"]["branding"]["company_name"] == longest
    page = f"/super-admin/partners/{partner['id']}"
    form = {"name": "Northwind", "company_name": "", "plan_tier": "pro", "primary_color": "#112233"}
    assert (await staff.post(page, data=form)).status_code == 303
    cleared = (await staff.get(here)).json()["data"]["branding"]
    assert (cleared["company_name"], cleared["primary_color"]) == ("", "#112233")
    assert "<title>Northwind" in (await staff.get(page)).text
