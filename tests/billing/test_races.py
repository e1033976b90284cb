"""Many at once for the last place: one gets it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
from httpx import Response
from tests.billing.conftest import Agree, allow, count
from tests.conftest import Sandbox, Site
from tests.world import ACME, CLINIC, MIA, OLGA, WIM, Cast, settle_person

MANY = 6


async def together(attempts: Sequence[Awaitable[Response]], success: int) -> None:
    """All at the same moment; one succeeds, the others are refused by the limit."""
    answers = await asyncio.gather(*attempts)
    assert sorted(a.status_code for a in answers) == [success, *[403] * (len(answers) - 1)], [a.text for a in answers]


async def test_agents(site: Site, rows: asyncpg.Connection, agree: Agree) -> None:
    taken = await count(rows, "ai_agents", "workspace_id = $1 AND deleted_at IS NULL", CLINIC)
    await agree("pro", max_agents_per_workspace=taken + 1)
    body = {"provider": "vapi"}
    await together(
        [site.as_(MIA).post("/api/w/clinic/agents", json={**body, "name": f"Rush {n}"}) for n in range(MANY)], 201
    )
    assert await count(rows, "ai_agents", "workspace_id = $1 AND deleted_at IS NULL", CLINIC) == taken + 1


async def test_a_new_agent_and_one_that_comes_back(site: Site, rows: asyncpg.Connection, agree: Agree) -> None:
    mia, wim, path = site.as_(MIA), site.as_(WIM), "/api/w/clinic/agents"
    gone = (await mia.post(path, json={"name": "Gone", "provider": "vapi"})).json()["data"]["id"]
    assert (await wim.delete(f"{path}/{gone}")).status_code == 200
    taken = await count(rows, "ai_agents", "workspace_id = $1 AND deleted_at IS NULL", CLINIC)
    await agree("pro", max_agents_per_workspace=taken + 1)
    answers = await asyncio.gather(
        wim.post(f"{path}/{gone}/restore"),
        *(mia.post(path, json={"name": "New", "provider": "vapi"}) for _ in range(3)),
    )
    assert sum(a.status_code in {200, 201} for a in answers) == 1, [a.text for a in answers]
    assert await count(rows, "ai_agents", "workspace_id = $1 AND deleted_at IS NULL", CLINIC) == taken + 1


async def test_workspaces(site: Site, rows: asyncpg.Connection, agree: Agree) -> None:
    taken = await count(rows, "workspaces", "partner_id = $1 AND deleted_at IS NULL", ACME)
    await agree("pro", max_workspaces=taken + 1)
    await together([site.as_(OLGA).post("/api/workspaces", json={"name": f"Rush {n}"}) for n in range(MANY)], 200)
    assert await count(rows, "workspaces", "partner_id = $1 AND deleted_at IS NULL", ACME) == taken + 1


async def test_provider_keys(site: Site, rows: asyncpg.Connection, agree: Agree, sandbox: Sandbox) -> None:
    await agree("pro", max_integrations=1)
    body = {"provider": "vapi", "default_secret_key": sandbox.private_key}
    attempts = [
        site.as_(OLGA).post("/api/partner/integrations", json={**body, "name": f"Rush {n}"}) for n in range(MANY)
    ]
    await together(attempts, 201)
    assert await count(rows, "integrations", "partner_id = $1", ACME) == 1


async def test_invitations(site: Site, rows: asyncpg.Connection, agree: Agree) -> None:
    """To the workspace and to the team with a place in it: both take the same places."""
    members = await count(rows, "workspace_members", "workspace_id = $1 AND removed_at IS NULL", CLINIC)
    await agree("pro", max_users_per_workspace=members + 1)
    place = {"workspace_assignments": [{"workspace_id": str(CLINIC), "role": "viewer"}]}
    attempts: list[Awaitable[Response]] = [
        site.as_(WIM).post("/api/w/clinic/invitations", json={"email": f"rush{n}@acme.test"}) for n in range(MANY)
    ]
    attempts += [
        site.as_(OLGA).post("/api/partner/invitations", json={"email": f"team{n}@acme.test", **place})
        for n in range(MANY)
    ]
    await together(attempts, 201)


async def test_pages_and_programs_share_the_last_place(
    site: Site, rows: asyncpg.Connection, agree: Agree, sandbox: Sandbox
) -> None:
    olga, wim = site.as_(OLGA), site.as_(WIM)
    await rows.execute("DELETE FROM app.workspace_invitations; DELETE FROM app.partner_invitations")
    spaces = await count(rows, "workspaces", "partner_id = $1 AND deleted_at IS NULL", ACME)
    keys = await count(rows, "integrations", "partner_id = $1", ACME)
    members = await count(rows, "workspace_members", "workspace_id = $1 AND removed_at IS NULL", CLINIC)
    await agree("pro", max_workspaces=spaces + 1, max_integrations=keys + 1, max_users_per_workspace=members + 1)
    key = {"provider": "vapi", "default_secret_key": sandbox.private_key}
    places = [
        (olga, "/api/workspaces", "/workspace-onboarding", {}, "name"),
        (olga, "/api/partner/integrations", "/org/integrations/new", key, "name"),
        (wim, "/api/w/clinic/invitations", "/w/clinic/members/invitations", {"role": "viewer"}, "email"),
    ]
    for who, api, page, body, name in places:
        both = [who.post(api, json={**body, name: f"api{n}@acme.test"}) for n in range(MANY // 2)]
        both += [who.post(page, data={**body, name: f"page{n}@acme.test"}) for n in range(MANY // 2)]
        answers = await asyncio.gather(*both)
        assert sum(a.status_code in {200, 201, 303} for a in answers) == 1, [(a.status_code, a.text) for a in answers]
        assert sum(a.status_code == 403 for a in answers) == MANY - 1
    assert await count(rows, "workspaces", "partner_id = $1 AND deleted_at IS NULL", ACME) == spaces + 1
    assert await count(rows, "integrations", "partner_id = $1", ACME) == keys + 1
    assert await count(rows, "workspace_invitations", "status = 'pending'") == 1


async def test_accepted_invitations(site: Site, rows: asyncpg.Connection, agree: Agree) -> None:
    """Invited while there was room, which is then taken away but for one place."""
    await agree("pro")
    await rows.execute("DELETE FROM app.workspace_invitations; DELETE FROM app.partner_invitations")
    people = [Cast(f"rush{n}", 40 + n, ACME, "acme.localhost", "member") for n in range(MANY)]
    attempts = []
    for n, person in enumerate(people):
        await settle_person(rows, person, datetime.now(UTC))
        attempts.append((person, *await _invite(site, person, by_team=n % 2 == 0)))
    members = await count(rows, "workspace_members", "workspace_id = $1 AND removed_at IS NULL", CLINIC)
    await allow(rows, CLINIC, max_users=members + 1)
    await together([site.as_(who).post(path, json={"token": token}) for who, path, token in attempts], 200)
    assert await count(rows, "workspace_members", "workspace_id = $1 AND removed_at IS NULL", CLINIC) == members + 1


async def _invite(site: Site, person: Cast, *, by_team: bool) -> tuple[str, str]:
    """Return where the invitation is accepted, and its token. Members of the team are invited to the workspace; for an
    invitation to the team one is out of it first."""
    body: dict[str, Any] = {"email": person.email}
    path, accept = "/api/w/clinic/invitations", "/api/workspace-invitations/accept"
    client = site.as_(WIM)
    if by_team:
        path, accept, client = "/api/partner/invitations", "/api/partner-invitations/accept", site.as_(OLGA)
        team = (await client.get("/api/partner/team")).json()["data"]
        membership = next(one["id"] for one in team if one["email"] == person.email)
        assert (await client.delete(f"/api/partner/team/{membership}")).status_code == 200
        body["workspace_assignments"] = [{"workspace_id": str(CLINIC), "role": "viewer"}]
    sent = await client.post(path, json=body)
    assert sent.status_code == 201, sent.text
    return accept, sent.json()["data"]["invite_link"].partition("token=")[2]
