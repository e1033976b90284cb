"""What is refused before anybody looks where it leads: browsers get a page of the host's brand, programs a document."""

from __future__ import annotations

import pytest
from tests.accounts.door import text_of
from tests.conftest import Site

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "de-DE,de;q=0.9"}
CROSS = {"sec-fetch-site": "cross-site"}
ODD_HOSTS = [
    "acme.localhost:99999",
    "acme.localhost:-1",
    "acme.localhost:0",
    "acme.localhost:port",
    "acme.localhost:٣",
    "[::1",
    "a b",
    "a/b",
]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/login%00", {}, 400),
        ("GET", "/login?email=%00", {}, 400),
        ("POST", "/login", CROSS, 403),
        ("POST", "/login", {"origin": "http://rival.localhost"}, 403),
        ("POST", "/login", {"origin": "http://[::1"}, 403),
    ],
)
async def test_a_browser_sees_a_page_of_the_host_in_its_language(
    site: Site, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await site.at("acme.localhost", headers=BROWSER | headers).request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert '<html lang="de"' in answer.text
    assert "Acme Voice" in answer.text
    assert "Inspralv" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_a_body_that_is_too_long_is_told_in_the_same_way(site: Site) -> None:
    answer = await site.at("acme.localhost", headers=BROWSER).post("/login", data={"email": "x" * 1_100_000})
    assert (answer.status_code, '<html lang="de"' in answer.text, "Acme Voice" in answer.text) == (413, True, True)


@pytest.mark.parametrize(("path", "accept"), [("/login", "*/*"), ("/login", ""), ("/api/auth/signin", "text/html")])
async def test_programs_get_a_document(site: Site, path: str, accept: str) -> None:
    client = site.at("acme.localhost", headers={"accept": accept})
    crossed = await client.post(path, headers=CROSS)
    assert (crossed.status_code, crossed.headers["content-type"]) == (403, "application/problem+json")
    assert (crossed.json()["code"], crossed.json()["requestId"]) == ("CROSS_SITE", crossed.headers["x-request-id"])
    odd = await client.get(f"{path}?search=%00")
    assert (odd.status_code, odd.json()["code"]) == (400, "VALIDATION_ERROR")
    assert [(one["pointer"], one["code"]) for one in odd.json()["errors"]] == [("search", "nul")]


@pytest.mark.parametrize("host", ODD_HOSTS)
@pytest.mark.parametrize("path", ["/", "/login", "/account", "/nowhere", "/api/auth/context", "/api/nowhere"])
async def test_hosts_that_cannot_be(site: Site, host: str, path: str) -> None:
    """Never a fault of ours, on a page or in the API."""
    headers: dict[str, str | bytes] = {**BROWSER, "host": host.encode()}
    answer = await site.at("x", headers=headers).get(path)
    assert answer.status_code == 400
    assert "html" in answer.headers["content-type"] or answer.json()["code"] == "VALIDATION_ERROR"
    assert text_of(answer.text)
