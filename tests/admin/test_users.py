"""People of all partners in the console: found, suspended, signed out, sent a link."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import asyncpg
import httpx
from tests.admin.conftest import OPERATOR_ID, logged
from tests.conftest import Site
from tests.world import ACME, ADAM, MIA, NOA, OLGA, PASSWORD, PLATFORM, RIVAL, STAN

ALL = "/super-admin/users"


async def test_people_are_found_over_all_partners(staff: httpx.AsyncClient) -> None:
    everybody = (await staff.get(ALL)).text
    assert MIA.email in everybody
    assert STAN.email in everybody
    found = (await staff.get(ALL, params={"search": MIA.email.upper()})).text
    assert (MIA.email in found, STAN.email in found) == (True, False)
    of_rival = (await staff.get(ALL, params={"partner": str(RIVAL)})).text
    assert (MIA.email in of_rival, STAN.email in of_rival) == (False, True)
    assert "Nobody matches" in (await staff.get(ALL, params={"search": "' OR 1=1 --"})).text
    assert (await staff.get(f"{ALL}/{RIVAL}/{MIA.id}")).status_code == 404, (
        "an account is found in its own partner only"
    )


async def test_a_suspended_account_is_signed_out_and_kept_out(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection
) -> None:
    here = f"{ALL}/{ACME}/{MIA.id}"
    mia = site.as_(MIA)
    assert (await mia.get("/api/w/clinic/settings")).status_code == 200
    assert (await staff.post(f"{here}/suspension")).headers["location"] == f"{here}?done=suspended"
    assert (await mia.get("/api/w/clinic/settings")).status_code == 401
    credentials = {"email": MIA.email, "password": PASSWORD}
    assert (await site.at("acme.localhost").post("/api/auth/signin", json=credentials)).status_code == 403
    assert (await staff.post(f"{here}/suspension")).headers["location"] == f"{here}?done=nothing"
    assert (await staff.post(f"{here}/reactivation")).headers["location"] == f"{here}?done=reactivated"
    assert (await mia.get("/api/w/clinic/settings")).status_code == 401, "the sessions stay ended"
    assert (await site.at("acme.localhost").post("/api/auth/signin", json=credentials)).status_code == 200
    for action in ("user.suspended", "user.reactivated"):
        entries = await logged(rows, action)
        assert {(e["partner_id"], e["actor_id"], e["entity_id"]) for e in entries} == {
            (ACME, OPERATOR_ID, str(MIA.id)), (PLATFORM, OPERATOR_ID, str(MIA.id)),
        }  # fmt: skip
        assert {json.loads(e["new_values"])["email"] for e in entries} == {MIA.email}


async def test_the_links_of_somebody_suspended_end(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection
) -> None:
    """For good: reactivated, they may invite anew."""
    for person, path, email in (
        (ADAM, "/api/partner/invitations", "by-adam@acme.test"), (ADAM, "/api/w/clinic/invitations", "by-adam@clinic.test"),
        (OLGA, "/api/partner/invitations", "by-olga@acme.test"),
    ):  # fmt: skip
        assert (await site.as_(person).post(path, json={"email": email})).status_code == 201
    here = f"{ALL}/{ACME}/{ADAM.id}"
    assert (await staff.post(f"{here}/suspension")).headers["location"] == f"{here}?done=suspended"
    assert (await staff.post(f"{here}/reactivation")).headers["location"] == f"{here}?done=reactivated"
    found = await rows.fetch(
        "SELECT email, status FROM app.partner_invitations UNION SELECT email, status FROM app.workspace_invitations"
    )
    assert {(row["email"], row["status"]) for row in found} == {
        ("by-adam@acme.test", "cancelled"), ("by-adam@clinic.test", "cancelled"), ("by-olga@acme.test", "pending"),
    }  # fmt: skip
    logged_there = await logged(rows, "invitation.revoked")
    assert {(e["partner_id"], e["actor_id"]) for e in logged_there} == {(ACME, OPERATOR_ID)}
    assert len(logged_there) == 2


async def test_every_session_of_a_person_is_ended(
    site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection
) -> None:
    stan = site.as_(STAN)
    assert (await stan.get("/api/workspaces")).status_code == 200
    assert (await staff.post(f"{ALL}/{RIVAL}/{STAN.id}/sessions")).status_code == 303
    assert (await stan.get("/api/workspaces")).status_code == 401
    assert {e["partner_id"] for e in await logged(rows, "user.sessions_ended")} == {RIVAL, PLATFORM}


async def test_a_password_link_goes_to_the_person_alone(
    staff: httpx.AsyncClient, rows: asyncpg.Connection, work: Callable[[], Awaitable[None]]
) -> None:
    here = f"{ALL}/{ACME}/{NOA.id}"
    answer = await staff.post(f"{here}/password-link")
    assert answer.headers["location"] == f"{here}?done=sent"
    await work()
    mail = await rows.fetchrow("SELECT * FROM app.mail_messages WHERE recipient = $1 ORDER BY id DESC", NOA.email)
    assert (mail["partner_id"], mail["template"]) == (ACME, "reset_password")
    assert "token=" in mail["plain"]
    assert {e["partner_id"] for e in await logged(rows, "user.password_link_sent")} == {ACME, PLATFORM}
