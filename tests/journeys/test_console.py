"""The operator's console in both themes, on a desktop and on a phone: accessible, nothing cut off."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from playwright.async_api import Browser, expect
from tests.conftest import Site
from tests.journeys.test_every_page import _faults

from inspralv.foundation.secrets import token_hash

pytestmark = [pytest.mark.journey]

PAGES = (
    "/super-admin", "/super-admin/partners", "/super-admin/partners?search=nothing", "/super-admin/partners/new",
    "/super-admin/partner-requests", "/super-admin/users", "/super-admin/jobs", "/super-admin/webhooks",
    "/super-admin/mail",
    "/super-admin/audit",
)  # fmt: skip
FIRST = {"/super-admin/partners": "#partners a.row-link", "/super-admin/users": "#users a.row-link"}


async def test_pages_of_the_console(chromium: Browser, site: Site, rows: asyncpg.Connection) -> None:
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    await rows.execute(
        "INSERT INTO app.staff_sessions (staff_id, token_hash, created_at, last_seen_at, expires_at)"
        " SELECT id, $1, $2, $2, $3 FROM app.super_admin LIMIT 1",
        token_hash(token), now, now + timedelta(hours=1),
    )  # fmt: skip
    base = site.url("localhost")
    context = await chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    await context.add_cookies([{"name": "staff", "value": token, "url": base}])
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(f"{page.url} {m.text}") if m.type in {"error", "warning"} else None)
    paths, faults = list(PAGES), []
    for start, link in FIRST.items():
        await page.goto(base + start)
        paths.append(str(await page.locator(link).first.get_attribute("href")))
    for path in paths:
        await page.goto(base + path)
        await expect(page.locator("h1")).to_have_count(1)
        faults += await _faults(page, path)
    await context.close()
    assert faults + complaints == []
