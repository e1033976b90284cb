"""Fixtures of the tests of accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
from tests.accounts.door import link_in, mails_to, new_email, stranger, wish
from tests.conftest import Site
from tests.shell.conftest import chromium, visit

from inspralv.foundation.db.dsn import Dsns

__all__ = ["chromium", "visit"]  # the browser's fixtures


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


@pytest.fixture
def member(site: Site, owner: asyncpg.Connection, work: Callable[[], Awaitable[None]]) -> Callable[..., Awaitable[str]]:
    """`await member()` is the address of a fresh, confirmed account."""

    async def make(host: str = "acme.localhost", **wanted: str) -> str:
        email = new_email()
        browser = stranger(site, host)
        await browser.post("/api/auth/signup", json=wish(email, **wanted))
        await work()
        token = link_in((await mails_to(owner, email))[-1])[1]
        answer = await browser.post("/api/auth/confirm-email", json={"token": token})
        assert answer.status_code == 200, answer.text
        return email

    return make
