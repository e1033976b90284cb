"""Every page in light and dark, on a desktop and on a phone: accessible, nothing cut off, nothing in the console."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.journeys.conftest import BASE, Visit
from tests.journeys.faults import SIZES, faults_of

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

STRANGER = (
    "/login", "/signup", "/signup?redirect=/accept-partner-invitation%3Ftoken=a", "/forgot-password",
    "/reset-password?token=no", "/confirm-email?token=no", "/confirm-address?token=no", "/goodbye",
    "/dev/mail", "/dev/mail/templates", "/docs", "/docs?area=agents", "/docs?area=account", "/nothing-here",
)  # fmt: skip
MEMBER = (
    "/select-workspace", "/setup-profile", "/workspace-onboarding", f"{BASE}/dashboard", f"{BASE}/dashboard?period=90d",
    f"{BASE}/agents", f"{BASE}/agents?q=nothing", f"{BASE}/agents/new", f"{BASE}/conversations",
    f"{BASE}/conversations?search=nothing", f"{BASE}/analytics", f"{BASE}/members", f"{BASE}/members?q=nothing",
    f"{BASE}/settings", f"{BASE}/settings/retention", f"{BASE}/integrations", f"{BASE}/activity",
    f"{BASE}/settings/variables", f"{BASE}/agents/voices?provider=vapi", f"{BASE}/agents/voices?provider=retell",
    f"{BASE}/activity?search=nothing", f"{BASE}/telephony", "/w/nowhere/dashboard",
    "/account", "/account/email", "/account/password", "/account/two-factor", "/account/passkeys", "/account/sign-in", "/account/sessions",
    "/account/api-keys", "/account/deletion",
)  # fmt: skip
OWNER = (
    f"{BASE}/activity",
    f"{BASE}/settings/retention",
    "/org/integrations",
    "/org/integrations/new",
    "/org/domains",
    "/org/domains/acme.localhost",
    "/org/domains/acme.localhost/removal",
    "/org/settings",
    "/org/mail",
    "/org/mail?status=failed",
    "/org/mail/delivery",
    "/org/security",
    "/org/plan",
    "/org/team",
    "/org/invitations",
    "/org/audit",
    "/org/audit?search=nothing",
    f"{BASE}/audit",
    "/org/sign-in",
    "/org/telephony",
    "/org/telephony/numbers/new",
    "/org/telephony/trunks/new",
    "/workspace-onboarding",
    f"{BASE}/settings",
    f"{BASE}/integrations",
)
PLATFORM = (
    "/",
    "/pricing",
    "/request-partner",
    "/legal/terms",
    "/legal/privacy",
    "/legal/imprint",
    "/login",
    "/signup",
)
REFUSED = {("", "/nothing-here"): 404, ("mia", "/w/nowhere/dashboard"): 404, ("mia", "/workspace-onboarding"): 403}
OF_AN_AGENT = (
    "outbound-call", "delete", "versions", "versions/1", "versions/compare?left=1&right=1", "versions/1/restore", "drift",
    "provider", "provider?to=retell",
)  # fmt: skip
OF_A_KEY = ("key", "webhooks", "delete")
CUT_OFF = """() => {
  const isCut = (e) => {
    const { textOverflow, display } = getComputedStyle(e);
    const isWide = e.scrollWidth > e.clientWidth + 1 && textOverflow !== "ellipsis" && display !== "inline";
    return isWide && e.checkVisibility() && e.textContent.trim();
  };
  const shown = [...document.querySelectorAll("main .btn, main h1, main h2")].filter(isCut);
  return [document.documentElement.scrollWidth, shown.map((e) => e.textContent.trim())];
}"""
EVERYBODY = pytest.mark.parametrize(
    ("name", "host", "paths"),
    [
        ("", "acme.localhost", STRANGER), ("mia", "acme.localhost", MEMBER), ("olga", "acme.localhost", OWNER),
        ("", "localhost", PLATFORM),
    ],
)  # fmt: skip


@EVERYBODY
async def test_pages(visit: Visit, name: str, host: str, paths: tuple[str, ...]) -> None:
    window = await visit(name, host=host)
    window.allowed |= {str(status) for status in REFUSED.values()}
    faults = []
    for path in paths:
        page = await window.go(path)
        if window.status != REFUSED.get((name, path), 200):
            faults.append(f"{path}: {window.status}")
        await expect(page.locator("h1")).not_to_have_count(0)
        faults += await faults_of(page, path)
    assert faults == []


@EVERYBODY
async def test_german_fits_a_phone(visit: Visit, name: str, host: str, paths: tuple[str, ...]) -> None:
    """The longest of our languages, on the narrowest of our screens."""
    window = await visit(name, host=host, phone=True)
    window.allowed |= {str(status) for status in REFUSED.values()}
    await window.context.add_cookies([{"name": "language", "value": "de", "url": window.base}])
    faults = []
    for path in paths:
        page = await window.go(path)
        await expect(page.locator("html")).to_have_attribute("lang", "de")
        width, cut = await page.evaluate(CUT_OFF)
        if width > SIZES["phone"][0]:
            faults.append(f"{path}: {width} px wide")
        faults += [f"{path}: cut off: {text}" for text in cut]
    assert not faults, "\n".join(faults)


async def test_pages_of_single_things(visit: Visit) -> None:
    window = await visit("olga")
    faults = []
    for start, link in [
        (f"{BASE}/agents", "#agents h2 a"), ("/org/integrations", "main a[href^='/org/integrations/']:not([href$=new])"),
        (f"{BASE}/conversations?status=completed", "#results a.row-link"),
        ("/org/telephony", "#numbers a.row-link"), (f"{BASE}/telephony", "main a.row-link"),
        ("/org/plan", "main a[href^='/org/workspaces/']"),
    ]:  # fmt: skip
        page = await window.go(start)
        address = await page.locator(link).first.get_attribute("href")
        for path in (
            address,
            *([f"{address}/{part}" for part in OF_AN_AGENT] if "/agents/" in str(address) else []),
            *([f"{address}/{part}" for part in OF_A_KEY] if "/integrations/" in str(address) else []),
            *([f"{address}/release"] if "/numbers/" in str(address) else []),
        ):
            faults += await faults_of(await window.go(str(path)), str(path))
    assert faults == []


async def test_the_wizard_and_what_opens_above_a_page(visit: Visit) -> None:
    window = await visit("mia")
    page = await window.go(f"{BASE}/agents/new")
    await page.get_by_label("Name", exact=True).fill("Night line")
    faults = []
    for step in ("Voice", "Behaviour"):
        await page.get_by_role("main").get_by_role("button", name="Continue").last.click()
        await expect(page.locator(".steps [aria-current=step]")).to_contain_text(step)
        faults += await faults_of(page, step)
    for open_it, part in [
        ("[aria-label^='Actions for'] >> nth=0", "[id^=m-]:popover-open"), ("main button:has-text('Test call') >> nth=0", "#voice-test"),
        ("[data-palette]", "#palette"), ("[popovertarget=user-menu]", "#user-menu"),
    ]:  # fmt: skip
        page = await window.go(f"{BASE}/agents")
        await page.set_viewport_size({"width": 1440, "height": 900})
        await expect(page.locator("#agents article").first).to_contain_text("Synced")
        await page.click(open_it)
        await expect(page.locator(part)).to_be_visible()
        faults += await faults_of(page, part)
    assert faults == []
