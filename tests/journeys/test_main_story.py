"""The main job, as somebody does it: an agent is made, called, and its conversations are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, expect
from tests.conftest import Sandbox
from tests.journeys.conftest import BASE, Visit, Window

from inspralv.demo.sign_ins import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

GREETING = "Lakeside Dental, night line. What can I do for you?"


async def test_from_an_agent_to_its_conversations(
    visit: Visit, sandbox: Sandbox, pace: Callable[[float], Awaitable[None]]
) -> None:
    window = await visit()
    page = await _sign_in(window)
    dashboard = await window.another(f"{BASE}/dashboard")
    await _create_agent(page)
    await _arrives_at_the_provider(page, sandbox)

    await pace(3)
    await _call_in_the_browser(page, dashboard)
    await pace(0)
    await page.get_by_role("link", name="Open conversation").click()
    await _is_written_up(page, "What does a cleaning cost?", "Neutral")
    await _note_is_kept(page)

    await page.goto(f"{window.base}{BASE}/agents")
    await page.get_by_role("link", name="Night line").click()
    await pace(2)
    await _call_a_number(page, dashboard)
    await pace(0)
    await _is_written_up(page, "Thursday is perfect, thank you.", "Positive")
    await expect(dashboard.locator("#live-calls")).to_contain_text("0 active")


async def _sign_in(window: Window) -> Page:
    page = await window.go(f"{BASE}/dashboard")
    await expect(page).to_have_url(f"{window.base}/login?redirect={BASE}/dashboard")
    await page.get_by_label("E-mail").fill("mia@acme.test")
    await page.get_by_label("Password", exact=True).fill("not-the-password")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{window.base}{BASE}/dashboard")
    await expect(page.locator("h1")).to_contain_text("Mia")
    return page


async def _create_agent(page: Page) -> None:
    await page.get_by_role("main").get_by_role("link", name="New agent").click()
    go_on = page.get_by_role("main").get_by_role("button", name="Continue").last
    await go_on.click()
    name = page.get_by_label("Name", exact=True)
    await expect(name).to_have_attribute("aria-invalid", "true")
    await expect(name).to_be_focused()
    await expect(page.locator("#e-name")).to_be_visible()
    await name.fill("Night line")
    await name.press("Enter")
    await expect(page.locator(".steps [aria-current=step]")).to_contain_text("Voice")
    await go_on.click()
    await page.get_by_text("Start from a template").click()
    await page.locator("label.choice", has_text="Support").click()
    await page.get_by_role("button", name="Use template").click()
    await expect(page.get_by_label("Instructions", exact=True)).not_to_have_value("")
    await page.get_by_label("Greeting", exact=True).fill(GREETING)
    await expect(page.get_by_text("Review")).to_be_visible()
    await page.get_by_role("button", name="Create agent").click()
    await expect(page.locator("h1")).to_have_text("Night line")


async def _arrives_at_the_provider(page: Page, sandbox: Sandbox) -> None:
    """The page turns to "Synced" by itself, and the provider has what was typed."""
    await expect(page.locator("[id^=agent-state-] .status")).to_have_text("Synced")
    assistants = (await sandbox.api.get("/assistant", params={"limit": 100})).json()
    [made] = [one for one in assistants if one["name"] == "Night line"]
    assert made["firstMessage"] == GREETING
    assert await page.locator("[id^=agent-state-] code").inner_text() == made["id"]


async def _call_in_the_browser(page: Page, dashboard: Page) -> None:
    await page.locator("[id^=agent-state-]").get_by_role("button", name="Test call").click()
    dialog = page.locator("#voice-test")
    await dialog.get_by_role("button", name="Start call").click()
    await expect(dialog.locator("[data-part=status]")).to_have_text("Live")
    await expect(dialog.locator("[data-part=clock]")).to_have_text("0:01")
    await expect(_said(dialog, "agent").first).to_contain_text(GREETING)
    await expect(dashboard.locator("#live-calls")).to_contain_text("Night line")
    await expect(dashboard.locator("#live-calls")).to_contain_text("1 active")

    line = dialog.get_by_label("What the caller says")
    await line.fill("What does a cleaning cost?")
    await line.press("Enter")
    await expect(line).to_have_value("")
    await expect(_said(dialog, "caller")).to_contain_text("What does a cleaning cost?")
    await expect(dialog.locator("[data-part=log]")).to_contain_text("A colleague can send you an offer today.")

    mute = dialog.get_by_role("button", name="Mute")
    await mute.click()
    await expect(mute).to_have_attribute("aria-pressed", "true")
    await dialog.get_by_role("button", name="End call").click()
    await expect(dialog.locator("[data-part=status]")).to_have_text("Call ended")
    await expect(dashboard.locator("#live-calls")).to_contain_text("0 active")


def _said(dialog: Locator, who: str) -> Locator:
    return dialog.locator(f"[data-part=log] [data-who={who}]")


async def _call_a_number(page: Page, dashboard: Page) -> None:
    await page.get_by_role("link", name="Call a number").click()
    sheet = page.locator("#sheet")
    await sheet.get_by_label("Number to call").fill("12")
    await sheet.get_by_role("button", name="Call", exact=True).click()
    await expect(sheet.locator("#e-customerNumber")).to_be_visible()
    await sheet.get_by_label("Number to call").fill("+1 (415) 555-0101")
    await sheet.get_by_label("Name").fill("Dana Lee")
    await sheet.get_by_role("button", name="Call", exact=True).click()
    await sheet.get_by_role("link", name="Follow the call").click()
    await expect(dashboard.locator("#live-calls")).to_contain_text("Dana Lee")
    await expect(sheet.locator(".talk")).to_contain_text("move my appointment to next week")
    await expect(sheet.get_by_role("button", name="Hang up")).to_be_visible()


async def _is_written_up(page: Page, said: str, mood: str) -> None:
    """The open page moves on by itself from a running call to its report and its recording."""
    call = page.locator("article[data-sheet-part], #sheet-body > *").last
    await expect(call.locator("header .status").first).to_have_text("Completed")
    await expect(call.get_by_role("heading", name="Summary")).to_be_visible()
    await expect(call.locator(".talk")).to_contain_text(said)
    await expect(call.locator("dl.kv").first).to_contain_text("$0.")
    await expect(call.locator("dl.kv").first).to_contain_text(mood)
    audio = call.locator("audio[data-player]")
    await expect(audio).to_have_js_property("readyState", 4)
    assert await audio.evaluate("audio => audio.duration") > 1
    await call.get_by_role("button", name=said).click()
    await page.wait_for_function("() => document.querySelector('article audio, #sheet audio').currentTime > 0")


async def _note_is_kept(page: Page) -> None:
    await page.get_by_label("Note").fill("Send the price list.")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Note")).to_have_value("Send the price list.")
