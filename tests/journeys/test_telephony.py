"""A number of one's own, as an agency brings it in and its workspace puts an agent on it."""

from __future__ import annotations

import asyncpg
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from tests.journeys.conftest import BASE, Visit

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

OWN, SHOWN = "+14155550177", "+1 (415) 555-0177"


async def test_from_a_trunk_to_an_agent_with_hours(visit: Visit, rows: asyncpg.Connection) -> None:
    window = await visit("olga")
    page = await window.go("/org/telephony")
    await page.get_by_role("link", name="Add a trunk").click()
    await page.get_by_label("Name", exact=True).fill("Lakeside PBX")
    await page.get_by_label("Server").fill("203.0.113.5")
    await page.get_by_label("User name").fill("lakeside")
    await page.get_by_label("Password").fill("a trunk's password")
    await page.get_by_text("More settings").click()
    await page.get_by_label("Register", exact=False).first.uncheck()
    await page.get_by_role("button", name="Add trunk").click()
    await expect(page.get_by_role("link", name="Lakeside PBX")).to_be_visible()
    assert "a trunk's password" not in await page.content()

    await _import(page)
    await expect(page.locator("#number-state")).not_to_contain_text("Being brought in")  # the page follows by itself
    await page.get_by_label("Lent to").select_option(label="Lakeside Dental")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("link", name="Agents and hours").click()

    await page.get_by_label("Answers incoming calls").select_option(index=1)
    await page.get_by_label("Answer during business hours only").check()
    await page.get_by_role("button", name="Practice with a midday break").click()
    await expect(page.get_by_label("Thursday to").nth(1)).to_have_value("18:00")
    await page.get_by_role("button", name="Add hours on Saturday").click()
    await page.get_by_label("Saturday from").fill("10:00")
    await page.get_by_label("Saturday to").fill("13:00")
    await page.get_by_label("A message is spoken, then the call ends").check()
    await page.get_by_role("main").get_by_role("button", name="Save").last.click()
    await expect(page.locator("#e-fallback-message")).to_be_visible()  # a message without words
    await page.get_by_label("Message", exact=True).fill("We are closed right now.")
    found = await Axe().run(page)
    assert [violation["id"] for violation in found.response["violations"]] == []
    await page.get_by_role("main").get_by_role("button", name="Save").last.click()
    await expect(page.locator("[id^=number-state-]")).to_contain_text("Bound")

    stored = await rows.fetchrow(
        "SELECT hours, fallback_kind, bound FROM app.phone_numbers WHERE phone_number = $1", OWN
    )
    assert '"sat": [{"end": "13:00", "start": "10:00"}]' in str(stored["hours"])
    assert stored["fallback_kind"] == "message"
    assert "route" in str(stored["bound"])

    await page.goto(f"{window.base}{BASE}/telephony")
    await expect(page.get_by_role("row").filter(has_text=SHOWN)).to_contain_text("Bound")


async def _import(page: Page) -> None:
    await page.get_by_role("main").get_by_role("link", name="Import a number").first.click()
    await page.get_by_label("Number", exact=True).fill("0171 234567")
    await page.get_by_role("main").get_by_role("button", name="Import").click()
    await expect(page.locator("#e-phone_number")).to_contain_text("country code")
    await page.get_by_label("Number", exact=True).fill(OWN)
    await page.locator("#f-integration_id").select_option(label="Vapi · Vapi sandbox")
    await page.get_by_role("main").get_by_role("button", name="Import").click()
    await expect(page.locator("h1")).to_contain_text(SHOWN)
