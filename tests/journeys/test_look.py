"""Theme and phone layout."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from tests.journeys.conftest import BASE, Visit

pytestmark = pytest.mark.journey

_LIGHTNESS = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = getComputedStyle(document.body).backgroundColor;
  pen.fillRect(0, 0, 1, 1);
  return pen.getImageData(0, 0, 1, 1).data[0];
}"""


async def _is_dark(page: Page) -> bool:
    return bool(await page.evaluate(_LIGHTNESS) < 100)


async def test_the_theme_is_in_the_document_before_any_script_runs(visit: Visit) -> None:
    window = await visit("mia")
    page = await window.go(f"{BASE}/dashboard")
    assert not await _is_dark(page)
    await page.get_by_role("button", name="account menu").click()
    await page.get_by_role("menuitemradio", name="Dark").click()
    assert await _is_dark(page)
    sent = await page.reload()
    assert sent
    assert 'data-theme="dark"' in await sent.text()
    plain = await window.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    await plain.add_cookies(await window.context.cookies())  # type: ignore[arg-type]
    without_scripts = await plain.new_page()
    await without_scripts.goto(page.url)
    assert await _is_dark(without_scripts)
    await plain.close()


async def test_without_a_choice_the_system_decides(visit: Visit) -> None:
    page = await (await visit("mia", theme="system")).go(f"{BASE}/dashboard")
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await _is_dark(page) is (scheme == "dark")


async def test_on_a_phone_one_walks_by_the_drawer(visit: Visit) -> None:
    page = await (await visit("mia", phone=True)).go(f"{BASE}/dashboard")
    drawer = page.locator("#sidebar")
    await expect(drawer).to_be_hidden()
    await page.get_by_role("button", name="Open navigation").tap()
    await drawer.get_by_role("link", name="Conversations").tap()
    await expect(page.locator("h1")).to_have_text("Conversations")
    await expect(drawer).to_be_hidden()
    await page.locator("#results a.row-link").first.tap()
    box = await page.locator("#sheet").bounding_box()
    assert box
    assert box["width"] == 390
    await expect(page.locator("#sheet #conversation-name")).to_be_visible()
    await page.locator("#sheet").get_by_role("button", name="Close").tap()
    await expect(page.locator("#sheet")).to_be_hidden()
