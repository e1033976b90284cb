"""Hosts, addresses, ids, versions, queries, methods and forms that are wrong: refused plainly, and nothing stored."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from tests.accounts.door import PROXIED
from tests.conftest import Sandbox, Site
from tests.fuzz.bodies import OPERATIONS
from tests.fuzz.ground import CLINIC_API, KEYS, TELEPHONY, Ground
from tests.fuzz.stored import nothing_stored
from tests.fuzz.test_bad_bodies import problem_of
from tests.house.routes import all_routes, label
from tests.world import BAKERY, OLGA, RIVAL_SHOP, STAN, WIM, Cast

from inspralv.assembly import RouteRow

ENVIRON = PROXIED
Work = Callable[[], Awaitable[None]]
NOBODYS = "019b7700-ffff-7000-8000-00000000ffff"
API = [row for row in all_routes() if row.path.startswith("/api/")]
GOOD = {(operation.method, operation.path): operation.good for operation in OPERATIONS}
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}


@dataclass
class Foreign:
    """Things that exist, and are not the clinic's: another workspace's, and another partner's."""

    agent_id: tuple[str, str]
    conversation_id: tuple[str, str]
    integration_id: tuple[str]
    workspace_id: tuple[str]
    trunk_id: tuple[str]
    number_id: tuple[str]


@pytest.fixture(scope="module")
async def foreign(site: Site, ground: Ground, work: Work, sandbox: Sandbox) -> Foreign:
    stan, wim = site.as_(STAN), site.as_(WIM)
    config = {"shared_outbound_phone_number_id": sandbox.phone_number_id,
              "shared_outbound_phone_number": "+14155550100"}  # fmt: skip
    key = {"provider": "vapi", "name": "Rival", "default_secret_key": sandbox.private_key, "config": config}
    integration = await _made(stan, KEYS, key)
    agents = [
        await _made(client, f"/api/w/{slug}/agents", {"name": "Other", "provider": "vapi"})
        for client, slug in ((wim, "bakery"), (stan, "clinic"))
    ]
    await work()
    calls = []
    for client, slug, agent in ((wim, "bakery", agents[0]), (stan, "clinic", agents[1])):
        path = f"/api/w/{slug}/agents/{agent}/outbound-call"
        answer = await client.post(path, json={"customerNumber": "+14155550123"})
        assert answer.status_code == 202, answer.text
        calls.append(str(answer.json()["data"]["conversationId"]))
    trunk = await _made(
        stan,
        f"{TELEPHONY}/sip-trunks",
        {"name": "T", "sip_server": "203.0.113.9", "sip_username": "u", "sip_password": "p"},
    )
    number = await _made(
        stan, f"{TELEPHONY}/phone-numbers", {"phone_number": "+14155569999", "integration_id": integration}
    )
    return Foreign(
        (agents[0], agents[1]), (calls[0], calls[1]), (integration,), (str(RIVAL_SHOP),), (trunk,), (number,)
    )  # fmt: skip


async def _made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> str:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


def body_for(row: RouteRow, known: dict[str, str]) -> dict[str, Any]:
    """The request's body that would be right, for operations that take one."""
    path = re.sub(r":\w+\}", "}", row.path).replace("{workspace_slug}", "clinic").replace("{workspace_id}", "{w}")
    for (method, other), good in GOOD.items():
        if method == row.method and re.sub(r"[0-9a-f-]{36}", "{w}", other) == path:
            right = {k: known["integration_id"] if v == "{integration_id}" else v for k, v in good.items()}
            return {"json": right}
    return {}


_OF_THINGS = [row for row in API if re.search(r"\{(agent|conversation|integration|workspace)_id", row.path)]


@pytest.mark.parametrize("row", _OF_THINGS, ids=label)
async def test_what_is_not_yours_does_not_exist(
    site: Site, ground: Ground, foreign: Foreign, rows: psycopg.Connection, row: RouteRow
) -> None:
    """The answer about a foreign thing is, to the letter, the answer about a thing that nobody has."""
    name = re.findall(r"\{(\w+_id)", row.path)[-1]
    client = site.as_(WIM if row.access == "workspace" else OLGA)

    async def ask(thing: str) -> tuple[int, dict[str, Any]]:
        known = ground.known | {name: thing}
        path = re.sub(r"\{(\w+):\w+\}", lambda m: known[m[1]], row.path)
        answer = await client.request(row.method, path, **body_for(row, ground.known))
        problem = problem_of(answer, 404)
        return answer.status_code, {key: value for key, value in problem.items() if key != "requestId"}

    async with nothing_stored(rows):
        none = await ask(NOBODYS)
        for thing in getattr(foreign, name):
            assert await ask(thing) == none


async def test_a_foreign_key_cannot_be_assigned(
    site: Site, ground: Ground, foreign: Foreign, rows: psycopg.Connection
) -> None:
    answers = []
    async with nothing_stored(rows):
        for key in (*foreign.integration_id, NOBODYS):
            body = {"provider": "vapi", "partner_integration_id": key}
            answer = await site.as_(OLGA).post(f"/api/partner/workspaces/{BAKERY}/integrations", json=body)
            answers.append((answer.status_code, answer.json()["errors"], answer.json()["detail"]))
    assert answers[0] == answers[1]
    assert answers[0][0] in {400, 404}


async def test_a_foreign_agent_filters_to_nothing(
    site: Site, ground: Ground, foreign: Foreign, rows: psycopg.Connection
) -> None:
    for agent in (*foreign.agent_id, NOBODYS):
        calls = await site.as_(WIM).get(f"{CLINIC_API}/conversations", params={"agent_id": agent})
        assert (calls.status_code, calls.json()["data"]["total"]) == (200, 0)


@pytest.mark.parametrize("path", ["/api/auth/context", "/api/workspaces", f"{CLINIC_API}/agents", KEYS])
async def test_an_unknown_host_knows_nobody(site: Site, rows: psycopg.Connection, path: str) -> None:
    """A host nobody has is the platform's, where sessions of a partner count for nothing."""
    async with nothing_stored(rows):
        for host in ("nobody.example", "acme.localhost.evil.example", "127.0.0.1", "x" * 300, ""):
            answer = await site.at(host, headers={"cookie": f"session={WIM.token}"}).get(path)
            problem_of(answer, 401)


async def test_hosts_that_are_none(site: Site, rows: psycopg.Connection) -> None:
    async with nothing_stored(rows):
        for host in (b"\xff\xfe", b"a b", b"acme.localhost/evil", b"acme.localhost@evil.example"):
            answer = await site.as_(WIM).get("/api/auth/context", headers={b"host": host})
            assert 400 <= answer.status_code < 500, (host, answer.text)


_VERSIONED = [
    ("PATCH", f"{CLINIC_API}/settings", WIM, {"json": {"name": "Stale"}}),
    ("DELETE", f"{CLINIC_API}/settings", WIM, {}),
    ("PATCH", f"{CLINIC_API}/agents/{{agent_id}}", WIM, {"json": {"name": "Stale"}}),
    ("DELETE", f"{CLINIC_API}/agents/{{agent_id}}", WIM, {}),
    ("PATCH", f"{CLINIC_API}/conversations/{{conversation_id}}", WIM, {"json": {"follow_up_note": "Stale"}}),
    ("DELETE", f"{CLINIC_API}/conversations/{{conversation_id}}", WIM, {}),
    ("PATCH", f"{KEYS}/{{integration_id}}", OLGA, {"json": {"name": "Stale"}}),
    ("PATCH", f"{TELEPHONY}/sip-trunks/{{trunk_id}}", OLGA, {"json": {"name": "Stale"}}),
    ("PATCH", f"{TELEPHONY}/phone-numbers/{{number_id}}", OLGA, {"json": {"friendly_name": "Stale"}}),
    ("PATCH", f"{CLINIC_API}/telephony/phone-numbers/{{number_id}}", WIM, {"json": {"friendly_name": "Stale"}}),
]


@pytest.mark.parametrize("edit", _VERSIONED, ids=[f"{edit[0]} {edit[1]}" for edit in _VERSIONED])
async def test_stale_and_senseless_versions(
    site: Site, ground: Ground, rows: psycopg.Connection, edit: tuple[str, str, Cast, dict[str, Any]]
) -> None:
    method, path, who, sent = edit

    async def ask(version: bytes) -> httpx.Response:
        full = path.format(**ground.known)
        return await site.as_(who).request(method, full, headers={b"if-match": version}, **sent)

    async with nothing_stored(rows):
        for stale in (b'"0"', b'"999999999"', b"999999999", b'W/"999999999"'):
            problem_of(await ask(stale), 409)
        for senseless in (b"no", b'"-1"', b'"1.0"', b'"1", "2"', b'"9999999999"', b'""', "\u0663".encode(), b"\xff"):
            problem = problem_of(await ask(senseless), 400)
            assert [error["pointer"] for error in problem["errors"]] == ["If-Match"]


_QUERIES = [
    ("agents?page=0", "page"),
    ("agents?page=-1&pageSize=101", "page pageSize"),
    (f"agents?page={'9' * 400}&pageSize=0", "page pageSize"),
    ("agents?page=one&isActive=perhaps", "page isActive"),
    ("agents?page=", "page"),
    (f"agents?search={'x' * 10_000}&provider={'x' * 41}", "search provider"),
    ("agents?search=%00&page%00=1", "search page"),
    ("conversations?page=501&pageSize=1e9", "page pageSize"),
    ("conversations?status=nope&direction=up&agent_id=1", "status direction agent_id"),
    ("conversations?from=2020-02-30&to=yesterday", "from to"),
    ("conversations?from=0001-01-01&to=9999-12-31", "from to"),
    ("conversations?cursor=nonsense", "cursor"),
    ("conversations?cursor=%ff%fe", "cursor"),
    (f"conversations?cursor={'x' * 10_000}&search={'x' * 10_000}", "cursor search"),
    ("dashboard/stats?filter=1d", "filter"),
    ("analytics?days=-1", "days"),
    ("analytics?days=99999", "days"),
    ("analytics?agent=nobody", "agent"),
    (f"analytics?agent={'x' * 10_000}", "agent"),
]


@pytest.mark.parametrize(("query", "named"), _QUERIES, ids=[query[:40] for query, _ in _QUERIES])
async def test_queries_that_do_not_fit(site: Site, rows: psycopg.Connection, query: str, named: str) -> None:
    async with nothing_stored(rows):
        problem = problem_of(await site.as_(WIM).get(f"{CLINIC_API}/{query}"), 400)
    assert {error["pointer"] for error in problem["errors"]} == set(named.split())


async def test_odd_texts_in_queries_find_nothing(site: Site, ground: Ground) -> None:
    for text in ("%25", "_", "%5C", "%27%3B--", "%ED%A0%80", "%ff", "%F0%9F%98%80", "%E2%80%AE"):
        for part in ("agents", "conversations"):
            answer = await site.as_(WIM).get(f"{CLINIC_API}/{part}?search={text}x{text}")
            assert (answer.status_code, answer.json()["data"]["total"]) == (200, 0)


_PATHS = [
    ("/api/w/clinic%00/agents", 400),
    ("/api/w/%00/agents", 400),
    ("/api/w/%ED%A0%80/agents", 404),
    ("/api/w/%ff/agents", 404),
    (f"/api/w/{'x' * 10_000}/agents", 404),
    ("/api/w/..%2fbakery/agents", 404),
    ("/api/w/clinic/agents/1", 404),
    ("/api/w/clinic/agents/019b7700-0000-7000-8000-00000000000g", 404),
    ("/api/w/CLINIC/agents", 404),
    ("/api/partner/integrations/nonsense", 404),
    (f"/api/partner/workspaces/{BAKERY}/integrations/x%00", 400),
    ("/api/nothing/here", 404),
]


@pytest.mark.parametrize(("path", "status"), _PATHS, ids=[path[:60] for path, _ in _PATHS])
async def test_addresses_that_lead_nowhere(site: Site, rows: psycopg.Connection, path: str, status: int) -> None:
    async with nothing_stored(rows):
        for method in ("GET", "PATCH", "DELETE"):
            answer = await site.as_(OLGA).request(method, path, json={})
            assert answer.status_code in {status, 404, 405}
            problem = problem_of(answer, answer.status_code)
            if status == 400:
                assert [error["pointer"] for error in problem["errors"]] == ["path"]


@pytest.mark.parametrize("path", sorted({row.path for row in API}))
async def test_methods_that_there_are_not(site: Site, ground: Ground, rows: psycopg.Connection, path: str) -> None:
    """405 names those that there are."""
    offered = {row.method for row in API if row.path == path}
    offered |= {"HEAD"} if "GET" in offered else set()
    full = re.sub(r"\{(\w+):\w+\}", lambda m: ground.known[m[1]], path)
    client = site.as_(OLGA)
    async with nothing_stored(rows):
        for method in ({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"}) - offered:
            answer = await client.request(method, full)
            if method == "HEAD":
                assert (answer.status_code, answer.content) == (405, b"")
                continue
            assert problem_of(answer, 405)["code"] == "METHOD_NOT_ALLOWED"
            assert set(answer.headers["allow"].split(", ")) == offered


_FORMS = [("/login", None), ("/forgot-password", None), ("/w/clinic/settings", WIM), ("/w/clinic/agents/new", WIM),
          ("/org/integrations/new", OLGA), ("/workspace-onboarding", OLGA), ("/setup-profile", WIM)]  # fmt: skip
_TYPED = {
    "nothing": b"",
    "NUL": b"name=a%00b&email=a%00b&first_name=%00&password=%00",
    "half a surrogate pair": b"name=%ED%A0%80%00&email=%ff&first_name=%00",
    "a name within a name": b"name=a&name.b=c&name.b.c=d&email=a&email.b=c&first_name.x=1&first_name=y",
    "names without an end": b"a." * 3000 + b"=1",
    "dots": b".=1&..=2&a..b=3",
    "unknown": b"nonsense=1&more=2",
    "ten thousand characters": b"name=" + b"n" * 10_000 + b"&email=" + b"n" * 10_000 + b"&first_name=" + b"n" * 10_000,
}


@pytest.mark.parametrize(("path", "who"), _FORMS, ids=[path for path, _ in _FORMS])
async def test_forms_that_are_typed_badly(
    site: Site, ground: Ground, rows: psycopg.Connection, path: str, who: Cast | None
) -> None:
    """The page comes again, with its form. The wizard keeps what was typed so far with the person, for another time."""
    client = site.as_(who) if who else site.at(WIM.host)
    async with nothing_stored(rows, but="app.users" if path.endswith("/agents/new") else ""):
        for typed, body in _TYPED.items():
            headers = FORM | {"x-forwarded-for": "203.0.113.9" if who else f"203.0.113.{len(typed)}"}
            answer = await client.post(path, content=body, headers=headers)
            assert answer.status_code in {400, 422}, (typed, answer.status_code, answer.text[:200])
            assert answer.headers["content-type"].startswith("text/html")
            assert "<form" in answer.text
