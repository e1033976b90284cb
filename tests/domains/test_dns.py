"""Questions and answers over real UDP and TCP."""

from __future__ import annotations

import httpx
import pytest
from tests.conftest import NAMES_PORT, SANDBOX_URL
from tests.domains.conftest import Names

from inspralv.foundation.outbound.names import NameServers, Records

OURS = NameServers([("127.0.0.1", NAMES_PORT)], seconds=2.0)


async def test_records_are_told_as_they_are(names: Names) -> None:
    await names.put("a.example.com", "CNAME", "b.example.com")
    await names.put("b.example.com", "A", "192.0.2.7", "192.0.2.6")
    await names.put("_x.a.example.com", "TXT", "one", "two words")
    assert await OURS.ask("A.Example.com", "CNAME") == Records(("b.example.com",))
    assert await OURS.ask("a.example.com", "A") == Records(("192.0.2.6", "192.0.2.7"))
    assert await OURS.ask("_x.a.example.com", "TXT") == Records(("one", "two words"))
    assert await OURS.ask("b.example.com", "AAAA") == Records()
    assert await OURS.ask("example.com", "TXT") == Records()
    assert await OURS.ask("nowhere.example.com", "TXT") == Records()


async def test_a_text_with_a_nul_can_be_written_down(names: Names) -> None:
    await names.put("_x.nul.example", "TXT", "a\0b")
    assert await OURS.ask("_x.nul.example", "TXT") == Records(("a\N{REPLACEMENT CHARACTER}b",))


async def test_a_long_answer_comes_over_tcp(names: Names) -> None:
    many = [f"{n:03d}" + "x" * 400 for n in range(40)]
    await names.put("long.example.com", "TXT", *many)
    assert await OURS.ask("long.example.com", "TXT") == Records(tuple(many))


async def test_aliases_in_a_ring_come_to_an_end(names: Names) -> None:
    await names.put("a.ring.example", "CNAME", "b.ring.example")
    await names.put("b.ring.example", "CNAME", "a.ring.example")
    assert (await OURS.ask("a.ring.example", "A")).values == ()


@pytest.mark.parametrize("mode", ["servfail", "silence"])
async def test_a_server_that_fails_says_nothing_about_the_name(names: Names, mode: str) -> None:
    await names.put("_x.example.com", "TXT", "one")
    await names.fail(mode)
    assert await OURS.ask("_x.example.com", "TXT") == Records(answered=False)


async def test_a_server_that_is_not_there() -> None:
    nobody = NameServers([("127.0.0.1", 9)], seconds=1.0)
    assert await nobody.ask("example.com", "TXT") == Records(answered=False)


async def test_what_no_zone_could_hold_is_refused(names: Names) -> None:
    async with httpx.AsyncClient(base_url=SANDBOX_URL) as client:
        for name, kind, value in [("a..b", "TXT", "x"), ("a.example", "A", "no"), ("a.example", "CNAME", "a..b")]:
            answer = await client.put("/_dns", json=[{"name": name, "type": kind, "values": [value]}])
            assert answer.status_code == 400, answer.text
        assert (await client.get("/_dns")).json() == {}
