"""Attacks on signing in through a provider: mixed up, replayed, injected, malformed, on the wrong host."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import jwt
import pytest
from tests.accounts.authenticator import Authenticator
from tests.accounts.door import PROXIED, stranger, text_of
from tests.accounts.oidc_server import CLIENT, Provider, serve_provider
from tests.accounts.second import protect
from tests.accounts.sign_on import PROVIDERS, go, idp, refusal, served, way, wish_for
from tests.conftest import Site
from tests.world import ACME, ADAM, MIA, OLGA, STAN

__all__ = ["idp", "served", "way"]  # the provider's fixtures
ENVIRON = PROXIED | {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}
UNTRUSTED, OTHER_BROWSER = "could not be trusted", "another browser"


@pytest.fixture
def rogue() -> Iterator[Provider]:
    with serve_provider() as provider:
        yield provider


async def test_an_answer_of_another_provider_is_not_taken_for_this_ones(
    site: Site, idp: Provider, way: str, rogue: Provider
) -> None:
    """Mixed up (RFC 9700, section 4.4): a provider leads on to another one, to be handed the code of that one."""
    idp.vouches, rogue.leads_to = True, idp.issuer
    added = await site.as_(OLGA).post(PROVIDERS, json=wish_for(rogue, label="Rogue"))
    browser = stranger(site)
    there = await browser.get(f"/login/with/{added.json()['data']['id']}")
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False) as client:
        middle = await client.get(there.headers["location"])
        back = httpx.URL((await client.get(middle.headers["location"])).headers["location"])
    answer = await browser.get(f"{back.path}?{back.query.decode()}")
    assert UNTRUSTED in await refusal(browser, answer)
    assert "/token" not in rogue.asked


@pytest.mark.parametrize(
    "wanted", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/login"]
)
async def test_coming_back_leads_nowhere_else(site: Site, idp: Provider, way: str, wanted: str) -> None:
    browser = stranger(site)
    answer = await browser.get(await go(browser, way, wanted))
    assert (answer.status_code, answer.headers["location"]) == (303, "/select-workspace")


async def test_a_provider_that_names_itself_in_answers_always_does(site: Site, idp: Provider, way: str) -> None:
    """RFC 9207, section 2.4."""
    idp.vouches = True
    browser = stranger(site)
    answer = httpx.URL(await go(browser, way))
    assert answer.params["iss"] == idp.issuer
    bare = str(answer.copy_remove_param("iss"))
    assert UNTRUSTED in await refusal(browser, await browser.get(bare))
    assert "/token" not in idp.asked
    whole = await go(browser, way)
    assert (await browser.get(whole)).headers["location"] == "/select-workspace"


@pytest.mark.parametrize(
    "change", [{"state": ""}, {"state": "x" * 43}, {"state": "é"}, {"code": "", "state": "x"}], ids=str
)
async def test_an_answer_without_the_state_of_this_browser(site: Site, way: str, change: dict[str, str]) -> None:
    browser = stranger(site)
    answer = httpx.URL(await go(browser, way))
    assert OTHER_BROWSER in await refusal(browser, await browser.get(str(answer.copy_merge_params(change))))


async def test_the_state_of_an_earlier_attempt_is_over(site: Site, way: str) -> None:
    browser = stranger(site)
    first = await go(browser, way)
    second = await go(browser, way)
    assert OTHER_BROWSER in await refusal(browser, await browser.get(first))
    assert OTHER_BROWSER in await refusal(browser, await browser.get(second))  # a wrong answer ends the attempt


async def test_a_code_of_somebody_else_is_worth_nothing_in_ones_own_attempt(
    site: Site, idp: Provider, way: str
) -> None:
    """Injected (RFC 9700, section 4.5): PKCE binds a code to the attempt that asked for it."""
    victim, thief = stranger(site), stranger(site)
    stolen = httpx.URL(await go(victim, way)).params["code"]
    own = httpx.URL(await go(thief, way)).copy_set_param("code", stolen)
    assert UNTRUSTED in await refusal(thief, await thief.get(str(own)))
    assert idp.refused == ["verifier"]


async def test_every_attempt_has_secrets_of_its_own(site: Site, way: str) -> None:
    asked = [httpx.URL((await stranger(site).get(f"/login/with/{way}")).headers["location"]).params for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name]) >= 43
    assert {one["code_challenge_method"] for one in asked} == {"S256"}
    assert {one["response_type"] for one in asked} == {"code"}


async def test_a_provider_opens_its_partners_host_only(site: Site, idp: Provider, way: str) -> None:
    elsewhere = stranger(site, STAN.host)
    assert "not offered here" in await refusal(elsewhere, await elsewhere.get(f"/login/with/{way}"))
    browser = stranger(site)
    answer = await go(browser, way)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for host in (STAN.host, "localhost"):
        moved = stranger(site, host, headers={"cookie": cookie})
        assert OTHER_BROWSER in await refusal(moved, await moved.get(answer))
    assert "/token" not in idp.asked


async def test_a_linked_identity_opens_its_owners_account_alone(
    site: Site, owner: asyncpg.Connection, idp: Provider, way: str
) -> None:
    """The subject says who it is; an address that changed there to a colleague's moves nothing."""
    first = stranger(site)
    await first.get(await go(first, way))
    idp.claims = {"email": ADAM.email}
    again = stranger(site)
    await again.get(await go(again, way))
    assert (await again.get("/api/account")).json()["data"]["email"] == MIA.email
    links = await owner.fetch("SELECT user_id, email FROM app.linked_identities")
    assert [tuple(row) for row in links] == [(MIA.id, MIA.email)]


@pytest.mark.parametrize(
    "claims",
    [
        {"iat": timedelta(hours=1)},
        {"nbf": timedelta(hours=1)},
        {"iat": None},
        {"iat": "now"},
        {"exp": "later"},
        {"exp": []},
        {"exp": timedelta(minutes=-2)},
        {"aud": []},
        {"aud": 7},
        {"aud": {"0": CLIENT}},
        {"aud": [CLIENT, 7]},
        {"aud": [CLIENT, "other"], "azp": "other"},
        {"azp": ["agency-desk"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "s" * 256},
        {"sub": "person\x00"},
        {"sub": "pérson"},
        {"nonce": ["x"]},
    ],
    ids=str,
)
async def test_claims_that_prove_nothing(site: Site, idp: Provider, way: str, claims: dict[str, Any]) -> None:
    """Spans of time count from now."""
    idp.claims = {
        name: int(time.time() + value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in claims.items()
    }
    browser = stranger(site)
    assert UNTRUSTED in await refusal(browser, await browser.get(await go(browser, way)))


@pytest.mark.parametrize("email", [7, ["mia@acme.test"], {"a": 1}, True, "", "mia@acme.test\x00", "x" * 5000])
async def test_addresses_that_are_none(site: Site, idp: Provider, way: str, email: object) -> None:
    idp.claims = {"email": email, "sub": "person-9"}
    browser = stranger(site)
    await site.as_(OLGA).patch(f"{PROVIDERS}/{way}", json={"auto_join": True})
    said = await refusal(browser, await browser.get(await go(browser, way)))
    assert "does not vouch" in said


@pytest.fixture
async def guest(site: Site, owner: asyncpg.Connection, idp: Provider, way: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of somebody who has just come in through the provider for the first time, and has no password."""
    idp.claims = {"email": "guest@acme.test", "sub": "person-7"}
    await site.as_(OLGA).patch(f"{PROVIDERS}/{way}", json={"auto_join": True})
    browser = stranger(site)
    await browser.get(await go(browser, way))
    yield browser
    await owner.execute("UPDATE app.partners SET require_two_factor = false WHERE id = $1", ACME)
    await owner.execute("DELETE FROM app.users WHERE email LIKE 'guest%@acme.test'")


async def _grow_old(owner: asyncpg.Connection) -> None:
    await owner.execute("UPDATE app.sessions SET created_at = now() - interval '16 minutes' WHERE user_id ="
                        " (SELECT id FROM app.users WHERE email = 'guest@acme.test')")  # fmt: skip


async def test_whoever_has_no_password_can_set_up_the_second_factor_that_is_asked_for(
    site: Site, owner: asyncpg.Connection, idp: Provider, way: str, guest: httpx.AsyncClient
) -> None:
    await owner.execute("UPDATE app.partners SET require_two_factor = true WHERE id = $1", ACME)
    led = await guest.get("/select-workspace")
    assert led.headers["location"] == "/account/two-factor?redirect=/select-workspace"
    await _grow_old(owner)
    assert (await guest.post("/api/account/two-factor", json={})).json()["errors"][0]["code"] == "stale"
    page = await guest.get("/account/two-factor")
    assert ('type="password"' in page.text, "sign out and in again first" in text_of(page.text)) == (False, True)
    again = stranger(site)
    await again.get(await go(again, way))
    page = await again.get("/account/two-factor")
    assert ('type="password"' in page.text, 'action="/account/two-factor"' in page.text) == (False, True)
    assert "otpauth://" in (await again.post("/account/two-factor", data={})).text
    secret, recovery = await protect(again, "")
    assert (await again.get("/api/account")).json()["data"]["two_factor"] is True
    third = stranger(site)
    assert (await third.get(await go(third, way))).headers["location"].startswith("/login/two-factor")
    assert (await third.get("/api/account")).status_code == 401
    assert (await third.post("/api/auth/two-factor", json={"code": recovery[0]})).status_code == 200
    assert secret
    assert (await third.get("/api/account")).status_code == 200
    renewed = await third.post("/account/two-factor/recovery-codes", data={})
    assert "Keep your recovery codes" in text_of(renewed.text)
    await _grow_old(owner)
    stale = await third.post("/account/two-factor/recovery-codes", data={})
    assert (stale.status_code, "sign out and in again first" in text_of(stale.text)) == (422, True)


async def test_whoever_has_no_password_proves_it_by_having_just_signed_in(
    site: Site, owner: asyncpg.Connection, guest: httpx.AsyncClient
) -> None:
    """A passkey and another address: what else asks for the password."""
    device = Authenticator("acme.localhost", site.port)
    asked = await guest.post("/api/account/passkeys/options", json={})
    made = await guest.post("/api/account/passkeys", json=device.make(asked.json()["data"]["options"]))
    assert made.status_code == 201, made.text
    email = await guest.post("/account/email", data={"email": "guest2@acme.test"})
    assert email.headers["location"] == "/account/email?done=email"
    for path in ("/account/passkeys", "/account/email"):
        page = await guest.get(path)
        assert ('type="password"' in page.text, "sign out and in again" in text_of(page.text)) == (False, False), path
    assert "guest2@acme.test" in text_of((await guest.get("/account/email")).text)
    await _grow_old(owner)
    for path in ("/account/passkeys", "/account/email"):
        assert "sign out and in again first" in text_of((await guest.get(path)).text), path
    for path, body in (
        ("/api/account/passkeys/options", {}),
        ("/api/account/email", {"email": "guest3@acme.test"}),
    ):
        refused = await guest.post(path, json=body)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "stale"), path
    late = await guest.post("/account/email", data={"email": "guest3@acme.test"})
    assert late.status_code == 422


async def test_a_deleted_account_is_not_opened_again(
    site: Site, owner: asyncpg.Connection, idp: Provider, way: str, guest: httpx.AsyncClient
) -> None:
    """Who comes back is somebody new, where new people may come in; elsewhere nobody."""
    old = (await guest.get("/api/account")).json()["data"]["id"]
    gone = await guest.request("DELETE", "/api/account", json={"email": "guest@acme.test"})
    assert gone.status_code == 200, gone.text
    await site.as_(OLGA).patch(f"{PROVIDERS}/{way}", json={"auto_join": False})
    refused = stranger(site)
    assert "no account with your address" in await refusal(refused, await refused.get(await go(refused, way)))
    await site.as_(OLGA).patch(f"{PROVIDERS}/{way}", json={"auto_join": True})
    again = stranger(site)
    await again.get(await go(again, way))
    assert (await again.get("/api/account")).json()["data"]["id"] != old


async def test_names_are_one_line_that_can_be_stored(
    site: Site, owner: asyncpg.Connection, idp: Provider, way: str
) -> None:
    idp.claims = {
        "email": "zero@acme.test",
        "sub": "person-8",
        "given_name": " Ze\x00ro\r\nBcc:\u2028x ",
        "family_name": 7,
    }
    await site.as_(OLGA).patch(f"{PROVIDERS}/{way}", json={"auto_join": True})
    browser = stranger(site)
    assert (await browser.get(await go(browser, way))).headers["location"] == "/select-workspace"
    row = await owner.fetchrow("SELECT first_name, last_name FROM app.users WHERE email = 'zero@acme.test'")
    assert tuple(row) == ("Zero Bcc: x", "")


@pytest.mark.parametrize(
    "said", ["", ".", "..", "a.b.c", "é.é.é", "x" * 3000, jwt.encode({"sub": "1"}, "k" * 32, algorithm="HS256")]
)
async def test_tokens_that_are_none(site: Site, idp: Provider, way: str, said: str) -> None:
    idp.said = said
    browser = stranger(site)
    assert UNTRUSTED in await refusal(browser, await browser.get(await go(browser, way)))


@pytest.mark.parametrize(
    "keys",
    [
        [], "keys", 7, {}, {"keys": []}, {"keys": "one"}, {"keys": [7]}, {"keys": [None]}, {"keys": ["one"]},
        {"keys": [{"kid": "one"}]}, {"keys": [{"kid": "one", "kty": "RSA"}]}, {"keys": [{"kid": "one", "kty": 7}]},
        {"keys": [{"kid": "one", "kty": "RSA", "n": 7, "e": "AQAB"}]},
        {"keys": [{"kid": "one", "kty": "RSA", "n": "", "e": ""}]},
        {"keys": [{"kid": "one", "kty": "RSA", "n": "AQ", "e": "AQAB"}]},
        {"keys": [{"kid": "one", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
        {"keys": [{"kid": "one", "kty": "EC", "crv": ["P-256"], "x": 1, "y": {}}]},
        {"keys": [{"kid": "one", "kty": "OKP", "crv": "Ed25519", "x": "AA"}]},
        {"keys": [{"kid": "one", "kty": "oct", "k": "AAAA", "alg": "HS256"}]},
        {"keys": [{"kid": "one", "kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": 7}]},
        {"keys": [{"kid": ["one"], "kty": "RSA", "n": "AQAB", "e": "AQAB"}]},
    ],
    ids=lambda keys: json.dumps(keys)[:70],
)  # fmt: skip
async def test_sets_of_keys_that_are_none(site: Site, idp: Provider, way: str, keys: object) -> None:
    idp.keys = keys
    browser = stranger(site)
    assert UNTRUSTED in await refusal(browser, await browser.get(await go(browser, way)))


async def test_what_a_provider_says_in_an_error_is_not_shown(site: Site, way: str) -> None:
    for error in ("access_denied", "server_error", "temporarily_unavailable", "<script>"):
        browser = stranger(site)
        state = httpx.URL((await browser.get(f"/login/with/{way}")).headers["location"]).params["state"]
        told = {"error": error, "error_description": "<b>Call 555</b>", "state": state}
        answer = await browser.get("/login/callback", params=told)
        said = await refusal(browser, answer)
        assert "did not finish" in said
        assert "Call 555" not in said


async def test_refusals_are_words_of_ours(site: Site) -> None:
    page = await stranger(site).get("/login", params={"refusal": "<script>alert(1)</script>"})
    assert (page.status_code, "alert(1)" in text_of(page.text)) == (200, False)
