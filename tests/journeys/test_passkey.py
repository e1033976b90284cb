"""A passkey from the first to the last day: made, used without a name or a password, renamed, removed, refused."""

from __future__ import annotations

import asyncpg
import pytest
from playwright.async_api import expect
from tests.journeys.conftest import PASSWORD, Visit, Window

from inspralv.foundation.db.dsn import Dsns

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]


async def _authenticator(window: Window) -> None:
    """A device with a finger that is always on it."""
    devtools = await window.context.new_cdp_session(window.page)
    await devtools.send("WebAuthn.enable")
    await devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


async def test_a_passkey_signs_in(visit: Visit, dsns: Dsns) -> None:
    window = await visit("mia")
    window.allowed |= {"401"}
    await _authenticator(window)
    page = await window.go("/account/passkeys")
    await expect(page.get_by_text("No passkey yet")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("Work laptop")
    await page.get_by_label("Your password", exact=True).fill("not-the-password")
    await page.get_by_role("button", name="Add passkey").click()
    await expect(page.get_by_role("alert").get_by_text("This is not your password.")).to_be_visible()
    await page.get_by_label("Your password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Add passkey").click()
    await expect(page.get_by_role("link", name="Work laptop")).to_be_visible()
    await expect(page.get_by_text("Not used yet")).to_be_visible()

    await page.get_by_role("button", name="account menu").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await page.wait_for_url("**/login")
    await window.go("/login?redirect=/account/passkeys")
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url("**/account/passkeys")
    await expect(page.get_by_text("Last used")).to_be_visible()

    await page.get_by_role("link", name="Work laptop").click()
    await expect(page.get_by_role("heading", name="Work laptop")).to_be_visible()  # the list has a field "Name" as well
    await page.get_by_label("Name", exact=True).fill("Old laptop")
    await page.get_by_role("button", name="Rename").click()
    await page.get_by_role("link", name="Old laptop").click()
    await page.get_by_role("button", name="Remove passkey").click()
    await expect(page.get_by_text("No passkey yet")).to_be_visible()

    await window.context.clear_cookies(name="session")
    await window.go("/login")
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_role("alert").get_by_text("This passkey is not known here.")).to_be_visible()
    await expect(page).to_have_url(f"{window.base}/login")

    owner = await asyncpg.connect(dsns.owner)
    logged = await owner.fetch("SELECT action FROM app.audit_log WHERE action LIKE 'passkey.%' ORDER BY id")
    await owner.close()
    assert [row["action"] for row in logged] == ["passkey.created", "passkey.updated", "passkey.deleted"]
