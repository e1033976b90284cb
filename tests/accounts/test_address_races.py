"""A change of address that somebody else crosses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import httpx
from tests.accounts.door import GOOD, PROXIED, enter, link_in, mails_to, new_email, stranger, text_of, wish
from tests.conftest import Site
from tests.locks import until_waiting

ENVIRON = PROXIED
Member = Callable[..., Awaitable[str]]
Work = Callable[[], Awaitable[None]]
EMAIL, CONFIRM = "/api/account/email", "/api/auth/confirm-address"


async def _links(owner: asyncpg.Connection, email: str) -> list[str]:
    return [link_in(m)[1] for m in await mails_to(owner, email) if "/confirm-address" in m["plain"]]


async def _ask(browser: httpx.AsyncClient, wanted: str, work: Work) -> None:
    asked = await browser.post(EMAIL, json={"email": wanted, "password": GOOD})
    assert asked.status_code == 200, asked.text
    await work()


async def _confirm(site: Site, token: str) -> httpx.Response:
    return await stranger(site).post(CONFIRM, json={"token": token, "answer": "confirm"})


async def test_an_address_that_is_taken_meanwhile(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email, wanted = await member(), new_email()
    browser = await enter(site, email)
    await _ask(browser, wanted, work)
    [old], [new] = await _links(owner, email), await _links(owner, wanted)
    assert (await _confirm(site, old)).json()["data"]["state"] == "waiting"
    rival = stranger(site)
    await rival.post("/api/auth/signup", json=wish(wanted))
    await work()
    token = link_in((await mails_to(owner, wanted))[-1])[1]
    assert (await rival.post("/api/auth/confirm-email", json={"token": token})).status_code == 200
    refused = await _confirm(site, new)
    assert (refused.status_code, "belongs to another account by now" in refused.json()["detail"]) == (409, True)
    page = await stranger(site).post("/confirm-address", data={"token": new, "answer": "confirm"})
    assert (page.status_code, "belongs to another account by now" in text_of(page.text)) == (422, True)
    assert (await browser.get("/api/account")).json()["data"]["email"] == email
    assert (await rival.get("/api/account")).json()["data"]["email"] == wanted
    assert (await enter(site, email)).cookies["session"]


async def test_an_address_that_is_being_taken_at_the_same_moment(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    """Neither sees the other's row yet; the database lets one of them in, and the other is told."""
    email, wanted, other = await member(), new_email(), await member()
    browser = await enter(site, email)
    await _ask(browser, wanted, work)
    [old], [new] = await _links(owner, email), await _links(owner, wanted)
    await _confirm(site, old)
    async with owner.transaction():
        await owner.execute("UPDATE app.users SET email = $2 WHERE email = $1", other, wanted)
        confirming = asyncio.create_task(_confirm(site, new))
        await until_waiting(owner)
    refused = await confirming
    assert (refused.status_code, "belongs to another account by now" in refused.json()["detail"]) == (409, True)
    assert (await browser.get("/api/account")).json()["data"]["email"] == email


async def test_a_link_answers_for_its_own_mailbox_and_wish_alone(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email, first, second = await member(), new_email(), new_email()
    browser = await enter(site, email)
    await _ask(browser, first, work)
    [old], [new] = await _links(owner, email), await _links(owner, first)
    for _ in range(3):  # however often one mailbox agrees, the other has not
        assert (await _confirm(site, old)).json()["data"]["state"] == "waiting"
    assert (await stranger(site, "rival.localhost").post(
        CONFIRM, json={"token": new, "answer": "confirm"}
    )).status_code == 400  # fmt: skip
    await _ask(browser, second, work)  # the wish before is over, and what was agreed to it
    for token in (old, new):
        assert (await _confirm(site, token)).status_code == 400
    [newest] = await _links(owner, second)
    assert (await _confirm(site, newest)).json()["data"]["state"] == "waiting"
    assert (await browser.get("/api/account")).json()["data"]["email"] == email
    assert (await _confirm(site, (await _links(owner, email))[-1])).json()["data"]["state"] == "done"
    assert (await _confirm(site, newest)).status_code == 400
    assert (await browser.get("/api/account")).json()["data"]["email"] == second


async def test_both_mailboxes_at_the_same_moment(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email, wanted = await member(), new_email()
    browser = await enter(site, email)
    await _ask(browser, wanted, work)
    links = [*await _links(owner, email), *await _links(owner, wanted)]
    answers = await asyncio.gather(*(_confirm(site, link) for link in links))
    assert sorted(a.json()["data"]["state"] for a in answers) == ["done", "waiting"]
    assert (await browser.get("/api/account")).json()["data"]["email"] == wanted


async def test_links_for_a_new_password_end_with_the_old_address(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email, wanted = await member(), new_email()
    browser = await enter(site, email)
    await stranger(site).post("/api/auth/forgot-password", json={"email": email})
    await _ask(browser, wanted, work)
    reset = next(link_in(m)[1] for m in await mails_to(owner, email) if "/reset-password" in m["plain"])
    for link in [*await _links(owner, email), *await _links(owner, wanted)]:
        await _confirm(site, link)
    used = await stranger(site).post("/api/auth/reset-password", json={"token": reset, "password": "Steep-Meadow-38"})
    assert used.status_code == 400
    await enter(site, wanted)
