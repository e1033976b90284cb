"""Inviting, accepting, and all the ways in which neither works."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from tests.conftest import Site
from tests.people.conftest import invited, newest_mail, status_of, team_id, token_in
from tests.world import ACME, ADAM, BAKERY, CLINIC, MIA, NOA, OLGA, RIVAL_SHOP, STAN, VERA, WIM

PARTNER = "/api/partner/invitations"
WORKSPACE = "/api/w/clinic/invitations"
ACCEPT = "/api/workspace-invitations/accept"
JOIN = "/api/partner-invitations/accept"


async def test_an_invitation_to_a_workspace_from_mail_to_dashboard(site: Site, rows: asyncpg.Connection) -> None:
    told, token = await invited(
        site.as_(WIM), WORKSPACE, email=" Noa@Acme.Test ", role="viewer", message="Have a look!"
    )
    assert (told["email"], told["role"], told["status"]) == (NOA.email, "viewer", "pending")
    assert told["invite_link"].startswith("http://acme.localhost")
    mail = await newest_mail(rows, NOA.email)
    assert told["invite_link"] in mail["plain"]
    assert "Have a look!" in mail["html"]
    assert "Inspralv" not in mail["html"] + mail["plain"] + mail["sender"].partition("<")[0]
    kept = await rows.fetchval("SELECT token_hash FROM app.workspace_invitations WHERE id = $1", told["id"])
    assert token.encode() not in kept
    seen = (await site.at("acme.localhost").get(ACCEPT, params={"token": token})).json()["data"]
    assert (seen["email"], seen["is_expired"], seen["workspace"]["slug"]) == (NOA.email, False, "clinic")
    assert await status_of(site, NOA, "/api/w/clinic/agents") == 404
    joined = (await site.as_(NOA).post(ACCEPT, json={"token": token})).json()["data"]
    assert (joined["role"], joined["redirect"]) == ("viewer", "/w/clinic/dashboard")
    assert await status_of(site, NOA, "/api/w/clinic/agents") == 200
    assert (await site.as_(NOA).post("/api/w/clinic/agents", json={"name": "x", "provider": "vapi"})).status_code == 403


async def test_an_invitation_to_the_team_with_workspaces(site: Site, rows: asyncpg.Connection) -> None:
    await site.as_(OLGA).delete(f"/api/partner/team/{await team_id(rows, NOA)}")
    assignments = [{"workspace_id": str(CLINIC), "role": "admin"}, {"workspace_id": str(BAKERY)}]
    told, token = await invited(
        site.as_(ADAM), PARTNER, email=NOA.email, role="admin", workspace_assignments=assignments
    )
    assert await _action_of(rows, told["id"]) == "invitation.created"
    assert [one["role"] for one in told["workspace_assignments"]] == ["admin", "member"]
    assert "Bright Clinic" in (await newest_mail(rows, NOA.email))["plain"]
    joined = await site.as_(NOA).post(JOIN, json={"token": token})
    assert joined.json()["data"]["role"] == "admin"
    own = await rows.fetch(
        "SELECT workspace_id, role FROM app.workspace_members WHERE user_id = $1 AND removed_at IS NULL", NOA.id
    )
    assert {(row["workspace_id"], row["role"]) for row in own} == {(CLINIC, "admin"), (BAKERY, "member")}
    logged = await rows.fetch("SELECT actor_id FROM app.audit_log WHERE action = 'invitation.accepted'")
    assert NOA.id in {row["actor_id"] for row in logged}


async def test_a_link_works_once_for_one_person(site: Site, rows: asyncpg.Connection) -> None:
    told, token = await invited(site.as_(WIM), WORKSPACE, email=NOA.email)
    assert await _action_of(rows, told["id"]) == "member.invited"
    assert (await site.as_(VERA).post(ACCEPT, json={"token": token})).status_code == 403
    assert (await site.as_(STAN).post(ACCEPT, json={"token": token})).status_code == 404
    assert (await site.at("rival.localhost").get(ACCEPT, params={"token": token})).status_code == 404
    answers = await asyncio.gather(*(site.as_(NOA).post(ACCEPT, json={"token": token}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]
    assert (await site.as_(NOA).post(JOIN, json={"token": token})).status_code == 404
    assert (await site.at("acme.localhost").post(ACCEPT, json={"token": token})).status_code == 401


async def test_too_late_and_again(site: Site, rows: asyncpg.Connection) -> None:
    told, token = await invited(site.as_(WIM), WORKSPACE, email=NOA.email)
    await rows.execute("UPDATE app.workspace_invitations SET expires_at = now() - interval '1 minute'")
    late = await site.as_(NOA).post(ACCEPT, json={"token": token})
    assert late.status_code == 400
    assert "seven days" in late.text
    assert (await site.at("acme.localhost").get(ACCEPT, params={"token": token})).json()["data"]["is_expired"] is True
    again = await site.as_(WIM).post(f"{WORKSPACE}/{told['id']}")
    fresh = token_in(again.json()["data"]["invite_link"])
    assert (await site.as_(NOA).post(ACCEPT, json={"token": token})).status_code == 404
    assert (await site.as_(NOA).post(ACCEPT, json={"token": fresh})).status_code == 200


async def test_taken_back(site: Site, rows: asyncpg.Connection) -> None:
    assert rows
    told, token = await invited(site.as_(WIM), WORKSPACE, email=NOA.email)
    assert (await site.as_(VERA).delete(f"{WORKSPACE}/{told['id']}")).status_code == 403
    assert (await site.as_(WIM).delete(f"{WORKSPACE}/{told['id']}")).status_code == 200
    assert (await site.as_(WIM).delete(f"{WORKSPACE}/{told['id']}")).status_code == 400
    assert (await site.as_(NOA).post(ACCEPT, json={"token": token})).status_code == 404
    assert (await site.as_(WIM).get(WORKSPACE)).json()["data"] == []
    assert (await site.as_(WIM).post(WORKSPACE, json={"email": NOA.email})).status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"email": WIM.email}, 400, "/email"),
        ({"email": MIA.email}, 400, "/email"),
        ({"email": "nobody"}, 400, "/email"),
        ({"email": "a@b.test\r\nBcc: x@y.test"}, 400, "/email"),
        ({"email": "new@acme.test", "role": "owner"}, 400, "/role"),
        ({"email": "new@acme.test", "message": "x" * 501}, 400, "/message"),
        ({}, 400, "/email"),
    ],
)
async def test_what_is_refused(
    site: Site, rows: asyncpg.Connection, body: dict[str, str], status: int, pointer: str
) -> None:
    answer = await site.as_(WIM).post(WORKSPACE, json=body)
    assert answer.status_code == status, answer.text
    assert pointer in {error["pointer"] for error in answer.json()["errors"]}
    assert await rows.fetchval("SELECT count(*) FROM app.workspace_invitations") == 0


async def test_one_invitation_waits_per_address(site: Site, rows: asyncpg.Connection) -> None:
    answers = await asyncio.gather(*(site.as_(WIM).post(WORKSPACE, json={"email": "new@acme.test"}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
    assert await rows.fetchval("SELECT count(*) FROM app.workspace_invitations") == 1


async def test_a_full_workspace_says_which_limit(site: Site, rows: asyncpg.Connection) -> None:
    taken = await rows.fetchval(
        "SELECT count(*) FROM app.workspace_members WHERE workspace_id = $1 AND removed_at IS NULL", CLINIC
    )
    await rows.execute(
        "UPDATE app.workspaces SET resource_limits = jsonb_build_object('max_users', $2::int) WHERE id = $1",
        CLINIC,
        taken + 1,
    )
    assert (await site.as_(WIM).post(WORKSPACE, json={"email": "one@acme.test"})).status_code == 201
    full = await site.as_(WIM).post(WORKSPACE, json={"email": "two@acme.test"})
    assert full.status_code == 403
    assert "max_users" in full.json()["detail"]
    await rows.execute("UPDATE app.workspaces SET resource_limits = '{}' WHERE id = $1", CLINIC)


async def test_only_owners_invite_owners(site: Site, rows: asyncpg.Connection) -> None:
    assert rows
    assert (await site.as_(ADAM).post(PARTNER, json={"email": "o@acme.test", "role": "owner"})).status_code == 403
    assert (await site.as_(OLGA).post(PARTNER, json={"email": "o@acme.test", "role": "owner"})).status_code == 201
    waiting = (await site.as_(ADAM).get(PARTNER)).json()["data"][0]
    assert (await site.as_(ADAM).delete(f"{PARTNER}/{waiting['id']}")).status_code == 403
    assert (await site.as_(MIA).get(PARTNER)).status_code == 403


async def test_workspaces_of_others_cannot_be_assigned(site: Site, rows: asyncpg.Connection) -> None:
    body = {"email": "o@acme.test", "workspace_assignments": [{"workspace_id": str(RIVAL_SHOP)}]}
    answer = await site.as_(OLGA).post(PARTNER, json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/workspace_assignments/0/workspace_id"
    assert await rows.fetchval("SELECT count(*) FROM app.partner_invitations WHERE partner_id = $1", ACME) == 0


async def test_a_workspace_is_assigned_once(site: Site, rows: asyncpg.Connection) -> None:
    """With two roles, nobody could tell which is meant. An id may be written in more than one way."""
    twice = [{"workspace_id": str(CLINIC), "role": "viewer"}, {"workspace_id": CLINIC.hex.upper(), "role": "admin"}]
    answer = await site.as_(OLGA).post(PARTNER, json={"email": "o@acme.test", "workspace_assignments": twice})
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/workspace_assignments/1/workspace_id"]
    assert await rows.fetchval("SELECT count(*) FROM app.partner_invitations WHERE partner_id = $1", ACME) == 0


async def test_a_removed_person_comes_back_through_an_invitation(site: Site, rows: asyncpg.Connection) -> None:
    await site.as_(OLGA).delete(f"/api/partner/team/{await team_id(rows, MIA)}")
    _, token = await invited(site.as_(WIM), WORKSPACE, email=MIA.email, role="member")
    assert (await site.as_(MIA).post(ACCEPT, json={"token": token})).status_code == 200
    assert await status_of(site, MIA, "/api/w/clinic/agents") == 200
    assert await status_of(site, MIA, "/api/partner/team") == 200


async def test_a_member_who_is_invited_keeps_the_higher_role(site: Site, rows: asyncpg.Connection) -> None:
    _, token = await invited(site.as_(OLGA), PARTNER, email="later@acme.test", role="member")
    await rows.execute("UPDATE app.partner_invitations SET email = $1", ADAM.email)
    joined = await site.as_(ADAM).post(JOIN, json={"token": token})
    assert joined.json()["data"]["role"] == "admin"


async def _action_of(rows: asyncpg.Connection, invitation_id: str) -> str:
    """The first entry of the log about an invitation."""
    found: str = await rows.fetchval("SELECT action FROM app.audit_log WHERE entity_id = $1 ORDER BY id", invitation_id)
    return found
