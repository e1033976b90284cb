"""The audit log in a browser: filters, what they lead to, and the files that go with them."""

from __future__ import annotations

import re

from playwright.async_api import expect
from tests.journeys.conftest import Visit


async def test_filters_lead_through_the_log(visit: Visit) -> None:
    """The files are those of what is shown, also after filters were changed without a new page."""
    window = await visit("olga")
    page = await window.go("/org/audit")
    titles = page.locator("#entries summary strong")
    await page.get_by_label("Action", exact=True).select_option("agent.created")
    await expect(titles.first).to_have_text("Agent: created")
    assert {*await titles.all_inner_texts()} == {"Agent: created"}
    for file in await page.locator("#files a").all():
        await expect(file).to_have_attribute("href", re.compile(r"/org/audit/export\?action=agent\.created&format="))
    await expect(page.locator("#entries summary").filter(has_text="Front desk")).to_have_count(1)
    await page.locator("#entries summary").first.click()
    await page.locator("#entries details[open] dd a[href*='entity_id=']").click()
    only = page.get_by_role("link", name="One thing only")
    await expect(only).to_be_visible()
    await expect(page.locator("#files a").first).to_have_attribute("href", re.compile("entity_id="))
    await only.click()
    await expect(only).to_have_count(0)
    await page.get_by_label("From address").fill("9.9.9.")
    await expect(page.get_by_text("No entry matches")).to_be_visible()


async def test_the_filters_fit_on_a_phone(visit: Visit) -> None:
    window = await visit("olga", phone=True)
    for path in ("/org/audit", "/w/lakeside-dental/audit"):
        page = await window.go(path)
        await page.locator("#entries summary").first.click()
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        for field in await page.locator("form[role=search] :is(input, select):visible").all():
            box = await field.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
