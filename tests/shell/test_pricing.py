"""The price list on a phone: cards that say everything, and nothing that scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from tests.conftest import Site


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_phone_shows_every_figure_and_no_table(visit: Callable[..., Any], site: Site, theme: str) -> None:
    window = await visit(None, theme=theme, phone=True)
    page = window.page
    await window.context.add_cookies([{"name": "theme", "value": theme, "url": site.url("localhost")}])
    await page.goto(site.url("localhost") + "/pricing")
    assert await page.evaluate("document.documentElement.dataset.theme") == theme
    assert not await page.locator("table").is_visible()
    assert "10 GB" in await page.locator('[aria-labelledby="plan-starter"]').inner_text()
    wide = "[...document.querySelectorAll('main *')].some(e => e.scrollWidth > e.clientWidth && getComputedStyle(e).overflowX == 'auto')"
    assert not await page.evaluate(wide)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert (await Axe().run(page)).response["violations"] == []
