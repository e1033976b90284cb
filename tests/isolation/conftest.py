"""The walk, once for each file."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tests.conftest import Site
from tests.isolation.askers import let_in
from tests.isolation.tenants import prepare, three
from tests.isolation.walk import Walk

from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.services import Services


@pytest.fixture(scope="module")
async def walk(site: Site, dsns: Dsns, services: Services) -> AsyncIterator[Walk]:
    rows = await asyncpg.connect(dsns.owner)
    await prepare(rows)
    await let_in(rows)
    tenants = three()
    for tenant in tenants:
        await tenant.furnish(site, rows, services)
    walking = Walk(site, rows, *tenants)
    yield walking
    await walking.http.aclose()
    await rows.close()
