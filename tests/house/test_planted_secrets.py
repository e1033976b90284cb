"""Secrets stay where they belong: a whole scenario, refusals and faults of ours included, and then nowhere a trace.

Provider keys, passwords, session tokens, the secret of a webhook address and the tokens of mailed links are looked for
in every answer, page, log line, mail, event and table. A session token may stand in the cookie that sets it, a link's
token in the mail that brings it; nothing else may stand anywhere.
"""

from __future__ import annotations

import io
import itertools
import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg
import httpx
import pytest
import structlog
from tests.accounts.door import PROXIED, link_in, mails_to
from tests.conftest import Sandbox, Site
from tests.house.routes import all_routes, is_stream
from tests.house.tables import DIRECTORY, LOCAL, TENANT
from tests.world import ACME, CLINIC, OLGA, PASSWORD, WIM, Cast

from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns, role_password
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.logs import configure_logs
from inspralv.foundation.services import Services
from inspralv.integrations.connections import find_connection
from inspralv.sandbox.customers import CUSTOMERS

ENVIRON = PROXIED
Work = Callable[[], Awaitable[None]]
KEYS = "/api/partner/integrations"
CHOSEN, FORGOTTEN, WRONG = "Planted-Harbour-7193", "Planted-Meadow-4482", "Planted-Guess-9951"
_runs = itertools.count(1)


@dataclass
class Trail:
    """What left the house, and what must not have."""

    site: Site
    logs: io.StringIO
    answers: list[tuple[str, str]] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    def client(self, who: Cast | None = None) -> httpx.AsyncClient:
        client = self.site.as_(who) if who else self.site.at("acme.localhost")
        client.headers["x-forwarded-for"] = f"198.51.100.{next(_runs) % 250 + 1}"
        client.event_hooks["response"].append(self._note)
        return client

    async def _note(self, answer: httpx.Response) -> None:
        await answer.aread()
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "set-cookie")
        self.answers.append((f"{answer.request.method} {answer.request.url.path}", f"{headers}\n{answer.text}"))

    def found_in(self, text: str, *, but: str = "") -> list[str]:
        return [name for name, value in self.secrets.items() if value in text and not (but and name.startswith(but))]


@pytest.fixture(params=["json", "console"])
def logs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Every log line of this process, as the program itself writes them, with all that can be logged."""
    root, lines = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    monkeypatch.setattr(sys, "stderr", lines)
    configure_logs("debug", request.param)
    root.setLevel(logging.DEBUG)
    for talkative in ("httpx", "httpcore", "hpack"):  # the tests' own clients; the application's are silent as well
        logging.getLogger(talkative).setLevel(logging.WARNING)
    yield lines
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


@pytest.fixture
async def trail(
    site: Site, sandbox: Sandbox, services: Services, work: Work, owner: asyncpg.Connection, logs: io.StringIO
) -> Trail:
    """The scenario."""
    await sandbox.reset()
    found = Trail(site, logs)
    run = next(_runs)
    settings = site.settings.secrets
    found.secrets |= {
        "the secret of the installation": settings.key,
        "the database's password": role_password(settings.key, "app_user"),
        "the provider's key": sandbox.private_key,
        "a key that no provider knows": f"planted-key-{run}-31337",
        "a webhook key": f"planted-hook-{run}-60601",
        "a newer webhook key": f"planted-newer-{run}-70707",
        "the chosen password": CHOSEN,
        "the new password": FORGOTTEN,
        "a wrong password": WRONG,
        "the cast's password": PASSWORD,
        "session of WIM": WIM.token,
        "session of OLGA": OLGA.token,
    }
    await _an_account(found, owner, work, f"planted-{run}@new.test")
    integration = await _keys(found, sandbox)
    await _agents_and_calls(found, sandbox, work)
    await _webhooks(found, services)
    await _our_own_faults(found, owner)
    await _every_page(found, {"integration_id": integration})
    await work()
    return found


async def _an_account(trail: Trail, owner: asyncpg.Connection, work: Work, email: str) -> None:
    """Sign up, confirm, sign in and out, forget the password, and do all of that wrongly too."""
    browser = trail.client()
    body = {"email": email, "password": CHOSEN, "firstName": "Ann"}
    await browser.post("/api/auth/signup", json=body | {"password": {"typed": CHOSEN}})
    await browser.post("/api/auth/signup", content=json.dumps(body)[:-1], headers={"content-type": "application/json"})
    await browser.post("/api/auth/signup", json=body | {"more": CHOSEN})
    await browser.post("/signup", data=body | {"email": "no address"}, headers={"accept": "text/html"})
    assert (await browser.post("/api/auth/signup", json=body)).status_code == 200
    await work()
    token = trail.secrets["link that confirms"] = link_in((await mails_to(owner, email))[-1])[1]
    confirmed = await browser.post("/api/auth/confirm-email", json={"token": token})
    assert confirmed.status_code == 200, confirmed.text
    trail.secrets["session after confirming"] = confirmed.cookies["session"]
    await browser.post("/api/auth/confirm-email", json={"token": token, "password": WRONG})
    await browser.post("/api/auth/signin", json={"email": email, "password": WRONG})
    await browser.post("/api/auth/signin", json={"email": CHOSEN, "password": CHOSEN})
    await browser.post("/login", data={"email": email, "password": WRONG}, headers={"accept": "text/html"})
    signed_in = await browser.post("/api/auth/signin", json={"email": email, "password": CHOSEN})
    assert signed_in.status_code == 200, signed_in.text
    trail.secrets["session after signing in"] = signed_in.cookies["session"]
    await browser.get("/api/auth/context")
    await browser.post("/api/auth/signout")
    await browser.post("/api/auth/forgot-password", json={"email": email})
    await work()
    token = trail.secrets["link that resets"] = link_in((await mails_to(owner, email))[-1])[1]
    await browser.post("/api/auth/reset-password", json={"token": token, "password": FORGOTTEN, "x": 1})
    assert (await browser.post("/api/auth/reset-password", json={"token": token, "password": FORGOTTEN})).is_success
    await browser.post("/api/auth/reset-password", json={"token": token, "password": FORGOTTEN})


async def _keys(trail: Trail, sandbox: Sandbox) -> str:
    """Keep, test, change and remove keys, and send them where they do not belong."""
    olga, unknown = trail.client(OLGA), trail.secrets["a key that no provider knows"]
    config = {"shared_outbound_phone_number_id": sandbox.phone_number_id,
              "shared_outbound_phone_number": "+14155550100"}  # fmt: skip
    good = {"provider": "vapi", "name": "Main", "default_secret_key": sandbox.private_key, "config": config}
    for body in (good | {"default_secret_key": [unknown]}, good | {"api_key": unknown}, good | {"provider": unknown},
                 good | {"name": ""}):  # fmt: skip
        assert (await olga.post(KEYS, json=body)).status_code == 400
    await olga.post(KEYS, content=json.dumps(good)[:-2], headers={"content-type": "application/json"})
    added = await olga.post(KEYS, json=good | {"is_default": True})
    assert added.status_code == 201, added.text
    other = await olga.post(KEYS, json=good | {"name": "Other", "default_secret_key": unknown})
    one = f"{KEYS}/{other.json()['data']['id']}"
    refused = await olga.post(f"{one}/test")
    assert refused.json()["data"]["key_status"] == "invalid"
    form = {"provider": "vapi", "name": "", "default_secret_key": unknown}
    await olga.post("/org/integrations/new", data=form, headers={"accept": "text/html"})
    await olga.patch(one, json={"default_secret_key": f"{unknown}-too"})
    await olga.patch(one, json={"default_secret_key": {"key": unknown}})
    await olga.delete(one)
    await _keys_that_sign(trail, olga)
    return str(added.json()["data"]["id"])


async def _keys_that_sign(trail: Trail, olga: httpx.AsyncClient) -> None:
    """A vendor that signs with a key of the account: kept, sent wrongly, replaced, and the old one believed for a day."""
    provider = next(name for name, pair in CUSTOMERS.items() if "webhook_key" in pair.acme.credentials)
    given = dict(CUSTOMERS[provider].acme.credentials)
    hook, newer = trail.secrets["a webhook key"], trail.secrets["a newer webhook key"]
    trail.secrets["the key of the vendor that signs"] = given["secret_key"]
    body = {"provider": provider, "name": "Signing", "default_secret_key": given.pop("secret_key"),
            "default_webhook_key": hook, "config": {k: v for k, v in given.items() if k != "webhook_key"}}  # fmt: skip
    for wrong in ({"default_webhook_key": [hook]}, {"default_webhook_key": f"{hook} {newer}"}, {"webhook_key": hook}):
        assert (await olga.post(KEYS, json=body | wrong)).status_code == 400
    assert (await olga.post(KEYS, json=body | {"provider": "vapi"})).status_code == 400, "it has no such key"
    added = await olga.post(KEYS, json=body)
    assert added.status_code == 201, added.text
    one = added.json()["data"]["id"]
    form = {"default_webhook_key": f"{newer} x", "overlap_hours": "24"}
    page = f"/org/integrations/{one}"
    assert (await olga.post(f"{page}/key", data=form, headers={"accept": "text/html"})).status_code == 400
    form["default_webhook_key"] = newer
    assert (await olga.post(f"{page}/key", data=form, headers={"accept": "text/html"})).status_code == 303
    for path in (page, f"{page}/key", f"{page}/webhooks", f"{page}/delete"):
        assert (await olga.get(path, headers={"accept": "text/html"})).status_code == 200
    assert (await olga.post(f"{KEYS}/{one}/test")).status_code == 200


async def _agents_and_calls(trail: Trail, sandbox: Sandbox, work: Work) -> None:
    """A provider that works, and one that repeats the key it was given."""
    wim = trail.client(WIM)
    made = await wim.post("/api/w/clinic/agents", json={"name": "Front desk", "provider": "vapi"})
    echo = f"the key {sandbox.private_key} may not do this"
    await sandbox.mischief(fail=[{"status": 400, "times": 1, "body": echo}])
    await work()
    agent = f"/api/w/clinic/agents/{made.json()['data']['id']}"
    await wim.post(f"{agent}/sync")
    await work()
    await sandbox.mischief(fail=[{"status": 403, "times": 1, "body": echo}])
    await wim.post(f"{agent}/test-call")
    await wim.post(f"{agent}/test-call")  # held: the key was just refused
    olga = trail.client(OLGA)
    for key in (await olga.get(KEYS)).json()["data"]:
        await olga.post(f"{KEYS}/{key['id']}/test")
    await wim.post(f"{agent}/test-call")
    await wim.post(f"{agent}/outbound-call", json={"customerNumber": "+14155550123"})
    await work()


async def _webhooks(trail: Trail, services: Services) -> None:
    """Deliveries with the right secret, a wrong one, and the right one in the wrong place."""
    ctx = Context(services, Scope(ACME, CLINIC, wide=True), Actor("system"), Origin())
    connection = await find_connection(ctx, CLINIC, "vapi")
    await ctx.commit()
    assert connection is not None
    secret = trail.secrets["secret of the webhook address"] = connection.hook_secret
    path = connection.hook_url[connection.hook_url.index("/api/webhooks/") :]
    client = trail.client()
    there = json.dumps({"secret": secret}).encode()
    for headers, body in (
        ({"x-vapi-secret": secret}, b"{}"),
        ({"x-vapi-secret": secret}, b"no json"),
        ({"x-vapi-secret": secret[:-1]}, there),
        ({"authorization": secret}, there),
        ({}, there),
    ):
        await client.post(path, content=body, headers={"content-type": "application/json", **headers})


@asynccontextmanager
async def _missing(owner: asyncpg.Connection, table: str, column: str) -> AsyncIterator[None]:
    """A column that is not where the program thinks: statements that carry secrets fail in the middle."""
    await owner.execute(f"ALTER TABLE app.{table} RENAME COLUMN {column} TO gone")
    try:
        yield
    finally:
        await owner.execute(f"ALTER TABLE app.{table} RENAME COLUMN gone TO {column}")


async def _our_own_faults(trail: Trail, owner: asyncpg.Connection) -> None:
    """The log tells of a fault with its whole traceback; what the program was holding is not in it."""
    olga, unknown = trail.client(OLGA), trail.secrets["a key that no provider knows"]
    async with _missing(owner, "integrations", "public_hint"):
        body = {"provider": "vapi", "name": "Third", "default_secret_key": unknown}
        assert (await olga.post(KEYS, json=body)).status_code == 500
    async with _missing(owner, "sessions", "user_agent"):
        body = {"email": WIM.email, "password": PASSWORD}
        assert (await trail.client().post("/api/auth/signin", json=body)).status_code == 500
    assert trail.logs.getvalue().count("Traceback") >= 2


async def _every_page(trail: Trail, known: dict[str, str]) -> None:
    """Every address that can be read, as somebody who may read nearly all of it."""
    wim, olga = trail.client(WIM), trail.client(OLGA)
    agents = (await wim.get("/api/w/clinic/agents")).json()["data"]["data"]
    calls = (await wim.get("/api/w/clinic/conversations")).json()["data"]["data"]
    things = known | {"workspace_slug": "clinic", "workspace_id": str(CLINIC), "agent_id": agents[0]["id"],
                      "conversation_id": calls[0]["id"], "provider": "vapi", "name": "x"}  # fmt: skip
    for row in all_routes():
        if row.method == "GET" and not is_stream(row) and not row.path.startswith("/dev/"):  # there one reads the mail
            path = re.sub(r"\{(\w+):\w+\}", lambda m: things.get(m[1], "x"), row.path)
            for client in (wim, olga):
                await client.get(path, headers={"accept": "text/html"})


async def test_no_secret_leaves_the_house(trail: Trail, owner: asyncpg.Connection) -> None:
    assert len(trail.secrets) == 18
    assert all(len(value) > 10 for value in trail.secrets.values())
    for request, answer in trail.answers:
        assert trail.found_in(answer) == [], request
    assert any(answer.count("</html>") for _, answer in trail.answers)
    lines = trail.logs.getvalue()
    assert "unexpected error" in lines
    assert trail.found_in(lines) == []
    for mail in await owner.fetch("SELECT m::text AS whole, plain, html FROM app.mail_messages m"):
        assert trail.found_in(mail["whole"], but="link that") == []
        text = re.sub(r"https?://\S+?\?token=[\w-]+", "", mail["plain"] + mail["html"])
        assert trail.found_in(text) == []
    for table in [f"app.{name}" for name in sorted((DIRECTORY | LOCAL | TENANT) - {"mail_messages"})]:
        for row in await owner.fetch(f"SELECT t::text FROM {table} t"):
            assert trail.found_in(_readable(row[0])) == [], table
    assert await owner.fetchval("SELECT count(*) FROM app.audit_log") > 5
    for row in await owner.fetch("SELECT args::text FROM queue.procrastinate_jobs"):
        assert trail.found_in(row[0]) == []


def _readable(row: str) -> str:
    r"""A row as text, bytes (`\x6b6579`) spelled out beside it."""
    spelled = (
        bytes.fromhex(part[: len(part) // 2 * 2]).decode("latin-1") for part in re.findall(r"\\x([0-9a-f]+)", row)
    )
    return "\n".join([row, *spelled])
