"""Whose host a name is."""

from __future__ import annotations

import asyncpg
import pytest
from tests.world import ACME

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.services import Services
from inspralv.tenancy.directory import Directory


@pytest.mark.parametrize("host", ["acme.localhost", "acme.localhost:8000", "acme.localhost.", "acme.localhost.:443"])
async def test_port_and_trailing_dot_do_not_count(services: Services, host: str) -> None:
    assert (await services.get(Directory).of_host(host)).id == ACME


@pytest.mark.parametrize(
    "host", ["", ":", "nobody.example", "acme.localhost:x", "[::1]:80", "acme.localhost.evil.example", "a" * 5000]
)
async def test_other_names_are_the_platforms(services: Services, host: str) -> None:
    assert (await services.get(Directory).of_host(host)).is_platform


async def test_made_up_names_push_no_real_one_out_of_the_cache(services: Services, dsns: Dsns) -> None:
    directory = services.get(Directory)
    owner = await asyncpg.connect(dsns.owner)
    try:
        before = (await directory.of_host("acme.localhost")).name
        for number in range(10_001):
            await directory.of_host(f"nobody-{number}.example")
        await owner.execute("UPDATE app.partners SET name = 'Unseen' WHERE id = $1", ACME)
        assert (await directory.of_host("acme.localhost")).name == before, "it is answered from the cache still"
    finally:
        await owner.execute("UPDATE app.partners SET name = $2 WHERE id = $1", ACME, before)
        directory.by_host.clear()
        await owner.close()
