"""The operator's console over HTTP: sign-in, limits, hosts, figures, and what is logged."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest
from click.testing import CliRunner
from tests.conftest import Site
from tests.world import ACME, CLINIC, OLGA, PLATFORM, RIVAL, STAN

import inspralv
from inspralv.cli import main
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.ids import uuid7
from inspralv.foundation.passwords import hash_password
from inspralv.settings import Settings

ROOT = "root@inspralv.test"
PASSWORD = "Try-Inspralv-2026"
STAFF_ID = UUID("019b7700-0900-7000-8000-000000000900")


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns.owner)
    now = datetime.now(UTC)
    await connection.execute(
        "INSERT INTO app.super_admin (id, email, password_hash, first_name, last_name, created_at, updated_at)"
        " VALUES ($1, $2, $3, 'Root', 'Staff', $4, $4) ON CONFLICT DO NOTHING",
        STAFF_ID, ROOT, await hash_password(PASSWORD), now,
    )  # fmt: skip
    yield connection
    await connection.execute("DELETE FROM app.rate_limits; DELETE FROM app.staff_sessions")
    await connection.execute("UPDATE app.super_admin SET status = 'active'")
    await connection.close()


async def _sign_in(client: httpx.AsyncClient, email: str = ROOT, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/super-admin/login", data={"email": email, "password": password})


async def _staff(site: Site) -> httpx.AsyncClient:
    client = site.at("localhost")
    answer = await _sign_in(client)
    assert answer.status_code == 303, answer.text
    client.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
    return client


async def test_sign_in_sets_a_strict_cookie_and_is_logged(site: Site, owner: asyncpg.Connection) -> None:
    answer = await _sign_in(site.at("localhost"), " Root@Inspralv.test ")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/super-admin"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("staff=")
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
    token = cookie.partition("=")[2].partition(";")[0]
    stored = await owner.fetchrow("SELECT * FROM app.staff_sessions")
    assert token.encode() not in bytes(stored["token_hash"])
    entry = await owner.fetchrow("SELECT * FROM app.audit_log WHERE action = 'staff.login' ORDER BY id DESC LIMIT 1")
    assert (entry["partner_id"], entry["actor_kind"], entry["actor_id"]) == (PLATFORM, "staff", STAFF_ID)


async def test_sign_out_ends_the_session_and_is_logged(site: Site, owner: asyncpg.Connection) -> None:
    client = await _staff(site)
    assert (await client.get("/api/super-admin/partners")).status_code == 200
    answer = await client.post("/super-admin/signout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/super-admin/login")
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert (await client.get("/api/super-admin/partners")).status_code == 401
    assert (await client.post("/super-admin/signout")).status_code == 303, "twice is no fault"
    assert (
        await owner.fetchval(
            "SELECT count(*) FROM app.audit_log WHERE action = 'staff.logout' AND actor_id = $1", STAFF_ID
        )
        == 1
    )


async def test_wrong_password_and_unknown_account_are_told_alike(site: Site, owner: asyncpg.Connection) -> None:
    wrong = await _sign_in(site.at("localhost"), ROOT, "wrong")
    unknown = await _sign_in(site.at("localhost"), "nobody@inspralv.test", "wrong")
    await owner.execute("UPDATE app.super_admin SET status = 'suspended'")
    suspended = await _sign_in(site.at("localhost"), ROOT, PASSWORD)
    for answer in (wrong, unknown, suspended):
        assert answer.status_code == 400
        assert "set-cookie" not in answer.headers
    assert wrong.text == unknown.text.replace("nobody@inspralv.test", ROOT)
    assert suspended.text == wrong.text


@pytest.mark.parametrize("email", [ROOT, "nobody@inspralv.test"])
async def test_five_attempts_in_fifteen_minutes(site: Site, owner: asyncpg.Connection, email: str) -> None:
    codes = [(await _sign_in(site.at("localhost"), email, "wrong")).status_code for _ in range(6)]
    assert codes == [400] * 5 + [429]
    late = await _sign_in(site.at("localhost"), ROOT, PASSWORD)
    assert late.status_code == 429, "neither the right password nor another account helps from here"
    assert 0 < int(late.headers["retry-after"]) <= 900


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE app.staff_sessions SET expires_at = now() - interval '1 second'",
        "UPDATE app.staff_sessions SET last_seen_at = now() - interval '31 minutes'",
        "UPDATE app.super_admin SET status = 'suspended'",
        "DELETE FROM app.staff_sessions",
    ],
)
async def test_a_session_ends(site: Site, owner: asyncpg.Connection, change: str) -> None:
    client = await _staff(site)
    await owner.execute(change)
    assert (await client.get("/api/super-admin/partners")).status_code == 401
    page = await client.get("/super-admin")
    assert (page.status_code, page.headers["location"]) == (303, "/super-admin/login?redirect=/super-admin")


async def test_a_used_session_stays_alive(site: Site, owner: asyncpg.Connection) -> None:
    client = await _staff(site)
    await owner.execute("UPDATE app.staff_sessions SET last_seen_at = now() - interval '20 minutes'")
    assert (await client.get("/api/super-admin/partners")).status_code == 200
    assert await owner.fetchval("SELECT last_seen_at > now() - interval '1 minute' FROM app.staff_sessions")


async def test_other_hosts_have_no_console(site: Site, owner: asyncpg.Connection) -> None:
    client = await _staff(site)
    for host in ("acme.localhost", "rival.localhost"):
        elsewhere = site.at(host, headers={"cookie": client.headers["cookie"]})
        assert (await elsewhere.get("/super-admin/login")).status_code == 404
        assert (await elsewhere.get("/super-admin")).status_code == 404
        assert (await elsewhere.get("/api/super-admin/partners")).status_code == 404
        assert (await _sign_in(elsewhere)).status_code == 404
        assert (await elsewhere.post("/super-admin/signout")).status_code == 404


async def test_partner_users_are_nobody_here(site: Site, owner: asyncpg.Connection) -> None:
    for who in (OLGA, STAN):
        client = site.at("localhost", headers={"cookie": f"session={who.token}; staff={who.token}"})
        assert (await client.get("/api/super-admin/partners")).status_code == 401


async def test_staff_are_nobody_on_tenant_pages(site: Site, owner: asyncpg.Connection) -> None:
    cookie = (await _staff(site)).headers["cookie"]
    both = f"{cookie}; session={cookie.partition('=')[2]}"
    client = site.at("acme.localhost", headers={"cookie": both})
    assert (await client.get("/api/w/clinic/settings")).status_code == 401
    assert (await client.get("/api/workspaces")).status_code == 401


async def test_partners_are_listed_with_domains_and_counts(site: Site, owner: asyncpg.Connection) -> None:
    client = await _staff(site)
    data = (await client.get("/api/super-admin/partners")).json()["data"]
    assert (data["total"], data["page"], data["pageSize"], data["totalPages"]) == (3, 1, 10, 1)
    acme = next(row for row in data["data"] if row["id"] == str(ACME))
    assert (acme["name"], acme["slug"], acme["plan_tier"], acme["workspace_count"], acme["agent_count"]) == (
        "Acme Voice", "acme", "enterprise", 2, 0,
    )  # fmt: skip
    assert [(d["hostname"], d["is_primary"]) for d in acme["domains"]] == [("acme.localhost", True)]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ({"search": "ACME"}, {"acme"}),
        ({"search": "calls"}, {"rival"}),
        ({"search": "%"}, set()),
        ({"search": "' OR 1=1 --"}, set()),
        ({"plan_tier": "enterprise"}, {"acme", "rival", "platform"}),
        ({"plan_tier": "free"}, set()),
    ],
)
async def test_search_and_plan_filter(
    site: Site, owner: asyncpg.Connection, query: dict[str, str], slugs: set[str]
) -> None:
    client = await _staff(site)
    data = (await client.get("/api/super-admin/partners", params=query)).json()["data"]
    assert {row["slug"] for row in data["data"]} == slugs
    assert data["total"] == len(slugs)


async def test_paging(site: Site, owner: asyncpg.Connection) -> None:
    client = await _staff(site)
    pages = [
        (await client.get("/api/super-admin/partners", params={"page": n, "pageSize": 2})).json()["data"]
        for n in (1, 2, 3)
    ]
    ids = [row["id"] for page in pages for row in page["data"]]
    assert [len(page["data"]) for page in pages] == [2, 1, 0]
    assert len(set(ids)) == 3
    assert ids == sorted(ids, reverse=True), "equally old partners are ordered by id"
    for query in ({"page": 0}, {"pageSize": 101}, {"pageSize": 0}, {"plan_tier": "gold"}, {"page": "x"}):
        refused = await client.get("/api/super-admin/partners", params=query)
        assert refused.status_code == 400, query
        assert [e["pointer"].strip("/") for e in refused.json()["errors"]] == list(query)


async def test_figures_are_counted(site: Site, owner: asyncpg.Connection) -> None:
    today = datetime.now(UTC).date()
    for day, calls in ((today, 5), (today - timedelta(days=29), 2), (today - timedelta(days=30), 100)):
        await owner.execute(
            "INSERT INTO app.usage_daily (partner_id, workspace_id, day, agent_id, slot, calls)"
            " VALUES ($1, $2, $3, $4, 0, $5)",
            ACME, CLINIC, day, uuid7(datetime.now(UTC)), calls,
        )  # fmt: skip
    await owner.execute("UPDATE app.workspaces SET deleted_at = now() WHERE partner_id = $1", RIVAL)
    page = (await (await _staff(site)).get("/super-admin")).text
    figures = dict(zip(("partners", "workspaces", "agents", "conversations"), _figures(page), strict=True))
    assert figures == {"partners": "3", "workspaces": "2", "agents": "0", "conversations": "7"}
    assert "acme.localhost" in page
    await owner.execute("UPDATE app.workspaces SET deleted_at = NULL WHERE partner_id = $1", RIVAL)


def _figures(page: str) -> list[str]:
    return [part.partition("</strong>")[0] for part in page.split("<strong>")[1:5]]


async def test_the_console_cannot_edit_the_log(dsns: Dsns, owner: asyncpg.Connection) -> None:
    staff = await asyncpg.connect(dsns.staff)
    for sql in ("UPDATE app.audit_log SET action = 'x'", "DELETE FROM app.audit_log", "DELETE FROM app.audit_chain"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await staff.execute(sql)
    await staff.close()


async def test_requests_cannot_read_staff(dsns: Dsns, owner: asyncpg.Connection) -> None:
    user = await asyncpg.connect(dsns.user)
    for table in ("super_admin", "staff_sessions"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await user.fetch(f"SELECT * FROM app.{table}")
    await user.close()


def test_only_the_console_looks_across_partners() -> None:
    source = Path(inspralv.__file__).parent
    marked = {
        str(path.relative_to(source)) for path in source.rglob("*.py") if "/* across partners */" in path.read_text()
    }
    assert "admin/queries.py" in marked
    assert all(name.startswith("admin/") and name.endswith("queries.py") for name in marked)


async def test_staff_are_added_from_the_command_line(
    site: Site, settings: Settings, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPRALV_MODE", "test")
    monkeypatch.setenv("DATABASE_URL", settings.database.url)

    async def add(email: str, password: str) -> tuple[int, str]:
        words = ["admin", "add", email, "--name", "Grace Hopper", "--password", password]
        result = await asyncio.to_thread(CliRunner().invoke, main, words)
        return result.exit_code, result.output

    assert (await add("grace@inspralv.test", "too short"))[0] == 2
    assert (await add("Grace@Inspralv.test", "a long enough one"))[0] == 0
    code, told = await add("grace@inspralv.test", "a long enough one")
    assert (code, "already" in told) == (1, True)
    answer = await _sign_in(site.at("localhost"), "grace@inspralv.test", "a long enough one")
    assert answer.status_code == 303
    added = await owner.fetchrow("SELECT * FROM app.audit_log WHERE action = 'staff.added'")
    assert (added["partner_id"], added["actor_kind"]) == (PLATFORM, "system")
    assert "long enough" not in added["new_values"]


async def test_the_log_of_every_partner(site: Site, owner: asyncpg.Connection) -> None:
    root = await _staff(site)
    assert (await site.as_(OLGA).patch("/api/partner", json={"name": "Acme Speech"})).is_success
    page = (await root.get("/super-admin/audit", params={"search": "settings.updated"})).text
    assert "Settings: updated</strong>" in page
    assert "Acme Speech" in page
    sheet = await root.get("/super-admin/audit/export", params={"kind": "partner"})
    assert sheet.text.splitlines()[0].startswith("id,at,action")
    assert "Acme Speech" in sheet.text
    assert (await site.as_(OLGA).get("/super-admin/audit")).status_code in {303, 404}


async def test_only_the_console_names_staff(site: Site, owner: asyncpg.Connection) -> None:
    """The operator reads which of them it was, and finds it by name; a partner reads that it was the operator."""
    root = await _staff(site)
    assert (await root.patch(f"/api/super-admin/partners/{ACME}", json={"features": {"sso": True}})).is_success
    asked = {"action": "partner.updated", "by": "staff", "search": "staff"}
    told = list(csv.DictReader(io.StringIO((await root.get("/super-admin/audit/export", params=asked)).text)))
    assert {(row["actor"], row["actor_email"]) for row in told} == {("Root Staff", ROOT)}
    assert {row["partner"] for row in told} >= {"Acme Speech"}, "in the partner's log and in the platform's"
    assert len(told) == 2
    assert "Root Staff" in (await root.get("/super-admin/audit", params=asked)).text
    own = await site.as_(OLGA).get("/org/audit", params={"action": "partner.updated", "by": "staff"})
    assert "The platform’s operator" in own.text
    assert "Partner: updated</strong>" in own.text
    for secret in ("Root Staff", ROOT):
        assert secret not in own.text
    assert "No entry matches" in (await site.as_(OLGA).get("/org/audit", params=asked)).text
