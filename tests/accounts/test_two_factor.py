"""Two-factor sign-in: set up, signing in in two steps, recovery, and a partner that asks everybody for it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from html import unescape

import asyncpg
import httpx
import pyotp
import pytest
from tests.accounts.door import GOOD, OTHER, PROXIED, enter, link_in, mails_to, stranger, text_of
from tests.accounts.second import codes_of, protect
from tests.api_keys.conftest import plant, robot
from tests.conftest import Site
from tests.house.routes import fill, label, of_kind
from tests.world import ACME, ADAM, MIA, OLGA, PASSWORD, STAN, VERA, WIM

ENVIRON = PROXIED
Member = Callable[..., Awaitable[str]]
Work = Callable[[], Awaitable[None]]


async def _signed_in(site: Site, email: str, password: str = GOOD) -> httpx.AsyncClient:
    browser = stranger(site)
    answer = await browser.post("/api/auth/signin", json={"email": email, "password": password})
    assert (answer.status_code, answer.json()["data"]["two_factor"]) == (200, False), answer.text
    return browser


async def _first_step(site: Site, email: str, password: str = GOOD) -> httpx.AsyncClient:
    browser = stranger(site)
    answer = await browser.post("/api/auth/signin", json={"email": email, "password": password})
    told = answer.json()["data"]
    assert (answer.status_code, told["two_factor"], told["user"]) == (200, True, None), answer.text
    assert told["redirect"] == "/login/two-factor?redirect=/select-workspace"
    assert "session" not in browser.cookies
    return browser


async def _code(browser: httpx.AsyncClient, code: str) -> httpx.Response:
    return await browser.post("/api/auth/two-factor", json={"code": code})


async def test_a_code_opens_the_session_and_is_good_once(site: Site, member: Member) -> None:
    email = await member()
    secret, _ = await protect(await _signed_in(site, email))
    browser = await _first_step(site, email)
    assert (await browser.get("/api/auth/context")).status_code == 401
    now, later = codes_of(secret)
    right = await _code(browser, f" {now[:3]} {now[3:]} ")
    assert (right.status_code, right.json()["data"]["user"]["email"]) == (200, email)
    assert (await browser.get("/api/auth/context")).status_code == 200
    assert "second-step" not in browser.cookies
    again = await _first_step(site, email)
    replayed = await _code(again, now)
    assert (replayed.status_code, replayed.json()["errors"][0]["pointer"]) == (400, "/code")
    assert (await _code(again, later)).status_code == 200


async def test_a_token_of_the_first_step_is_no_session_and_good_once(site: Site, member: Member) -> None:
    email = await member()
    secret, _ = await protect(await _signed_in(site, email))
    browser = await _first_step(site, email)
    token = browser.cookies["second-step"]
    thief = stranger(site, headers={"cookie": f"session={token}"})
    assert (await thief.get("/api/auth/context")).status_code == 401
    now, later = codes_of(secret)
    assert (await _code(browser, now)).status_code == 200
    second = stranger(site, headers={"cookie": f"second-step={token}"})
    assert (await _code(second, later)).status_code == 401
    elsewhere = stranger(site, STAN.host, headers={"cookie": f"second-step={token}"})
    assert (await _code(elsewhere, later)).status_code == 401


async def test_codes_are_limited(site: Site, member: Member) -> None:
    email = await member()
    secret, _ = await protect(await _signed_in(site, email))
    browser = await _first_step(site, email)
    assert [(await _code(browser, "000000")).status_code for _ in range(6)] == [400] * 5 + [429]
    fresh = await _first_step(site, email)
    assert (await _code(fresh, next(codes_of(secret)))).status_code == 429


async def test_an_old_code_is_refused(site: Site, member: Member) -> None:
    email = await member()
    secret, _ = await protect(await _signed_in(site, email))
    browser = await _first_step(site, email)
    assert (await _code(browser, pyotp.HOTP(secret).at(int(time.time()) // 30 - 4))).status_code == 400


async def test_a_recovery_code_opens_once_and_is_told(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()
    browser = await _signed_in(site, email)
    _, codes = await protect(browser)
    assert len(set(codes)) == 10
    stored = str(await owner.fetch("SELECT * FROM app.recovery_codes"))
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)
    assert (await _code(await _first_step(site, email), codes[3].upper())).status_code == 200
    assert (await _code(await _first_step(site, email), codes[3])).status_code == 400
    await work()
    subjects = [mail["subject"] for mail in await mails_to(owner, email)]
    assert {"Two-factor sign-in is on: Acme Voice", "A recovery code was used: Acme Voice"} <= set(subjects)
    state = (await browser.get("/api/account")).json()["data"]
    assert (state["two_factor"], state["recovery_codes_left"]) == (True, 9)
    renewed = await browser.post("/api/account/recovery-codes", json={"password": GOOD})
    assert (await _code(await _first_step(site, email), codes[4])).status_code == 400
    assert (await _code(await _first_step(site, email), renewed.json()["data"]["recovery_codes"][0])).status_code == 200


async def test_of_two_who_use_a_code_at_once_one_gets_in(site: Site, member: Member) -> None:
    email = await member()
    secret, recovery = await protect(await _signed_in(site, email))
    for code in (next(codes_of(secret)), recovery[0]):
        browsers = [await _first_step(site, email) for _ in range(2)]
        answers = await asyncio.gather(*(_code(browser, code) for browser in browsers))
        assert sorted(answer.status_code for answer in answers) == [200, 400]
        assert sorted("session" in browser.cookies for browser in browsers) == [False, True]


async def test_between_the_two_steps_nothing_is_open(site: Site, member: Member) -> None:
    email = await member()
    await protect(await _signed_in(site, email))
    browser = await _first_step(site, email)
    for row in of_kind("signed_in", "partner", "workspace"):
        answer = await browser.request(row.method, fill(row.path, workspace_slug="clinic"))
        assert answer.status_code == (401 if row.path.startswith("/api/") else 303), label(row)
        assert answer.headers.get("location", "/login").startswith("/login"), label(row)


async def test_the_secret_is_sealed_and_told_nowhere_else(
    site: Site, member: Member, owner: asyncpg.Connection
) -> None:
    browser = await _signed_in(site, await member())
    secret, codes = await protect(browser)
    kept = await owner.fetchval("SELECT secret FROM app.two_factors ORDER BY created_at DESC LIMIT 1")
    assert secret.encode() not in bytes(kept)
    log = str([tuple(row) for row in await owner.fetch("SELECT * FROM app.audit_log")])
    assert secret not in log
    assert not any(code in log for code in codes)
    for path in ("/account/two-factor", "/api/account", "/account"):
        assert secret.lower() not in (await browser.get(path)).text.lower().replace(" ", "")


async def test_a_new_password_by_mail_does_not_pass_the_second_factor(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()
    secret, _ = await protect(await _signed_in(site, email))
    waiting = await _first_step(site, email)
    await stranger(site).post("/api/auth/forgot-password", json={"email": email})
    await work()
    token = next(link_in(m)[1] for m in reversed(await mails_to(owner, email)) if "/reset-password" in m["plain"])
    reset = await stranger(site).post("/api/auth/reset-password", json={"token": token, "password": OTHER})
    assert (reset.status_code, "session" in reset.cookies) == (200, False)
    assert (await _code(waiting, next(codes_of(secret)))).status_code == 401  # it began with the old password
    browser = await _first_step(site, email, OTHER)
    assert (await _code(browser, next(codes_of(secret)))).status_code == 200


async def test_setting_up_needs_the_password_and_ends_other_sessions(
    site: Site, member: Member, owner: asyncpg.Connection
) -> None:
    email = await member()
    browser, other = await _signed_in(site, email), await _signed_in(site, email)
    wrong = await browser.post("/api/account/two-factor", json={"password": OTHER})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/password")
    early = await browser.post("/api/account/two-factor/confirmation", json={"code": "123456"})
    assert early.status_code == 409
    copied = stranger(site, headers={"cookie": f"session={browser.cookies['session']}"})
    assert (await copied.get("/api/auth/context")).status_code == 200
    await protect(browser)
    assert [(await one.get("/api/auth/context")).status_code for one in (browser, copied, other)] == [200, 401, 401]
    assert (await browser.post("/api/account/two-factor", json={"password": GOOD})).status_code == 409
    renewed = await browser.post("/api/account/recovery-codes", json={"password": GOOD})
    assert renewed.status_code == 200
    off = await browser.post("/api/account/two-factor/removal", json={"password": GOOD})
    assert off.status_code == 200
    await _signed_in(site, email)
    logged = await owner.fetch(
        "SELECT action FROM app.audit_log l JOIN app.users u ON u.id = l.actor_id WHERE u.email = $1 ORDER BY l.id",
        email,
    )
    assert [row["action"] for row in logged if row["action"] not in {"user.joined", "user.login"}] == [
        "user.two_factor_enabled", "user.recovery_codes_created", "user.two_factor_disabled",
    ]  # fmt: skip


async def test_the_way_through_the_pages(site: Site, member: Member) -> None:
    email = await member()
    browser = await _signed_in(site, email)
    assert "Set up" in (await browser.get("/account/two-factor")).text
    shown = await browser.post("/account/two-factor", data={"password": GOOD, "redirect": "/w/clinic/agents"})
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    address = unescape(re.search(r'href="(otpauth://[^"]+)"', shown.text)[1])  # type: ignore[index]
    assert '<svg viewBox="0 0' in shown.text
    app = pyotp.parse_uri(address)
    assert (app.name, app.issuer) == (email, "Acme Voice")
    assert isinstance(app, pyotp.TOTP)
    wrong = await browser.post("/account/two-factor/confirmation", data={"code": "000000"})
    assert (wrong.status_code, "otpauth://" in wrong.text, "wrong" in text_of(wrong.text)) == (422, True, True)
    code = app.at(int(time.time()) - 30)
    done = await browser.post("/account/two-factor/confirmation", data={"code": code, "redirect": "/w/clinic/agents"})
    assert len(re.findall(r"<li>\w{4}-\w{4}-\w{4}-\w{4}</li>", done.text)) == 10
    assert 'href="/w/clinic/agents"' in done.text
    fresh = stranger(site)
    sent = await fresh.post("/login", data={"email": email, "password": GOOD, "redirect": "/w/clinic/calls?page=2"})
    assert sent.headers["location"] == "/login/two-factor?redirect=/w/clinic/calls%3Fpage%3D2"
    assert "One more step" in (await fresh.get(sent.headers["location"])).text
    bad = await fresh.post("/login/two-factor", data={"code": "000000", "redirect": "/w/clinic/calls?page=2"})
    assert (bad.status_code, "wrong" in text_of(bad.text)) == (422, True)
    in_ = await fresh.post("/login/two-factor", data={"code": app.now(), "redirect": "/w/clinic/calls?page=2"})
    assert in_.headers["location"] == "/w/clinic/calls?page=2"
    assert (await fresh.get("/login/two-factor")).headers["location"] == "/login"


@pytest.fixture
async def asked(site: Site, owner: asyncpg.Connection) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of Acme's owner, who has a second factor and asks everybody for one."""
    olga = await enter(site, OLGA.email, PASSWORD)
    refused = await olga.put("/api/partner/security", json={"require_two_factor": True})
    assert refused.status_code == 409
    await protect(olga, PASSWORD)
    changed = await olga.put("/api/partner/security", json={"require_two_factor": True})
    assert changed.json()["data"]["require_two_factor"] is True
    yield olga
    await owner.execute("UPDATE app.partners SET require_two_factor = false WHERE id = $1", ACME)
    await owner.execute("UPDATE app.users SET two_factor_since = NULL WHERE partner_id = $1", ACME)
    await owner.execute("DELETE FROM app.two_factors WHERE partner_id = $1", ACME)


_BEFORE = {
    "GET /account/two-factor", "POST /account/two-factor", "POST /account/two-factor/confirmation",
    "POST /api/account/two-factor", "POST /api/account/two-factor/confirmation",
}  # fmt: skip


async def test_who_owes_a_second_factor_reaches_its_set_up_alone(
    asked: httpx.AsyncClient, site: Site, owner: asyncpg.Connection
) -> None:
    """Every page, every route of the API, with a session and with a key; streams that are open end."""
    program, browser = robot(site, await plant(owner, WIM)), site.as_(WIM, headers={"accept": "text/html"})
    for row in of_kind("signed_in", "partner", "workspace"):
        path, is_api = fill(row.path, workspace_slug="clinic"), row.path.startswith("/api/")
        for client in (browser, program) if is_api else (browser,):
            answer = await client.request(row.method, path)
            if label(row) in _BEFORE:
                assert answer.status_code in {200, 400, 422}, label(row)
            elif is_api:
                assert (answer.status_code, answer.json()["code"]) == (403, "TWO_FACTOR_REQUIRED"), label(row)
            else:
                assert answer.headers["location"].startswith("/account/two-factor"), label(row)
    made = await program.post("/api/account/api-keys", json={"name": "K", "scopes": ["account:read"]})
    assert made.status_code == 403
    for path in ("/", "/login", "/select-workspace"):  # where it is greeted, nothing of it is told
        assert WIM.email not in (await browser.get(path)).text


async def test_open_streams_end_when_a_second_factor_is_asked_for(site: Site, owner: asyncpg.Connection) -> None:
    olga = await enter(site, OLGA.email, PASSWORD)
    async with site.as_(VERA).stream("GET", "/w/clinic/events", headers={"accept": "text/event-stream"}) as stream:
        assert stream.status_code == 200
        await owner.execute("UPDATE app.users SET two_factor_since = now() WHERE id = $1", OLGA.id)
        changed = await olga.put("/api/partner/security", json={"require_two_factor": True})
        assert changed.status_code == 200, changed.text
        async for _ in stream.aiter_raw():
            pass  # ends by itself; the client's own timeout would raise
    await owner.execute("UPDATE app.partners SET require_two_factor = false WHERE id = $1", ACME)
    await owner.execute("UPDATE app.users SET two_factor_since = NULL WHERE id = $1", OLGA.id)


async def test_a_partner_asks_everybody(asked: httpx.AsyncClient, site: Site, owner: asyncpg.Connection) -> None:
    mia = await enter(site, MIA.email, PASSWORD)
    page = await mia.get("/w/clinic/agents?q=a")
    assert (page.status_code, page.headers["location"]) == (
        303,
        "/account/two-factor?redirect=/w/clinic/agents%3Fq%3Da",
    )
    for path in ("/api/auth/context", "/api/w/clinic/agents", "/api/account"):
        answer = await mia.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "TWO_FACTOR_REQUIRED"), path
    assert "asks everybody" in (await mia.get("/account/two-factor")).text
    assert (await site.as_(STAN).get("/api/auth/context")).status_code == 200
    secret, _ = await protect(mia, PASSWORD)
    assert secret
    assert (await mia.get("/api/w/clinic/agents")).status_code == 200
    stays = await mia.post("/api/account/two-factor/removal", json={"password": PASSWORD})
    assert stays.status_code == 409
    row = await owner.fetchrow("SELECT * FROM app.audit_log WHERE action = 'partner.security_updated'")
    assert (row["entity_id"], row["actor_id"]) == (str(ACME), OLGA.id)
    # Only owners decide, and it ends as it began: on the next request.
    assert (await site.as_(ADAM).put("/api/partner/security", json={"require_two_factor": False})).status_code == 403
    done = await asked.post("/org/security", data={"require_two_factor": "false"})
    assert done.headers["location"] == "/org/security?done=off"
    assert (await site.as_(VERA).get("/api/w/clinic/agents")).status_code == 200
    assert (await site.as_(WIM).put("/api/partner/security", json={"require_two_factor": True})).status_code == 403
