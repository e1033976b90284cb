"""Applying and deciding, over HTTP."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.onboarding.conftest import APPLY, DECIDE, ROOT, application, applied
from tests.world import ACME, OLGA, PLATFORM


async def test_an_application_is_kept_and_the_operator_told(site: Site, rows: asyncpg.Connection) -> None:
    answer = await site.at("localhost").post(APPLY, json=application(custom_domain="Voice.Northwind.TEST."))
    told = answer.json()["data"]
    assert (answer.status_code, told["success"]) == (201, True)
    assert told["platformUrl"].startswith("http://northwind.localhost")
    kept = await rows.fetchrow("SELECT * FROM app.partner_requests WHERE id = $1", told["requestId"])
    assert kept is not None
    assert (kept["contact_email"], kept["custom_domain"], kept["status"]) == (
        "nadia@northwind.test", "voice.northwind.test", "pending",
    )  # fmt: skip
    mail = await rows.fetchrow("SELECT * FROM app.mail_messages WHERE recipient = $1 ORDER BY id DESC LIMIT 1", ROOT)
    assert mail is not None
    assert f"/super-admin/partner-requests/{told['requestId']}" in mail["plain"]


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"desired_subdomain": "admin"}, 400, "/desired_subdomain"),
        ({"desired_subdomain": "No Way"}, 400, "/desired_subdomain"),
        ({"desired_subdomain": "acme"}, 409, "/desired_subdomain"),
        ({"custom_domain": "example.com:8080"}, 400, "/custom_domain"),
        ({"custom_domain": "voice.localhost"}, 400, "/custom_domain"),
        ({"custom_domain": "DOMAINS.localhost."}, 400, "/custom_domain"),
        ({"custom_domain": "github.io"}, 400, "/custom_domain"),
        ({"contact_email": "nobody"}, 400, "/contact_email"),
        ({"contact_email": "a@b.test\nBcc: c@d.test"}, 400, "/contact_email"),
        ({"business_description": "short"}, 400, "/business_description"),
        ({"branding_data": {"primary_color": "red"}}, 400, "/branding_data/primary_color"),
        ({"expected_users": 0}, 400, "/expected_users"),
        ({"selected_plan": "platinum"}, 400, "/selected_plan"),
    ],
)  # fmt: skip
async def test_what_is_refused(
    site: Site, rows: asyncpg.Connection, changes: dict[str, Any], status: int, pointer: str
) -> None:
    answer = await site.at("localhost").post(APPLY, json=application(**changes))
    assert answer.status_code == status, answer.text
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}
    assert await rows.fetchval("SELECT count(*) FROM app.partner_requests") == 0


async def test_names_are_had_once(site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient) -> None:
    first = await applied(site, custom_domain="voice.northwind.test")
    client = site.at("localhost")
    assert (await client.post(APPLY, json=application())).status_code == 409
    free = (await client.get(f"{APPLY}/check-subdomain", params={"subdomain": "Northwind"})).json()["data"]
    assert free["available"] is False
    taken = (await client.get(f"{APPLY}/check-domain", params={"domain": "VOICE.northwind.test"})).json()["data"]
    assert taken["available"] is False
    other = (await client.get(f"{APPLY}/check-subdomain", params={"subdomain": "southwind"})).json()["data"]
    assert other == {"available": True, "message": "", "preview": other["preview"]}
    assert (await staff.delete(f"{DECIDE}/{first}")).status_code == 200
    assert await applied(site, custom_domain="voice.northwind.test")
    assert await rows.fetchval("SELECT count(*) FROM app.partner_requests") == 1


async def test_of_two_at_once_who_want_the_same_name_one_is_told_that_it_is_taken(
    site: Site, rows: asyncpg.Connection
) -> None:
    client = site.at("localhost")
    answers = await asyncio.gather(*(client.post(APPLY, json=application()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await rows.fetchval("SELECT count(*) FROM app.partner_requests") == 1
    told = "SELECT count(*) FROM app.mail_messages WHERE template = 'partner_request' AND recipient = $1"
    assert await rows.fetchval(told, ROOT) == 1


async def test_partners_hosts_know_nothing_of_it(site: Site) -> None:
    client = site.at("acme.localhost")
    for path in (
        "/request-partner", "/request-partner/subdomain?desired_subdomain=x-y-z", "/request-partner/domain?custom_domain=a.test",
        f"{APPLY}/check-subdomain?subdomain=x-y-z", f"{APPLY}/check-domain?domain=a.test",
    ):  # fmt: skip
        assert (await client.get(path)).status_code == 404, path
    for path in ("/request-partner", "/request-partner/preview"):
        assert (await client.post(path, data={"company_name": "X"})).status_code == 404, path
    assert (await client.post(APPLY, json=application())).status_code == 404


async def test_five_an_hour(site: Site, rows: asyncpg.Connection) -> None:
    assert rows
    answers = [
        await site.at("localhost").post(APPLY, json=application(desired_subdomain=f"north-{n}")) for n in range(6)
    ]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]


async def test_only_staff_decide(site: Site, rows: asyncpg.Connection) -> None:
    assert rows
    waiting = await applied(site)
    for client in (site.at("localhost"), site.as_(OLGA)):
        for method, path in (("GET", DECIDE), ("GET", f"{DECIDE}/{waiting}"), ("PATCH", f"{DECIDE}/{waiting}")):
            answer = await client.request(method, path, json={"action": "approve"} if method == "PATCH" else None)
            assert answer.status_code in {401, 404}


async def test_correcting_and_rejecting(site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient) -> None:
    waiting = await applied(site)
    changed = await staff.patch(f"{DECIDE}/{waiting}", json={"desired_subdomain": "northwind-voice", "phone": None})
    assert changed.json()["data"]["desired_subdomain"] == "northwind-voice"
    assert (await staff.patch(f"{DECIDE}/{waiting}", json={"desired_subdomain": "acme"})).status_code == 409
    assert (await staff.patch(f"{DECIDE}/{waiting}", json={})).status_code == 400
    assert (await staff.patch(f"{DECIDE}/{waiting}", json={"action": "reject"})).status_code == 400
    told = {"action": "reject", "rejection_reason": "We only work with agencies."}
    rejected = (await staff.patch(f"{DECIDE}/{waiting}", json=told)).json()["data"]
    assert (rejected["status"], rejected["rejection_reason"]) == ("rejected", "We only work with agencies.")
    entry = await rows.fetchrow(
        "SELECT * FROM app.audit_log WHERE action = 'partner_request.rejected' ORDER BY id DESC LIMIT 1"
    )
    assert entry is not None
    assert json.loads(entry["old_values"]) == {"status": "pending"}
    assert json.loads(entry["new_values"]) == {"status": "rejected", "reason": "We only work with agencies."}
    mail = await rows.fetchrow(
        "SELECT * FROM app.mail_messages WHERE recipient = 'nadia@northwind.test' ORDER BY id DESC LIMIT 1"
    )
    assert mail is not None
    assert "We only work with agencies." in mail["plain"]
    assert (await staff.patch(f"{DECIDE}/{waiting}", json=told)).status_code == 400
    assert (await staff.post(f"{DECIDE}/{waiting}/provision")).status_code == 400
    found = (await staff.get(DECIDE, params={"status": "rejected", "search": "NADIA"})).json()["data"]
    assert found["total"] == 1


async def test_a_correction_of_the_brand_changes_what_is_sent_alone(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient
) -> None:
    waiting = await applied(site, branding_data={"primary_color": "#0ea5e9", "company_name": "North"})
    for sent, brand in (
        ({"secondary_color": "#112233"}, ("#0ea5e9", "#112233", "North")),
        ({"company_name": "South\r\nBcc: x@y.test"}, ("#0ea5e9", "#112233", "South Bcc: x@y.test")),
    ):
        changed = await staff.patch(f"{DECIDE}/{waiting}", json={"branding_data": sent})
        stored = changed.json()["data"]["branding"]
        assert (stored["primary_color"], stored["secondary_color"], stored["company_name"]) == brand
    assert await rows.fetchval("SELECT status FROM app.partner_requests WHERE id = $1", waiting) == "pending"


async def test_approving_makes_everything_at_once(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient
) -> None:
    waiting = await applied(site, custom_domain="voice.northwind.test", branding_data={"primary_color": "#0ea5e9"})
    assert (await site.at("northwind.localhost").get("/api/partner")).json()["data"]["partner"]["slug"] == "platform"
    made = (await staff.post(f"{DECIDE}/{waiting}/provision")).json()["data"]
    assert made["partner"]["domain"] == "northwind.localhost"
    partner_id = made["partner"]["id"]
    domains = await rows.fetch("SELECT * FROM app.partner_domains WHERE partner_id = $1", partner_id)
    assert {(d["hostname"], d["is_primary"], d["verified_at"] is not None) for d in domains} == {
        ("northwind.localhost", True, True), ("voice.northwind.test", False, False),
    }  # fmt: skip
    mail = await rows.fetchrow("SELECT * FROM app.mail_messages WHERE template = 'partner_approved'")
    assert mail is not None
    assert (mail["partner_id"], mail["recipient"]) == (PLATFORM, "nadia@northwind.test")
    token = mail["plain"].partition("/reset-password?token=")[2].split()[0]
    host = site.at("northwind.localhost")
    for _ in range(100):  # the announcement travels to the server's listener
        if (await host.get("/api/partner")).json()["data"]["partner"]["slug"] == "northwind":
            break
        await asyncio.sleep(0.02)
    assert (await host.get("/api/partner")).json()["data"]["partner"]["branding"]["primary_color"] == "#0ea5e9"
    agreed = await rows.fetchval("SELECT features FROM app.partners WHERE id = $1", partner_id)
    assert json.loads(agreed) == dict.fromkeys(
        ("white_label", "custom_domain", "api_access", "advanced_analytics"), True
    ), "all but single sign-on, whatever the plan"
    password = "Quiet-River-Stone-42"  # noqa: S105
    fields = {"token": token, "password": password, "confirmation": password}
    assert (await host.post("/reset-password", data=fields)).status_code in {200, 303}
    entered = await host.post("/login", data={"email": "nadia@northwind.test", "password": password})
    assert entered.status_code == 303
    host.headers["cookie"] = entered.headers["set-cookie"].partition(";")[0]
    context = (await host.get("/api/auth/context")).json()["data"]
    assert context["partnerRole"] == "owner"
    assert [(w["slug"], w["role"]) for w in context["workspaces"]] == [("default", "owner")]
    assert (await host.post("/reset-password", data=fields)).status_code == 422
    actions = await rows.fetch("SELECT action FROM app.audit_log WHERE partner_id = $1", PLATFORM)
    assert {"partner.created", "partner_request.approved"} <= {row["action"] for row in actions}


async def test_an_old_claim_that_nobody_proved_keeps_a_domain_from_no_applicant(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient
) -> None:
    claim = (
        "INSERT INTO app.partner_domains (hostname, partner_id, verification_token, created_at)"
        " VALUES ('voice.northwind.test', $1, 'code', now() - $2::interval)"
    )
    check = f"{APPLY}/check-domain?domain=voice.northwind.test"
    for age, free in ((timedelta(days=6), False), (timedelta(days=8), True)):
        await rows.execute("DELETE FROM app.partner_domains WHERE hostname = 'voice.northwind.test'")
        await rows.execute(claim, ACME, age)
        assert (await site.at("localhost").get(check)).json()["data"]["available"] is free
    waiting = await applied(site, custom_domain="voice.northwind.test")
    made = await staff.post(f"{DECIDE}/{waiting}/provision")
    assert made.status_code == 200, made.text
    owner = "SELECT partner_id FROM app.partner_domains WHERE hostname = 'voice.northwind.test'"
    assert str(await rows.fetchval(owner)) == made.json()["data"]["partner"]["id"]


async def test_approving_twice_at_once_makes_one_partner(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient
) -> None:
    waiting = await applied(site)
    answers = await asyncio.gather(*(staff.post(f"{DECIDE}/{waiting}/provision") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    assert await rows.fetchval("SELECT count(*) FROM app.partners WHERE request_id = $1", waiting) == 1


async def test_cut_off_anywhere_nothing_is_there_and_it_can_be_run_again(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient
) -> None:
    """The database refuses one of the last rows: everything before it has to be gone."""
    waiting = await applied(site)
    for table in (
        "partner_domains",
        "users",
        "partner_members",
        "workspaces",
        "workspace_members",
        "password_resets",
        "mail_messages",
    ):
        await rows.execute(f"ALTER TABLE app.{table} ADD CONSTRAINT cut_off CHECK (false) NOT VALID")
        try:
            assert (await staff.post(f"{DECIDE}/{waiting}/provision")).status_code == 500
        finally:
            await rows.execute(f"ALTER TABLE app.{table} DROP CONSTRAINT cut_off")
        assert await rows.fetchval("SELECT count(*) FROM app.partners WHERE request_id IS NOT NULL") == 0
        assert await rows.fetchval("SELECT count(*) FROM app.users WHERE email = 'nadia@northwind.test'") == 0
        assert await rows.fetchval("SELECT status FROM app.partner_requests WHERE id = $1", waiting) == "pending"
    assert (await staff.post(f"{DECIDE}/{waiting}/provision")).status_code == 200


async def test_a_name_taken_meanwhile_is_said(site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient) -> None:
    waiting = await applied(site)
    await rows.execute("UPDATE app.partner_requests SET desired_subdomain = 'acme' WHERE id = $1", waiting)
    answer = await staff.post(f"{DECIDE}/{waiting}/provision")
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["pointer"] == "/desired_subdomain"
