"""Real DNS: the sandbox's name server on a port of its own, and the records that a test sets there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from tests.conftest import SANDBOX_URL, Sandbox
from tests.world import ACME

from inspralv.foundation.db.dsn import Dsns

TARGET = "domains.localhost"
HOST = "voice.northwind.example"


class Names:
    """The developer's side of the name server."""

    def __init__(self) -> None:
        self.api = httpx.AsyncClient(base_url=SANDBOX_URL, timeout=20)

    async def put(self, name: str, kind: str, *values: str) -> None:
        answer = await self.api.put("/_dns", json=[{"name": name, "type": kind, "values": list(values)}])
        assert answer.status_code == 200, answer.text

    async def prove(self, host: str, token: str) -> None:
        await self.put(host, "CNAME", TARGET)
        await self.put(f"_domain-check.{host}", "TXT", token)

    async def fail(self, mode: str, below: str = "") -> None:
        assert (await self.api.post("/_dns/outage", json={"mode": mode, "below": below})).status_code == 200

    async def clear(self) -> None:
        for name, kinds in (await self.api.get("/_dns")).json().items():
            for kind in kinds:
                await self.put(name, kind)
        await self.fail("")


@pytest.fixture
async def names(sandbox: Sandbox) -> AsyncIterator[Names]:
    opened = Names()
    await opened.clear()
    yield opened
    await opened.clear()
    await opened.api.aclose()


@pytest.fixture
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look; afterwards there are the domains of the cast alone."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.execute(
        "DELETE FROM app.partner_domains WHERE hostname NOT LIKE '%localhost';"
        "SET search_path = queue; DELETE FROM procrastinate_jobs WHERE status = 'todo'; RESET search_path"
    )
    await connection.execute("UPDATE app.partner_domains SET is_primary = true WHERE hostname LIKE '%localhost'")
    await connection.execute("DELETE FROM app.mail_messages WHERE partner_id = $1", ACME)
    await connection.execute("SELECT pg_notify('cache', 'partners')")
    await connection.close()
