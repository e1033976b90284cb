"""What the tests of accounts share: strangers from addresses of their own, the mail they get, the links in it."""

from __future__ import annotations

import itertools
import re
from html import unescape
from typing import Any

import asyncpg
import httpx
from tests.conftest import Site

PROXIED = {"INSPRALV_TRUSTED_PROXIES": "127.0.0.0/8"}
GOOD = "Quiet-Harbour-71"
OTHER = "Steep-Meadow-38"
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}

_addresses = (f"198.51.{n // 250}.{n % 250 + 1}" for n in itertools.count())
_names = (f"person{n}@new.test" for n in itertools.count())


def stranger(site: Site, host: str = "acme.localhost", ip: str | None = None, **options: Any) -> httpx.AsyncClient:
    """A browser nobody is signed in with, from an address nobody else has. It keeps its cookies."""
    headers = {"x-forwarded-for": ip or next(_addresses), "accept": "text/html", **options.pop("headers", {})}
    return site.at(host, headers=headers, **options)


async def enter(site: Site, email: str, password: str = GOOD, **options: Any) -> httpx.AsyncClient:
    """A browser that somebody has signed in with."""
    browser = stranger(site, **options)
    answer = await browser.post("/api/auth/signin", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    return browser


def new_email() -> str:
    """An address that has not been used yet."""
    return next(_names)


def wish(email: str, **rest: Any) -> dict[str, Any]:
    return {"email": email, "password": GOOD, "firstName": "Nora", "lastName": "Quill", **rest}


async def mails_to(owner: asyncpg.Connection, email: str) -> list[asyncpg.Record]:
    """The mails to an address, oldest first."""
    return await owner.fetch("SELECT * FROM app.mail_messages WHERE recipient = $1 ORDER BY id", email)


def link_in(mail: asyncpg.Record) -> tuple[str, str]:
    """The path and the token of the link in a mail."""
    found = re.search(r"https?://[^/\s]+(/[a-z-]+)\?token=([\w-]+)", mail["plain"])
    assert found, mail["plain"]
    return found[1], found[2]


def tag(page: str, name: str) -> str:
    """The first start tag that has this id."""
    found = re.search(rf'<[^>]*id="{name}"[^>]*>', page)
    assert found, name
    return unescape(found[0])


def text_of(page: str) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
