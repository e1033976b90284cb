import pytest
from tests.foundation.outbound.listener import Listener

from inspralv.foundation.outbound import NetworkInsideTransaction, Outbound, offline


async def test_nobody_talks_while_a_transaction_is_open(http: Outbound, listener: Listener) -> None:
    mark = offline.enter()
    try:
        with pytest.raises(NetworkInsideTransaction, match=r"GET http://127\.0\.0\.1:\d+/: "):
            await http.request("GET", listener.url + "/?key=secret", deadline=5, breaker="b")
    finally:
        offline.leave(mark)
    assert listener.received == []
    await http.request("GET", listener.url, deadline=5, breaker="b")
    assert len(listener.received) == 1
