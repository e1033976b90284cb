"""What the tests of signing in through a provider share: the provider, how a partner sets it up, the way there and back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import httpx
import pytest
from tests.accounts.door import text_of
from tests.accounts.oidc_server import CLIENT, SECRET, Provider, serve_provider
from tests.conftest import Site
from tests.world import OLGA

PROVIDERS = "/api/partner/identity-providers"


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    with serve_provider() as provider:
        yield provider


@pytest.fixture
def idp(served: Provider) -> Provider:
    served.behave()
    return served


@pytest.fixture
async def way(site: Site, owner: asyncpg.Connection, idp: Provider) -> AsyncIterator[str]:
    """The id of the provider as Acme set it up, with nobody linked yet."""
    await owner.execute("DELETE FROM app.linked_identities")
    answer = await site.as_(OLGA).post(PROVIDERS, json=wish_for(idp))
    assert answer.status_code == 201, answer.text
    yield answer.json()["data"]["id"]
    await owner.execute("DELETE FROM app.identity_providers")


def wish_for(idp: Provider, **rest: Any) -> dict[str, Any]:
    given = {"label": "Desk", "issuer": idp.issuer, "client_id": CLIENT, "client_secret": SECRET}
    return given | rest


async def go(browser: httpx.AsyncClient, way: str, redirect: str = "") -> str:
    """Go to the provider and come back as far as its answer; return the path of it."""
    there = await browser.get(f"/login/with/{way}", params={"redirect": redirect} if redirect else {})
    assert there.status_code == 303, there.text
    async with httpx.AsyncClient(trust_env=False) as client:
        back = httpx.URL((await client.get(there.headers["location"])).headers["location"])
    assert (back.host, back.path) == ("acme.localhost", "/login/callback")
    return f"{back.path}?{back.query.decode()}"


async def refusal(browser: httpx.AsyncClient, answer: httpx.Response) -> str:
    """What the sign-in page says after a refusal; nobody is signed in."""
    assert answer.status_code == 303
    assert "session" not in answer.cookies
    page = await browser.get(answer.headers["location"])
    assert (page.status_code, page.url.path) == (200, "/login")
    assert (await browser.get("/account")).status_code in {303, 302, 401}
    return text_of(page.text)
