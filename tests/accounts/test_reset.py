"""Forgotten passwords."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from tests.accounts.door import GOOD, OTHER, PROXIED, enter, link_in, mails_to, new_email, stranger, text_of
from tests.conftest import Site
from tests.world import ACME, MIA

from inspralv.accounts import jobs
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.services import Services

ENVIRON = PROXIED
Work = Callable[[], Awaitable[None]]
Member = Callable[..., Awaitable[str]]


async def _asked(site: Site, owner: asyncpg.Connection, work: Work, email: str) -> str:
    """Ask for a link and return its token."""
    assert (await stranger(site).post("/api/auth/forgot-password", json={"email": email})).status_code == 200
    await work()
    mail = [one for one in await mails_to(owner, email) if one["template"] == "reset_password"][-1]
    assert link_in(mail)[0] == "/reset-password"
    return link_in(mail)[1]


async def _set(site: Site, token: str, password: str, host: str = "acme.localhost") -> int:
    answer = await stranger(site, host).post("/api/auth/reset-password", json={"token": token, "password": password})
    return answer.status_code


async def _sign_in(site: Site, email: str, password: str) -> int:
    return (await stranger(site).post("/api/auth/signin", json={"email": email, "password": password})).status_code


async def test_a_new_password_ends_every_session(
    site: Site, owner: asyncpg.Connection, work: Work, member: Member
) -> None:
    email = await member()
    browser = stranger(site)
    await browser.post("/api/auth/signin", json={"email": email, "password": GOOD})
    token = await _asked(site, owner, work, email)
    assert await _set(site, token, OTHER) == 200
    assert (await browser.get("/api/auth/context")).status_code == 401
    assert [await _sign_in(site, email, p) for p in (GOOD, OTHER)] == [401, 200]
    event = await owner.fetchrow(
        "SELECT action, new_values, actor_id FROM app.audit_log WHERE action = 'user.updated' ORDER BY id DESC"
    )
    assert event["new_values"] == '{"password": "changed"}'
    assert event["actor_id"] == await owner.fetchval("SELECT id FROM app.users WHERE email = $1", email)


async def test_the_mail_names_what_still_opens_the_account(
    site: Site, owner: asyncpg.Connection, work: Work, member: Member
) -> None:
    """Keys, passkeys and linked accounts outlive the password: programs go on, and their person looks through them."""
    email = await member()
    browser = await enter(site, email)
    made = await browser.post("/api/account/api-keys", json={"name": "CRM", "scopes": ["account:read"]})
    assert await _set(site, await _asked(site, owner, work, email), OTHER) == 200
    await work()
    mail = (await mails_to(owner, email))[-1]
    assert mail["subject"] == "Your password was changed: Acme Voice"
    for body in (mail["plain"], mail["html"]):
        assert "every other session ended. Passkeys, linked accounts and API keys work as before" in body
    assert "http://acme.localhost" in mail["plain"]
    key = {"authorization": f"Bearer {made.json()['data']['token']}"}
    assert (await site.at("acme.localhost", headers=key).get("/api/account")).status_code == 200


async def test_a_reset_closes_open_streams(site: Site, owner: asyncpg.Connection, work: Work, member: Member) -> None:
    email = await member("localhost")
    browser = stranger(site, "localhost")
    await browser.post("/api/auth/signin", json={"email": email, "password": GOOD})
    slug = (await browser.get("/api/workspaces")).json()["data"]["workspaces"][0]["slug"]
    await stranger(site, "localhost").post("/api/auth/forgot-password", json={"email": email})
    await work()
    token = link_in((await mails_to(owner, email))[-1])[1]
    async with browser.stream("GET", f"/w/{slug}/events", headers={"accept": "text/event-stream"}) as stream:
        assert stream.status_code == 200
        assert await _set(site, token, OTHER, "localhost") == 200
        async for _ in stream.aiter_raw():
            pass


async def test_a_link_works_once_and_for_an_hour(
    site: Site, owner: asyncpg.Connection, work: Work, member: Member
) -> None:
    email = await member()
    first = await _asked(site, owner, work, email)
    second = await _asked(site, owner, work, email)
    assert await _set(site, second, OTHER) == 200
    assert [await _set(site, t, GOOD) for t in (second, first)] == [400, 400]
    third = await _asked(site, owner, work, email)
    await owner.execute("UPDATE app.password_resets SET expires_at = now() WHERE email = $1", email)
    assert "does not work" in (await stranger(site).get(f"/reset-password?token={third}")).text
    assert await _set(site, third, GOOD) == 400
    assert await _sign_in(site, email, OTHER) == 200


async def test_a_weak_password_leaves_the_link_usable(
    site: Site, owner: asyncpg.Connection, work: Work, member: Member
) -> None:
    email = await member()
    token = await _asked(site, owner, work, email)
    for password in ("short", "Nora-Harbour-71", "Welcome-2026!"):
        page = await stranger(site).post(
            "/reset-password", data={"token": token, "password": password, "confirmation": password}
        )
        assert page.status_code == 422
        assert 'aria-invalid="true"' in page.text
        assert password not in page.text
        assert f'value="{token}"' in page.text
    differing = await stranger(site).post(
        "/reset-password", data={"token": token, "password": OTHER, "confirmation": GOOD}
    )
    assert "differ" in text_of(differing.text)
    done = await stranger(site).post("/reset-password", data={"token": token, "password": OTHER, "confirmation": OTHER})
    assert (done.status_code, "is set" in text_of(done.text)) == (200, True)


async def test_a_link_of_one_brand_does_not_work_at_another(
    site: Site, owner: asyncpg.Connection, work: Work, member: Member
) -> None:
    email = await member()
    token = await _asked(site, owner, work, email)
    assert await _set(site, token, OTHER, "rival.localhost") == 400
    assert await _sign_in(site, email, GOOD) == 200


async def test_unknown_addresses_get_the_same_answer_and_no_mail(
    site: Site, owner: asyncpg.Connection, work: Work, member: Member
) -> None:
    email, unknown, suspended = await member(), new_email(), await member()
    await owner.execute("UPDATE app.users SET status = 'suspended' WHERE email = $1", suspended)
    count = len(await mails_to(owner, suspended))
    answers = [
        await stranger(site).post("/api/auth/forgot-password", json={"email": e}) for e in (email, unknown, suspended)
    ]
    assert len({(a.status_code, a.text) for a in answers}) == 1
    pages = [await stranger(site).post("/forgot-password", data={"email": e}) for e in (email, unknown)]
    texts = {
        p.text.replace(e, "").replace(p.headers["x-request-id"], "")
        for p, e in zip(pages, (email, unknown), strict=True)
    }
    assert len(texts) == 1
    await work()
    assert await mails_to(owner, unknown) == []
    assert len(await mails_to(owner, suspended)) == count
    assert await owner.fetchval("SELECT count(*) FROM app.password_resets WHERE email = $1", unknown) == 0


async def test_a_reset_lets_in_who_was_locked_out(
    site: Site, owner: asyncpg.Connection, work: Work, member: Member
) -> None:
    email = await member()
    mine = stranger(site)
    for _ in range(6):
        last = await mine.post("/api/auth/signin", json={"email": email, "password": OTHER})
    assert last.status_code == 429
    await mine.post("/api/auth/forgot-password", json={"email": email})
    await work()
    token = link_in((await mails_to(owner, email))[-1])[1]
    await mine.post("/api/auth/reset-password", json={"token": token, "password": OTHER})
    assert (await mine.post("/api/auth/signin", json={"email": email, "password": OTHER})).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a\x00b", "é" * 40, "t" * 10_000])
async def test_links_that_are_none(site: Site, token: str) -> None:
    answer = await stranger(site).post("/api/auth/reset-password", json={"token": token, "password": OTHER})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/token")
    for path in ("/reset-password", "/confirm-email"):
        page = await stranger(site).post(path, data={"token": token, "password": OTHER, "confirmation": OTHER})
        assert (page.status_code, "does not work" in page.text) == (422, True)
        if "\x00" not in token:
            assert (await stranger(site).get(path, params={"token": token})).status_code == 200


async def test_what_has_run_out_is_swept(
    site: Site, owner: asyncpg.Connection, services: Services, work: Work, member: Member
) -> None:
    email = await member()
    await _asked(site, owner, work, email)
    await stranger(site).post("/api/auth/signup", json={"email": new_email(), "password": GOOD})
    await owner.execute("UPDATE app.password_resets SET expires_at = now() - interval '1 minute'")
    await owner.execute("UPDATE app.sign_ups SET expires_at = now() - interval '1 minute'")
    await owner.execute("UPDATE app.sessions SET revoked_at = now() - interval '31 days' WHERE user_id <> $1", MIA.id)
    ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
    ctx.defer(jobs.sweep())
    await ctx.commit()
    await work()
    left = {
        table: await owner.fetchval(f"SELECT count(*) FROM app.{table} WHERE partner_id = $1", ACME)
        for table in ("password_resets", "sign_ups", "sessions")
    }
    assert left == {"password_resets": 0, "sign_ups": 0, "sessions": 1}
