"""An agent's past and its state at the provider, as somebody works with them: edit, compare, go back, adopt."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from tests.conftest import Sandbox
from tests.journeys.conftest import BASE, Visit

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

GREETING = "[name='config.first_message']"


async def _open_agent(page: Page) -> None:
    await page.locator("#agents h2 a").first.click()
    await expect(page.get_by_role("navigation", name="About this agent")).to_be_visible()


async def _save(page: Page, greeting: str) -> None:
    await page.locator(GREETING).fill(greeting)
    await page.get_by_role("button", name="Save", exact=True).last.click()
    await expect(page.locator("#toasts, main").get_by_text("Saved", exact=True).first).to_be_visible()


async def test_edit_compare_and_go_back(visit: Visit) -> None:
    window = await visit("mia")
    page = await window.go(f"{BASE}/agents")
    await _open_agent(page)
    await _save(page, "Good morning, this is the front desk.")
    await _save(page, "Good evening, this is the front desk.")
    await page.get_by_role("link", name="Versions").click()
    await expect(page.get_by_role("link", name="Version 3", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Compare").click()
    await expect(page.locator("del")).to_have_text(["morning"])
    await expect(page.locator("ins")).to_have_text(["evening"])
    await page.get_by_role("link", name="Restore version 2").click()
    await page.get_by_label("Note").fill("Mornings matter more")
    await page.get_by_role("button", name="Restore version 2").click()
    await expect(page.get_by_role("status").filter(has_text="Version 2 is back, as version 4")).to_be_visible()
    await expect(page.get_by_text("Mornings matter more")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("link", name="Version 5", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Editor").click()
    await expect(page.locator(GREETING)).to_have_value("Good evening, this is the front desk.")


async def test_a_change_at_the_provider_is_seen_and_adopted(visit: Visit, sandbox: Sandbox) -> None:
    window = await visit("mia")
    page = await window.go(f"{BASE}/agents")
    card = page.locator("#agents article").filter(has_text="Vapi").last
    await expect(card).to_contain_text("Synced")
    await card.locator("h2 a").click()
    remote = await page.locator("[id^=agent-state-] code").inner_text()
    patch = {"firstMessage": "Howdy, partner."}
    answer = await sandbox.api.post("/_sandbox/drift", json={"assistantId": remote, "patch": patch})
    answer.raise_for_status()
    await page.get_by_role("link", name="Provider state").click()
    await page.get_by_role("button", name="Check now").click()
    await expect(page.locator("#drift-h")).to_have_text("Changed at Vapi")
    await expect(page.locator("main")).to_contain_text("Howdy, partner.")
    cards = await window.another(f"{BASE}/agents")
    await expect(cards.get_by_role("link", name="Changed at Vapi")).to_be_visible()
    await page.get_by_role("button", name="Adopt here").click()
    await expect(page.locator("#drift-h")).to_have_text("Vapi has exactly this")
    await expect(cards.get_by_role("link", name="Changed at Vapi")).to_have_count(0)
    await page.get_by_role("link", name="Editor").click()
    await expect(page.locator(GREETING)).to_have_value("Howdy, partner.")
