"""Every page in light and dark, on a desktop and on a phone: accessible, nothing cut off, nothing in the console."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from tests.journeys.conftest import BASE, Visit

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

STRANGER = (
    "/login", "/signup", "/signup?redirect=/accept-partner-invitation%3Ftoken=a", "/forgot-password",
    "/reset-password?token=no", "/confirm-email?token=no", "/confirm-address?token=no", "/goodbye",
    "/dev/mail", "/dev/mail/templates", "/docs", "/nothing-here",
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
# Colours change by transitions, which take a few frames even where reduced motion makes them instant.
TURN = """async (html, theme) => {
  html.dataset.theme = theme;
  const frame = () => new Promise(requestAnimationFrame);
  const moves = (a) => a.playState === "running" && a.effect.getComputedTiming().endTime !== Infinity;
  do { await frame(); await frame(); } while (document.getAnimations().some(moves));
}"""
CUT_OFF = """() => {
  const isCut = (e) => {
    const { textOverflow, display } = getComputedStyle(e);
    const isWide = e.scrollWidth > e.clientWidth + 1 && textOverflow !== "ellipsis" && display !== "inline";
    return isWide && e.checkVisibility() && e.textContent.trim();
  };
  const shown = [...document.querySelectorAll("main .btn, main h1, main h2")].filter(isCut);
  return [document.documentElement.scrollWidth, shown.map((e) => e.textContent.trim())];
}"""
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
VIOLATIONS = """async (options) => (await axe.run({ resultTypes: ["violations"], ...options })).violations"""
WITHOUT_COLOURS = {"rules": {"color-contrast": {"enabled": False}}}
# Comparing the colours of tens of thousands of elements takes minutes, in each theme and on each screen. An article, or a
# row, whose elements all look like some before it (tags, classes and places up to the article) tells nothing new.
LONG = {"/docs": ("main article", "main article tr")}
THIN_OUT = """(parts) => {
  const seen = new Set();
  const place = (e) => [!e.previousElementSibling, !e.nextElementSibling, [...e.parentElement.children].indexOf(e) % 2];
  const own = (e) => [e.localName, e.className, ...Object.values(e.dataset), ...place(e)].join(" ");
  const look = (e, root) => (e === root ? own(e) : `${look(e.parentElement, root)} > ${own(e)}`);
  for (const part of parts) {
    const looks = [...part.querySelectorAll("*")].map((e) => look(e, part.closest("article")));
    if (looks.every((one) => seen.has(one))) part.remove();
    for (const one of looks) seen.add(one);
  }
}"""


async def _faults(page: Page, where: str) -> list[str]:
    """What is wrong with a page in each theme and on each size of screen."""
    await page.evaluate(Axe().axe_script)
    faults = []
    if where in LONG:
        for device, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            faults += await _violations(page, f"{where} {device} whole", WITHOUT_COLOURS)
            faults += await _wideness(page, f"{where} {device} whole", width)
        for parts in LONG[where]:
            await page.locator(parts).evaluate_all(THIN_OUT)
    for device, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            await page.locator("html").evaluate(TURN, theme)
            faults += await _violations(page, f"{where} {device} {theme}", {})
        faults += await _wideness(page, f"{where} {device}", width)
    return faults


async def _violations(page: Page, where: str, options: dict[str, Any]) -> list[str]:
    return [
        f"{where}: {v['id']} {[n['target'] for n in v['nodes']]} {v['nodes'][0].get('failureSummary', '')}"
        for v in await page.evaluate(VIOLATIONS, options)
    ]


async def _wideness(page: Page, where: str, width: int) -> list[str]:
    return (
        [f"{where}: wider than the screen"]
        if await page.evaluate("document.documentElement.scrollWidth") > width
        else []
    )


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
        faults += await _faults(page, path)
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
            faults += await _faults(await window.go(str(path)), str(path))
    assert faults == []


async def test_the_wizard_and_what_opens_above_a_page(visit: Visit) -> None:
    window = await visit("mia")
    page = await window.go(f"{BASE}/agents/new")
    await page.get_by_label("Name", exact=True).fill("Night line")
    faults = []
    for step in ("Voice", "Behaviour"):
        await page.get_by_role("main").get_by_role("button", name="Continue").last.click()
        await expect(page.locator(".steps [aria-current=step]")).to_contain_text(step)
        faults += await _faults(page, step)
    for open_it, part in [
        ("[aria-label^='Actions for'] >> nth=0", "[id^=m-]:popover-open"), ("main button:has-text('Test call') >> nth=0", "#voice-test"),
        ("[data-palette]", "#palette"), ("[popovertarget=user-menu]", "#user-menu"),
    ]:  # fmt: skip
        page = await window.go(f"{BASE}/agents")
        await page.set_viewport_size({"width": 1440, "height": 900})
        await expect(page.locator("#agents article").first).to_contain_text("Synced")
        await page.click(open_it)
        await expect(page.locator(part)).to_be_visible()
        faults += await _faults(page, part)
    assert faults == []
