"""The ways in: signing up, and a forgotten password. The mail is read where the demo keeps it."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect
from tests.journeys.conftest import BASE, Visit

from inspralv.demo.sign_ins import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]

NEW = "Quiet-Harbour-52-Lamps"


async def _open_mail(page: Page, subject: str) -> None:
    await page.get_by_role("link", name="Open the mailbox").click()
    mail = page.get_by_role("link", name=subject)
    for _ in range(40):  # the list is no live view
        if await mail.count():
            break
        await page.wait_for_timeout(250)
        await page.reload()
    await mail.first.click()
    await expect(page.locator("h1")).to_contain_text(subject)


async def test_from_sign_up_to_the_door_of_the_workspaces(visit: Visit) -> None:
    page = await (await visit()).go("/login")
    await page.get_by_role("link", name="Create one").click()
    await expect(page.locator("h1")).to_have_text("Create your account")
    await page.get_by_label("First name").fill("Nora")
    await page.get_by_label("E-mail").fill("nora@company.test")
    await page.get_by_label("Password", exact=True).fill("short")
    await page.get_by_label("Repeat the password").fill("short")
    await page.get_by_role("button", name="Create account").click()
    await expect(page.locator("#e-password")).to_contain_text("12 to 128")
    await page.get_by_label("Password", exact=True).fill(NEW)
    await expect(page.locator(".strength [data-label]")).to_have_text("Very strong")
    await page.get_by_label("Repeat the password").fill(NEW)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.locator("h1")).to_have_text("Check your mail")
    await _open_mail(page, "Confirm")
    await page.locator("a[href*='/confirm-email?']").click()
    await page.wait_for_url("**/confirm-email?*")
    await expect(page.locator("h1")).to_have_text("Confirm your address")
    await page.locator("main button[type=submit]").click()
    await expect(page).to_have_url(f"{page.url.partition('/confirm')[0].partition('/select')[0]}/select-workspace")
    await expect(page.locator("h1")).to_have_text("Waiting for an invitation")
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/login*")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("Welcome back")  # nothing of the pages before is left in the browser
    await page.goto(page.url.partition("/login")[0] + "/select-workspace")
    await expect(page.locator("h1")).to_have_text("Welcome back")


async def test_a_forgotten_password_is_set_anew(visit: Visit) -> None:
    elsewhere = await (await visit("mia")).go(f"{BASE}/dashboard")
    window = await visit()
    window.allowed |= {"404"}
    page = await window.go("/login")
    await page.get_by_role("link", name="Forgot password?").click()
    await expect(page.locator("h1")).to_have_text("Forgot your password?")
    await page.get_by_label("E-mail").fill("mia@acme.test")
    await page.get_by_role("button", name="Send the link").click()
    await _open_mail(page, "password")
    await page.locator("a[href*='/reset-password?']").click()
    await page.wait_for_url("**/reset-password?*")
    link = page.url
    await page.get_by_label("Password", exact=True).fill(NEW)
    await page.get_by_label("Repeat the password").fill(NEW)
    await page.get_by_role("button", name="Set password").click()
    await expect(page.locator("h1")).to_have_text("Your password is set")
    await page.goto(link)
    await expect(page.locator("h1")).to_have_text("This link does not work")
    await page.get_by_role("link", name="Sign in").click()
    await _sign_in(page, PASSWORD)
    await expect(page.get_by_role("alert")).to_be_visible()
    await _sign_in(page, NEW)
    await expect(page.locator("h1")).to_contain_text("Welcome back, Mia")
    await elsewhere.reload()
    await expect(elsewhere.locator("h1")).to_have_text("Welcome back")  # signed out there


async def _sign_in(page: Page, password: str) -> None:
    await page.get_by_label("E-mail").fill("mia@acme.test")
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def test_a_copy_of_ones_data_becomes_ready_while_one_waits(visit: Visit) -> None:
    page = await (await visit("vera")).go("/account")
    await page.get_by_label("Your password").fill(PASSWORD)
    await page.get_by_role("button", name="Ask for a copy").click()
    part = page.locator("#your-data")
    await expect(part.get_by_role("link", name="Download")).to_be_visible(timeout=15_000)
    async with page.expect_download() as started:
        await part.get_by_role("link", name="Download").click()
    download = await started.value
    assert download.suggested_filename.startswith("your-data-acme-")
    assert download.suggested_filename.endswith(".zip")
