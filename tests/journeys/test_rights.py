"""What somebody without a right sees, and what happens when a right is withdrawn."""

from __future__ import annotations

import asyncpg
import pytest
from playwright.async_api import expect
from tests.conftest import Site
from tests.journeys.conftest import BASE, Visit

pytestmark = pytest.mark.journey


async def test_a_viewer_reads_and_changes_nothing(visit: Visit) -> None:
    window = await visit("vera")
    page = await window.go(f"{BASE}/agents")
    await expect(page.locator("#agents > article")).to_have_count(3)
    await expect(page.get_by_role("link", name="New agent")).to_have_count(0)
    await expect(page.locator("[aria-label^='Actions for'], main [role=switch]")).to_have_count(0)
    await expect(page.locator("main").get_by_role("button", name="Test call").first).to_be_disabled()
    await page.keyboard.press("c")
    await expect(page.locator("h1")).to_have_text("Agents")
    await page.get_by_role("link", name="Front desk").click()
    await expect(page.locator("h1")).to_have_text("Front desk")
    await expect(page.get_by_label("Greeting", exact=True)).to_be_disabled()
    await expect(page.get_by_role("button", name="Save")).to_have_count(0)
    await expect(page.get_by_role("link", name="Delete this agent")).to_have_count(0)
    page = await window.go(f"{BASE}/settings")
    await expect(page.get_by_label("Name", exact=True)).to_have_attribute("readonly", "")
    await expect(page.get_by_role("button", name="Save changes")).to_have_count(0)
    window.allowed |= {"403"}
    page = await window.go(f"{BASE}/agents/new")
    await expect(page.locator(".door-empty .glyph")).to_be_visible()
    await expect(page.get_by_role("link", name="Home")).to_be_visible()


async def test_what_is_not_ones_own_does_not_exist(visit: Visit) -> None:
    window = await visit("vera")
    window.allowed |= {"404"}
    titles = []
    for path in ("/w/corner-bakery/dashboard", "/w/north-studio/dashboard", "/w/nowhere/dashboard"):
        page = await window.go(path)
        titles.append(await page.locator(".door-empty").inner_text())
    assert len(set(titles)) == 1
    await expect(page.get_by_role("link", name="Acme Voice")).to_be_visible()


async def test_a_host_that_nobody_has(visit: Visit, site: Site) -> None:
    window = await visit()
    window.allowed |= {"404"}
    await window.page.goto(site.url("nobody.localhost", "/nothing-here"))
    await expect(window.page.locator("h1")).to_be_visible()
    await expect(window.page.get_by_text("Acme Voice")).to_have_count(0)


async def test_a_withdrawn_right_ends_the_live_stream(visit: Visit, rows: asyncpg.Connection) -> None:
    """The open page turns away by itself, long before the stream looks at the rights unasked (once a minute)."""
    window = await visit("mia")
    window.allowed |= {"404", "SSE reconnect failed with status 404"}
    async with window.page.expect_response(lambda answer: "/events" in answer.url):
        page = await window.go(f"{BASE}/dashboard")
    async with rows.transaction():
        who = await rows.fetchrow(
            "DELETE FROM app.workspace_members m USING app.users u, app.workspaces w"
            " WHERE u.id = m.user_id AND u.email = 'mia@acme.test' AND w.id = m.workspace_id"
            " AND w.slug = 'lakeside-dental' RETURNING m.partner_id, m.user_id"
        )
        await rows.execute("SELECT pg_notify('rights', $1)", f"{who[0]}:{who[1]}")
    await expect(page.locator(".door-empty")).to_be_visible(timeout=15_000)
