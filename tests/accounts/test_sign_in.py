"""Signing in and out, and the life of a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from argon2 import PasswordHasher
from tests.accounts.door import FORM, GOOD, OTHER, PROXIED, new_email, stranger
from tests.conftest import Site
from tests.world import MIA, PASSWORD, RIVAL_SHOP, STAN, VERA

ENVIRON = PROXIED
Member = Callable[..., Awaitable[str]]


def _body(email: str, password: str = PASSWORD) -> dict[str, str]:
    return {"email": email, "password": password}


async def test_signing_in_opens_a_session_that_is_a_cookie_of_the_host(site: Site, owner: asyncpg.Connection) -> None:
    browser = stranger(site)
    answer = await browser.post("/api/auth/signin", json=_body(f" {MIA.email.upper()} "))
    assert answer.status_code == 200
    assert answer.json()["data"]["user"] == {
        "id": str(MIA.id), "email": MIA.email, "first_name": "Mia", "last_name": "Test"
    }  # fmt: skip
    assert answer.json()["data"]["redirect"] == "/select-workspace"
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("session=", "httponly", "samesite=lax", "path=/", "max-age=2592000"))
    assert "domain" not in cookie
    token = browser.cookies["session"]
    assert len(token) >= 43
    assert token not in str([tuple(r) for r in await owner.fetch("SELECT * FROM app.sessions")])
    assert (await browser.get("/api/auth/context")).json()["data"]["user"]["email"] == MIA.email
    row = await owner.fetchrow("SELECT action, ip FROM app.audit_log WHERE actor_id = $1 ORDER BY id DESC", MIA.id)
    assert (row["action"], row["ip"].startswith("198.51.")) == ("user.login", True)


async def test_wrong_password_and_unknown_address_look_the_same(site: Site) -> None:
    answers = [
        await stranger(site).post("/api/auth/signin", json=_body(email, password))
        for email, password in ((MIA.email, OTHER), (new_email(), OTHER), (STAN.email, PASSWORD))
    ]
    told = [a.json() | {"requestId": ""} for a in answers]
    assert [a.status_code for a in answers] == [401, 401, 401]
    assert told[0] == told[1] == told[2]
    pages = [await stranger(site).post("/login", data=_body(e, OTHER)) for e in (MIA.email, new_email())]
    assert [p.status_code for p in pages] == [422, 422]
    assert len({p.text.replace(MIA.email, "").count("\n") for p in pages}) == 1


async def test_an_inactive_account_is_told_so_only_after_the_right_password(
    site: Site, owner: asyncpg.Connection, member: Member
) -> None:
    email = await member()
    await owner.execute("UPDATE app.users SET status = 'suspended' WHERE email = $1", email)
    wrong = await stranger(site).post("/api/auth/signin", json=_body(email, OTHER))
    right = await stranger(site).post("/api/auth/signin", json=_body(email, GOOD))
    assert (wrong.status_code, right.status_code) == (401, 403)
    assert "session" not in right.cookies


async def test_signing_in_again_ends_the_session_before(site: Site, owner: asyncpg.Connection) -> None:
    browser = stranger(site)
    await browser.post("/api/auth/signin", json=_body(MIA.email))
    old = browser.cookies["session"]
    await browser.post("/api/auth/signin", json=_body(VERA.email))
    assert browser.cookies["session"] != old
    before = await stranger(site, headers={"cookie": f"session={old}"}).get("/api/auth/context")
    assert before.status_code == 401


async def test_a_planted_token_is_not_taken_over(site: Site) -> None:
    browser = stranger(site)
    browser.cookies.set("session", "planted")
    await browser.post("/api/auth/signin", json=_body(MIA.email))
    assert (await stranger(site, headers={"cookie": "session=planted"}).get("/api/auth/context")).status_code == 401


async def test_signing_out_ends_the_session(site: Site, owner: asyncpg.Connection) -> None:
    browser = stranger(site)
    await browser.post("/api/auth/signin", json=_body(MIA.email))
    token = browser.cookies["session"]
    form = await browser.post("/api/auth/signout", content=b"", headers=FORM)
    assert (form.status_code, form.headers["location"]) == (303, "/login")
    assert "session" not in browser.cookies
    assert (await stranger(site, headers={"cookie": f"session={token}"}).get("/api/auth/context")).status_code == 401
    action = await owner.fetchval("SELECT action FROM app.audit_log WHERE actor_id = $1 ORDER BY id DESC", MIA.id)
    assert action == "user.logout"
    again = await browser.post("/api/auth/signout")
    assert (again.status_code, again.json()["data"]["success"]) == (200, True)


@pytest.mark.parametrize(
    "change", ["last_seen_at = now() - interval '8 days'", "expires_at = now()", "revoked_at = now()"]
)
async def test_a_session_ends_by_idleness_by_age_and_by_revocation(
    site: Site, owner: asyncpg.Connection, member: Member, change: str
) -> None:
    email = await member()
    browser = stranger(site)
    await browser.post("/api/auth/signin", json=_body(email, GOOD))
    assert (await browser.get("/api/auth/context")).status_code == 200
    await owner.execute(
        f"UPDATE app.sessions SET {change} WHERE user_id = (SELECT id FROM app.users WHERE email = $1)", email
    )
    assert (await browser.get("/api/auth/context")).status_code == 401


async def test_a_session_of_another_brand_does_not_open_this_host(site: Site) -> None:
    for path in ("/api/auth/context", "/api/w/clinic/settings"):
        for host, token in (("acme.localhost", STAN.token), ("rival.localhost", MIA.token), ("localhost", MIA.token)):
            answer = await stranger(site, host, headers={"cookie": f"session={token}"}).get(path)
            assert answer.status_code == 401, (host, path)
    context = (await site.as_(STAN).get("/api/auth/context")).json()["data"]
    assert [w["id"] for w in context["workspaces"]] == [str(RIVAL_SHOP)]


async def test_who_was_removed_from_the_partner_has_no_role(site: Site, owner: asyncpg.Connection) -> None:
    await owner.execute("UPDATE app.partner_members SET removed_at = now() WHERE user_id = $1", VERA.id)
    context = (await site.as_(VERA).get("/api/auth/context")).json()["data"]
    assert (context["partnerRole"], context["partnerMembership"]) == (None, None)
    await owner.execute("UPDATE app.partner_members SET removed_at = NULL WHERE user_id = $1", VERA.id)


async def test_a_password_is_hashed_again_when_the_parameters_were_raised(
    site: Site, owner: asyncpg.Connection, member: Member
) -> None:
    email = await member()
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD)
    await owner.execute("UPDATE app.users SET password_hash = $1 WHERE email = $2", weak, email)
    for _ in range(2):
        assert (await stranger(site).post("/api/auth/signin", json=_body(email, GOOD))).status_code == 200
        stored = await owner.fetchval("SELECT password_hash FROM app.users WHERE email = $1", email)
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_blanks_belong_to_a_password(site: Site, member: Member) -> None:
    """A page and the API agree on what was typed."""
    password = " Quiet-Harbour-71 "
    email = await member(password=password)
    assert (await stranger(site).post("/login", data=_body(email, password))).status_code == 303
    assert (await stranger(site).post("/login", data=_body(email, password.strip()))).status_code == 422


async def test_another_site_cannot_sign_people_in(site: Site) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.test"}):
        answer = await stranger(site, headers=headers).post("/login", data=_body(MIA.email))
        assert (answer.status_code, "session" in answer.cookies) == (403, False)


async def test_sign_out_closes_the_open_stream(site: Site) -> None:
    browser = stranger(site)
    await browser.post("/api/auth/signin", json=_body(MIA.email))
    async with browser.stream("GET", "/w/clinic/events", headers={"accept": "text/event-stream"}) as stream:
        assert stream.status_code == 200
        await browser.post("/api/auth/signout")
        async for _ in stream.aiter_raw():
            pass  # ends by itself; the client's own timeout would raise


async def test_bad_bodies_are_refused(site: Site) -> None:
    for body in ({}, {"email": MIA.email}, {"email": MIA.email, "password": "x" * 10_000}, {**_body(MIA.email), "otp": 1},
                 {"email": "a\x00@b.test", "password": "x"}, [], "text", None):  # fmt: skip
        answer = await stranger(site).post("/api/auth/signin", json=body)
        assert answer.status_code == 400, body
        assert answer.json()["errors"], body
    broken = await stranger(site).post("/api/auth/signin", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 400
