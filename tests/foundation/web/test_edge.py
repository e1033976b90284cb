"""X-Forwarded-* headers count when a configured proxy sends them, and never else."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from inspralv.foundation.web.edge import Edge, EdgeConfig

PROXIES = (ip_network("10.0.0.0/8"),)


async def seen(peer: str, proxies: tuple[Any, ...] = PROXIES, **headers: str) -> tuple[str, str, bool]:
    """Host, address and "inside" as the application sees them."""
    found: dict[str, Any] = {}

    async def note(scope: Any, _receive: Any, _send: Any) -> None:
        found.update(scope)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "own", **headers}.items()]
    scope: Any = {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "client": (peer, 1),
        "headers": raw,
    }  # fmt: skip
    app: Any = note
    nothing: Any = None
    await Edge(app, EdgeConfig(secure=False, platform_host="platform.example", proxies=proxies), nothing)(scope, nothing, nothing)
    return found["inspralv.host"], found["inspralv.ip"], found["inspralv.inside"]


@pytest.mark.parametrize("peer", ["203.0.113.9", "127.0.0.1", "::1", "11.0.0.1"])
async def test_strangers_are_not_believed(peer: str) -> None:
    host, address, inside = await seen(peer, x_forwarded_host="evil.example", x_forwarded_for="1.2.3.4")
    assert (host, address, inside) == ("own", peer, False)


@pytest.mark.parametrize("peer", ["10.1.2.3", "::ffff:10.1.2.3"])
async def test_configured_proxies_are_believed(peer: str) -> None:
    host, address, inside = await seen(peer, x_forwarded_host="Voice.Example", x_forwarded_for="1.2.3.4")
    assert (host, address, inside) == ("voice.example", "1.2.3.4", False)


async def test_what_a_visitor_wrote_in_front_is_not() -> None:
    host, address, _ = await seen(
        "10.1.2.3", x_forwarded_host="evil.example, real.example", x_forwarded_for="9.9.9.9, 1.2.3.4"
    )
    assert (host, address) == ("real.example", "1.2.3.4")


async def test_proxies_in_a_row_are_passed_over() -> None:
    assert (await seen("10.1.2.3", x_forwarded_for="9.9.9.9, 1.2.3.4, 10.7.7.7"))[1] == "1.2.3.4"


@pytest.mark.parametrize("text", ["", "unknown", "nonsense, "])
async def test_what_is_no_address_is_left_out(text: str) -> None:
    assert (await seen("10.1.2.3", x_forwarded_for=text))[1] == "10.1.2.3"


@pytest.mark.parametrize(
    ("peer", "inside"), [("127.0.0.1", True), ("::1", True), ("10.1.2.3", True), ("203.0.113.9", False), ("", False)]
)
async def test_who_asks_from_inside(peer: str, inside: bool) -> None:
    assert (await seen(peer))[2] is inside


@pytest.mark.parametrize("header", ["x_forwarded_for", "x_forwarded_host", "forwarded", "via"])
async def test_whoever_comes_through_a_proxy_is_outside(header: str) -> None:
    assert (await seen("127.0.0.1", **{header: "1.1 front"}))[2] is False


async def test_without_proxies_nobody_is_believed() -> None:
    assert (await seen("127.0.0.1", (), x_forwarded_host="evil.example"))[0] == "own"


@pytest.mark.parametrize(
    ("host", "below"),
    [
        ("platform.example", True), ("acme.platform.example:8443", True), ("Platform.Example.", True),
        ("voice.agency.example", False), ("notplatform.example", False), ("platform.example.evil.example", False),
    ],
)  # fmt: skip
async def test_names_below_a_partner_s_own_domain_are_left_to_it(host: str, below: bool) -> None:
    sent: list[Any] = []

    async def answer(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def keep(message: Any) -> None:
        sent.append(message)

    scope: Any = {
        "type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "client": ("203.0.113.9", 1),
        "headers": [(b"host", host.encode())],
    }  # fmt: skip
    app: Any = answer
    nothing: Any = None
    await Edge(app, EdgeConfig(secure=True, platform_host="platform.example"), nothing)(scope, nothing, keep)
    told = dict(sent[0]["headers"])[b"strict-transport-security"]
    assert told == b"max-age=63072000" + (b"; includeSubDomains" if below else b"")
