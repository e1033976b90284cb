"""Limits are announced before they refuse: by mail, once for each level and month, and on the pages of those who can
do something about it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from html import unescape

import asyncpg
import pytest
from tests.billing.conftest import Agree, allow, spend
from tests.conftest import Site
from tests.world import ACME, ADAM, CLINIC, MIA, OLGA, STAN, VERA, WIM, Cast

from inspralv.billing.tasks import WatchArgs, watch
from inspralv.foundation.context import Actor
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.foundation.services import Services
from inspralv.tenancy.directory import Directory

Look = Callable[[], Awaitable[None]]


@pytest.fixture
async def look(services: Services, rows: asyncpg.Connection) -> AsyncIterator[Look]:
    """`await look()` is the hourly look at what is used. Afterwards nothing is announced."""

    async def run() -> None:
        services.get(Directory).by_id.clear()  # the announcement of a new plan went to the server's process alone
        await watch(
            Job(services, Envelope(partner_id=ACME, workspace_id=None, actor=Actor("system"), args={}), 1), WatchArgs()
        )

    yield run
    await rows.execute("UPDATE app.partners SET limit_notices = '[]'; DELETE FROM app.mail_messages")
    await rows.execute("DELETE FROM app.usage_daily")
    await rows.execute("SELECT pg_notify('cache', 'partners')")


async def told(rows: asyncpg.Connection, person: Cast) -> list[str]:
    """The subjects of a person's mails about limits, the oldest first."""
    found = await rows.fetch(
        "SELECT subject FROM app.mail_messages WHERE template = 'limit_reached' AND recipient = $1 ORDER BY id",
        person.email,
    )
    return [row["subject"] for row in found]


async def says(site: Site, person: Cast, words: str, path: str = "/w/clinic/dashboard") -> bool:
    """Whether a page comes to say something: the announcement travels to the server's listener."""
    for _ in range(60):
        if words in unescape((await site.as_(person).get(path)).text):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_minutes_at_four_fifths_and_at_the_end(
    site: Site, rows: asyncpg.Connection, agree: Agree, look: Look
) -> None:
    await agree("starter")
    await spend(rows, 799)
    await look()
    assert await told(rows, OLGA) == []
    await spend(rows, 800)
    await look()
    nearly = "Acme Voice: 80% of the 1,000 minutes of this month are used"
    assert await told(rows, OLGA) == [nearly]
    assert await says(site, OLGA, "Acme Voice: at least 80% of the 1,000 minutes of this month are used.")
    await spend(rows, 900)
    await look()
    assert await told(rows, OLGA) == [nearly], "once a month"
    await spend(rows, 1000)
    await look()
    assert await told(rows, OLGA) == [nearly, "Acme Voice: all 1,000 minutes of this month are used"]
    assert await says(site, OLGA, "all 1,000 minutes of this month are used. No calls can be started until next month")
    await look()
    assert len(await told(rows, OLGA)) == 2
    assert await told(rows, ADAM) == await told(rows, MIA) == await told(rows, STAN) == [], "owners are told"


async def test_another_figure_is_announced_anew(rows: asyncpg.Connection, agree: Agree, look: Look) -> None:
    await agree("starter")
    await spend(rows, 1000)
    await look()
    await agree("starter", max_minutes_per_month=2000)
    await look()
    await spend(rows, 1700)
    await look()
    await look()
    assert await told(rows, OLGA) == [
        "Acme Voice: all 1,000 minutes of this month are used",
        "Acme Voice: 80% of the 2,000 minutes of this month are used",
    ]


async def test_who_sees_the_notice(site: Site, rows: asyncpg.Connection, agree: Agree, look: Look) -> None:
    await agree("starter")
    await spend(rows, 1000)
    await look()
    words = "all 1,000 minutes of this month are used"
    for path in ("/w/clinic/dashboard", "/w/bakery/agents", "/org/plan", "/org/team"):
        assert await says(site, ADAM, words, path), path
    for person in (MIA, VERA, WIM):
        page = (await site.as_(person).get("/w/clinic/dashboard")).text
        assert words not in page, "of the agency's limits its owners and admins hear"


async def test_a_limit_of_a_workspace_is_told_to_its_owners(
    site: Site, rows: asyncpg.Connection, agree: Agree, look: Look
) -> None:
    await agree("enterprise")
    await allow(rows, CLINIC, max_minutes_per_month=50)
    await spend(rows, 45)
    await look()
    assert await told(rows, WIM) == ["Bright Clinic: 80% of the 50 minutes of this month are used"]
    assert await told(rows, OLGA) == []
    assert await says(site, WIM, "Bright Clinic: at least 80% of the 50 minutes of this month are used.")
    assert await says(site, OLGA, "Workspaces near a limit of their own: 1.", "/org/plan")
    mail = await rows.fetchrow("SELECT html, plain FROM app.mail_messages WHERE recipient = $1", WIM.email)
    assert mail is not None
    assert "/w/clinic/dashboard" in mail["plain"]
    assert "Inspralv" not in mail["html"] + mail["plain"]


@pytest.mark.parametrize("most", [2, 3, 4])
async def test_few_things_are_announced_with_the_last_one(
    site: Site, rows: asyncpg.Connection, agree: Agree, look: Look, most: int
) -> None:
    await rows.execute("UPDATE app.ai_agents SET deleted_at = now()")
    await agree("pro", max_agents_per_workspace=most)
    for n in range(most):
        await look()
        assert await told(rows, WIM) == [], f"{n} of {most} are no reason to write"
        made = await site.as_(MIA).post("/api/w/clinic/agents", json={"name": f"Few {n}", "provider": "vapi"})
        assert made.status_code == 201, made.text
    await look()
    assert await told(rows, WIM) == [f"Bright Clinic: all {most} agents are used"]
    assert await says(site, WIM, f"Bright Clinic: all {most} agents are used.")
    await rows.execute("UPDATE app.ai_agents SET deleted_at = now()")
    await look()
    assert await rows.fetchval("SELECT limit_notices -> 0 -> 'level' FROM app.partners WHERE id = $1", ACME) == "0"


async def test_the_only_one_there_may_be_is_no_news(
    site: Site, rows: asyncpg.Connection, agree: Agree, look: Look
) -> None:
    await rows.execute("UPDATE app.ai_agents SET deleted_at = now()")
    await agree("pro", max_agents_per_workspace=1)
    made = await site.as_(MIA).post("/api/w/clinic/agents", json={"name": "Only", "provider": "vapi"})
    assert made.status_code == 201
    await look()
    assert await told(rows, WIM) == []


async def test_workspaces_and_keys_are_announced_to_the_agency(
    rows: asyncpg.Connection, agree: Agree, look: Look
) -> None:
    await agree("pro", max_workspaces=2)
    await look()
    assert await told(rows, OLGA) == ["Acme Voice: all 2 workspaces are used"]


async def test_another_month_begins_anew(rows: asyncpg.Connection, agree: Agree, look: Look) -> None:
    await agree("starter")
    await spend(rows, 800)
    await look()
    before = json.loads(await rows.fetchval("SELECT limit_notices FROM app.partners WHERE id = $1", ACME))
    await rows.execute(
        "UPDATE app.partners SET limit_notices = $2 WHERE id = $1",
        ACME, json.dumps([{**one, "month": "2020-01"} for one in before]),
    )  # fmt: skip
    await look()
    assert len(await told(rows, OLGA)) == 2
