"""Telling every process that cached data is stale, exactly when the change commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspralv.foundation.cache.cache import Cache

if TYPE_CHECKING:
    from inspralv.foundation.context import Context

CHANNEL = "cache"


def stale(ctx: Context, topic: str) -> None:
    """Announce that the caches of `topic` are stale, in this transaction."""
    ctx.notify(CHANNEL, topic)


class Caches:
    """The caches of this process by topic; the listener hands announcements to `evict`."""

    def __init__(self, *caches: Cache[Any, Any]) -> None:
        self._caches = caches

    def evict(self, topic: str) -> None:
        for cache in self._caches:
            if cache.topic == topic:
                cache.clear()

    def clear(self) -> None:
        """Forget everything: announcements may have been missed while the listener was away."""
        for cache in self._caches:
            cache.clear()
