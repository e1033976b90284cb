"""A cache in each process. Entries live for `ttl` at most, and go at once when their topic is announced stale."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Loads on a miss. `topic` is what `stale(ctx, topic)` announces; it empties the whole cache."""

    def __init__(self, topic: str, ttl: timedelta, load: Callable[[K], Awaitable[V]], most: int = 10_000) -> None:
        self.topic = topic
        self._ttl = ttl.total_seconds()
        self._load = load
        self._most = most
        self._entries: dict[K, tuple[float, V]] = {}
        self._age = 0  # how often everything was forgotten

    async def get(self, key: K) -> V:
        """Return the value, loading it when absent or too old. Faults of loading are not kept."""
        entry = self._entries.get(key)
        now = time.monotonic()
        if entry is not None and now - entry[0] < self._ttl:
            return entry[1]
        age = self._age
        value = await self._load(key)
        if age != self._age:
            return value  # what was read may be from before the change that was announced meanwhile
        if len(self._entries) >= self._most:
            self._entries.clear()
        self._entries[key] = (now, value)
        return value

    def clear(self) -> None:
        """Forget everything, and what is being loaded just now as well."""
        self._entries.clear()
        self._age += 1
