"""A real browser on the real application."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from tests.conftest import Site
from tests.world import Cast


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


class Visit:
    """A browser window on one person's host. `complaints` are the console's errors and broken promises of the page."""

    def __init__(self, context: BrowserContext, page: Page, base: str) -> None:
        self.context, self.page, self.base = context, page, base
        self.complaints: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def go(self, path: str) -> Page:
        await self.page.goto(self.base + path)
        return self.page


@pytest.fixture
async def visit(chromium: Browser, site: Site) -> AsyncIterator[Callable[..., Any]]:
    """`await visit(MIA, theme="dark", phone=True)` opens a window, signed in; None is a visitor of Acme's host."""
    opened: list[BrowserContext] = []

    async def open_window(person: Cast | None, *, theme: str = "light", phone: bool = False) -> Visit:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = await chromium.new_context(viewport=size, is_mobile=phone, has_touch=phone, reduced_motion="reduce")
        opened.append(context)
        base = site.url(person.host if person else "acme.localhost")
        cookies = [{"name": "theme", "value": theme, "url": base}]
        if person:
            cookies.append({"name": "session", "value": person.token, "url": base})
        await context.add_cookies(cookies)  # type: ignore[arg-type]
        return Visit(context, await context.new_page(), base)

    yield open_window
    for context in opened:
        await context.close()
