"""The pages of members and invitations."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import asyncpg
from tests.conftest import Site
from tests.people.conftest import invited, member_id, team_id
from tests.world import ACME, ADAM, BAKERY, CLINIC, MIA, NOA, OLGA, RIVAL_SHOP, STAN, VERA, WIM, Cast, settle_person


async def test_the_lists_count_and_search(site: Site) -> None:
    page = (await site.as_(MIA).get("/w/clinic/members")).text
    assert "Members" in page
    assert VERA.email in page
    found = (await site.as_(MIA).get("/w/clinic/members", params={"q": "VERA"})).text
    assert VERA.email in found
    assert WIM.email not in found
    nobody = (await site.as_(MIA).get("/w/clinic/members", params={"q": "<script>"})).text
    assert "<script>" not in nobody.replace("<script ", "")
    team = (await site.as_(OLGA).get("/org/team")).text
    assert "Bright Clinic" in team
    assert "/org/invitations" in team


async def test_a_long_list_comes_page_by_page(site: Site, rows: asyncpg.Connection) -> None:
    """Every client of an agency is in its team: there may be thousands."""
    await _newcomers(rows, 60)
    olga = site.as_(OLGA)
    first, second = [
        html.unescape((await olga.get("/org/team", params={"q": "crowd-", "page": page})).text) for page in (1, 2)
    ]
    shown = [set(re.findall(r"crowd-\d+@acme\.test", page)) for page in (first, second)]
    assert [len(emails) for emails in shown] == [50, 10]
    assert len(shown[0] | shown[1]) == 60
    assert 'href="/org/team?q=crowd-&page=2"' in first
    assert "51–60 of 60" in second
    assert 'href="/org/team?q=crowd-&page=3"' not in second
    assert (await olga.get("/org/team", params={"page": 0})).status_code == 400
    assert len(re.findall("crowd-", (await olga.get("/org/team", params={"q": "crowd-", "page": 9})).text)) < 5


async def _newcomers(rows: asyncpg.Connection, many: int) -> None:
    now = datetime.now(UTC)
    for n in range(many):
        person = Cast(f"crowd-{n}", 5000 + n, ACME, "acme.localhost", "member")
        await settle_person(rows, person, now)


async def test_a_member_sees_no_button_they_may_not_press(site: Site, rows: asyncpg.Connection) -> None:
    page = (await site.as_(VERA).get(f"/w/clinic/members/{await member_id(rows, MIA, CLINIC)}")).text
    assert "Save role" not in page
    own = (await site.as_(WIM).get(f"/w/clinic/members/{await member_id(rows, WIM, CLINIC)}")).text
    assert "You cannot change your own membership" in own
    owner = (await site.as_(ADAM).get(f"/org/team/{await team_id(rows, OLGA)}")).text
    assert "Only owners can change owners" in owner
    assert (await site.as_(MIA).get("/org/invitations")).status_code == 403


async def test_a_role_is_changed_and_somebody_removed_by_form(site: Site, rows: asyncpg.Connection) -> None:
    mia = await member_id(rows, MIA, CLINIC)
    desk = site.as_(WIM)
    wrong = await desk.post(f"/w/clinic/members/{mia}/role", data={"role": "king"})
    assert (wrong.status_code, "Choose a role." in wrong.text) == (400, True)
    changed = await desk.post(f"/w/clinic/members/{mia}/role", data={"role": "admin"})
    assert (changed.status_code, changed.headers["location"]) == (303, "/w/clinic/members?done=role")
    assert await rows.fetchval("SELECT role FROM app.workspace_members WHERE id = $1", mia) == "admin"
    assert (await desk.post(f"/w/clinic/members/{mia}/removal")).status_code == 303
    assert (await site.as_(MIA).get("/w/clinic/agents")).status_code == 404
    own = await desk.post(f"/w/clinic/members/{await member_id(rows, WIM, CLINIC)}/removal")
    assert (own.status_code, "You cannot change your own membership" in own.text) == (400, True)


async def test_inviting_by_form_shows_the_link_once(site: Site, rows: asyncpg.Connection) -> None:
    assert rows
    desk = site.as_(OLGA)
    wrong = await desk.post("/org/invitations", data={"email": "nobody", "role": "member", "message": "Hello"})
    assert wrong.status_code == 400
    assert 'aria-invalid="true"' in wrong.text
    assert "Hello" in wrong.text
    fields = {"email": "new@acme.test", "role": "member", f"workspace.{CLINIC}": "viewer", "message": ""}
    sent = await desk.post("/org/invitations", data=fields)
    assert "/accept-partner-invitation?token=" in sent.text
    later = await desk.get("/org/invitations")
    assert "new@acme.test" in later.text
    assert "token=" not in later.text
    again = await desk.post("/org/invitations", data=fields)
    assert (again.status_code, "invitation that waits" in again.text) == (400, True)
    waiting = await rows.fetchval("SELECT id FROM app.partner_invitations WHERE email = 'new@acme.test'")
    assert (await desk.post(f"/org/invitations/{waiting}/cancel")).status_code == 303
    twice = await desk.post(f"/org/invitations/{waiting}/cancel")
    assert (twice.status_code, "does not wait any more" in twice.text) == (400, True)


async def test_the_accept_page_in_every_state(site: Site, rows: asyncpg.Connection) -> None:
    path = "/accept-workspace-invitation"
    _, token = await invited(site.as_(WIM), "/api/w/clinic/invitations", email=NOA.email, message="<b>Hi</b>")
    stranger = await site.at("acme.localhost").get(path, params={"token": token})
    assert f"/signup?email={NOA.email.replace('@', '%40')}" in stranger.text
    assert "&lt;b&gt;Hi&lt;/b&gt;" in stranger.text
    assert stranger.headers["cache-control"] == "no-store"
    other = await site.as_(VERA).get(path, params={"token": token})
    assert (other.status_code, "another address" in other.text) == (403, True)
    ready = await site.as_(NOA).get(path, params={"token": token})
    assert "Accept the invitation" in ready.text
    joined = await site.as_(NOA).post(path, data={"token": token})
    assert (joined.status_code, joined.headers["location"]) == (303, "/w/clinic/dashboard")
    used = await site.as_(NOA).get(path, params={"token": token})
    assert "was accepted" in used.text
    gone = await site.as_(NOA).get(path, params={"token": "nothing"})
    assert gone.status_code == 404
    _, late = await invited(site.as_(WIM), "/api/w/clinic/invitations", email="late@acme.test")
    await rows.execute("UPDATE app.workspace_invitations SET expires_at = now() WHERE email = 'late@acme.test'")
    assert "too old" in (await site.at("acme.localhost").get(path, params={"token": late})).text


async def test_the_forms_refuse_what_the_api_refuses(site: Site, rows: asyncpg.Connection) -> None:
    """An admin does not touch owners and makes none, nobody touches themself, and ids of elsewhere are not there."""
    wim, mia = await member_id(rows, WIM, CLINIC), await member_id(rows, MIA, CLINIC)
    olga, adam = await team_id(rows, OLGA), await team_id(rows, ADAM)
    elsewhere, theirs = await member_id(rows, WIM, BAKERY), await team_id(rows, STAN)
    invite = {"email": "new@acme.test", "role": "owner"}
    for person, path, data, status in (
        (ADAM, f"/w/clinic/members/{wim}/role", {"role": "viewer"}, 403),
        (ADAM, f"/w/clinic/members/{wim}/removal", {}, 403),
        (ADAM, f"/w/clinic/members/{mia}/role", {"role": "owner"}, 403),
        (ADAM, f"/w/clinic/members/{mia}/ownership", {}, 403),
        (ADAM, f"/org/team/{olga}/role", {"role": "member"}, 403),
        (ADAM, f"/org/team/{olga}/removal", {}, 403),
        (ADAM, f"/org/team/{adam}/role", {"role": "owner"}, 400),
        (ADAM, f"/org/team/{olga}/ownership", {}, 403),
        (OLGA, f"/org/team/{olga}/removal", {}, 400),
        (ADAM, "/org/invitations", invite, 403),
        (WIM, "/w/clinic/members/invitations", invite, 400),
        (OLGA, f"/org/team/{theirs}/role", {"role": "member"}, 404),
        (OLGA, f"/org/team/{theirs}/removal", {}, 404),
        (OLGA, f"/org/team/{theirs}/ownership", {}, 404),
        (WIM, f"/w/clinic/members/{elsewhere}/role", {"role": "viewer"}, 404),
        (WIM, f"/w/clinic/members/{elsewhere}/removal", {}, 404),
        (WIM, f"/w/clinic/members/{elsewhere}/ownership", {}, 404),
        (STAN, f"/w/clinic/members/{mia}/removal", {}, 404),
    ):
        answer = await site.as_(person).post(path, data=data)
        assert answer.status_code == status, (person.name, path, answer.status_code)
    sql = "SELECT role FROM app.workspace_members WHERE workspace_id = $1 AND removed_at IS NULL ORDER BY role"
    kept = await rows.fetch(sql, CLINIC)
    assert [row["role"] for row in kept] == ["member", "owner", "viewer"]
    assert await rows.fetchval("SELECT count(*) FROM app.partner_members WHERE removed_at IS NOT NULL") == 0
    assert await rows.fetchval("SELECT count(*) FROM app.partner_invitations") == 0


async def test_a_form_says_that_its_workspace_is_gone(site: Site, rows: asyncpg.Connection) -> None:
    """It was deleted while the form stood open."""
    sent = {"email": "new@acme.test", "role": "member", f"workspace.{RIVAL_SHOP}": "viewer"}
    answer = await site.as_(OLGA).post("/org/invitations", data=sent)
    assert answer.status_code == 400
    assert re.search(
        r'<form[^>]*aria-labelledby="invite-t".*role="alert">.*There is no such workspace\.', answer.text, re.DOTALL
    )
    assert await rows.fetchval("SELECT count(*) FROM app.partner_invitations") == 0
