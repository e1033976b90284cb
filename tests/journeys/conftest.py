"""The whole product as a newcomer meets it: the demo's data, a web server, a worker, the provider sandbox, a browser."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from scripts.find_chromium import find
from tests.conftest import Sandbox, Site, settings_for

from inspralv.assembly import dsns_of, open_services
from inspralv.demo.fill import fill_demo
from inspralv.demo.sign_ins import PASSWORD
from inspralv.foundation.db import migrate
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.embedded import EmbeddedServer
from inspralv.foundation.jobs.worker import run_worker
from inspralv.settings import Settings
from inspralv.worker import queue_of

BASE = "/w/lakeside-dental"
FLAGS = (
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--disable-background-networking",
    "--no-first-run", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")

expect.set_options(timeout=20_000)  # a busy machine is no fault of the page

Visit = Callable[..., Awaitable["Window"]]


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """The database that every module's copy is made of: here the demo's, not the cast's."""
    server.ensure_database("demo")
    settings = settings_for(server.dsn("demo"), 0, Path("/nonexistent"))
    migrate.upgrade(dsns_of(settings))
    fill_demo(settings)
    return "demo"


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = find()
    assert path, "the journeys need Chromium; CHROMIUM=/path names one"
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
async def worker(settings: Settings, sandbox: Sandbox) -> AsyncIterator[None]:
    """A worker that takes jobs all the while, as the one of `make up` does."""
    await sandbox.reset()
    async with open_services(settings) as services:
        working = asyncio.create_task(run_worker(queue_of(settings, services), 4))
        yield
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


@pytest.fixture(scope="module")
async def pace(sandbox: Sandbox) -> AsyncIterator[Callable[[float], Awaitable[None]]]:
    """`await pace(2)` lets the sandbox's calls run twice as fast as real ones; 0 is as fast as possible."""

    async def set_speed(speed: float) -> None:
        (await sandbox.api.post("/_sandbox/speed", json={"speed": speed})).raise_for_status()

    yield set_speed
    await set_speed(0)


@pytest.fixture(scope="module")
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look at the tables."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


class Window:
    """A browser window on Acme's host. Whatever its console complains about fails the test at the end."""

    def __init__(self, context: BrowserContext, page: Page, base: str) -> None:
        self.context, self.page, self.base = context, page, base
        self.allowed = {
            "400",
            "422",
        }  # a form that came back; a story adds what it brings about on purpose, statuses or words
        self.status = 0  # of the last page
        self._complaints: list[str] = []
        self.watch(page)

    def watch(self, page: Page) -> Page:
        page.on(
            "console",
            lambda m: self._complaints.append(f"{page.url} {m.text}") if m.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: self._complaints.append(f"{page.url} {error}"))
        return page

    async def go(self, path: str) -> Page:
        answer = await self.page.goto(self.base + path)
        self.status = answer.status if answer else 0
        return self.page

    async def another(self, path: str) -> Page:
        """A second page of the same person."""
        page = self.watch(await self.context.new_page())
        await page.goto(self.base + path)
        return page

    def complaints(self) -> list[str]:
        return [text for text in self._complaints if not self._is_allowed(text)]

    def _is_allowed(self, text: str) -> bool:
        found = _STATUS.search(text)
        return found[1] in self.allowed if found else any(one in text for one in self.allowed if not one.isdigit())


@pytest.fixture(scope="module")
async def token_of(site: Site) -> Callable[[str], Awaitable[str]]:
    """The session of somebody of Acme, signed in once."""
    known: dict[str, str] = {}

    async def sign_in(name: str) -> str:
        if name not in known:
            answer = await site.at("acme.localhost").post(
                "/login", data={"email": f"{name}@acme.test", "password": PASSWORD}
            )
            assert answer.status_code == 303, answer.text
            known[name] = answer.cookies["session"]
        return known[name]

    return sign_in


@pytest.fixture
async def visit(chromium: Browser, site: Site, token_of: Callable[[str], Awaitable[str]]) -> AsyncIterator[Visit]:
    """`await visit("mia", theme="dark", phone=True)` opens a window, signed in; without a name, a stranger's."""
    opened: list[Window] = []

    async def open_window(
        name: str = "", *, theme: str = "light", phone: bool = False, host: str = "acme.localhost"
    ) -> Window:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = await chromium.new_context(viewport=size, is_mobile=phone, has_touch=phone, reduced_motion="reduce")
        base = site.url(host)
        cookies = {"theme": theme} | ({"session": await token_of(name)} if name else {})
        await context.add_cookies([{"name": key, "value": value, "url": base} for key, value in cookies.items()])
        window = Window(context, await context.new_page(), base)
        opened.append(window)
        return window

    yield open_window
    complaints = [text for window in opened for text in window.complaints()]
    for window in opened:
        await window.context.close()
    assert complaints == []
