"""The cookies of accounts as browsers get them where the house is reached by https."""

from __future__ import annotations

import asyncpg
import httpx
from tests.accounts.door import PROXIED, new_email, stranger, wish
from tests.accounts.oidc_server import Provider
from tests.accounts.sign_on import PROVIDERS, idp, served, wish_for
from tests.conftest import Site
from tests.world import MIA, OLGA, PASSWORD, VERA

__all__ = ["idp", "served"]  # the provider's fixtures
ENVIRON = PROXIED | {"INSPRALV_PUBLIC_SCHEME": "https", "INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}


def _cookies(answer: httpx.Response) -> dict[str, set[str]]:
    """The flags of every cookie that an answer sets, by name."""
    parts = [[part.strip() for part in one.split(";")] for one in answer.headers.get_list("set-cookie")]
    return {first.partition("=")[0]: {flag.lower() for flag in flags} for first, *flags in parts}


async def test_every_cookie_belongs_to_the_host_alone(site: Site, owner: asyncpg.Connection, idp: Provider) -> None:
    """RFC 6265bis, section 4.1.3.2: with the prefix __Host- no other host and no plain connection can have set it."""
    await owner.execute("UPDATE app.users SET two_factor_since = now() WHERE id = $1", VERA.id)
    boss = site.at("acme.localhost", headers={"cookie": f"__Host-session={OLGA.token}"})
    way = (await boss.post(PROVIDERS, json=wish_for(idp))).json()["data"]["id"]
    browser = stranger(site)
    answers = [
        await browser.post("/api/auth/signup", json=wish(new_email())),
        await browser.post("/api/auth/signin", json={"email": MIA.email, "password": PASSWORD}),
        await browser.post("/api/auth/signin", json={"email": VERA.email, "password": PASSWORD}),
        await browser.get(f"/login/with/{way}"),
        await browser.get("/login/callback"),
        await browser.post("/api/auth/signout"),
    ]
    set_by = [_cookies(answer) for answer in answers]
    assert [set(one) for one in set_by] == [
        {"__Host-signup"}, {"__Host-session"}, {"__Host-second-step"}, {"__Host-sign-on"}, {"__Host-sign-on"},
        {"__Host-session"},
    ]  # fmt: skip
    for one in set_by:
        for name, flags in one.items():
            assert {"secure", "httponly", "samesite=lax", "path=/"} <= flags, name
            assert not any(flag.startswith("domain") for flag in flags), name


async def test_a_cookie_without_the_prefix_is_none(site: Site) -> None:
    for name, status in (("session", 401), ("__Host-session", 200), ("__host-session", 401)):
        browser = stranger(site, headers={"cookie": f"{name}={MIA.token}"})
        assert (await browser.get("/api/auth/context")).status_code == status, name
