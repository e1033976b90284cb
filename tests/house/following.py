"""Following code: from a function to the functions of ours that it may come to."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from inspralv.assembly import RouteRow


def handler_of(row: RouteRow) -> FunctionType:
    """Return the function of a route, without what is wrapped around it."""
    module, _, name = row.handler.rpartition(".")
    handler: FunctionType = inspect.getclosurevars(getattr(importlib.import_module(module), name).fn).nonlocals[
        "handler"
    ]
    return handler


def followed(starts: Iterable[FunctionType]) -> Iterator[tuple[FunctionType, set[str]]]:
    """Yield each function that the first ones come to, with the names that it mentions."""
    seen, waiting = set[FunctionType](), [*starts]
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        names = set(_names(function.__code__))
        yield function, names
        waiting += _called(function, names)


def mentioned(function: FunctionType, names: set[str]) -> Iterator[Any]:
    """Yield what of its module's names a function mentions: by name, or as part of a module."""
    for name in names & function.__globals__.keys():
        found = function.__globals__[name]
        if isinstance(found, ModuleType):
            yield from (getattr(found, one) for one in names if hasattr(found, one))
        else:
            yield found


def _names(code: CodeType) -> Iterator[str]:
    """Every global and attribute that a function mentions, those of functions within it included."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _called(function: FunctionType, names: set[str]) -> Iterator[FunctionType]:
    """Functions of ours that it mentions: by name, as part of a module, or as a method of a class."""
    for found in mentioned(function, names):
        parts: list[Any] = [found]
        if inspect.isclass(found) and _ours(found):
            parts = [vars(found).get(one) for one in names]
        yield from (inspect.unwrap(one) for one in parts if inspect.isfunction(one) and _ours(inspect.unwrap(one)))


def _ours(thing: Callable[..., Any]) -> bool:
    return thing.__module__.startswith("inspralv.")
