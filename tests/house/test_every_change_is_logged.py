"""No route that can change something is without a word for the log: from each handler, through whatever it calls, there is
a way to `record`. What each says is looked at in `tests/fuzz/test_changes_are_logged.py`."""

from __future__ import annotations

import pytest
from tests.house.following import followed, handler_of
from tests.house.routes import all_routes, is_write, label
from tests.house.unlogged import UNLOGGED

from inspralv.assembly import RouteRow

_WORDS = {"record", "record_for"}
WRITES = [row for row in all_routes() if is_write(row)]


@pytest.mark.parametrize("row", WRITES, ids=label)
def test_a_change_has_a_way_to_the_log(row: RouteRow) -> None:
    assert _says_something(row) or label(row) in UNLOGGED


def test_nothing_is_excused_that_is_logged_or_gone() -> None:
    silent = {label(row) for row in WRITES if not _says_something(row)}
    assert silent == UNLOGGED.keys()
    assert all(UNLOGGED.values())


def _says_something(row: RouteRow) -> bool:
    return any(names & _WORDS for _function, names in followed([handler_of(row)]))
