"""What a cache keeps, and what it must not keep."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from inspralv.foundation.cache.cache import Cache

_AN_HOUR = timedelta(hours=1)


async def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    stored, reading, go_on = ["old"], asyncio.Event(), asyncio.Event()

    async def load(_key: str) -> str:
        found = stored[0]
        reading.set()
        await go_on.wait()
        return found

    cache: Cache[str, str] = Cache("topic", _AN_HOUR, load)
    first = asyncio.create_task(cache.get("a"))
    await reading.wait()
    stored[0] = "new"
    cache.clear()
    go_on.set()
    assert await first == "old", "the request that was under way"
    assert await cache.get("a") == "new"


async def test_faults_are_not_kept() -> None:
    there: dict[str, str] = {}

    async def load(key: str) -> str:
        return there[key]

    cache: Cache[str, str] = Cache("topic", _AN_HOUR, load)
    with pytest.raises(KeyError):
        await cache.get("a")
    there["a"] = "found"
    assert await cache.get("a") == "found"
