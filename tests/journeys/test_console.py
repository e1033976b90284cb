"""The operator's console in both themes, on a desktop and on a phone: accessible, nothing cut off."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from playwright.async_api import Browser, expect
from tests.conftest import Site
from tests.journeys.conftest import BASE
from tests.journeys.faults import faults_of

from inspralv.foundation.secrets import token_hash

pytestmark = [pytest.mark.journey]

PAGES = (
    "/super-admin", "/super-admin/partners", "/super-admin/partners?search=nothing", "/super-admin/partners/new",
    "/super-admin/partner-requests", "/super-admin/users", "/super-admin/jobs", "/super-admin/webhooks",
    "/super-admin/mail",
    "/super-admin/audit",
)  # fmt: skip
FIRST = {
    "/super-admin/partners": "#partners a.row-link", "/super-admin/users": "#users a.row-link",
    "/super-admin/partner-requests": "#requests a.row-link", "/super-admin/mail": "#mails a.row-link",
    "/super-admin/webhooks": "#letters a.row-link",
}  # fmt: skip
APPLICATION = {
    "company_name": "Northwind", "contact_name": "Nadia", "contact_email": "n@new.test", "desired_subdomain": "northwind",
    "business_description": "We answer calls.", "use_case": "Booking appointments.",
}  # fmt: skip


async def test_pages_of_the_console(chromium: Browser, site: Site, rows: asyncpg.Connection) -> None:
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    await rows.execute(
        "INSERT INTO app.staff_sessions (staff_id, token_hash, created_at, last_seen_at, expires_at)"
        " SELECT id, $1, $2, $2, $3 FROM app.super_admin LIMIT 1",
        token_hash(token), now, now + timedelta(hours=1),
    )  # fmt: skip
    base = site.url("localhost")
    applied = await site.at("localhost").post(
        "/api/partner-requests", json=APPLICATION
    )  # which tells the operator by mail
    assert applied.status_code == 201, applied.text
    await rows.execute(
        "INSERT INTO app.provider_inbox"
        " (partner_id, workspace_id, provider, endpoint_id, event_key, id, body, received_at, status, note)"
        " SELECT w.partner_id, w.id, 'vapi', gen_random_uuid(), 'one', gen_random_uuid(), '{}', $1, 'failed', 'Not JSON'"
        " FROM app.workspaces w LIMIT 1", now,
    )  # fmt: skip
    context = await chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    await context.add_cookies([{"name": "staff", "value": token, "url": base}])
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(f"{page.url} {m.text}") if m.type in {"error", "warning"} else None)
    paths, faults = list(PAGES), []
    for start, link in FIRST.items():
        await page.goto(base + start)
        paths.append(str(await page.locator(link).first.get_attribute("href")))
    acme = await rows.fetchval("SELECT id FROM app.partners WHERE slug = 'acme'")
    await rows.execute(
        "INSERT INTO app.partner_domains (hostname, partner_id, verification_token, created_at)"
        " VALUES ('voice.acme.example', $1, 'code', now()) ON CONFLICT DO NOTHING", acme,
    )  # fmt: skip
    paths += [f"/super-admin/partners/{acme}/domains/voice.acme.example{part}" for part in ("", "/removal")]
    await page.goto(f"{base}/super-admin/partners?search=acme")
    await page.locator("#partners a.row-link").click()
    paths.append(str(await page.locator("main a[href$='/limits']").first.get_attribute("href")))
    for path in paths:
        await page.goto(base + path)
        await expect(page.locator("h1")).to_have_count(1)
        faults += await faults_of(page, path)
    await context.close()
    assert faults + complaints == []


async def test_the_operator_looks_as_somebody_and_changes_nothing(
    chromium: Browser, site: Site, rows: asyncpg.Connection
) -> None:
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    await rows.execute(
        "INSERT INTO app.staff_sessions (staff_id, token_hash, created_at, last_seen_at, expires_at)"
        " SELECT id, $1, $2, $2, $3 FROM app.super_admin LIMIT 1",
        token_hash(token), now, now + timedelta(hours=1),
    )  # fmt: skip
    base, faults = site.url("localhost"), []
    context = await chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    await context.add_cookies([{"name": "staff", "value": token, "url": base}])
    page = await context.new_page()
    await page.goto(f"{base}/super-admin/users?search=olga")
    await page.locator("#users a.row-link").first.click()
    await page.get_by_role("button", name="View as").click()
    await page.wait_for_url("**/view-as?token=*")  # the console leads on by itself
    faults += await faults_of(page, "view-as")
    await page.get_by_role("button", name="Begin").click()
    banner = page.locator(".viewing")
    await expect(banner).to_contain_text("you are viewing as Olga")
    await page.goto(site.url("acme.localhost", f"{BASE}/settings"))
    await expect(banner).to_be_in_viewport()
    faults += await faults_of(page, "settings in a view")
    name = page.get_by_label("Name", exact=True).first
    before = await name.input_value()
    await name.fill("Changed by a stranger")
    await page.get_by_role("button", name="Save").first.click()
    await expect(page.get_by_text("nothing can be changed, and nothing was").first).to_be_visible()
    await page.goto(site.url("acme.localhost", f"{BASE}/settings"))
    await expect(page.get_by_label("Name", exact=True).first).to_have_value(before)
    await banner.get_by_role("button", name="End").click()
    await expect(page.locator("h1")).to_have_text("The view has ended")
    await expect(banner).to_have_count(0)
    faults += await faults_of(page, "view-as/end")
    await page.get_by_role("link", name="Back to the console").click()
    await expect(page.get_by_role("button", name="View as")).to_be_visible()
    await context.close()
    assert faults == []
