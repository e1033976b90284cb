"""Signing in through a provider: who gets in, and everybody who must not."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest
from tests.accounts.door import FORM, PROXIED, mails_to, stranger, text_of
from tests.accounts.oidc_server import CLIENT, Provider
from tests.accounts.sign_on import PROVIDERS, go, idp, refusal, served, way
from tests.conftest import Site
from tests.world import ACME, ADAM, MIA, OLGA, STAN

__all__ = ["idp", "served", "way"]  # the provider's fixtures
Work = Callable[[], Awaitable[None]]
ENVIRON = PROXIED | {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}


async def test_the_address_of_an_account_links_it_once_and_signs_in(
    site: Site, owner: asyncpg.Connection, idp: Provider, way: str
) -> None:
    browser = stranger(site)
    page = await browser.get("/login?redirect=/account")
    assert "Continue with Desk" in text_of(page.text)
    assert "Continue with Desk" in text_of((await browser.get("/signup")).text)
    answer = await browser.get(await go(browser, way, "/account"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert idp.refused == []
    assert MIA.email in (await browser.get("/account/sign-in")).text
    row = await owner.fetchrow(
        "SELECT entity_id, new_values FROM app.audit_log WHERE action = 'user.login' AND partner_id = $1 ORDER BY id DESC",
        ACME,
    )
    assert row["entity_id"] == str(MIA.id)
    assert f"oidc: {idp.issuer}" in row["new_values"]
    idp.claims = {"email": "another@elsewhere.test", "email_verified": False}  # linked: the subject alone says who
    again = stranger(site)
    assert (await again.get(await go(again, way))).headers["location"] == "/select-workspace"
    assert await owner.fetchval("SELECT count(*) FROM app.linked_identities WHERE user_id = $1", MIA.id) == 1


@pytest.mark.parametrize(
    ("claims", "signed", "said"),
    [
        ({"nonce": "another"}, "right", "could not be trusted"),
        ({"nonce": None}, "right", "could not be trusted"),
        ({"aud": "somebody-else"}, "right", "could not be trusted"),
        ({"aud": [CLIENT, "other"]}, "right", "could not be trusted"),
        ({"azp": "other"}, "right", "could not be trusted"),
        ({"iss": "https://elsewhere.test"}, "right", "could not be trusted"),
        ({"exp": int(time.time()) - 3600}, "right", "could not be trusted"),
        ({"exp": None}, "right", "could not be trusted"),
        ({}, "other", "could not be trusted"),
        ({}, "none", "could not be trusted"),
        ({}, "shared", "could not be trusted"),
        ({"email_verified": False}, "right", "does not vouch"),
        ({"email_verified": "yes"}, "right", "does not vouch"),
        ({"email": None}, "right", "does not vouch"),
        ({"email": "nobody@acme.test"}, "right", "no account with your address"),
        ({"email": STAN.email}, "right", "no account with your address"),
    ],
)
async def test_an_answer_that_proves_nothing_opens_nothing(
    site: Site, idp: Provider, way: str, claims: dict[str, Any], signed: str, said: str
) -> None:
    idp.claims, idp.signed = claims, signed
    browser = stranger(site)
    answer = await browser.get(await go(browser, way))
    assert said in await refusal(browser, answer)


async def test_an_answer_belongs_to_the_browser_that_asked_and_is_good_once(
    site: Site, idp: Provider, way: str
) -> None:
    victim, thief = stranger(site), stranger(site)
    answer = await go(thief, way)
    assert "another browser" in await refusal(victim, await victim.get(answer))
    own = await go(victim, way)
    assert "another browser" in await refusal(victim, await victim.get(f"{own}x"))
    assert (await thief.get(answer)).headers["location"] == "/select-workspace"


async def test_a_code_is_good_once(site: Site, idp: Provider, way: str) -> None:
    browser = stranger(site)
    answer = await go(browser, way)
    kept = dict(browser.cookies)
    assert (await browser.get(answer)).headers["location"] == "/select-workspace"
    again = stranger(site)
    again.cookies.update(kept)
    assert "could not be trusted" in await refusal(again, await again.get(answer))
    assert idp.refused == ["code"]


async def test_a_changed_cookie_is_none(site: Site, way: str) -> None:
    browser = stranger(site)
    answer = await go(browser, way)
    name, value = next((n, v) for n, v in browser.cookies.items() if "sign-on" in n)
    forged = stranger(site)
    forged.cookies.set(name, f"{'A' if value[0] != 'A' else 'B'}{value[1:]}")
    assert "another browser" in await refusal(forged, await forged.get(answer))


async def test_cancelling_and_a_provider_that_is_down_are_said(site: Site, idp: Provider, way: str) -> None:
    browser = stranger(site)
    state = httpx.URL((await browser.get(f"/login/with/{way}")).headers["location"]).params["state"]
    answer = await browser.get(f"/login/callback?error=access_denied&state={state}")
    assert "did not finish" in await refusal(browser, answer)
    idp.down = True
    assert "cannot be reached" in await refusal(browser, await browser.get(f"/login/with/{way}"))
    idp.down, idp.names_itself = False, "https://elsewhere.test"
    assert "cannot be reached" in await refusal(browser, await browser.get(f"/login/with/{way}"))


async def test_only_allowed_domains_get_in_and_new_people_only_where_they_may(
    site: Site, owner: asyncpg.Connection, idp: Provider, way: str
) -> None:
    boss, browser = site.as_(OLGA), stranger(site)
    idp.claims = {"email": "New.Person@Acme.test", "sub": "person-2"}
    await boss.patch(f"{PROVIDERS}/{way}", json={"domains": ["elsewhere.test"], "auto_join": True})
    assert "Addresses like yours" in await refusal(browser, await browser.get(await go(browser, way)))
    await boss.patch(f"{PROVIDERS}/{way}", json={"domains": ["ACME.test"]})
    assert (await browser.get(await go(browser, way))).headers["location"] == "/select-workspace"
    row = await owner.fetchrow(
        "SELECT u.password_hash, m.role FROM app.users u JOIN app.partner_members m ON m.user_id = u.id"
        " WHERE u.email = 'new.person@acme.test'"
    )
    assert tuple(row) == ("", "member")
    for guess in ("nobody has this password", "-"):  # who never chose a password has none
        refused = await stranger(site).post(
            "/api/auth/signin", json={"email": "new.person@acme.test", "password": guess}
        )
        assert refused.status_code == 401
    one = await owner.fetchval("SELECT id FROM app.linked_identities WHERE subject = 'person-2'")
    kept = await browser.post(f"/account/sign-in/{one}/removal", headers=FORM)
    assert kept.status_code == 409
    assert "only way in" in text_of(kept.text)


async def test_the_second_factor_is_still_asked_for(
    site: Site, owner: asyncpg.Connection, idp: Provider, way: str
) -> None:
    await owner.execute("UPDATE app.users SET two_factor_since = now() WHERE id = $1", ADAM.id)
    idp.claims = {"email": ADAM.email, "sub": "person-3"}
    browser = stranger(site)
    answer = await browser.get(await go(browser, way, "/account"))
    assert answer.headers["location"] == "/login/two-factor?redirect=/account"
    assert "session" not in answer.cookies
    assert (await browser.get("/login/two-factor")).status_code == 200
    await owner.execute("UPDATE app.users SET two_factor_since = NULL WHERE id = $1", ADAM.id)


async def test_nobody_is_led_to_another_host(site: Site, way: str) -> None:
    browser = stranger(site)
    answer = await browser.get(await go(browser, way, "https://elsewhere.test/"))
    assert answer.headers["location"] == "/select-workspace"


async def test_what_is_off_or_not_in_the_plan_is_not_offered(site: Site, idp: Provider, way: str) -> None:
    await site.as_(OLGA).patch(f"{PROVIDERS}/{way}", json={"enabled": False})
    browser = stranger(site)
    assert "Continue with" not in (await browser.get("/login")).text
    assert "not offered here" in await refusal(browser, await browser.get(f"/login/with/{way}"))
    rival = site.as_(STAN)
    assert (await rival.get(PROVIDERS)).json()["data"] == []
    assert (await rival.patch(f"{PROVIDERS}/{way}", json={"enabled": True})).status_code == 404


async def test_linked_accounts_are_unlinked(site: Site, owner: asyncpg.Connection, way: str) -> None:
    browser = stranger(site)
    await browser.get(await go(browser, way))
    one = await owner.fetchval("SELECT id FROM app.linked_identities WHERE user_id = $1", MIA.id)
    assert (await site.as_(OLGA).post(f"/account/sign-in/{one}/removal", headers=FORM)).status_code == 404
    answer = await browser.post(f"/account/sign-in/{one}/removal", headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/sign-in?done=unlinked")
    assert await owner.fetchval("SELECT count(*) FROM app.linked_identities") == 0


async def test_mails_tell_of_linking_and_unlinking(
    site: Site, owner: asyncpg.Connection, idp: Provider, way: str, work: Work
) -> None:
    """Both change how one gets in. Coming in for the first time at all, or again, changes nothing."""
    await work()
    await owner.execute("DELETE FROM app.mail_messages")
    browser = stranger(site)
    for _ in range(2):
        await browser.get(await go(browser, way))
    one = await owner.fetchval("SELECT id FROM app.linked_identities WHERE user_id = $1", MIA.id)
    assert (await browser.post(f"/account/sign-in/{one}/removal", headers=FORM)).status_code == 303
    assert (await site.as_(OLGA).patch(f"{PROVIDERS}/{way}", json={"auto_join": True})).is_success
    idp.claims = {"sub": "newcomer", "email": "newcomer@elsewhere.test", "email_verified": True}
    newcomer = stranger(site)
    assert "/login" not in (await newcomer.get(await go(newcomer, way))).headers["location"]
    await work()
    told = [m["subject"] for m in await mails_to(owner, MIA.email) if "linked" in m["subject"]]
    assert told == ["An account elsewhere was linked: Acme Voice", "A linked account was removed: Acme Voice"]
    assert not [m for m in await mails_to(owner, "newcomer@elsewhere.test") if "linked" in m["subject"]]
