"""Links between the frames: public pages, the door, a workspace, the organisation, the account, and to what is gone."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from tests.journeys.conftest import BASE, Visit

pytestmark = pytest.mark.journey

LINKS = (
    ("", "localhost", "/", "header a[href='/login']"),
    ("", "localhost", "/login", "header a[href='/']"),
    ("", "acme.localhost", "/docs", "header a[href='/signup']"),
    ("olga", "acme.localhost", "/select-workspace", f"main a[href='{BASE}/dashboard']"),
    ("olga", "acme.localhost", "/select-workspace", "main a[href='/org']"),
    ("olga", "acme.localhost", "/select-workspace", "footer a[href='/account']"),
    ("olga", "acme.localhost", "/account/api-keys", "main a[href='/docs']"),
    ("olga", "acme.localhost", "/docs", "main a[href='/account/api-keys']"),
)
FRAME = "() => [document.body.className, ...[...document.body.children].map((e) => `${e.localName}#${e.id}`)]"


async def _is_drawn(page: Page) -> list[str]:
    drawn: list[str] = await page.evaluate(FRAME)
    return drawn


@pytest.mark.parametrize(("name", "host", "start", "link"), LINKS)
async def test_a_link_into_another_frame_brings_the_frame_along(
    visit: Visit, name: str, host: str, start: str, link: str
) -> None:
    """The page is the one that its address shows, with its own navigation around it."""
    page = await (await visit(name, host=host)).go(start)
    before = page.url
    await page.locator(link).first.click()
    await expect(page).not_to_have_url(before)
    await page.wait_for_load_state()
    clicked = await _is_drawn(page)
    await page.reload()
    assert clicked == await _is_drawn(page)


@pytest.mark.parametrize("name", ["olga", "mia"])
async def test_a_link_to_what_one_may_not_see_shows_why(visit: Visit, name: str) -> None:
    """A right withdrawn, or a thing deleted, since the link was drawn."""
    window = await visit(name)
    window.allowed |= {"403", "404"}
    path, told = {
        "olga": ("/w/nowhere/dashboard", "Not found"),
        "mia": (f"{BASE}/audit", "You do not have permission"),
    }[name]
    page = await window.go("/select-workspace")
    await page.locator("main a").first.evaluate("(link, path) => { link.href = path; }", path)
    await page.locator("main a").first.click()
    await expect(page.locator("h1")).to_contain_text(told)
    await expect(page).to_have_url(f"{window.base}{path}")
