"""What the tests of second factors share: an app on a phone, and a person who has one."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pyotp
from tests.accounts.door import GOOD


def codes_of(secret: str) -> Iterator[str]:
    """The codes an app shows now and in the next step, which is good already: clocks differ."""
    now = int(time.time()) // 30
    return iter([pyotp.HOTP(secret).at(now), pyotp.HOTP(secret).at(now + 1)])


async def protect(browser: httpx.AsyncClient, password: str = GOOD) -> tuple[str, list[str]]:
    """Turn two-factor on in a browser that is signed in; the secret of the app, and the recovery codes."""
    begun = await browser.post("/api/account/two-factor", json={"password": password})
    assert begun.status_code == 200, begun.text
    secret = begun.json()["data"]["secret"]
    code = pyotp.HOTP(secret).at(int(time.time()) // 30 - 1)
    done = await browser.post("/api/account/two-factor/confirmation", json={"code": code})
    assert done.status_code == 200, done.text
    return secret, done.json()["data"]["recovery_codes"]
