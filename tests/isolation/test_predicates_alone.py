"""The walk with the row security down: policies let everything through, and only the predicates of the statements hold."""

from __future__ import annotations

import asyncpg
import pytest
from tests.house.routes import label
from tests.house.tables import TENANT
from tests.isolation.walk import PLACES, ROUTES, Walk
from tests.world import RIVAL

from inspralv.assembly import RouteRow
from inspralv.foundation.db.dsn import Dsns


@pytest.fixture(scope="module", autouse=True)
async def _open(dsns: Dsns) -> None:
    owner = await asyncpg.connect(dsns.owner)
    for table in sorted(TENANT):
        await owner.execute(f"CREATE POLICY everything ON app.{table} TO app_user USING (true) WITH CHECK (true)")
    await owner.close()


async def test_the_fence_is_down(dsns: Dsns) -> None:
    user = await asyncpg.connect(dsns.user)
    assert await user.fetchval("SELECT count(*) FROM app.workspaces WHERE partner_id = $1", RIVAL) == 1
    await user.close()


@pytest.mark.parametrize("row", ROUTES, ids=label)
@pytest.mark.parametrize("place", PLACES)
async def test_nothing_leaks(walk: Walk, row: RouteRow, place: str) -> None:
    assert await walk.go(row, place) == []


def test_the_walk_saw_what_there_is_to_see(walk: Walk) -> None:
    walk.require_sight()
