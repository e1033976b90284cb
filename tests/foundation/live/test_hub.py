"""What a stream hears that opens a little later than its page was read."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

from inspralv.foundation.live.hub import LiveHub, Notice

PARTNER, WORKSPACE, USER = uuid4(), uuid4(), uuid4()


async def _heard(hub: LiveHub, since: float | None, workspace: UUID = WORKSPACE) -> list[Notice]:
    with hub.subscribe(PARTNER, workspace, USER, since) as subscription:
        return await subscription.take(0.01)


async def test_notices_of_the_meantime_come_first_and_only_ones_own() -> None:
    before = time.time()
    hub = LiveHub(before - 60)
    hub.hear_live(f"{PARTNER}:{WORKSPACE}:agents:one")
    hub.hear_live(f"{PARTNER}::agents:of-the-partner")
    hub.hear_live(f"{PARTNER}:{uuid4()}:agents:elsewhere")
    hub.hear_live(f"{uuid4()}:{WORKSPACE}:agents:foreign")
    assert await _heard(hub, before) == [Notice("agents", "one"), Notice("agents", "of-the-partner")]
    assert await _heard(hub, before + 10) == []
    assert await _heard(hub, None) == []


async def test_where_memory_ends_everything_is_looked_at() -> None:
    now = time.time()
    assert await _heard(LiveHub(), now - 60) == [Notice("*")]
    hub = LiveHub(now - 60)
    assert await _heard(hub, now) == []
    hub.look_again()
    assert await _heard(hub, now) == [Notice("*")]


async def test_memory_is_bounded() -> None:
    now = time.time()
    hub = LiveHub(now - 60)
    for i in range(3000):
        hub.hear_live(f"{PARTNER}:{WORKSPACE}:agents:{i}")
    assert await _heard(hub, now) == [Notice("*")]
