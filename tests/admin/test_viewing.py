"""The operator looks at a partner as one of its people: once, for a while, and reading only."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import httpx
import pytest
from tests.admin.conftest import OPERATOR, OPERATOR_ID, logged
from tests.conftest import Site
from tests.house.routes import all_routes, fill, is_stream, is_write, label
from tests.world import ACME, MIA, OLGA, PLATFORM, Cast

from inspralv.admin.tasks import CLOSE_VIEWS, CloseViewsArgs
from inspralv.assembly import RouteRow
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db import statements
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.ids import uuid7
from inspralv.foundation.services import Services

OPERATOR_PAGES = "/super-admin/users"
DOORS = {"/view-as", "/view-as/end"}
WRITES = [
    r for r in all_routes() if is_write(r) and r.access not in {"staff", "signed_by_provider"} and r.path not in DOORS
]
READS = [r for r in all_routes() if not is_write(r) and r.access != "staff" and not is_stream(r)]
_RENAME = "UPDATE users SET first_name = 'x' WHERE partner_id = $partner"
Look = Callable[[Cast], Awaitable[httpx.AsyncClient]]


async def _handover(staff: httpx.AsyncClient, person: Cast, partner: UUID = ACME) -> str:
    answer = await staff.post(f"{OPERATOR_PAGES}/{partner}/{person.id}/view")
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("location"))
    found = re.search(r"/view-as\?token=([\w-]+)", answer.text)
    assert found is not None
    assert f"token={found[1]}" in answer.headers["refresh"]
    return found[1]


@pytest.fixture
async def look(site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection) -> AsyncIterator[Look]:
    async def as_(person: Cast) -> httpx.AsyncClient:
        client = site.at("acme.localhost")
        answer = await client.post("/view-as", data={"token": await _handover(staff, person)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/select-workspace"), answer.text
        cookie = answer.headers["set-cookie"]
        assert "Max-Age=1800" in cookie
        assert "HttpOnly" in cookie
        client.headers["cookie"] = cookie.partition(";")[0]
        return client

    yield as_
    await rows.execute("DELETE FROM app.staff_views")


async def test_one_sees_what_the_person_sees_under_both_names(look: Look) -> None:
    mia = await look(MIA)
    page = (await mia.get("/w/clinic/dashboard")).text
    assert "/view-as/end" in page
    assert OPERATOR in page
    assert MIA.email in page
    assert (await mia.get("/w/bakery/dashboard")).status_code == 404, "she does not belong there"
    assert (await mia.get("/org/integrations")).status_code == 403, "nor has she a right there"
    for elsewhere in ("/nothing-here", "/docs", "/w/bakery/dashboard"):
        assert "/view-as/end" in (await mia.get(elsewhere, headers={"accept": "text/html"})).text, elsewhere


async def test_the_hand_over_is_good_once_for_a_minute_on_one_host(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection
) -> None:
    token = await _handover(staff, MIA)
    kept = await rows.fetchrow("SELECT v::text AS row FROM app.staff_views v ORDER BY created_at DESC LIMIT 1")
    assert token not in kept["row"]
    acme, rival = site.at("acme.localhost"), site.at("rival.localhost")
    assert (await acme.get("/view-as", params={"token": token})).status_code == 200, "asking uses nothing up"
    assert (await rival.post("/view-as", data={"token": token})).status_code == 404
    assert (await acme.post("/view-as", data={"token": token})).status_code == 303
    assert (await acme.post("/view-as", data={"token": token})).status_code == 404
    late = await _handover(staff, MIA)
    await rows.execute("UPDATE app.staff_views SET handover_until = now() - interval '1 second'")
    refused = await acme.post("/view-as", data={"token": late})
    assert refused.status_code == 404
    assert "more than a minute old" in refused.text


async def test_nothing_can_be_written(site: Site, look: Look, rows: asyncpg.Connection) -> None:
    """Every way of changing something, the owner's rights behind it, pages and API alike."""
    olga = await look(OLGA)
    before = await rows.fetchval("SELECT count(*) FROM app.audit_log")
    kept, failed = await _codes(olga, WRITES), []
    for row, (status, code) in kept.items():
        if status != 403 or (row.startswith("API ") and code != "VIEW_ONLY"):
            failed.append((row, status, code))
    assert failed == []
    assert await rows.fetchval("SELECT count(*) FROM app.audit_log") == before
    both = site.at("acme.localhost", headers={"cookie": f"{olga.headers['cookie']}; session={OLGA.token}"})
    answer = await both.post("/api/workspaces", json={"name": "Mine"})
    assert (answer.status_code, answer.json()["code"]) == (403, "VIEW_ONLY"), "a session beside the view opens nothing"


async def _codes(client: httpx.AsyncClient, rows: list[RouteRow]) -> dict[str, tuple[int, str]]:
    found = {}
    for row in rows:
        api = row.path.startswith("/api/")
        headers = {"accept": "application/json" if api else "text/html"}
        answer = await client.request(row.method, fill(row.path, workspace_slug="clinic"), headers=headers)
        code = answer.json().get("code", "") if api and answer.status_code >= 400 else ""
        found[f"API {label(row)}" if api else label(row)] = (answer.status_code, code)
    return found


async def test_whatever_is_read_changes_nothing(look: Look, rows: asyncpg.Connection) -> None:
    olga = await look(OLGA)
    before = await rows.fetchval("SELECT count(*) FROM app.audit_log")
    failed = {row: answer for row, answer in (await _codes(olga, READS)).items() if answer[0] >= 500}
    assert failed == {}
    assert await rows.fetchval("SELECT count(*) FROM app.audit_log") == before


@pytest.mark.parametrize(
    "row",
    [
        r
        for r in READS
        if r.access != "public" and ("export" in r.path or "/account" in r.path or r.path.endswith("/webhooks"))
    ],
    ids=label,
)
async def test_exports_and_the_own_account_are_withheld(look: Look, row: RouteRow) -> None:
    olga = await look(OLGA)
    answer = await olga.get(fill(row.path, workspace_slug="clinic"))
    assert answer.status_code == 403, row.path


async def test_the_database_refuses_what_a_view_would_write(look: Look, services: Services) -> None:
    olga = await look(OLGA)
    sent: list[str] = []
    statements.observers.append(sent.append)
    try:
        for page in ("/w/clinic/agents", "/org/team", "/select-workspace", fill("/login/with/{provider_id:uuid}")):
            assert (await olga.get(page)).status_code in {200, 303, 404}
    finally:
        statements.observers.remove(sent.append)
    begun = [s for s in sent if s.startswith("BEGIN")]
    assert begun
    assert all(s.startswith("BEGIN READ ONLY;") for s in begun), "the fence behind the fence"
    ctx = Context(services, Scope(ACME, wide=True, read_only=True), Actor("staff"), Origin())
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await ctx.execute(_RENAME)
    await ctx.rollback()
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with ctx.widened() as wide:
            await wide.execute(_RENAME)


async def test_it_ends_by_its_button(look: Look, rows: asyncpg.Connection) -> None:
    mia = await look(MIA)
    page = await mia.post("/view-as/end")
    assert page.status_code == 200
    assert "Max-Age=0" in page.headers["set-cookie"]
    assert 'action="/view-as/end"' not in page.text
    gone = await mia.get("/api/w/clinic/settings")
    assert gone.status_code == 401
    assert "Max-Age=0" in gone.headers["set-cookie"], "the cookie is taken away"
    assert (await mia.post("/view-as/end")).status_code == 200
    ended = (await logged(rows, "user.view_ended"))[-1]
    assert (ended["partner_id"], ended["actor_kind"], ended["actor_id"]) == (ACME, "staff", OPERATOR_ID)
    assert MIA.email in ended["acting_as"]


async def test_an_end_by_itself_is_written_into_both_logs(
    look: Look, rows: asyncpg.Connection, services: Services, work: Callable[[], Awaitable[None]]
) -> None:
    mia = await look(MIA)
    await rows.execute("DELETE FROM app.audit_log WHERE action = 'user.view_ended'")
    await _close_ended(services, work)
    assert await logged(rows, "user.view_ended") == [], "it is still open"
    await rows.execute("UPDATE app.staff_views SET expires_at = now()")
    assert (await mia.get("/api/w/clinic/settings")).status_code == 401
    for _ in range(2):  # the second time there is nothing left to tell
        await _close_ended(services, work)
        entries = await logged(rows, "user.view_ended")
        assert sorted(e["partner_id"] for e in entries) == sorted([ACME, PLATFORM])
    for entry in entries:
        assert (entry["actor_kind"], entry["entity_id"]) == ("system", str(MIA.id))
        assert OPERATOR in entry["new_values"]


async def _close_ended(services: Services, work: Callable[[], Awaitable[None]]) -> None:
    for partner in (ACME, PLATFORM):
        ctx = Context(services, Scope(partner, wide=True), Actor("system"), Origin())
        ctx.defer(CLOSE_VIEWS(CloseViewsArgs()))
        await ctx.commit()
        await work()


async def test_it_ends_with_the_staff_session(look: Look, staff: httpx.AsyncClient, rows: asyncpg.Connection) -> None:
    mia = await look(MIA)
    assert (await staff.post("/super-admin/signout")).status_code == 303
    assert (await mia.get("/api/w/clinic/settings")).status_code == 401
    assert (await logged(rows, "user.view_ended"))[-1]["partner_id"] in {ACME, PLATFORM}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE app.staff_views SET expires_at = now()",
        "DELETE FROM app.staff_sessions",
        "UPDATE app.staff_sessions SET last_seen_at = now() - interval '31 minutes'",
        "UPDATE app.users SET status = 'suspended' WHERE email = 'mia@acme.test'",
    ],
)
async def test_it_stands_on_everything_behind_it(look: Look, rows: asyncpg.Connection, statement: str) -> None:
    mia = await look(MIA)
    assert (await mia.get("/api/w/clinic/settings")).status_code == 200
    await rows.execute(statement.replace("mia@acme.test", MIA.email))
    assert (await mia.get("/api/w/clinic/settings")).status_code == 401
    await rows.execute("UPDATE app.users SET status = 'active' WHERE email = $1", MIA.email)


async def test_staff_suspended_see_nothing_more(look: Look, rows: asyncpg.Connection) -> None:
    mia = await look(MIA)
    await rows.execute("UPDATE app.super_admin SET status = 'suspended' WHERE id = $1", OPERATOR_ID)
    assert (await mia.get("/api/w/clinic/settings")).status_code == 401
    await rows.execute("UPDATE app.super_admin SET status = 'active' WHERE id = $1", OPERATOR_ID)


async def test_looking_does_not_prolong_it(look: Look, rows: asyncpg.Connection) -> None:
    mia = await look(MIA)
    until = await rows.fetchval("SELECT expires_at FROM app.staff_views WHERE token_hash IS NOT NULL")
    assert (await mia.get("/w/clinic/dashboard")).status_code == 200
    assert await rows.fetchval("SELECT expires_at FROM app.staff_views WHERE token_hash IS NOT NULL") == until


async def test_open_streams_end_with_it(look: Look) -> None:
    mia = await look(MIA)
    async with mia.stream("GET", "/w/clinic/events") as stream:
        lines = stream.aiter_lines()
        assert (await anext(lines)).startswith("retry:")
        await mia.post("/view-as/end")
        async with asyncio.timeout(20):
            async for _ in lines:
                pass


async def test_a_second_view_takes_the_place_of_the_first(look: Look) -> None:
    mia = await look(MIA)
    olga = await look(OLGA)
    assert (await mia.get("/api/w/clinic/settings")).status_code == 401
    assert (await olga.get("/api/w/clinic/settings")).status_code == 200


async def test_nobody_looks_as_who_runs_the_platform_or_from_within(
    site: Site, staff: httpx.AsyncClient, look: Look, rows: asyncpg.Connection
) -> None:
    now = datetime.now(UTC)
    ours, theirs = uuid7(now), uuid7(now)
    add = "INSERT INTO app.users (partner_id, id, email, password_hash, created_at, updated_at) VALUES ($1, $2, $3, 'x', $4, $4)"
    await rows.execute(add, PLATFORM, ours, "person@inspralv.test", now)
    await rows.execute(add, ACME, theirs, OPERATOR, now)
    for partner, person in ((PLATFORM, ours), (ACME, theirs)):
        here = f"{OPERATOR_PAGES}/{partner}/{person}"
        assert (await staff.post(f"{here}/view")).headers["location"] == f"{here}?done=unseen"
    olga = await look(OLGA)
    climbing = site.at("localhost", headers={"cookie": olga.headers["cookie"]})
    answer = await climbing.post(f"{OPERATOR_PAGES}/{ACME}/{MIA.id}/view")
    assert answer.status_code == 403, "a view opens no console"
    assert (await climbing.get("/super-admin")).status_code == 303
    assert (await olga.get("/super-admin/users")).status_code == 404


async def test_both_names_stand_in_both_logs(look: Look, rows: asyncpg.Connection) -> None:
    await look(MIA)
    entries = (await logged(rows, "user.view_started"))[-2:]
    assert {e["partner_id"] for e in entries} == {ACME, PLATFORM}
    for entry in entries:
        assert (entry["actor_kind"], entry["actor_id"], entry["entity_id"]) == ("staff", OPERATOR_ID, str(MIA.id))
        assert MIA.email in entry["acting_as"]
        assert OPERATOR in entry["new_values"]
        assert MIA.email in entry["new_values"]
