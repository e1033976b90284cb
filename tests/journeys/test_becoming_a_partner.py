"""From a stranger's request to a client's first page: an agency begins, under a name, a domain and a colour of its own."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, Response, async_playwright, expect
from scripts.find_chromium import find
from tests.conftest import SANDBOX_PORT, Site
from tests.journeys.conftest import FLAGS, Window

from inspralv.branding.tokens import brand_tokens
from inspralv.demo.sign_ins import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

ENVIRON = {"INSPRALV_DNS_SERVERS": "stand-in", "INSPRALV_SANDBOX_PORT": str(SANDBOX_PORT)}
AGENCY, CLIENT, PLATFORM = "Northwind Agency", "Harbour Hotel", "inspralv"
SUBDOMAIN, DOMAIN = "northwind.localhost", "voice.northwind-agency.example"
OWNER, CLARA = "nina@northwind-agency.example", "clara@harbour-hotel.example"
COLOR = "#b45309"
NEW = "Quiet-Harbour-52-Lamps"
ORGANISATION = (
    "/org/team", "/org/invitations", "/org/integrations", "/org/telephony", "/org/settings", "/org/domains", "/org/mail",
    "/org/mail/delivery", "/org/security", "/org/sign-in", "/org/plan", "/org/audit", "/workspace-onboarding",
)  # fmt: skip


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[Browser]:
    """A browser for which every *.example is this machine, and the agency's domain as trusty as behind a certificate."""
    flags = [
        *FLAGS, "--host-resolver-rules=MAP *.example 127.0.0.1",
        f"--unsafely-treat-insecure-origin-as-secure={site.url(DOMAIN)}", *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=find(), args=flags)
        yield opened
        await opened.close()


async def test_from_a_request_to_a_clients_first_page(browser: Browser, site: Site) -> None:
    stranger = await _window(browser, site.url("localhost"))
    stranger.allowed |= {"409"}
    await _apply(stranger.page, stranger.base)
    operator = await _window(browser, site.url("localhost"))
    await _approve(operator.page, operator.base)
    await _set_the_password(stranger.page, stranger.base)
    await _prove_a_domain(stranger.page, site)

    owner = await _window(browser, site.url(DOMAIN))
    await _door_is_the_agencys(owner.page, owner.base)
    await _sign_in(owner.page, OWNER)
    await _at(owner.page, re.compile("Nina"))
    await _invite_a_client(owner.page, owner.base)

    client = await _window(browser, site.url(DOMAIN))
    await _come_in_by_the_mail(client.page, site)
    await _sees_their_workspace_alone(client)
    windows = (stranger, operator, owner, client)
    assert [text for window in windows for text in window.complaints()] == []


async def _window(browser: Browser, base: str) -> Window:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    return Window(context, await context.new_page(), base)


async def _at(page: Page, heading: str | re.Pattern[str]) -> None:
    await expect(page.locator("h1")).to_have_text(heading)


async def _apply(page: Page, base: str) -> None:
    await page.goto(f"{base}/")
    await page.get_by_role("banner").get_by_role("link", name="For agencies").click()
    await _at(page, "Become a partner")
    go_on = page.get_by_role("main").get_by_role("button", name="Continue").last
    await go_on.click()
    await expect(page.locator("#e-company_name")).to_be_visible()
    await page.get_by_label("Company", exact=True).fill(AGENCY)
    await page.get_by_label("Your name").fill("Nina North")
    await page.get_by_label("E-mail").fill(OWNER)
    await go_on.click()
    await expect(page.locator(".steps [aria-current=step]")).to_contain_text("What you do")
    await page.get_by_label("What does your company do?").fill("We look after the telephones of hotels.")
    await page.get_by_label("What will your clients use voice agents for?").fill("Bookings at night, and questions.")
    await go_on.click()
    await expect(page.locator(".steps [aria-current=step]")).to_contain_text("Your address and brand")
    name, state = page.get_by_label("Subdomain"), page.locator("#subdomain-state")
    await name.fill("acme")
    await expect(state).to_contain_text("This subdomain is taken")
    await page.get_by_role("button", name="Send request").click()
    await expect(name).to_have_attribute("aria-invalid", "true")
    await name.fill("northwind")
    await expect(name).not_to_have_attribute("aria-invalid", "true")
    await expect(state).not_to_contain_text("taken")
    await expect(state).to_contain_text(f"Free: {base.replace('localhost', SUBDOMAIN)}")
    await page.get_by_label("Main colour").fill(COLOR)
    await expect(page.locator("#brand-preview")).to_have_attribute("src", re.compile("primary=%23b45309"))
    await page.get_by_role("button", name="Send request").click()
    await _at(page, "Request received")
    await expect(page.get_by_role("main")).to_contain_text(SUBDOMAIN)


async def _approve(page: Page, base: str) -> None:
    await page.goto(f"{base}/super-admin")
    await page.get_by_label("E-mail").fill("root@inspralv.test")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("navigation", name="Console").get_by_role("link", name="Requests").click()
    await _at(page, "Partner requests")
    await page.get_by_role("link", name=AGENCY).click()
    await _at(page, AGENCY)
    await page.get_by_role("button", name="Approve and set up").click()
    await expect(page.get_by_role("status").filter(has_text=f"{AGENCY} is ready")).to_contain_text(SUBDOMAIN)


async def _set_the_password(page: Page, base: str) -> None:
    """The link of the mail leads to the subdomain, and works once."""
    await _open_mail(page, base, f"{AGENCY} is ready")
    link = page.locator("a[href*='/reset-password?']")
    assert str(await link.get_attribute("href")).startswith(base.replace("localhost", SUBDOMAIN))
    await link.click()
    await page.wait_for_url("**/reset-password?*")
    used = page.url
    await _at(page, "Choose your password")
    await page.get_by_label("Password", exact=True).fill(NEW)
    await page.get_by_label("Repeat the password").fill(NEW)
    await page.get_by_role("button", name="Set password").click()
    await _at(page, "Your password is set")
    await page.goto(used)
    await _at(page, "This link does not work")
    await page.get_by_role("link", name="Sign in").click()
    await _sign_in(page, OWNER)
    await _at(page, re.compile("Nina"))  # there is a first workspace


async def _prove_a_domain(page: Page, site: Site) -> None:
    await page.goto(site.url(SUBDOMAIN, "/org/domains"))
    await _at(page, "Domains")
    await page.get_by_label("Host name").fill(DOMAIN)
    await page.get_by_role("button", name="Add domain").click()
    await _at(page, DOMAIN)
    state = page.locator("[id^=domain-state-]")
    await expect(page.get_by_text("Not there yet")).to_be_visible()  # the page itself tells what the first look found
    await expect(state).to_have_text("Waiting for DNS")
    await page.get_by_role("button", name="Set the records").click()
    await page.get_by_role("button", name="Check now").click()
    await expect(state).to_have_text("Verified")
    await page.get_by_role("button", name="Make primary").click()
    await expect(page.get_by_role("main")).to_contain_text("Primary")


async def _door_is_the_agencys(page: Page, base: str) -> None:
    """Whatever the sign-in page is made of tells the agency's name and colour, and nothing tells the platform's."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright marks what it is given
    await page.goto(f"{base}/login")
    await _at(page, "Welcome back")
    await page.wait_for_load_state("networkidle")
    await expect(page).to_have_title(f"Sign in · {AGENCY}")
    await expect(page.get_by_role("banner")).to_contain_text(AGENCY)
    assert all(answer.ok for answer in answers)
    color = brand_tokens(COLOR).light.primary
    button = page.get_by_role("button", name="Sign in")
    await expect(button).to_have_css("background-color", f"rgb{tuple(bytes.fromhex(color[1:]))}")
    icon = str(await page.locator("link[rel=icon]").get_attribute("href"))
    manifest = str(await page.locator("link[rel=manifest]").get_attribute("href"))
    parts = {answer.url: await answer.text() for answer in answers if _is_text(answer)}
    for path in (icon, manifest, "/robots.txt"):
        parts[path] = await page.evaluate("path => fetch(path).then((answer) => answer.text())", path)
    assert color in parts[icon]
    assert f'"name":"{AGENCY}"' in parts[manifest]
    assert [where for where, text in parts.items() if PLATFORM in text.lower()] == []


def _is_text(answer: Response) -> bool:
    return any(kind in answer.headers.get("content-type", "") for kind in ("text/", "json", "svg", "script"))


async def _invite_a_client(page: Page, base: str) -> None:
    await page.locator("[popovertarget=ws-menu]").click()
    await page.get_by_role("menuitem", name="New workspace").click()
    await _at(page, "New workspace")
    await page.get_by_label("Name").fill(CLIENT)
    await expect(page.locator("#address")).to_contain_text(f"{base.partition('//')[2]}/w/harbour-hotel")
    await page.get_by_role("button", name="Create workspace").click()
    await page.wait_for_url(f"{base}/w/harbour-hotel/dashboard")
    await page.goto(f"{base}/w/harbour-hotel/members/invitations")
    await page.get_by_label("E-mail").fill(CLARA)
    await page.locator("label.choice", has_text="Member").click()
    await page.get_by_role("button", name="Send invitation").click()
    await expect(page.get_by_text(f"Invited: {CLARA}")).to_be_visible()
    assert (await page.get_by_label("Link of the invitation").input_value()).startswith(f"{base}/accept-")


async def _come_in_by_the_mail(page: Page, site: Site) -> None:
    """Both mails, the invitation and the one that confirms the address, lead to the agency's own domain."""
    letters = site.url(SUBDOMAIN)  # the mailbox is read on this machine's own names only
    await _follow(
        page, letters, f"Nina North invites you to {CLIENT}", site.url(DOMAIN, "/accept-workspace-invitation?")
    )
    await _at(page, f"Join {CLIENT}")
    await page.get_by_role("link", name="Create an account").click()
    await _at(page, "Create your account")
    await page.get_by_label("First name").fill("Clara")
    await expect(page.get_by_label("E-mail")).to_have_value(CLARA)
    await page.get_by_label("Password", exact=True).fill(NEW)
    await page.get_by_label("Repeat the password").fill(NEW)
    await page.get_by_role("button", name="Create account").click()
    await _at(page, "Check your mail")
    await _follow(page, letters, f"Confirm your address for {AGENCY}", site.url(DOMAIN, "/confirm-email?"))
    await _at(page, "Confirm your address")
    await page.locator("main button[type=submit]").click()
    await _at(page, f"Join {CLIENT}")
    await page.get_by_role("button", name="Accept the invitation").click()
    await page.wait_for_url(site.url(DOMAIN, "/w/harbour-hotel/dashboard"))
    await page.get_by_role("button", name="account menu").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await _at(page, "Welcome back")
    await _sign_in(page, CLARA)
    await _at(page, re.compile("Clara"))


async def _sees_their_workspace_alone(client: Window) -> None:
    client.allowed |= {"403", "404"}
    page = await client.go("/select-workspace")
    await expect(page).to_have_url(f"{client.base}/w/harbour-hotel/dashboard")  # there is nothing to choose from
    for path in ("/w/default/dashboard", "/w/default/members", "/w/lakeside-dental/dashboard"):
        await client.go(path)
        assert client.status == 404, path
    answers = {path: await _status(client, path) for path in ORGANISATION}
    assert answers == dict.fromkeys(ORGANISATION, 403)
    page = await client.go("/w/harbour-hotel/dashboard")
    await expect(page.get_by_role("navigation", name="Main")).not_to_contain_text("Organisation")
    assert await page.locator("a[href^='/org']").count() == 0
    await page.locator("[popovertarget=ws-menu]").click()
    await expect(page.locator("#ws-menu")).to_be_visible()
    await expect(page.locator("#ws-menu [role=menuitemradio]")).to_have_text([re.compile(CLIENT)])
    await expect(page.locator("#ws-menu")).not_to_contain_text("Organisation")


async def _status(window: Window, path: str) -> int:
    await window.go(path)
    return window.status


async def _follow(page: Page, letters: str, subject: str, leads_to: str) -> None:
    await _open_mail(page, letters, subject)
    link = page.locator(f"main a[href^='{leads_to}']").first
    await link.click()
    await page.wait_for_url(re.compile(re.escape(leads_to)))


async def _open_mail(page: Page, base: str, subject: str) -> None:
    await page.goto(f"{base}/dev/mail")
    mail = page.get_by_role("link", name=subject)
    for _ in range(80):  # the list is no live view
        if await mail.count():
            break
        await page.wait_for_timeout(250)
        await page.reload()
    await mail.first.click()
    await _at(page, subject)


async def _sign_in(page: Page, email: str) -> None:
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(NEW)
    await page.get_by_role("button", name="Sign in").click()
