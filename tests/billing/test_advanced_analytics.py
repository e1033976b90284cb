"""The feature `advanced_analytics`: what is there with it, what stays without it, and that a switch works at once."""

from __future__ import annotations

from html import unescape

import asyncpg
import httpx
import pytest
from tests.billing.conftest import Agree, spend
from tests.conftest import Site
from tests.world import ACME, ADAM, MIA, OLGA, WIM

PAGE, CSV = "/w/clinic/analytics", "/w/clinic/analytics/export.csv"
API, DAYS = "/api/w/clinic/analytics", "/api/w/clinic/analytics/days"
NAMED = "the feature advanced_analytics, which Acme Voice does not have. Ask whoever runs Acme Voice."


@pytest.fixture(scope="module", autouse=True)
async def agent(site: Site) -> str:
    """An agent to compare, in a module of its own."""
    made = await site.as_(MIA).post("/api/w/clinic/agents", json={"name": "Front desk", "provider": "vapi"})
    return str(made.json()["data"]["id"])


@pytest.fixture(autouse=True)
async def calls(rows: asyncpg.Connection) -> None:
    await spend(rows, 12)


async def test_with_it_everything_is_there(site: Site, agree: Agree, agent: str) -> None:
    await agree("pro")
    page = (await site.as_(WIM).get(PAGE)).text
    for part in ("By agent", "Sentiment", "Front desk", CSV, 'name="agent"'):
        assert part in page, part
    assert "not-included" not in page
    told = (await site.as_(WIM).get(API)).json()["data"]
    assert [one["name"] for one in told["agents"]] == ["Front desk"]
    for path in (CSV, f"{API}?agent={agent}", f"{PAGE}?agent={agent}"):
        assert (await site.as_(WIM).get(path)).status_code == 200


async def test_without_it_totals_and_days_stay(site: Site, agree: Agree) -> None:
    await agree("starter")
    page = (await site.as_(MIA).get(PAGE)).text
    for part in ("Calls per day", "Outcomes", "Key figures", "Last 90 days"):
        assert part in page, part
    assert (await site.as_(MIA).get(f"{PAGE}?days=90")).status_code == 200
    assert (await site.as_(MIA).get("/w/clinic/dashboard?period=90d")).status_code == 200
    stats = (await site.as_(MIA).get("/api/w/clinic/dashboard/stats")).json()["data"]
    assert (stats["total_conversations"], stats["total_minutes"]) == (1, 12)
    days = (await site.as_(MIA).get(DAYS)).json()["data"]
    assert (days["total_calls"], days["success_rate"], [one["minutes"] for one in days["days"]]) == (1, 100, [12])


async def test_without_it_one_card_stands_for_the_rest(site: Site, agree: Agree) -> None:
    await agree("starter")
    for person in (MIA, WIM):
        page = unescape((await site.as_(person).get(PAGE)).text)
        for part in (
            "By agent",
            "Sentiment</h2>",
            CSV,
            'name="agent"',
            "plan</a>",
            "/org/plan",
            "larger plan",
            "Pro",
            "Starter",
        ):
            assert part not in page.split('id="main"')[1], part
        assert "are not set up here. Ask Acme Voice if you need them." in page
    for person in (OLGA, ADAM):
        page = unescape((await site.as_(person).get(PAGE)).text).split('id="main"')[1]
        assert "are part of a larger plan." in page
        assert 'href="/org/plan"' in page
        assert "Sentiment</h2>" not in page


async def test_without_it_programs_and_files_are_refused(site: Site, agree: Agree, agent: str) -> None:
    await agree("starter")
    for path in (API, f"{API}?agent={agent}"):
        refused = await site.as_(WIM).get(path)
        assert (refused.status_code, refused.json()["detail"]) == (403, f"Figures by agent need {NAMED}")
    refused = await site.as_(WIM).get(CSV)
    assert (refused.status_code, f"The export of figures needs {NAMED}" in unescape(refused.text)) == (403, True)
    assert (await site.as_(MIA).get(f"{PAGE}?agent={agent}")).status_code == 403


async def test_the_operator_switches_it_at_once(site: Site, staff: httpx.AsyncClient, agree: Agree) -> None:
    await agree("starter")
    path, wim = f"/api/super-admin/partners/{ACME}", site.as_(WIM)
    for on in (True, False):
        saved = await staff.patch(path, json={"features": {"advanced_analytics": on}})
        assert saved.status_code == 200
        assert await _comes(wim, 200 if on else 403)
        assert ("By agent" in (await wim.get(PAGE)).text) is on
    await agree("pro", features={"advanced_analytics": False})
    assert (await wim.get(API)).status_code == 403, "also against the plan"


async def _comes(client: httpx.AsyncClient, status: int) -> bool:
    """The announcement travels from the transaction to the server's listener, not to the next hour."""
    for _ in range(100):
        if (await client.get(API)).status_code == status:
            return True
    return False


async def test_prices_say_what_it_holds(site: Site, agree: Agree) -> None:
    words = "Figures by agent with their cost, sentiment, export as a file"
    assert words in (await site.at("localhost").get("/pricing")).text
    await agree("starter")
    assert words in (await site.as_(OLGA).get("/org/plan")).text
