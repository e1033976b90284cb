"""What the scripts of the frame do, in a real browser under the real content policy."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect
from tests.journeys.faults import STILL
from tests.world import MIA, WIM

_DASHBOARD = "/w/clinic/dashboard"


async def _violations(page: Any) -> list[str]:
    await page.evaluate(STILL)
    found = await Axe().run(page)
    return [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found.response["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True])
async def test_frames_are_accessible_and_keep_the_policy(visit: Any, theme: str, *, phone: bool) -> None:
    stranger = await visit(None, theme=theme, phone=phone)
    for path in ("/", "/login", "/nothing-here"):
        assert not await _violations(await stranger.go(path)), path
    member = await visit(WIM, theme=theme, phone=phone)
    page = await member.go(_DASHBOARD)
    assert not await _violations(page)
    await page.keyboard.press("Control+k")
    await expect(page.locator("#palette")).to_be_visible()
    assert not await _violations(page)
    assert not [c for c in member.complaints + stranger.complaints if "404" not in c]


async def test_the_palette_finds_pages_and_opens_them(visit: Any) -> None:
    page = await (await visit(MIA)).go(_DASHBOARD)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("conversat")
    await expect(page.locator("#palette [data-static] [role=option]:visible")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{page.url.partition('/w/')[0]}/w/clinic/conversations")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("zzzz")
    await expect(page.locator(".palette-empty")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#palette")).to_be_hidden()


async def test_shortcuts_work_and_rest_while_typing(visit: Any) -> None:
    window = await visit(MIA)
    page = await window.go(_DASHBOARD)
    await page.keyboard.press("?")
    await expect(page.locator("#shortcuts")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#shortcuts")).to_be_hidden()
    await page.keyboard.press("g")
    await page.keyboard.press("c")
    await page.wait_for_url("**/conversations")
    await page.locator("main input[type=search]").focus()
    await page.keyboard.type("?t")
    await expect(page.locator("#shortcuts")).to_be_hidden()
    assert await page.locator("html").get_attribute("data-theme") == "light"


async def test_theme_and_sidebar_outlive_a_reload(visit: Any) -> None:
    page = await (await visit(MIA)).go(_DASHBOARD)
    await page.keyboard.press("t")
    await page.keyboard.press("Control+/")
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.locator(".shell")).to_have_attribute("data-sidebar", "collapsed")


async def test_navigation_swaps_the_page_and_keeps_the_document(visit: Any) -> None:
    page = await (await visit(MIA)).go(_DASHBOARD)
    await page.evaluate("window.same = true")
    await page.click("#sidebar-nav a[href$='/conversations']")
    await expect(page.locator("h1")).to_have_text("Conversations")
    await expect(page.locator("#sidebar-nav [aria-current=page]")).to_have_text("Conversations")
    assert await page.evaluate("window.same") is True
    await expect(page).to_have_title("Conversations · Acme Voice")
    await expect(page.locator("#main")).to_be_focused()
    await page.go_back()
    await expect(page.locator("#sidebar-nav [aria-current=page]")).to_have_text("Dashboard")


async def test_a_page_with_a_wider_policy_is_loaded_whole(visit: Any) -> None:
    """The document's own policy governs; without a real load a test call could not reach the provider."""
    page = await (await visit(MIA)).go(_DASHBOARD)
    await page.evaluate("window.same = true")
    await page.click("#sidebar-nav a[href$='/agents']")
    await expect(page.locator("h1")).to_have_text("Agents")
    assert await page.evaluate("document.documentElement.dataset.policy") != ""
    assert await page.evaluate("window.same") is None


async def test_unsaved_changes_are_not_lost_silently(visit: Any) -> None:
    page = await (await visit(WIM)).go("/w/clinic/settings")
    save = page.locator("form[data-guard] [data-when-changed]")
    await expect(save).to_be_disabled()
    await page.fill("form[data-guard] [name=name]", "Brighter Clinic")
    await expect(save).to_be_enabled()
    await page.click("#sidebar-nav a[href$='/members']")
    await page.click("#confirm [value=cancel]")
    await expect(page.locator("form[data-guard] [name=name]")).to_have_value("Brighter Clinic")
    await page.click("#sidebar-nav a[href$='/members']")
    await page.click("#confirm [value=ok]")
    await expect(page.locator("h1")).to_have_text("Members")


async def test_the_strength_meter_follows_the_password(visit: Any) -> None:
    page = await (await visit(None)).go("/signup")
    for password, points in [("aaa", 0), ("password", 1), ("Tr0ub4dor&3x", 8), ("correct-Horse-7-battery", 10)]:
        await page.fill("[data-strength]", password)
        assert await page.locator(".strength meter").evaluate("meter => meter.value") == points, password
    await expect(page.locator(".strength [data-rule=length]")).to_have_attribute("data-met", "true")


async def test_on_a_phone_the_sidebar_is_a_drawer_and_dialogs_are_sheets(visit: Any) -> None:
    page = await (await visit(MIA, phone=True)).go(_DASHBOARD)
    await expect(page.locator("#sidebar")).to_be_hidden()
    await page.click("[popovertarget=sidebar]")
    await page.click("#sidebar-nav a[href$='/members']")
    await expect(page.locator("h1")).to_have_text("Members")
    await expect(page.locator("#sidebar")).to_be_hidden()
    await page.keyboard.press("?")
    sheet = page.locator("#shortcuts[open]")
    await sheet.evaluate("(dialog) => Promise.all(dialog.getAnimations().map((one) => one.finished))")  # it has risen
    box = await sheet.bounding_box()
    assert box
    assert (box["x"], box["width"]) == (0, 390)
    assert round(box["y"] + box["height"]) == 844
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
