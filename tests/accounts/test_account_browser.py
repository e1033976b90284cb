"""The account pages in a real browser: looks, focus, the strength meter, and the way in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect
from tests.accounts.door import GOOD, link_in, mails_to, new_email
from tests.conftest import Site
from tests.world import MIA, NOA

from inspralv.accounts.password_policy import find_faults, strength, strength_label

Work = Callable[[], Awaitable[None]]

_RULES = {
    "length": "12 to 128", "lower": "lower-case", "upper": "upper-case", "digit": "a digit", "symbol": "a symbol",
}  # fmt: skip


async def _violations(page: Any) -> list[str]:
    found = await Axe().run(page)
    return [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found.response["violations"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True])
async def test_pages_are_accessible_and_fit(
    visit: Any, site: Site, owner: asyncpg.Connection, work: Work, theme: str, *, phone: bool
) -> None:
    await owner.execute("DELETE FROM app.rate_limits")
    email = new_email()
    async with site.at("acme.localhost") as client:
        await client.post("/api/auth/signup", json={"email": email, "password": GOOD})
        await client.post("/api/auth/forgot-password", json={"email": MIA.email})
    await work()
    (mail,) = await mails_to(owner, email)
    confirm, reset = link_in(mail)[1], link_in((await mails_to(owner, MIA.email))[-1])[1]
    window = await visit(None, theme=theme, phone=phone)
    paths = (
        "/login", "/signup?redirect=/accept-partner-invitation", "/forgot-password", f"/reset-password?token={reset}",
        "/reset-password", f"/confirm-email?token={confirm}", "/confirm-email", "/dev/mail", f"/dev/mail/{mail['id']}",
    )  # fmt: skip
    for path in paths:
        page = await window.go(path)
        assert not await _violations(page), path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    member = await visit(NOA, theme=theme, phone=phone)
    assert not await _violations(await member.go("/setup-profile"))
    assert window.complaints + member.complaints == []


async def test_the_meter_agrees_with_the_server(visit: Any) -> None:
    page = await (await visit(None)).go("/signup")
    for password in (
        "a", "aaaa", "password", "Passw0rd", "Quiet-Harbour-71", "Quiet-Harbour-7123", "Quiet-Harbour-Lane-71", "12345678",
        "Quiet-Harbour-Laaane-71", "ABCDEFGHIJKL", "zürich-im-März-1", "xyzXYZ", "!!!!!!!!!!!!!!!!!!!!", "",
    ):  # fmt: skip
        await page.locator("#f-password").fill(password)
        assert await page.locator("#strength meter").evaluate("m => m.value") == strength(password), password
        shown = await page.locator("#strength [data-label]").text_content()
        assert shown == (strength_label(strength(password)) if password else ""), password
        told = " ".join(find_faults(password))
        for rule, words in _RULES.items():
            met = await page.locator(f"#strength [data-rule={rule}]").get_attribute("data-met")
            assert (met == "true") == (words not in told), (password, rule)


async def test_the_first_bad_field_gets_the_focus(visit: Any) -> None:
    page = await (await visit(None)).go("/signup")
    await page.locator("#f-firstName").fill("Nora")
    await page.locator("#f-email").fill("nobody")
    await page.locator("#f-password").fill(GOOD)
    await page.locator("#f-confirmation").fill(GOOD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#e-email")).to_have_text("Enter an address like name@company.com.")
    await expect(page.locator("#f-email")).to_be_focused()
    await expect(page.locator("#f-firstName")).to_have_value("Nora")
    await expect(page.locator("#f-password")).to_have_value("")


async def test_a_password_can_be_looked_at(visit: Any) -> None:
    page = await (await visit(None)).go("/login")
    await page.locator("#f-password").fill("secret")
    await page.get_by_role("button", name="Show the password").click()
    await expect(page.locator("#f-password")).to_have_attribute("type", "text")
    await page.get_by_role("button", name="Show the password").click()
    await expect(page.locator("#f-password")).to_have_attribute("type", "password")


async def test_from_sign_up_through_the_mailbox_to_work_and_out_again(
    visit: Any, owner: asyncpg.Connection, work: Work
) -> None:
    await owner.execute("DELETE FROM app.rate_limits")
    window, email = await visit(None), new_email()
    page = await window.go("/signup")
    for name, value in (("firstName", "Nora"), ("lastName", "Quill"), ("email", email)):
        await page.locator(f"#f-{name}").fill(value)
    await page.locator("#f-password").fill(GOOD)
    await page.locator("#f-confirmation").fill(GOOD)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    await work()
    await page.get_by_role("link", name="Open the mailbox").click()
    await page.get_by_role("link", name="Confirm your address").first.click()
    await page.get_by_role("link", name="View as HTML").click()
    await page.get_by_role("link", name="Confirm address").click()
    await page.get_by_role("button", name="Confirm and continue").click()
    await expect(page.get_by_text(f"Signed in as {email}")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/login")
    assert window.complaints == []


async def test_a_copy_of_ones_data_and_goodbye(visit: Any, member: Callable[..., Awaitable[str]], work: Work) -> None:
    email = await member()
    window = await visit(None)
    page = await window.go("/login?redirect=/account")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(GOOD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("h1")).to_have_text("Your account")
    data = page.locator("#your-data")
    await data.get_by_label("Your password").fill(GOOD)
    await data.get_by_role("button", name="Ask for a copy").click()
    await expect(data.locator(".status")).to_have_text("Being made")
    await expect(page.locator(".toast")).to_contain_text("The copy of your data is being made")
    await work()
    await page.reload()
    async with page.expect_download() as saved:
        await data.get_by_role("link", name="Download").click()
    name = (await saved.value).suggested_filename
    assert (name.startswith("your-data-acme-"), name.endswith(".zip")) == (True, True)
    await page.get_by_role("link", name="Delete account").click()
    await expect(page.locator("h1")).to_have_text("Delete your account")
    await page.get_by_label(f"Type “{email}” to confirm").fill(email)
    await page.get_by_label("Your password").fill(GOOD)
    await page.get_by_role("button", name="Delete account").click()
    await expect(page.locator("h1")).to_have_text("Your account is deleted")
    await page.get_by_role("link", name="To the front page").click()
    await expect(page.locator("h1")).to_have_text("Welcome back")
    assert window.complaints == []
