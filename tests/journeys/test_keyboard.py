"""The product without a mouse."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.conftest import BASE, Visit

pytestmark = pytest.mark.journey


async def test_the_palette_finds_an_agent_and_opens_it(visit: Visit) -> None:
    page = await (await visit("mia")).go(f"{BASE}/dashboard")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("after-hours")
    found = page.locator("#palette-results [role=option]", has_text="After-hours line")
    await expect(found).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("After-hours line")
    await expect(page.locator("#palette")).to_be_hidden()


async def test_letters_lead_through_the_pages(visit: Visit) -> None:
    page = await (await visit("mia")).go(f"{BASE}/dashboard")
    for keys, title in [("ga", "Agents"), ("gc", "Conversations"), ("gd", "Good"), ("c", "New agent")]:
        for key in keys:
            await page.keyboard.press(key)
        await expect(page.locator("h1")).to_contain_text(title)


async def test_lists_and_dialogs_open_and_close(visit: Visit) -> None:
    page = await (await visit("mia")).go(f"{BASE}/conversations")
    await page.keyboard.press("?")
    shortcuts = page.locator("#shortcuts")
    await expect(shortcuts).to_contain_text("Go to Agents")
    await page.keyboard.press("g")  # rests while a dialog is open
    await page.keyboard.press("a")
    await page.keyboard.press("Escape")
    await expect(shortcuts).to_be_hidden()
    await expect(page.locator("h1")).to_have_text("Conversations")

    shell = page.locator(".shell")
    await expect(shell).to_have_attribute("data-sidebar", "expanded")
    await page.keyboard.press("Control+/")
    await expect(shell).to_have_attribute("data-sidebar", "collapsed")

    await page.locator("#results tbody a.row-link").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#sheet #conversation-name")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#sheet")).to_be_hidden()


async def test_shortcuts_rest_while_one_types(visit: Visit) -> None:
    page = await (await visit("mia")).go(f"{BASE}/agents")
    await page.locator("#agent-q").click()
    await page.keyboard.type("c?gdt")
    await page.keyboard.press("Control+/")
    await expect(page.locator("#agent-q")).to_have_value("c?gdt")
    await expect(page.locator("#shortcuts")).to_be_hidden()
    await expect(page.locator(".shell")).to_have_attribute("data-sidebar", "expanded")
    await expect(page.locator("html")).to_have_attribute("data-theme", "light")
    await expect(page.locator("h1")).to_have_text("Agents")


async def test_control_s_saves_the_agent(visit: Visit) -> None:
    page = await (await visit("mia")).go(f"{BASE}/agents")
    await page.get_by_role("link", name="Recall line").click()
    await page.get_by_label("Greeting", exact=True).fill("Hello! Your check-up is due.")
    await page.keyboard.press("Control+s")
    await expect(page.locator("#toasts")).to_contain_text("Saved")
    await page.reload()
    await expect(page.get_by_label("Greeting", exact=True)).to_have_value("Hello! Your check-up is due.")
