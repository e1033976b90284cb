"""The walk with the predicates down: every comparison with the tenant is made true, and only the row security holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.isolation.fences import without_predicates
from tests.isolation.walk import Walk, every_step
from tests.world import ACME, CLINIC

from inspralv.assembly import RouteRow
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.services import Services


@pytest.fixture(scope="module", autouse=True)
def _always_true() -> Iterator[None]:
    with without_predicates():
        yield


async def test_the_fence_is_down(services: Services, walk: Walk) -> None:
    """Without the predicate a wide context reads both workspaces of its partner, which the predicate would not."""
    wide = Context(services, Scope(ACME, CLINIC, wide=True), Actor("system"), Origin())
    sql = "SELECT DISTINCT workspace_id FROM ai_agents WHERE partner_id = $partner AND workspace_id = $workspace"
    assert len(await wide.records(sql)) == 2
    await wide.rollback()


@every_step
async def test_nothing_leaks(walk: Walk, row: RouteRow, place: str) -> None:
    assert await walk.go(row, place) == []


def test_the_walk_saw_what_there_is_to_see(walk: Walk) -> None:
    walk.require_sight()
