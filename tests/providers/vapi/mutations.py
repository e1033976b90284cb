"""Every place in a body, and values that do not belong there."""

from typing import Any

ODD_VALUES = (None, 7, "odd", [], {}, [7], [None])


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    if isinstance(value, list):
        items = list(enumerate(value))
    return [found for key, inner in items for found in [(*path, key), *paths(inner, (*path, key))]]


def put(body: Any, path: tuple[str | int, ...], value: object) -> None:
    for key in path[:-1]:
        body = body[key]
    body[path[-1]] = value
