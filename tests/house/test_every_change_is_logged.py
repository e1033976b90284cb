"""No route that can change something is without a word for the log: from each handler, through whatever it calls, there is
a way to `record`. What each says is looked at in `tests/fuzz/test_changes_are_logged.py`."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from tests.house.routes import all_routes, is_write, label
from tests.house.unlogged import UNLOGGED

from inspralv.assembly import RouteRow

_WORDS = {"record", "record_for"}
WRITES = [row for row in all_routes() if is_write(row)]


@pytest.mark.parametrize("row", WRITES, ids=label)
def test_a_change_has_a_way_to_the_log(row: RouteRow) -> None:
    assert _says_something(_handler(row)) or label(row) in UNLOGGED


def test_nothing_is_excused_that_is_logged_or_gone() -> None:
    silent = {label(row) for row in WRITES if not _says_something(_handler(row))}
    assert silent == UNLOGGED.keys()
    assert all(UNLOGGED.values())


def _handler(row: RouteRow) -> FunctionType:
    """The function of a route, without what is wrapped around it."""
    module, _, name = row.handler.rpartition(".")
    handler: FunctionType = inspect.getclosurevars(getattr(importlib.import_module(module), name).fn).nonlocals[
        "handler"
    ]
    return handler


def _says_something(start: FunctionType) -> bool:
    seen, waiting = set[FunctionType](), [start]
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        names = set(_names(function.__code__))
        if names & _WORDS:
            return True
        waiting += _called(function, names)
    return False


def _names(code: CodeType) -> Iterator[str]:
    """Every global and attribute that a function mentions, those of functions within it included."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _called(function: FunctionType, names: set[str]) -> Iterator[FunctionType]:
    """Functions of ours that it mentions: by name, as part of a module, or as a method of a class."""
    for name in names & function.__globals__.keys():
        found = function.__globals__[name]
        parts: list[Any] = [found]
        if isinstance(found, ModuleType):
            parts = [getattr(found, one, None) for one in names]
        elif inspect.isclass(found) and _ours(found):
            parts = [vars(found).get(one) for one in names]
        yield from (inspect.unwrap(one) for one in parts if inspect.isfunction(one) and _ours(inspect.unwrap(one)))


def _ours(thing: Callable[..., Any]) -> bool:
    return thing.__module__.startswith("inspralv.")
