"""Where a provider's address may lead: never to this machine or its neighbours, unless the operator allows it."""

from __future__ import annotations

import asyncpg
import pytest
from tests.accounts.door import PROXIED, stranger
from tests.accounts.oidc_server import Provider
from tests.accounts.sign_on import PROVIDERS, idp, refusal, served, way, wish_for
from tests.conftest import Site
from tests.world import OLGA

__all__ = ["idp", "served", "way"]  # the provider's fixtures
ENVIRON = PROXIED


async def test_a_provider_on_this_machine_is_not_asked(site: Site, idp: Provider, way: str) -> None:
    checked = await site.as_(OLGA).post(f"{PROVIDERS}/{way}/check")
    assert (checked.status_code, checked.json()["detail"]) == (502, "The provider cannot be reached.")
    browser = stranger(site)
    assert "cannot be reached" in await refusal(browser, await browser.get(f"/login/with/{way}"))
    assert idp.asked == []


@pytest.mark.parametrize(
    "issuer",
    ["https://169.254.169.254", "https://10.0.0.1", "https://[::1]", "https://localhost", "https://2130706433",
     "https://[::ffff:127.0.0.1]", "https://127.0.0.1:5432"],
)  # fmt: skip
async def test_neighbours_are_not_asked(site: Site, owner: asyncpg.Connection, idp: Provider, issuer: str) -> None:
    boss = site.as_(OLGA)
    added = await boss.post(PROVIDERS, json=wish_for(idp, issuer=issuer))
    checked = await boss.post(f"{PROVIDERS}/{added.json()['data']['id']}/check")
    assert (checked.status_code, checked.json()["detail"]) == (502, "The provider cannot be reached.")
    await owner.execute("DELETE FROM app.identity_providers")
