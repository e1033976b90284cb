"""Open pages follow what happens to an agent."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.conftest import Site
from tests.world import MIA, STAN, VERA

API = "/api/w/clinic/agents"


async def heard(client: Any, cause: Any, word: str) -> str:
    """The first event with the word, after the cause."""
    async with asyncio.timeout(10), client.stream("GET", "/w/clinic/events") as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        await cause()
        event: list[str] = []
        async for line in lines:
            event = [*event, line] if line else []
            if word in line:
                return "\n".join(event)
    raise AssertionError("the stream ended")


async def test_a_change_redraws_the_card_and_the_state_panel(site: Site) -> None:
    mia = site.as_(MIA)
    made = (await mia.post(API, json={"name": "Watched", "provider": "vapi"})).json()["data"]

    async def pause() -> None:
        await mia.delete(f"{API}/{made['id']}/activation")

    card = await heard(site.as_(VERA), pause, f'id="agent-{made["id"]}"')
    assert f'hx-target="#agent-{made["id"]}"' in card
    assert "/activation" not in card, "drawn under the watcher's own rights: a viewer gets no switch"


async def test_a_retry_redraws_the_state_panel(site: Site) -> None:
    mia = site.as_(MIA)
    made = (await mia.post(API, json={"name": "Retried", "provider": "vapi"})).json()["data"]

    async def retry() -> None:
        await mia.post(f"{API}/{made['id']}/sync")

    assert f'hx-target="#agent-state-{made["id"]}"' in await heard(mia, retry, f'id="agent-state-{made["id"]}"')


async def test_strangers_cannot_listen(site: Site) -> None:
    stan = site.as_(STAN)
    async with stan.stream("GET", "/w/nowhere/events") as stream:
        assert stream.status_code == 404
