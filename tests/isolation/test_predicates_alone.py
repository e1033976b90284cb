"""The walk with the row security down: policies let everything through, and only the predicates of the statements hold."""

from __future__ import annotations

import asyncpg
import pytest
from tests.isolation.fences import open_policies, without_predicates
from tests.isolation.walk import ROUTES, Walk, every_step
from tests.world import RIVAL

from inspralv.assembly import RouteRow
from inspralv.foundation.db.dsn import Dsns


@pytest.fixture(scope="module", autouse=True)
async def _open(dsns: Dsns) -> None:
    await open_policies(dsns)


async def test_the_fence_is_down(dsns: Dsns) -> None:
    user = await asyncpg.connect(dsns.user)
    assert await user.fetchval("SELECT count(*) FROM app.workspaces WHERE partner_id = $1", RIVAL) == 1
    await user.close()


@pytest.mark.parametrize("path", ["/api/w/{workspace_slug:str}/agents", "/w/{workspace_slug:str}/conversations"])
async def test_with_both_fences_down_the_walk_finds_it(walk: Walk, path: str) -> None:
    """First, while every list is short: the proof that the others mean something."""
    row = next(row for row in ROUTES if (row.method, row.path) == ("GET", path))
    with without_predicates():
        assert any("markrival" in fault for fault in await walk.go(row, "own"))


@every_step
async def test_nothing_leaks(walk: Walk, row: RouteRow, place: str) -> None:
    assert await walk.go(row, place) == []


def test_the_walk_saw_what_there_is_to_see(walk: Walk) -> None:
    walk.require_sight()
