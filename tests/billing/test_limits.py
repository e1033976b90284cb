"""Each limit of the table, at the limit: over the API and over the pages, from the plan and from what was agreed."""

from __future__ import annotations

from html import unescape
from typing import Any

import asyncpg
import pytest
from httpx import Response
from tests.billing.conftest import Agree, allow
from tests.conftest import Sandbox, Site
from tests.world import BAKERY, CLINIC, MIA, NOA, OLGA, WIM, Cast

AGENTS, KEYS = "/api/w/clinic/agents", "/api/partner/integrations"
INVITATIONS, TEAM = "/api/w/clinic/invitations", "/api/partner/invitations"
WIZARD = "/w/clinic/agents/new"


def key(sandbox: Sandbox, name: str) -> dict[str, Any]:
    return {"provider": "vapi", "name": name, "default_secret_key": sandbox.private_key}


def agent(name: str) -> dict[str, Any]:
    return {"name": name, "provider": "vapi"}


def refusal(answer: Response) -> str:
    assert answer.status_code == 403, answer.text
    return str(answer.json()["detail"])


@pytest.fixture(scope="module", autouse=True)
async def one_of_each(site: Site, sandbox: Sandbox) -> None:
    """The clinic has an agent and three users, the agency two workspaces and a key: the free plan is full."""
    assert (await site.as_(MIA).post(AGENTS, json=agent("First"))).status_code == 201
    assert (await site.as_(OLGA).post(KEYS, json=key(sandbox, "First"))).status_code == 201


async def test_the_free_plan_refuses_over_the_api(site: Site, agree: Agree, sandbox: Sandbox) -> None:
    await agree("free")
    olga = site.as_(OLGA)
    told = {
        "max_workspaces": refusal(await olga.post("/api/workspaces", json={"name": "Third"})),
        "max_agents_per_workspace": refusal(await site.as_(MIA).post(AGENTS, json=agent("Second"))),
        "max_users_per_workspace": refusal(await site.as_(WIM).post(INVITATIONS, json={"email": "new@acme.test"})),
        "max_integrations": refusal(await olga.post(KEYS, json=key(sandbox, "Second"))),
    }
    for limit, words in told.items():
        assert f"({limit})" in words
        assert words.startswith("The plan of Acme Voice allows ")
    assert "allows 1 workspace (max_workspaces), 2 in use. Delete a workspace, or " in told["max_workspaces"]
    assert (
        "allows 1 agent (max_agents_per_workspace), 1 in use. Delete an agent, or " in told["max_agents_per_workspace"]
    )
    assert "Remove somebody, cancel an invitation, or " in told["max_users_per_workspace"]
    assert "allows 1 provider key (max_integrations), 1 in use. Remove a key, or " in told["max_integrations"]


async def test_a_place_in_a_workspace_is_refused_to_the_team_as_well(site: Site, agree: Agree) -> None:
    await agree("free")
    wish = {"email": "new@acme.test", "workspace_assignments": [{"workspace_id": str(CLINIC), "role": "viewer"}]}
    assert "max_users_per_workspace" in refusal(await site.as_(OLGA).post(TEAM, json=wish))
    without = await site.as_(OLGA).post(TEAM, json={"email": "new@acme.test"})
    assert without.status_code == 201, "the organisation itself has no limit of users"


async def test_the_free_plan_refuses_over_the_pages(site: Site, agree: Agree, sandbox: Sandbox) -> None:
    olga = site.as_(OLGA)
    for step in (
        {"step": "1", "name": "Second", "description": "", "provider": "vapi", "config.language": "en", "_do": "next"},
        {"step": "2", "_do": "next"},
    ):
        assert (await olga.post(WIZARD, data=step)).status_code == 303
    last = {"step": "3", "config.first_message": "Hi", "config.system_prompt": "Help.", "_do": "create"}
    invitation = {"email": "new@acme.test", "role": "viewer", "message": ""}
    await agree("free")
    pages: list[tuple[Cast, str, dict[str, Any], str, str]] = [
        (OLGA, "/workspace-onboarding", {"name": "Third"}, "max_workspaces", "Third"),
        (OLGA, WIZARD, last, "max_agents_per_workspace", "Help."),
        (WIM, "/w/clinic/members/invitations", invitation, "max_users_per_workspace", "new@acme.test"),
        (OLGA, "/org/integrations/new", key(sandbox, "Second"), "max_integrations", "Second"),
    ]
    for person, path, form, limit, typed in pages:
        page = await site.as_(person).post(path, data=form)
        assert page.status_code == 403, path
        words = unescape(page.text)
        assert f"({limit})" in words, path
        assert "The plan of Acme Voice allows" in words, path
        assert typed in words, f"{path} forgets what was typed"


async def test_an_undone_deletion_needs_its_place(site: Site, agree: Agree) -> None:
    mia, wim = site.as_(MIA), site.as_(WIM)
    gone = (await mia.post(AGENTS, json=agent("Gone"))).json()["data"]["id"]
    assert (await wim.delete(f"{AGENTS}/{gone}")).status_code == 200
    await agree("free")
    assert "max_agents_per_workspace" in refusal(await wim.post(f"{AGENTS}/{gone}/restore"))


async def test_an_accepted_invitation_needs_its_place(site: Site, agree: Agree, rows: asyncpg.Connection) -> None:
    sent = await site.as_(WIM).post(INVITATIONS, json={"email": NOA.email})
    token = sent.json()["data"]["invite_link"].partition("token=")[2]
    await agree("free")
    words = refusal(await site.as_(NOA).post("/api/workspace-invitations/accept", json={"token": token}))
    assert "(max_users_per_workspace), 3 in use" in words
    page = await site.as_(NOA).post("/accept-workspace-invitation", data={"token": token})
    assert (page.status_code, "max_users_per_workspace" in page.text) == (403, True)
    waits = await rows.fetchval("SELECT status FROM app.workspace_invitations WHERE email = $1", NOA.email)
    assert waits == "pending", "it can be accepted once there is room"


async def test_what_is_agreed_with_the_agency_wins_over_its_plan(site: Site, agree: Agree, sandbox: Sandbox) -> None:
    mia, olga = site.as_(MIA), site.as_(OLGA)
    await agree("free", max_agents_per_workspace=2, max_integrations=2)
    assert (await mia.post(AGENTS, json=agent("Second"))).status_code == 201
    words = refusal(await mia.post(AGENTS, json=agent("Third")))
    assert words.startswith("What is agreed with Acme Voice allows 2 agents (max_agents_per_workspace), 2 in use.")
    assert (await olga.post(KEYS, json=key(sandbox, "Second"))).status_code == 201
    assert "allows 2 provider keys" in refusal(await olga.post(KEYS, json=key(sandbox, "Third")))
    await agree("enterprise", max_agents_per_workspace=2)
    assert "What is agreed" in refusal(await mia.post(AGENTS, json=agent("Third"))), "also below what the plan says"
    await agree("free", max_agents_per_workspace=-1)
    assert (await mia.post(AGENTS, json=agent("Third"))).status_code == 201, "-1 is unlimited"


async def test_what_a_workspace_has_of_its_own_wins(site: Site, agree: Agree, rows: asyncpg.Connection) -> None:
    wim = site.as_(WIM)
    await agree("starter")
    await allow(rows, BAKERY, max_agents=1, max_users=1)
    assert (await wim.post("/api/w/bakery/agents", json=agent("Own"))).status_code == 201
    words = refusal(await wim.post("/api/w/bakery/agents", json=agent("Too many")))
    assert words.startswith("This workspace allows 1 agent (max_agents), 1 in use.")
    words = refusal(await wim.post("/api/w/bakery/invitations", json={"email": "new@acme.test"}))
    assert words.startswith("This workspace allows 1 user, invitations included (max_users), 1 in use.")


async def test_a_share_larger_than_the_whole_gives_no_more(site: Site, agree: Agree, rows: asyncpg.Connection) -> None:
    """As after a smaller plan: what is agreed with the agency holds for each of its workspaces."""
    for figure in (9, -1):
        await allow(rows, BAKERY, max_users=figure)
        await agree("pro", max_users_per_workspace=1)
        words = refusal(await site.as_(WIM).post("/api/w/bakery/invitations", json={"email": "new@acme.test"}))
        assert words.startswith("What is agreed with Acme Voice allows 1 user")


async def test_a_new_workspace_gets_no_more_than_the_agency_has(site: Site, agree: Agree) -> None:
    await agree("starter", max_workspaces=-1)
    for figure, limit in (
        ("max_agents", "max_agents_per_workspace"),
        ("max_minutes_per_month", "max_minutes_per_month"),
    ):
        wish = {"name": "Greedy", "resource_limits": {figure: 100 if figure == "max_agents" else 1001}}
        assert limit in refusal(await site.as_(OLGA).post("/api/workspaces", json=wish))
