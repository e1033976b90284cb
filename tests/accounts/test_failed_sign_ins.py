"""Attempts to get in that failed are in the program's log (ASVS 16.3.1): how, why, whose account, from where; never what
was typed."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import asyncpg
import pytest
import structlog
from tests.accounts.door import OTHER, PROXIED, enter, new_email, stranger
from tests.accounts.second import protect
from tests.conftest import Site
from tests.world import ACME, PLATFORM

ENVIRON = PROXIED
Member = Callable[..., Awaitable[str]]
Lines = list[dict[str, Any]]
IP = "203.0.113.77"
SIGN_IN = "/api/auth/signin"


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged, with what every line of a request says."""
    kept: Lines = []

    def keep(_logger: Any, _method: str, event: Any) -> Any:
        kept.append(dict(event))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, keep])
    yield kept
    structlog.configure(processors=before)


async def _id(owner: asyncpg.Connection, email: str) -> str:
    return str(await owner.fetchval("SELECT id FROM app.users WHERE email = $1", email))


def _told(lines: Lines) -> list[tuple[Any, ...]]:
    """The failures, each with where it came from; the log keeps no word that was typed."""
    found = [line for line in lines if line["event"] == "sign-in failed"]
    assert all(line["level"] == "warning" and line["request_id"] for line in found)
    told = [(one["method"], one["why"], one["account"], one["partner"], one["ip"]) for one in found]
    lines.clear()
    return told


async def test_passwords(site: Site, owner: asyncpg.Connection, member: Member, lines: Lines) -> None:
    email, unknown = await member(), new_email()
    lines.clear()
    browser = stranger(site, ip=IP)
    await browser.post(SIGN_IN, json={"email": email, "password": OTHER})
    await browser.post("/login", data={"email": unknown, "password": OTHER})
    assert {line["host"].partition(":")[0] for line in lines} == {"acme.localhost"}
    assert not {email, unknown, OTHER} & set(json.dumps(lines).replace('"', " ").split())
    assert _told(lines) == [
        ("password", "wrong password", await _id(owner, email), str(ACME), IP),
        ("password", "unknown address", None, str(ACME), IP),
    ]
    await owner.execute("UPDATE app.users SET status = 'suspended' WHERE email = $1", email)
    assert (await browser.post(SIGN_IN, json={"email": email, "password": "Quiet-Harbour-71"})).status_code == 403
    assert [(m, w) for m, w, *_ in _told(lines)] == [("password", "inactive account")]


async def test_a_lock_out(site: Site, member: Member, lines: Lines) -> None:
    email = await member()
    browser = stranger(site, ip="203.0.113.78")
    for _ in range(5):
        await browser.post(SIGN_IN, json={"email": email, "password": OTHER})
    lines.clear()
    assert (await browser.post(SIGN_IN, json={"email": email, "password": OTHER})).status_code == 429
    (line,) = lines
    told = {name: line[name] for name in ("event", "level", "limit", "ip")}
    assert told == {"event": "too many attempts", "level": "warning", "limit": "sign-in", "ip": "203.0.113.78"}
    assert email not in json.dumps(line)


async def test_second_factors_and_saying_the_password_again(
    site: Site, owner: asyncpg.Connection, member: Member, lines: Lines
) -> None:
    email = await member()
    mine = await enter(site, email)
    await protect(mine)
    lines.clear()
    browser = await enter(site, email, ip=IP)
    assert (await browser.post("/api/auth/two-factor", json={"code": "000000"})).status_code == 400
    assert (await stranger(site, ip=IP).post("/api/auth/two-factor", json={"code": "000000"})).status_code == 401
    assert (await mine.post("/api/account/two-factor/removal", json={"password": OTHER})).status_code == 400
    me = await _id(owner, email)
    assert [(m, w, a) for m, w, a, *_ in _told(lines)] == [
        ("second factor", "wrong code", me),
        ("second factor", "nobody waits", None),
        ("password, again", "wrong password", me),
    ]


async def test_every_other_way_in(site: Site, lines: Lines) -> None:
    browser = stranger(site, ip=IP)
    lines.clear()
    await browser.post("/api/auth/reset-password", json={"token": "planted-token", "password": "Quiet-Harbour-71"})
    await browser.get("/login/callback?state=planted-state&code=planted-code")
    await browser.get("/login/with/00000000-0000-7000-8000-000000000000")
    robot = site.at("acme.localhost", headers={"authorization": "Bearer ik_planted-key", "x-forwarded-for": IP})
    await robot.get("/api/account")
    challenge = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0"
    proof = {"id": "AAAA", "client_data": challenge, "authenticator_data": "AAAA", "signature": "AAAA"}
    await browser.post("/api/auth/passkey", json=proof)
    assert "planted" not in json.dumps(lines)
    assert [(m, w, p, ip) for m, w, _, p, ip in _told(lines)] == [
        ("reset link", "unknown, used or too old", str(ACME), IP),
        ("provider", "stale", str(ACME), IP),
        ("provider", "gone", str(ACME), IP),
        ("API key", "unknown, expired or revoked", str(ACME), IP),
        ("passkey", "bad answer", str(ACME), IP),
    ]


async def test_at_the_console(site: Site, lines: Lines) -> None:
    door = stranger(site, "localhost", ip=IP)
    answer = await door.post("/super-admin/login", data={"email": "nobody@platform.test", "password": OTHER})
    assert answer.status_code in {400, 422}
    assert [(m, p, ip) for m, _, _, p, ip in _told(lines)] == [("staff password", str(PLATFORM), IP)]
