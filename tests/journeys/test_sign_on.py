"""An owner sets up a provider of identities, and a person signs in through it."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
import pytest
from playwright.async_api import expect
from tests.accounts.oidc_server import CLIENT, SECRET, Provider, serve_provider
from tests.journeys.conftest import Visit

ENVIRON = {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}
pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("worker")]


@pytest.fixture
def idp() -> Iterator[Provider]:
    with serve_provider() as provider:
        yield provider


async def test_a_provider_is_set_up_and_signs_in(visit: Visit, idp: Provider, rows: asyncpg.Connection) -> None:
    boss = await (await visit("olga")).go("/org/sign-in")
    await boss.get_by_label("Label").fill("Front desk")
    await boss.get_by_label("Issuer").fill(idp.issuer)
    await boss.get_by_label("Client ID").fill(CLIENT)
    await boss.get_by_label("Client secret").fill(SECRET)
    await boss.get_by_role("button", name="Add provider").click()
    await boss.get_by_role("link", name="Front desk").click()
    await boss.get_by_role("button", name="Test now").click()
    await expect(boss.get_by_text("The provider answers", exact=True)).to_be_visible()

    email = await rows.fetchval("SELECT email FROM app.users WHERE email LIKE 'mia@acme%'")
    idp.claims = {"email": email}
    page = await (await visit()).go("/login?redirect=/account/sign-in")
    await page.get_by_role("link", name="Continue with Front desk").click()
    await page.wait_for_url("**/account/sign-in")
    await expect(page.get_by_role("list").get_by_text("Front desk")).to_be_visible()
    await page.get_by_role("button", name="Unlink Front desk").click()
    await expect(page.get_by_text("No linked account")).to_be_visible()
