import asyncio
import gzip
import socket
from datetime import UTC, datetime

import pytest
from prometheus_client import REGISTRY
from tests.foundation.outbound.listener import Drop, Hang, Listener, Reply, as_json

from inspralv.foundation.outbound import (
    Answer,
    AnswerTooLarge,
    Outbound,
    TimedOut,
    Unreachable,
    Unsendable,
)


async def test_a_call_carries_what_it_was_given_and_brings_back_status_headers_and_body(
    http: Outbound, listener: Listener
) -> None:
    listener.script = [as_json({"made": True}, 201, **{"X-Kind": "new"})]
    answer = await http.request(
        "POST", listener.url + "/things", deadline=5, breaker="b", json={"a": [1]}, params={"q": "x y"},
        headers={"authorization": "Bearer k"},
    )  # fmt: skip
    assert (answer.status, answer.headers["x-kind"], answer.body) == (201, "new", b'{"made": true}')
    (received,) = listener.received
    assert (received.method, received.path, received.params) == ("POST", "/things", {"q": "x y"})
    assert received.json == {"a": [1]}
    assert received.headers["content-type"] == "application/json"
    assert received.headers["authorization"] == "Bearer k"
    assert "inspralv" not in str(received.headers).lower(), "a client of a partner reads it in the logs of its server"


async def test_files_are_sent_as_a_form(http: Outbound, listener: Listener) -> None:
    part = ("file", ("note.txt", b"hello", "text/plain"))
    await http.request("POST", listener.url, deadline=5, breaker="b", files=[part])
    (received,) = listener.received
    assert received.headers["content-type"].startswith("multipart/form-data")
    assert b"hello" in received.body


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
async def test_every_status_is_an_answer(http: Outbound, listener: Listener, status: int) -> None:
    listener.script = [Reply(status)]
    assert (await http.request("GET", listener.url, deadline=5, breaker="b")).status == status


async def test_a_broken_connection_is_tried_again_when_the_call_may_be_repeated(
    http: Outbound, listener: Listener
) -> None:
    listener.script = [Drop(), Drop(), Reply(200, b"at last")]
    answer = await http.request("GET", listener.url, deadline=10, breaker="b", idempotent=True)
    assert answer.body == b"at last"
    assert len(listener.received) == 3


async def test_a_call_that_may_not_be_repeated_is_sent_once(http: Outbound, listener: Listener) -> None:
    listener.script = [Drop(), Reply()]
    with pytest.raises(Unreachable) as caught:
        await http.request("POST", listener.url, deadline=5, breaker="b")
    assert caught.value.maybe_sent
    assert len(listener.received) == 1


async def test_retries_end(http: Outbound, listener: Listener) -> None:
    listener.script = [Drop()]
    with pytest.raises(Unreachable):
        await http.request("GET", listener.url, deadline=10, breaker="b", idempotent=True)
    assert len(listener.received) == 3


async def test_a_refused_connection_was_certainly_not_sent(http: Outbound) -> None:
    with socket.socket() as taken:  # bound but not listening: nobody answers there, and nobody else can take it
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable) as caught:
            await http.request("POST", f"http://127.0.0.1:{taken.getsockname()[1]}", deadline=5, breaker="b")
    assert not caught.value.maybe_sent


async def test_the_deadline_covers_waiting_for_the_answer(http: Outbound, listener: Listener) -> None:
    listener.script = [Hang()]
    with pytest.raises(TimedOut) as caught:
        await http.request("GET", listener.url, deadline=0.2, breaker="b", idempotent=True)
    assert caught.value.maybe_sent
    assert caught.value.deadline == 0.2


async def test_the_deadline_covers_a_body_that_does_not_end(http: Outbound, listener: Listener) -> None:
    listener.script = [Reply(200, b"half", {"content-length": "8"})]
    with pytest.raises(TimedOut):
        await http.request("GET", listener.url, deadline=0.2, breaker="b")


async def test_the_deadline_covers_all_retries_together(http: Outbound, listener: Listener) -> None:
    listener.script = [Drop(), Hang()]
    with pytest.raises(TimedOut):
        await http.request("GET", listener.url, deadline=1, breaker="b", idempotent=True)
    assert len(listener.received) == 2


async def test_cancelling_the_caller_is_no_time_out(http: Outbound, listener: Listener) -> None:
    listener.script = [Hang()]
    call = asyncio.create_task(http.request("GET", listener.url, deadline=30, breaker="b"))
    while not listener.received:  # noqa: ASYNC110 - the server has no event to wait for
        await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_an_answer_has_a_largest_size_counted_after_decompression(http: Outbound, listener: Listener) -> None:
    listener.script = [Reply(200, gzip.compress(b"x" * 5000), {"content-encoding": "gzip"})]
    with pytest.raises(AnswerTooLarge):
        await http.request("GET", listener.url, deadline=5, breaker="b", max_body=4999)
    answer = await http.request("GET", listener.url, deadline=5, breaker="b", max_body=5000)
    assert len(answer.body) == 5000


async def test_redirects_are_followed_on_request_only_and_lose_the_credentials_at_another_host(
    http: Outbound, listener: Listener
) -> None:
    async with Listener() as other:
        other.script = [Reply(200, b"recording")]
        listener.script = [Reply(302, b"", {"location": f"http://localhost:{other.port}/audio"})]
        ask = {"deadline": 5, "breaker": "b", "headers": {"authorization": "Bearer k"}}
        assert (await http.request("GET", listener.url, **ask)).status == 302
        assert (await http.request("GET", listener.url, follow=True, **ask)).body == b"recording"
        assert "authorization" not in other.received[0].headers


async def test_cookies_of_one_answer_never_travel_with_another_call(http: Outbound, listener: Listener) -> None:
    listener.script = [Reply(200, b"", {"set-cookie": "tenant=acme; Path=/"})]
    await http.request("GET", listener.url, deadline=5, breaker="b")
    await http.request("GET", listener.url, deadline=5, breaker="b")
    assert "cookie" not in listener.received[1].headers


@pytest.mark.parametrize("url", ["http://127.0.0.1:port/", "ftp://127.0.0.1/", "no address"])
async def test_what_is_no_http_address_is_not_asked(http: Outbound, url: str) -> None:
    with pytest.raises(Unsendable):
        await http.request("GET", url, deadline=5, breaker="b")


@pytest.mark.parametrize("key", ["a\nb", "schlüssel—", "a\0b"])
async def test_a_header_that_cannot_be_one_is_not_sent_and_never_opens_the_breaker(
    http: Outbound, listener: Listener, key: str
) -> None:
    for _ in range(7):
        with pytest.raises(Unsendable):
            await http.request("GET", listener.url, deadline=5, breaker="b", headers={"authorization": key})
    assert listener.received == []


async def test_calls_are_counted_by_breaker_and_outcome(http: Outbound, listener: Listener) -> None:
    def count(outcome: str) -> float:
        return (
            REGISTRY.get_sample_value("inspralv_outbound_calls_total", {"breaker": "counted", "outcome": outcome}) or 0
        )

    listener.script = [Reply(204, b""), Reply(503), Drop()]
    await http.request("GET", listener.url, deadline=5, breaker="counted/host-a")
    await http.request("GET", listener.url, deadline=5, breaker="counted")
    with pytest.raises(Unreachable):
        await http.request("GET", listener.url, deadline=5, breaker="counted")
    assert (count("2xx"), count("5xx"), count("Unreachable")) == (1, 1, 1)
    assert REGISTRY.get_sample_value("inspralv_outbound_seconds_count", {"breaker": "counted"}) == 3


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("Tue, 01 Sep 2026 12:00:30 GMT", 30.0), ("Tue, 01 Sep 2026 11:00:00 GMT", 0.0),
     ("soon", None), ("", None)],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_date(value: str, seconds: float | None) -> None:
    answer = Answer(429, {"retry-after": value}, b"")
    assert answer.retry_after(datetime(2026, 9, 1, 12, tzinfo=UTC)) == seconds
