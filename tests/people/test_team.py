"""Roles and removal in the organisation and in a workspace."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from tests.conftest import Site
from tests.people.conftest import member_id, status_of, team_id
from tests.world import ACME, ADAM, BAKERY, CLINIC, MIA, NOA, OLGA, STAN, VERA, WIM, Cast

TEAM = "/api/partner/team"
MEMBERS = "/api/w/clinic/members"


async def test_the_team_with_its_workspaces(site: Site) -> None:
    told = (await site.as_(ADAM).get(TEAM)).json()["data"]
    assert [one["email"] for one in told][:2] == [OLGA.email, ADAM.email]
    wim = next(one for one in told if one["email"] == WIM.email)
    assert {(w["slug"], w["role"]) for w in wim["workspaces"]} == {("clinic", "owner"), ("bakery", "admin")}
    assert NOA.email in {one["email"] for one in told}
    assert STAN.email not in {one["email"] for one in told}


async def test_a_client_learns_of_no_other_client(site: Site, rows: asyncpg.Connection) -> None:
    told = {one["email"]: one["workspaces"] for one in (await site.as_(MIA).get(TEAM)).json()["data"]}
    assert set(told) == {OLGA.email, ADAM.email, WIM.email, VERA.email, MIA.email}
    assert [w["slug"] for w in told[WIM.email]] == ["clinic"]
    assert {one["email"] for one in (await site.as_(NOA).get(TEAM)).json()["data"]} == {
        OLGA.email, ADAM.email, NOA.email,
    }  # fmt: skip
    pages = ("/org/team", f"/org/team/{await team_id(rows, NOA)}", "/org/settings", "/org/security", "/org/sign-in")
    for path in pages:
        assert await status_of(site, MIA, path) == 403, path
        assert await status_of(site, ADAM, path) == 200, path


async def test_a_role_counts_on_the_next_request(site: Site, rows: asyncpg.Connection) -> None:
    assert await status_of(site, MIA, "/api/partner/integrations") == 403
    changed = await site.as_(ADAM).patch(f"{TEAM}/{await team_id(rows, MIA)}", json={"role": "admin"})
    assert changed.json()["data"] == {"role": "admin", "success": True}
    assert await status_of(site, MIA, "/api/partner/integrations") == 200
    assert (await site.as_(OLGA).patch(f"{TEAM}/{await team_id(rows, MIA)}", json={"role": "member"})).is_success
    assert await status_of(site, MIA, "/api/partner/integrations") == 403


@pytest.mark.parametrize(
    ("actor", "target", "role", "status"),
    [
        (OLGA, OLGA, "member", 400),
        (ADAM, ADAM, "member", 400),
        (ADAM, OLGA, "member", 403),
        (ADAM, MIA, "owner", 403),
        (MIA, VERA, "admin", 403),
    ],
)
async def test_what_nobody_may_do_in_the_team(
    site: Site, rows: asyncpg.Connection, actor: Cast, target: Cast, role: str, status: int
) -> None:
    path = f"{TEAM}/{await team_id(rows, target)}"
    assert (await site.as_(actor).patch(path, json={"role": role})).status_code == status
    if actor is not target and role != "owner":
        assert (await site.as_(actor).delete(path)).status_code == 403
    if actor is target:
        assert (await site.as_(actor).delete(path)).status_code == 400


async def test_the_last_owner_stays_even_when_two_go_at_once(site: Site, rows: asyncpg.Connection) -> None:
    olga, adam = await team_id(rows, OLGA), await team_id(rows, ADAM)
    assert (await site.as_(OLGA).patch(f"{TEAM}/{adam}", json={"role": "owner"})).is_success
    answers = await asyncio.gather(
        site.as_(OLGA).patch(f"{TEAM}/{adam}", json={"role": "admin"}),
        site.as_(ADAM).patch(f"{TEAM}/{olga}", json={"role": "admin"}),
    )
    assert min(answer.status_code for answer in answers) == 200
    owners = await rows.fetchval(
        "SELECT count(*) FROM app.partner_members WHERE role = 'owner' AND user_id = ANY($1)", [OLGA.id, ADAM.id]
    )
    assert owners == 1


async def test_a_removed_person_is_out_of_everything_at_once(site: Site, rows: asyncpg.Connection) -> None:
    assert await status_of(site, WIM, "/api/w/clinic/agents") == 200
    gone = await site.as_(OLGA).delete(f"{TEAM}/{await team_id(rows, WIM)}")
    assert gone.json()["data"] == {"success": True}
    for path in ("/api/w/clinic/agents", "/api/w/bakery/agents"):
        assert await status_of(site, WIM, path) == 404
    assert await status_of(site, WIM, TEAM) == 403
    actions = await rows.fetch("SELECT action, workspace_id FROM app.audit_log WHERE action = 'member.removed'")
    assert {row["workspace_id"] for row in actions} >= {None, CLINIC, BAKERY}


async def test_ownership_is_handed_over(site: Site, rows: asyncpg.Connection) -> None:
    path = f"{TEAM}/{await team_id(rows, ADAM)}/ownership"
    assert (await site.as_(ADAM).post(path)).status_code == 403
    assert (await site.as_(OLGA).post(path)).json()["data"]["role"] == "owner"
    roles = await rows.fetch(
        "SELECT user_id, role FROM app.partner_members WHERE user_id = ANY($1)", [OLGA.id, ADAM.id]
    )
    assert {row["user_id"]: row["role"] for row in roles} == {OLGA.id: "admin", ADAM.id: "owner"}


async def test_members_of_a_workspace(site: Site, rows: asyncpg.Connection) -> None:
    mia, wim = await member_id(rows, MIA, CLINIC), await member_id(rows, WIM, CLINIC)
    assert (await site.as_(MIA).patch(f"{MEMBERS}/{mia}", json={"role": "viewer"})).status_code == 403
    assert (await site.as_(ADAM).patch(f"{MEMBERS}/{mia}", json={"role": "viewer"})).status_code == 200
    assert (await site.as_(MIA).post("/api/w/clinic/agents", json={"name": "X", "provider": "vapi"})).status_code == 403
    assert (await site.as_(ADAM).patch(f"{MEMBERS}/{wim}", json={"role": "viewer"})).status_code == 403
    assert (await site.as_(OLGA).patch(f"{MEMBERS}/{wim}", json={"role": "viewer"})).status_code == 400
    assert (await site.as_(WIM).patch(f"{MEMBERS}/{mia}", json={"role": "owner"})).status_code == 200
    assert (await site.as_(OLGA).delete(f"{MEMBERS}/{wim}")).status_code == 200
    assert await status_of(site, WIM, "/api/w/clinic/agents") == 404
    assert await status_of(site, WIM, "/api/w/bakery/agents") == 200


async def test_what_is_of_others_is_not_there(site: Site, rows: asyncpg.Connection) -> None:
    theirs = await team_id(rows, STAN)
    for path in (f"{TEAM}/{theirs}", f"{TEAM}/{uuid4()}", f"{MEMBERS}/{await member_id(rows, WIM, BAKERY)}"):
        assert (await site.as_(OLGA).patch(path, json={"role": "member"})).status_code == 404
        assert (await site.as_(OLGA).delete(path)).status_code == 404
    assert (await site.as_(NOA).get(MEMBERS)).status_code == 404


async def test_a_workspace_keeps_an_owner_even_when_two_go_at_once(site: Site, rows: asyncpg.Connection) -> None:
    wim, mia = await member_id(rows, WIM, CLINIC), await member_id(rows, MIA, CLINIC)
    assert (await site.as_(WIM).patch(f"{MEMBERS}/{mia}", json={"role": "owner"})).is_success
    await asyncio.gather(
        site.as_(WIM).patch(f"{MEMBERS}/{mia}", json={"role": "viewer"}),
        site.as_(MIA).delete(f"{MEMBERS}/{wim}"),
        site.as_(OLGA).post(f"/w/clinic/members/{wim}/role", data={"role": "viewer"}),
        site.as_(OLGA).delete(f"{TEAM}/{await team_id(rows, MIA)}"),
    )
    assert await _owners(rows) >= 1


async def test_handing_over_to_somebody_who_is_removed_at_once(site: Site, rows: asyncpg.Connection) -> None:
    """Whichever comes first: the organisation has an owner, who is a member."""
    olga, adam = await team_id(rows, OLGA), await team_id(rows, ADAM)
    mia = await team_id(rows, MIA)
    assert (await site.as_(OLGA).patch(f"{TEAM}/{mia}", json={"role": "owner"})).is_success
    answers = await asyncio.gather(
        site.as_(OLGA).post(f"{TEAM}/{adam}/ownership"),
        site.as_(MIA).delete(f"{TEAM}/{adam}"),
        site.as_(MIA).post(f"{TEAM}/{adam}/ownership"),
        site.as_(MIA).delete(f"{TEAM}/{olga}"),
        site.as_(OLGA).patch(f"{TEAM}/{mia}", json={"role": "member"}),
    )
    assert {answer.status_code for answer in answers} <= {200, 400, 403, 404}, [answer.text for answer in answers]
    sql = "SELECT count(*) FROM app.partner_members WHERE partner_id = $1 AND role = 'owner' AND removed_at IS NULL"
    assert await rows.fetchval(sql, ACME) >= 1


async def test_who_owns_a_workspace_is_removed_by_owners_alone(site: Site, rows: asyncpg.Connection) -> None:
    """Not by an admin of the organisation, neither there nor in the workspace; and what somebody owned alone becomes
    the owner's who removes them."""
    adam, wim = site.as_(ADAM), await team_id(rows, WIM)
    refused = await adam.delete(f"{TEAM}/{wim}")
    assert (refused.status_code, "Only owners" in refused.text) == (403, True)
    page = await adam.post(f"/org/team/{wim}/removal")
    assert (page.status_code, "Only owners can change owners" in page.text) == (403, True)
    shown = (await adam.get(f"/org/team/{wim}")).text
    assert "owns workspaces" in shown
    assert "/removal" not in shown
    assert "/removal" in (await adam.get(f"/org/team/{await team_id(rows, MIA)}")).text
    assert await status_of(site, WIM, "/api/w/clinic/agents") == 200
    assert "become yours" in (await site.as_(OLGA).get(f"/org/team/{wim}")).text
    assert (await site.as_(OLGA).post(f"/org/team/{wim}/removal")).status_code == 303
    owner = await rows.fetch(
        "SELECT workspace_id, user_id FROM app.workspace_members WHERE role = 'owner' AND removed_at IS NULL"
        " AND partner_id = $1", ACME,
    )  # fmt: skip
    assert {(row["workspace_id"], row["user_id"]) for row in owner} == {(CLINIC, OLGA.id)}
    told = await rows.fetchrow(
        "SELECT old_values ->> 'owner' AS old, new_values ->> 'owner' AS new, workspace_id FROM app.audit_log"
        " WHERE action = 'ownership.transferred' AND workspace_id IS NOT NULL ORDER BY id DESC LIMIT 1"
    )
    assert tuple(told) == (str(WIM.id), str(OLGA.id), CLINIC)


async def test_a_workspace_with_another_owner_stays_theirs(site: Site, rows: asyncpg.Connection) -> None:
    mia = await member_id(rows, MIA, CLINIC)
    assert (await site.as_(WIM).patch(f"{MEMBERS}/{mia}", json={"role": "owner"})).is_success
    assert (await site.as_(OLGA).delete(f"{TEAM}/{await team_id(rows, WIM)}")).is_success
    assert await _owners(rows) == 1
    assert await rows.fetchval("SELECT role FROM app.workspace_members WHERE id = $1", mia) == "owner"


async def _owners(rows: asyncpg.Connection) -> int:
    sql = "SELECT count(*) FROM app.workspace_members WHERE workspace_id = $1 AND role = 'owner' AND removed_at IS NULL"
    return int(await rows.fetchval(sql, CLINIC))


async def test_the_log_says_whose_role_it_was(site: Site, rows: asyncpg.Connection) -> None:
    """By address: who reads the log knows people, not memberships."""
    olga = site.as_(OLGA)
    assert (await olga.patch(f"{TEAM}/{await team_id(rows, MIA)}", json={"role": "admin"})).is_success
    assert (await olga.post(f"{TEAM}/{await team_id(rows, MIA)}/ownership")).is_success
    told = await rows.fetch(
        "SELECT action, old_values ->> 'role' AS was, old_values ->> 'email' AS from_, new_values ->> 'email' AS whose,"
        " new_values ->> 'role' AS now FROM app.audit_log WHERE actor_id = $1 ORDER BY id DESC LIMIT 4", OLGA.id
    )  # fmt: skip
    assert {tuple(row) for row in told} == {
        ("member.role_changed", "member", None, MIA.email, "admin"),
        ("member.role_changed", "admin", None, MIA.email, "owner"),
        ("member.role_changed", "owner", None, OLGA.email, "admin"),
        ("ownership.transferred", None, OLGA.email, MIA.email, None),
    }
