"""The walk as everybody meets it: predicates and row security."""

from __future__ import annotations

from tests.isolation.walk import Walk, every_step

from inspralv.assembly import RouteRow


@every_step
async def test_nothing_leaks(walk: Walk, row: RouteRow, place: str) -> None:
    assert await walk.go(row, place) == []


def test_the_walk_saw_what_there_is_to_see(walk: Walk) -> None:
    walk.require_sight()
