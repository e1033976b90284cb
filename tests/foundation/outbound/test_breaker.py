import asyncio

import pytest
from tests.foundation.outbound.listener import Drop, Hang, Listener, Reply

from inspralv.foundation.outbound import Outbound, TimedOut, Unavailable, Unreachable
from inspralv.foundation.outbound.breaker import Breakers


async def fail(http: Outbound, listener: Listener, times: int, key: str = "p:us") -> None:
    for _ in range(times):
        await http.request("GET", listener.url, deadline=5, breaker=key)


async def test_server_faults_open_the_breaker_of_their_key_only(listener: Listener) -> None:
    listener.script = [Reply(500)]
    async with Outbound(breakers=Breakers(threshold=3, rest=60)) as http:
        await fail(http, listener, 3)
        with pytest.raises(Unavailable) as caught:
            await http.request("GET", listener.url, deadline=5, breaker="p:us")
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after <= 60
        assert not caught.value.maybe_sent
        assert len(listener.received) == 3
        assert (await http.request("GET", listener.url, deadline=5, breaker="p:eu")).status == 500


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429])
async def test_refusals_never_open_it(listener: Listener, status: int) -> None:
    listener.script = [Reply(status)]
    async with Outbound(breakers=Breakers(threshold=2, rest=60)) as http:
        await fail(http, listener, 6)
    assert len(listener.received) == 6


async def test_silence_opens_it(listener: Listener) -> None:
    listener.script = [Hang()]
    async with Outbound(breakers=Breakers(threshold=2, rest=60)) as http:
        for _ in range(2):
            with pytest.raises(TimedOut):
                await http.request("GET", listener.url, deadline=0.1, breaker="p")
        with pytest.raises(Unavailable):
            await http.request("GET", listener.url, deadline=5, breaker="p")
    assert len(listener.received) == 2


async def test_broken_connections_open_it(listener: Listener) -> None:
    listener.script = [Drop()]
    async with Outbound(breakers=Breakers(threshold=2, rest=60)) as http:
        for _ in range(2):
            with pytest.raises(Unreachable):
                await http.request("GET", listener.url, deadline=5, breaker="p")
        with pytest.raises(Unavailable) as caught:
            await http.request("GET", listener.url, deadline=5, breaker="p")
        assert not isinstance(caught.value, Unreachable)


async def test_an_answer_between_failures_starts_the_count_again(listener: Listener) -> None:
    listener.script = [Reply(500), Reply(500), Reply(401), Reply(500), Reply(500), Reply(200)]
    async with Outbound(breakers=Breakers(threshold=3, rest=60)) as http:
        await fail(http, listener, 6)
    assert len(listener.received) == 6


async def test_after_its_rest_it_tries_again_and_closes_on_success(listener: Listener) -> None:
    listener.script = [Reply(500), Reply(500), Reply(200)]
    async with Outbound(breakers=Breakers(threshold=2, rest=0.05)) as http:
        await fail(http, listener, 2)
        with pytest.raises(Unavailable) as caught:
            await http.request("GET", listener.url, deadline=5, breaker="p:us")
        await asyncio.sleep((caught.value.retry_after or 0) + 0.02)
        assert (await http.request("GET", listener.url, deadline=5, breaker="p:us")).status == 200
