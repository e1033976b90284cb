"""The list of conversations in a browser: the file that goes with it."""

from __future__ import annotations

import re

from playwright.async_api import expect
from tests.journeys.conftest import BASE, Visit


async def test_the_file_is_that_of_what_is_shown(visit: Visit) -> None:
    """Also after filters were changed without a new page."""
    window = await visit("mia")
    page = await window.go(f"{BASE}/conversations")
    await page.get_by_label("Direction").select_option("inbound")
    file = page.get_by_role("link", name="Export")
    await expect(file).to_have_attribute("href", re.compile(r"/export\.csv\?direction=inbound$"))
    await page.get_by_label("Search name, number or agent").fill("nobody of this name")
    await expect(page.get_by_text("No conversations found")).to_be_visible()
    await expect(file).to_have_attribute("href", re.compile(r"search=nobody"))
