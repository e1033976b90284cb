"""The mail about a sign-in from a device that was not seen before, by every way in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import httpx
from tests.accounts.door import GOOD, PROXIED, mails_to, stranger
from tests.accounts.second import codes_of, protect
from tests.conftest import Site

ENVIRON = PROXIED
Member = Callable[..., Awaitable[str]]
Work = Callable[[], Awaitable[None]]
HOME, AWAY = "203.0.113.7", "198.18.4.4"
_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"


def _browser(site: Site, agent: str, ip: str) -> httpx.AsyncClient:
    return stranger(site, ip=ip, headers={"user-agent": agent})


async def _by_page(browser: httpx.AsyncClient, email: str) -> None:
    answer = await browser.post("/login", data={"email": email, "password": GOOD})
    assert answer.status_code == 303, answer.text


async def _told(owner: asyncpg.Connection, work: Work, email: str) -> list[str]:
    await work()
    return [m["plain"] for m in await mails_to(owner, email) if m["subject"].startswith("New sign-in to your account")]


async def test_on_the_page_an_unknown_device_is_told_and_a_known_one_is_not(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()
    await _by_page(_browser(site, _FIREFOX, HOME), email)
    known = len(await _told(owner, work, email))
    await _by_page(_browser(site, _FIREFOX, HOME), email)
    await _by_page(_browser(site, _FIREFOX.replace("128", "131"), "203.0.113.99"), email)  # same network, newer
    assert len(await _told(owner, work, email)) == known, "known"
    await _by_page(_browser(site, _CHROME, HOME), email)
    told = await _told(owner, work, email)
    assert len(told) == known + 1, "another browser"
    assert "Chrome on Windows\nAddress 203.0.113.7\n" in told[-1]
    await _by_page(_browser(site, _FIREFOX, AWAY), email)
    told = await _told(owner, work, email)
    assert len(told) == known + 2, "another network"
    assert AWAY in told[-1]
    for agent, ip in ((_CHROME, HOME), (_FIREFOX, AWAY), (_FIREFOX, HOME)):
        await _by_page(_browser(site, agent, ip), email)
    assert len(await _told(owner, work, email)) == known + 2, "all of them are known now"


async def test_nobody_is_told_of_the_very_first_device(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()  # confirming the address signed in
    await owner.execute(
        "DELETE FROM app.known_devices WHERE user_id = (SELECT id FROM app.users WHERE email = $1)", email
    )
    await _by_page(_browser(site, _FIREFOX, HOME), email)
    assert await _told(owner, work, email) == []


async def test_with_a_second_factor_it_is_told_once_the_code_was_right(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()
    mine = _browser(site, _FIREFOX, HOME)
    await _by_page(mine, email)
    secret, _ = await protect(mine)
    before = len(await _told(owner, work, email))
    away = _browser(site, _CHROME, AWAY)
    await _by_page(away, email)
    wrong = await away.post("/login/two-factor", data={"code": "000000"})
    assert wrong.status_code == 422
    assert len(await _told(owner, work, email)) == before, "nobody has signed in yet"
    right = await away.post("/login/two-factor", data={"code": next(codes_of(secret))})
    assert right.status_code == 303, right.text
    assert len(await _told(owner, work, email)) == before + 1
