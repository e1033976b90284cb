"""On a partner's host, and in what leaves the house for a partner, nobody reads the name of the platform's maker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from tests.conftest import Site
from tests.house.routes import all_routes, fill, is_stream, is_write, label
from tests.isolation.tenants import Tenant, prepare, three
from tests.world import ACME, CLINIC, MIA, OLGA, STAN, VERA, WIM, Cast, settle_person

import inspralv
from inspralv.assembly import SLICES, RouteRow
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.dsn import Dsns
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.mail.mailer import Mailer
from inspralv.foundation.mail.samples import LetterSample
from inspralv.foundation.mail.transports import _as_mime
from inspralv.foundation.services import Services
from inspralv.tenancy.directory import Directory
from inspralv.tenancy.mail_brand import brand_in

NAME = "inspralv"
GETS = [row for row in all_routes() if not is_write(row) and not is_stream(row)]
WRITES = [row for row in all_routes() if is_write(row)]
ACCEPTS = ("text/html", "application/json")
NUMBERS = count(1000)  # of people who are there for one test, which may sign them out
# A thing that the ground does not hold: nothing is recorded, no passkey without a device, no test of a provider that is away.
NOT_THERE = ("/account/passkeys/", "/recordings/", "/conversations/{conversation_id:uuid}/recording", "/login/with/")


def silent(answer: httpx.Response) -> bool:
    """Whether an answer, its headers and its address keep the name to themselves."""
    return NAME not in (answer.text + str(answer.headers) + answer.reason_phrase).lower()


@pytest.fixture(scope="module")
async def rows(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    """The owner's look."""
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def clinic(site: Site, rows: asyncpg.Connection) -> Tenant:
    """The clinic with one of everything that has a page."""
    await prepare(rows)
    tenant = three()[0]
    await tenant.furnish(site, rows)
    olga = site.as_(OLGA)
    domain = await _made(olga, "/api/partner/domains", {"hostname": "voice.acme-example.com"})
    provider = {"label": "Google", "issuer": "https://accounts.google.com", "client_id": "c", "client_secret": "s",
                "domains": ["acme.test"], "auto_join": True, "enabled": False}  # fmt: skip
    sign_on = await _made(olga, "/api/partner/identity-providers", provider)
    tenant.known |= {
        "hostname": domain["hostname"],
        "provider_id": sign_on["id"],
        "template": "domain_lapsed",
        "name": "terms",
    }
    await _made(site.at("acme.localhost"), "/api/auth/forgot-password", {"email": MIA.email})
    await olga.post("/org/mail/test")
    mail = "SELECT id FROM app.mail_messages WHERE partner_id = $1 LIMIT 1"
    tenant.known["mail_id"] = str(await rows.fetchval(mail, ACME))
    return tenant


async def _made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code < 300, f"{path}: {answer.text}"
    return dict(answer.json()["data"])


async def _path(row: RouteRow, tenant: Tenant, client: httpx.AsyncClient, rows: asyncpg.Connection) -> str:
    """The address of a real thing."""
    known = dict(tenant.known)
    if row.path.startswith("/org/team/"):
        member = "SELECT id FROM app.partner_members WHERE partner_id = $1 AND user_id = $2"
        known["member_id"] = str(await rows.fetchval(member, ACME, MIA.id))
    if "{key_id" in row.path:
        key = await _made(client, "/api/account/api-keys", {"name": "Key", "scopes": ["workspace.agents:read"]})
        known["key_id"] = key["key"]["id"]
    return fill(row.path, **known)


@pytest.mark.parametrize("row", GETS, ids=label)
async def test_no_answer_says_it(site: Site, clinic: Tenant, rows: asyncpg.Connection, row: RouteRow) -> None:
    olga = site.as_(OLGA)
    path = await _path(row, clinic, olga, rows)
    for client in (site.at("acme.localhost"), olga, *(site.as_(person) for person in (WIM, VERA, STAN))):
        for accept in ACCEPTS:
            answer = await client.get(path, headers={"accept": accept})
            assert silent(answer), answer.text
            if (
                client is olga
                and "{" in row.path.replace("{workspace_slug", "")
                and row.access in {"signed_in", "partner", "workspace"}
            ):
                there = not any(part in row.path for part in NOT_THERE)
                assert not there or answer.status_code == 200, "the page of a real thing is what is looked at"


@pytest.fixture
async def passing(rows: asyncpg.Connection) -> tuple[Cast, Cast]:
    """An owner of everything and a viewer of the clinic."""
    owner = Cast(f"own{(n := next(NUMBERS))}", n, ACME, "acme.localhost", "owner", {CLINIC: "owner"})
    viewer = Cast(f"view{(n := next(NUMBERS))}", n, ACME, "acme.localhost", "member", {CLINIC: "viewer"})
    for person in (owner, viewer):
        await settle_person(rows, person, datetime.now(UTC))
    return owner, viewer


@pytest.mark.parametrize("row", WRITES, ids=label)
async def test_no_refusal_says_it(
    site: Site, clinic: Tenant, rows: asyncpg.Connection, passing: tuple[Cast, Cast], row: RouteRow
) -> None:
    owner, viewer = (site.as_(person) for person in passing)
    real, nobodys = await _path(row, clinic, site.as_(OLGA), rows), fill(row.path, workspace_slug="clinic")
    html = {"content-type": "application/x-www-form-urlencoded"}
    asked = [
        (site.at("acme.localhost"), row.method, real, b"", {}),
        (owner, "PATCH" if row.method != "PATCH" else "PUT", real, b"{}", {}),
        (owner, row.method, nobodys, b"x" * 1_100_000, html),
        (owner, row.method, nobodys, b"{", {"content-type": "application/json"}),
        (owner, row.method, nobodys, b"nothing=%00", html),
        (viewer, row.method, real, b"", {}),
    ]
    for client, method, path, body, headers in asked:
        send = {"accept": ACCEPTS[row.path.startswith("/api/")], "if-match": '"999999"', **headers}
        answer = await client.request(method, path, content=body, headers=send)
        assert answer.status_code < 500, answer.text
        assert silent(answer), answer.text


async def test_every_kind_of_refusal_is_among_them(site: Site, clinic: Tenant) -> None:
    olga, api = site.as_(OLGA), "/api/w/clinic/agents"
    for accept in ACCEPTS:
        told = {"accept": accept}
        answers = [
            await olga.post(api, json={"name": 1}, headers=told),
            await site.as_(VERA).post(api, json={"name": "A", "provider": "vapi"}, headers=told),
            await olga.post("/api/w/nowhere/agents", json={}, headers=told),
            await olga.put(api, json={}, headers=told),
            await olga.post(api, content=b"x" * 1_100_000, headers={"content-type": "application/json", **told}),
            await olga.post(api, content=b"x", headers={"content-type": "text/plain", **told}),
        ]
        assert [answer.status_code for answer in answers] == [400, 403, 404, 405, 413, 415]
        assert all(silent(answer) for answer in answers)


async def test_no_error_says_it(site: Site) -> None:
    client = site.at("acme.localhost")
    for method, path in (
        ("GET", "/nowhere"),
        ("POST", "/"),
        ("OPTIONS", "/login"),
        ("GET", "/api/nowhere"),
        ("POST", "/api/auth/signin"),
        ("GET", "/%00"),
    ):
        for accept in ACCEPTS:
            answer = await client.request(method, path, headers={"accept": accept})
            assert silent(answer)


async def test_what_devices_and_programs_read_is_the_partners(site: Site) -> None:
    client = site.at("acme.localhost")
    assert (await client.get("/site.webmanifest")).json()["name"] == "Acme Voice"
    for path in ("/favicon.svg", "/docs", "/api/openapi.json", "/robots.txt", "/brand-preview.svg?primary=%230f766e"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert silent(answer), path


@pytest.mark.parametrize("sample", [one for part in SLICES for one in part.letters], ids=lambda one: one.template)
async def test_no_mail_says_it(services: Services, sample: LetterSample) -> None:
    ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
    partner = await services.get(Directory).by_id.get(ACME)
    message = services.get(Mailer).compose(
        ctx, brand_in(ctx, partner, "en"), sample.template, MIA.email, sample.subject, sample.model
    )
    assert message.sender.startswith("Acme Voice <")
    travels = _as_mime(message)
    assert {"From", "To", "Subject", "Message-ID"} <= set(travels.keys())
    for part in (message.html, message.plain, message.subject, message.sender, message.reply_to, travels.as_string()):
        assert NAME not in str(part).lower()


async def test_no_mail_that_was_sent_says_it(clinic: Tenant, rows: asyncpg.Connection) -> None:
    sent = await rows.fetch(
        "SELECT sender, recipient, subject, html, plain FROM app.mail_messages WHERE partner_id = $1", ACME
    )
    assert sent
    assert [dict(mail) for mail in sent if NAME in str(dict(mail)).lower()] == []


def test_no_built_file_says_it() -> None:
    dist = Path(inspralv.__file__).parent / "shell" / "static" / "dist"
    files = [path for path in dist.rglob("*") if path.is_file() and path.suffix in {".js", ".css", ".map", ".html"}]
    assert files
    assert [path.name for path in files if NAME in path.read_text().lower()] == []
