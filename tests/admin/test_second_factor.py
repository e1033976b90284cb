"""The console's second factor: set up at the first sign-in, asked for ever after, reset on the command line."""

from __future__ import annotations

import asyncio
import json
import re
import time
from html import unescape

import asyncpg
import httpx
import pyotp
from click.testing import CliRunner
from tests.admin.test_console import PASSWORD, ROOT, STAFF_ID, owner
from tests.conftest import Site
from tests.house.routes import ask, label, of_kind

from inspralv.cli import main
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.secrets import token_hash
from inspralv.settings import Settings

__all__ = ["owner"]  # the operator's account
ENVIRON = {"INSPRALV_MODE": "development"}  # the demo and the tests ask for no second factor
STEP = "/super-admin/login/two-factor"


async def _password(site: Site) -> httpx.AsyncClient:
    browser = site.at("localhost", headers={"accept": "text/html"})
    answer = await browser.post("/super-admin/login", data={"email": ROOT, "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, STEP)
    assert "staff" not in answer.cookies
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    return browser


async def _app(browser: httpx.AsyncClient) -> pyotp.TOTP:
    """The app that reads the key of the page."""
    page = await browser.get(STEP)
    assert "Connect your app" in page.text
    found = re.search(r"<code[^>]*>([a-z2-7 ]+)</code>", unescape(page.text))
    assert found
    return pyotp.TOTP(found[1].replace(" ", "").upper())


async def test_the_first_sign_in_sets_it_up_and_later_ones_ask(
    site: Site, owner: asyncpg.Connection, dsns: Dsns, settings: Settings
) -> None:
    first = await _password(site)
    assert (await first.get("/super-admin")).headers["location"].startswith("/super-admin/login")
    app = await _app(first)
    wrong = await first.post(STEP, data={"code": "000000"})
    assert (wrong.status_code, "This code is wrong" in wrong.text, "Connect your app" in wrong.text) == (
        400,
        True,
        True,
    )
    code = app.at(int(time.time()) - 30)
    done = await first.post(STEP, data={"code": code})
    assert (done.status_code, done.headers["location"]) == (303, "/super-admin")
    assert (await first.get("/super-admin")).status_code == 200
    kept = await owner.fetchval("SELECT secret FROM app.staff_two_factors WHERE staff_id = $1", STAFF_ID)
    assert app.secret.encode() not in bytes(kept)

    second = await _password(site)
    page = await second.get(STEP)
    assert ("One more step" in page.text, "Connect your app" in page.text) == (True, False)
    assert (await second.post(STEP, data={"code": code})).status_code == 400  # good once
    assert (await second.post(STEP, data={"code": app.now()})).headers["location"] == "/super-admin"

    limited = await _password(site)
    answers = [(await limited.post(STEP, data={"code": "000000"})).status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]
    actions = [
        row[0]
        for row in await owner.fetch("SELECT action FROM app.audit_log WHERE actor_id = $1 ORDER BY id", STAFF_ID)
    ]
    assert sorted(actions) == ["staff.login", "staff.login", "staff.two_factor_enabled"]

    environ = {
        "INSPRALV_MODE": "test",
        "DATABASE_URL": settings.database.url,
        "INSPRALV_DATA_DIR": str(settings.data_dir),
    }
    run = CliRunner().invoke
    unknown = await asyncio.to_thread(run, main, ["admin", "reset-two-factor", "nobody@inspralv.test"], env=environ)
    assert (unknown.exit_code, "no member of staff" in unknown.output) == (1, True)
    reset = await asyncio.to_thread(run, main, ["admin", "reset-two-factor", ROOT], env=environ)
    assert (reset.exit_code, "at the next sign-in" in " ".join(reset.output.split())) == (0, True), reset.output
    assert (await first.get("/super-admin")).status_code == 303
    entries = await owner.fetch("SELECT old_values FROM app.audit_log WHERE action = 'staff.two_factor_reset'")
    assert [json.loads(entry["old_values"]) for entry in entries] == [{"two_factor": True}]
    fresh = await _app(await _password(site))
    assert fresh.secret != app.secret


async def test_without_the_password_there_is_nothing_to_ask(site: Site, owner: asyncpg.Connection) -> None:
    stranger = site.at("localhost", headers={"accept": "text/html"})
    assert (await stranger.get(STEP)).headers["location"] == "/super-admin/login"
    assert (await stranger.post(STEP, data={"code": "123456"})).headers["location"] == "/super-admin/login"
    assert (await site.at("acme.localhost").get(STEP)).status_code == 404
    waiting = await _password(site)
    token = waiting.cookies["staff-second-step"]
    thief = site.at("localhost", headers={"cookie": f"staff={token}", "accept": "text/html"})
    assert (await thief.get("/super-admin")).status_code == 303


async def test_no_route_opens_without_it(site: Site, owner: asyncpg.Connection) -> None:
    """Neither to a password alone, under whichever cookie, nor to a session from a time when nobody was asked, as in a
    demo that became an installation."""
    await owner.execute("DELETE FROM app.staff_two_factors")
    pending = (await _password(site)).cookies["staff-second-step"]
    await owner.execute(
        "INSERT INTO app.staff_sessions (token_hash, staff_id, created_at, last_seen_at, expires_at)"
        " VALUES ($1, $2, now(), now(), now() + interval '8 hours')",
        token_hash("of-the-demo"), STAFF_ID,
    )  # fmt: skip
    for cookie in (f"staff-second-step={pending}", f"staff={pending}", "staff=of-the-demo"):
        client = site.at("localhost", headers={"cookie": cookie})
        statuses = {label(row): (await ask(client, row)).status_code for row in of_kind("staff")}
        assert statuses == {name: 401 if " /api/" in name else 303 for name in statuses}
