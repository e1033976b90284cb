"""How often somebody may try, counted across two server processes' worth of state."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
from tests.accounts.door import GOOD, OTHER, PROXIED, new_email, stranger, text_of, wish
from tests.conftest import Site, serve
from tests.ports import free_port
from tests.world import MIA, PASSWORD, STAN, VERA

ENVIRON = PROXIED
_ips = (f"203.0.113.{n}" for n in itertools.count(1))


@pytest.fixture(scope="module")
async def twin(site: Site) -> AsyncIterator[Site]:
    """A second server on the same database, with memory, pool and port of its own."""
    settings = site.settings
    other = msgspec.structs.replace(settings, web=msgspec.structs.replace(settings.web, port=free_port()))
    async with serve(other) as running:
        yield running


def _body(email: str, password: str) -> dict[str, str]:
    return {"email": email, "password": password}


def _turns(site: Site, twin: Site, ip: str, host: str = "acme.localhost") -> itertools.cycle[httpx.AsyncClient]:
    return itertools.cycle([stranger(site, host, ip), stranger(twin, host, ip)])


async def test_five_attempts_to_sign_in_a_quarter_of_an_hour(site: Site, twin: Site) -> None:
    ip = next(_ips)
    turns = _turns(site, twin, ip)
    answers = [await next(turns).post("/api/auth/signin", json=_body(MIA.email, OTHER)) for _ in range(6)]
    assert [a.status_code for a in answers] == [401] * 5 + [429]
    for browser in (next(turns), next(turns)):
        right = await browser.post("/api/auth/signin", json=_body(MIA.email, PASSWORD))
        assert right.status_code == 429
        assert right.headers["content-type"] == "application/problem+json"
        assert 0 < int(right.headers["retry-after"]) <= 900
        assert (right.headers["x-ratelimit-limit"], right.headers["x-ratelimit-remaining"]) == ("5", "0")
        assert right.headers["x-ratelimit-reset"] == right.headers["retry-after"]
    page = await stranger(site, ip=ip).post("/login", data=_body(MIA.email, PASSWORD))
    assert (page.status_code, "retry-after" in page.headers) == (429, True)
    assert "Too many attempts. Try again in 15 minutes." in text_of(page.text)
    assert f'value="{MIA.email}"' in page.text
    assert PASSWORD not in page.text
    # The owner, elsewhere, is not locked out; nor are others from the same place.
    assert (await stranger(twin).post("/api/auth/signin", json=_body(MIA.email, PASSWORD))).status_code == 200
    assert (await stranger(site, ip=ip).post("/api/auth/signin", json=_body(VERA.email, PASSWORD))).status_code == 200


async def test_unknown_addresses_are_counted_alike(site: Site, twin: Site) -> None:
    turns, email = _turns(site, twin, next(_ips)), new_email()
    answers = [await next(turns).post("/api/auth/signin", json=_body(email, OTHER)) for _ in range(6)]
    assert [a.status_code for a in answers] == [401] * 5 + [429]


async def test_a_success_forgets_the_attempts(site: Site, twin: Site) -> None:
    turns = _turns(site, twin, next(_ips))
    for password in (OTHER, OTHER, OTHER, PASSWORD, OTHER, OTHER, OTHER, OTHER, PASSWORD):
        answer = await next(turns).post("/api/auth/signin", json=_body(VERA.email, password))
        assert answer.status_code == (200 if password == PASSWORD else 401)


async def test_one_place_cannot_try_many_accounts(site: Site) -> None:
    browser = stranger(site, ip=next(_ips))
    answers = [await browser.post("/api/auth/signin", json=_body(new_email(), OTHER)) for _ in range(51)]
    assert {a.status_code for a in answers[:50]} == {401}
    assert answers[50].status_code == 429


async def test_an_ipv6_network_counts_as_one_place(site: Site) -> None:
    email = new_email()
    answers = [
        await stranger(site, ip=f"2001:db8:0:7::{n:x}").post("/api/auth/signin", json=_body(email, OTHER))
        for n in range(1, 7)
    ]
    assert [a.status_code for a in answers] == [401] * 5 + [429]
    elsewhere = await stranger(site, ip="2001:db8:0:8::1").post("/api/auth/signin", json=_body(email, OTHER))
    assert elsewhere.status_code == 401


async def test_many_places_cannot_try_one_account(site: Site) -> None:
    answers = [
        await stranger(site, "rival.localhost").post("/api/auth/signin", json=_body(STAN.email, OTHER))
        for _ in range(51)
    ]
    assert [a.status_code for a in answers[-2:]] == [401, 429]


async def test_three_sign_ups_an_hour_from_one_place(site: Site, twin: Site) -> None:
    turns = _turns(site, twin, next(_ips))
    answers = [await next(turns).post("/api/auth/signup", json=wish(new_email())) for _ in range(4)]
    assert [a.status_code for a in answers] == [200] * 3 + [429]
    assert answers[3].headers["x-ratelimit-limit"] == "3"
    page = await next(turns).post("/signup", data=wish(new_email(), confirmation=GOOD))
    assert (page.status_code, "Too many attempts" in text_of(page.text), 'value="Nora"' in page.text) == (
        429,
        True,
        True,
    )


async def test_three_sign_ups_an_hour_for_one_address(site: Site, twin: Site) -> None:
    email = new_email()
    answers = [await stranger(s).post("/api/auth/signup", json=wish(email)) for s in (site, twin, site, twin)]
    assert [a.status_code for a in answers] == [200] * 3 + [429]


async def test_faults_of_the_form_do_not_count(site: Site) -> None:
    browser = stranger(site, ip=next(_ips))
    for _ in range(5):
        assert (await browser.post("/api/auth/signup", json=wish(new_email(), password="weak"))).status_code == 400
    assert (await browser.post("/api/auth/signup", json=wish(new_email()))).status_code == 200


@pytest.mark.parametrize("email", [MIA.email, "nobody@new.test"])
async def test_three_resets_an_hour(site: Site, twin: Site, email: str) -> None:
    turns = _turns(site, twin, next(_ips))
    answers = [await next(turns).post("/api/auth/forgot-password", json={"email": email}) for _ in range(4)]
    assert [a.status_code for a in answers] == [200] * 3 + [429]
    page = await stranger(site).post("/forgot-password", data={"email": email})
    assert (page.status_code, "Too many attempts" in text_of(page.text)) == (429, True)


async def test_bad_links_are_counted(site: Site, twin: Site) -> None:
    turns = _turns(site, twin, next(_ips))
    body = {"token": "x" * 43, "password": GOOD}
    answers = [await next(turns).post("/api/auth/reset-password", json=body) for _ in range(4)]
    assert [a.status_code for a in answers] == [400] * 3 + [429]
