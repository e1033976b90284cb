"""The life of an API key: made, shown once, used, limited, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from tests.accounts.door import FORM, mails_to, text_of
from tests.api_keys.conftest import plant, robot
from tests.conftest import Site
from tests.world import ACME, CLINIC, MIA, NOA, OLGA, PASSWORD, STAN, VERA, WIM, Cast

from inspralv.tenancy.scopes import SCOPES

Work = Callable[[], Awaitable[None]]
KEYS = "/api/account/api-keys"
AGENTS = "/api/w/clinic/agents"
READ = ["workspace.agents:read"]


async def _made(site: Site, person: Cast = MIA, **wish: Any) -> dict[str, Any]:
    answer = await site.as_(person).post(KEYS, json={"name": "CRM import", "scopes": READ, **wish})
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store"), answer.text
    return dict(answer.json()["data"])


async def test_a_key_is_shown_once_and_kept_as_a_hash(site: Site, owner: asyncpg.Connection) -> None:
    made = await _made(site)
    token = made["token"]
    assert re.fullmatch(r"ik_[\w-]{43}", token)
    answer = await robot(site, token).get(AGENTS)
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (200, "599")
    listed = await site.as_(MIA).get(KEYS)
    shown = next(key for key in listed.json()["data"] if key["id"] == made["key"]["id"])
    assert shown["hint"] == token[:9]
    assert shown["last_used_at"] is not None
    page = await site.as_(MIA).get("/account/api-keys")
    one = await site.as_(MIA).get(f"/account/api-keys/{shown['id']}")
    for place in (listed.text, page.text, one.text):
        assert token not in place
        assert token[:9] in place
    rows = await owner.fetch("SELECT a::text FROM app.audit_log a UNION ALL SELECT k::text FROM app.api_keys k")
    assert rows
    assert not [row for row in rows if token in row[0]]


async def test_what_a_key_changes_says_so(site: Site, owner: asyncpg.Connection) -> None:
    token = (await _made(site, OLGA, scopes=["workspace.settings:read", "workspace.settings:write"]))["token"]
    read = await robot(site, token).get("/api/w/clinic/settings")
    body = {"description": "Written by a program"}
    answer = await robot(site, token).patch(
        "/api/w/clinic/settings", json=body, headers={"if-match": read.headers["etag"]}
    )
    assert answer.status_code == 200, answer.text
    row = await owner.fetchrow(
        "SELECT actor_id, acting_as FROM app.audit_log WHERE partner_id = $1 AND action = 'workspace.updated' ORDER BY id DESC",
        ACME,
    )
    assert (row["actor_id"], row["acting_as"]) == (OLGA.id, "partner owner, api key CRM import")


async def test_a_revoked_key_is_refused_on_the_next_request(site: Site) -> None:
    made = await _made(site)
    client = robot(site, made["token"])
    assert (await client.get(AGENTS)).status_code == 200
    path = f"{KEYS}/{made['key']['id']}"
    assert (await site.as_(VERA).delete(path)).status_code == 404
    assert (await client.get(AGENTS)).status_code == 200
    assert (await site.as_(MIA).delete(path)).status_code == 200
    gone = await client.get(AGENTS)
    assert (gone.status_code, gone.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    assert (await site.as_(MIA).delete(path)).status_code == 404


async def test_an_expired_key_is_refused(site: Site, owner: asyncpg.Connection) -> None:
    token = await plant(owner, MIA, life=timedelta(hours=1))
    assert (await robot(site, token).get(AGENTS)).status_code == 200
    await owner.execute("UPDATE app.api_keys SET expires_at = now() WHERE hint = $1", token[:9])
    assert (await robot(site, token).get(AGENTS)).status_code == 401


@pytest.mark.parametrize(
    ("withdraw", "restore", "status"),
    [
        ("UPDATE app.users SET status = 'suspended' WHERE id = $1", "UPDATE app.users SET status = 'active' WHERE id = $1", 401),
        ("UPDATE app.users SET deleted_at = now() WHERE id = $1", "UPDATE app.users SET deleted_at = NULL WHERE id = $1", 401),
        (
            "UPDATE app.workspace_members SET removed_at = now() WHERE user_id = $1",
            "UPDATE app.workspace_members SET removed_at = NULL WHERE user_id = $1",
            404,
        ),
        (
            "UPDATE app.workspace_members SET role = 'viewer' WHERE user_id = $1",
            "UPDATE app.workspace_members SET role = 'member' WHERE user_id = $1",
            403,
        ),
        (
            "UPDATE app.workspaces SET deleted_at = now() WHERE slug = 'clinic' AND $1::uuid IS NOT NULL",
            "UPDATE app.workspaces SET deleted_at = NULL WHERE slug = 'clinic' AND $1::uuid IS NOT NULL",
            404,
        ),
    ],
    ids=["suspended", "deleted", "removed", "demoted", "workspace deleted"],
)  # fmt: skip
async def test_rights_withdrawn_are_gone_on_the_next_request(
    site: Site, owner: asyncpg.Connection, withdraw: str, restore: str, status: int
) -> None:
    client = robot(site, await plant(owner, MIA))
    assert (await client.post(AGENTS, json={})).status_code == 400  # let in; the body has faults
    await owner.execute(withdraw, MIA.id)
    try:
        assert (await client.post(AGENTS, json={})).status_code == status
    finally:
        await owner.execute(restore, MIA.id)
    assert (await client.post(AGENTS, json={})).status_code == 400


async def test_whoever_comes_back_has_no_keys(site: Site, owner: asyncpg.Connection) -> None:
    """A key belongs to the membership during which it was made, be it of the organisation or of its one workspace."""
    client, bound = robot(site, await plant(owner, VERA)), robot(site, await plant(owner, VERA, workspace=CLINIC))
    assert [(await one.get(AGENTS)).status_code for one in (client, bound)] == [200, 200]
    try:
        await owner.execute("UPDATE app.workspace_members SET joined_at = now() WHERE user_id = $1", VERA.id)
        assert [(await one.get(AGENTS)).status_code for one in (client, bound)] == [200, 404]
        await owner.execute("UPDATE app.partner_members SET joined_at = now() WHERE user_id = $1", VERA.id)
        assert [(await one.get(AGENTS)).status_code for one in (client, bound)] == [401, 401]
        assert (await site.as_(VERA).get(KEYS)).json()["data"] == []
    finally:
        for table in ("workspace_members", "partner_members"):
            await owner.execute(
                f"UPDATE app.{table} SET joined_at = now() - interval '1 day' WHERE user_id = $1", VERA.id
            )
    assert (await client.get(AGENTS)).status_code == 200


async def test_whoever_was_removed_has_no_keys(site: Site, owner: asyncpg.Connection) -> None:
    """Out of the organisation: the session still leads to the account, to take the data along and to end it."""
    client = robot(site, await plant(owner, NOA))
    assert (await client.get("/api/account")).status_code == 200
    team = (await site.as_(OLGA).get("/api/partner/team")).json()["data"]
    row = next(one for one in team if one["email"] == NOA.email)
    removed = await site.as_(OLGA).delete(f"/api/partner/team/{row['id']}")
    assert removed.status_code == 200, removed.text
    for path in ("/api/account", "/api/auth/context", KEYS):
        gone = await client.get(path)
        assert (gone.status_code, gone.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"'), path
    assert (await site.as_(NOA).get("/api/account")).status_code == 200


async def test_a_key_of_a_suspended_partner_is_refused(site: Site, owner: asyncpg.Connection) -> None:
    client = robot(site, await plant(owner, STAN), STAN.host)
    assert (await client.get("/api/account")).status_code == 200
    await owner.execute("UPDATE app.partners SET onboarding_status = 'suspended' WHERE id = $1", STAN.partner_id)
    await owner.execute("SELECT pg_notify('cache', 'partners')")
    for _ in range(200):
        answer = await client.get("/api/account")
        if answer.status_code != 200:
            break
    assert (answer.status_code, answer.json()["code"]) == (403, "PARTNER_SUSPENDED")


async def test_a_key_for_one_workspace_opens_that_one_only(site: Site, owner: asyncpg.Connection) -> None:
    client = robot(site, await plant(owner, WIM, workspace=CLINIC))
    assert (await client.get(AGENTS)).status_code == 200
    assert (await client.get("/api/w/bakery/agents")).status_code == 404
    assert (await client.get(KEYS)).status_code == 403
    free = robot(site, await plant(owner, WIM))
    assert (await free.get("/api/w/bakery/agents")).status_code == 200
    assert {w["slug"] for w in (await free.get("/api/workspaces")).json()["data"]["workspaces"]} == {"clinic", "bakery"}


async def test_a_key_makes_keys_with_the_password_alone(site: Site, owner: asyncpg.Connection) -> None:
    """By itself it would go on in those it made when it is revoked or its time is over."""
    client = robot(site, await plant(owner, MIA, life=timedelta(days=1)))
    before = await owner.fetchval("SELECT count(*) FROM app.api_keys")
    wish = {"name": "Child", "scopes": READ}
    for said, told in (({}, "This field is required."), ({"password": "wrong"}, "This is not your password.")):
        answer = await client.post(KEYS, json=wish | said)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/password")
        assert answer.json()["errors"][0]["message"] == told
    assert await owner.fetchval("SELECT count(*) FROM app.api_keys") == before
    narrow = robot(site, await plant(owner, MIA, ["account:write"]))
    wider = await narrow.post(KEYS, json=wish | {"password": PASSWORD})
    assert (wider.status_code, wider.json()["errors"][0]["pointer"]) == (400, "/scopes/0")
    made = await client.post(KEYS, json=wish | {"password": PASSWORD})
    assert made.status_code == 201, made.text
    assert (await robot(site, made.json()["data"]["token"]).get(AGENTS)).status_code == 200


async def test_a_key_of_somebody_without_a_password_makes_no_keys(site: Site, owner: asyncpg.Connection) -> None:
    client = robot(site, await plant(owner, MIA))
    kept = await owner.fetchval("SELECT password_hash FROM app.users WHERE id = $1", MIA.id)
    await owner.execute("UPDATE app.users SET password_hash = '' WHERE id = $1", MIA.id)
    try:
        answer = await client.post(KEYS, json={"name": "Child", "scopes": READ, "password": PASSWORD})
    finally:
        await owner.execute("UPDATE app.users SET password_hash = $2 WHERE id = $1", MIA.id, kept)
    told = "An API key cannot do this. Sign in with a browser."
    assert (answer.status_code, answer.json()["detail"]) == (403, told)


async def test_a_mail_tells_of_a_new_key(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    await _made(site, MIA, name="Told of")
    await work()
    mail = (await mails_to(owner, MIA.email))[-1]
    assert (mail["template"], mail["subject"]) == ("security_notice", "An API key was made: Acme Voice")
    assert "until the key is revoked" in mail["plain"]
    assert "http://acme.localhost" in mail["plain"]


async def test_the_limit_is_per_key_and_says_when_to_come_back(site: Site, owner: asyncpg.Connection) -> None:
    token = await plant(owner, MIA)
    client, other = robot(site, token), robot(site, await plant(owner, MIA))
    assert (await client.get(AGENTS)).headers["x-ratelimit-remaining"] == "599"
    await owner.execute("UPDATE app.rate_limits SET hits = 599 WHERE bucket = 'api key'")
    last = await client.get(AGENTS)
    assert (last.status_code, last.headers["x-ratelimit-remaining"]) == (200, "0")
    over = await client.get(AGENTS)
    assert (over.status_code, over.json()["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert 1 <= int(over.headers["retry-after"]) <= 60
    assert over.headers["x-ratelimit-remaining"] == "0"
    assert (await other.get(AGENTS)).status_code == 200


async def test_without_the_feature_every_key_is_refused(site: Site, owner: asyncpg.Connection) -> None:
    token = await plant(owner, MIA)
    off = "UPDATE app.partners SET features = $2::text::jsonb WHERE id = $1"
    for features, status in (('{"api_access": false}', 403), ("{}", 200)):
        await owner.execute(off, ACME, features)
        await owner.execute("SELECT pg_notify('cache', 'partners')")
        answer = await _until(site, token, status)
        if status == 403:
            assert "api_access" in answer.json()["detail"]
            refused = await site.as_(MIA).post(KEYS, json={"name": "CRM", "scopes": READ})
            assert (refused.status_code, "api_access" in refused.text) == (403, True)
            assert "not part of your plan" in text_of((await site.as_(MIA).get("/account/api-keys")).text)


async def _until(site: Site, token: str, status: int) -> Any:
    for _ in range(200):
        answer = await robot(site, token).get(AGENTS)
        if answer.status_code == status:
            return answer
    raise AssertionError(f"{answer.status_code} and never {status}")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"name": "", "scopes": []}, {"/name", "/scopes"}),
        ({"name": " ", "scopes": ["nothing:read"]}, {"/name", "/scopes/0"}),
        ({"name": "A", "scopes": READ, "expires_at": "2020-01-01T00:00:00Z"}, {"/expires_at"}),
        ({"name": "A", "scopes": READ, "workspace": "nowhere"}, {"/workspace"}),
        ({"name": "A", "scopes": READ, "workspace": "bakery"}, {"/workspace"}),
        ({"name": "A", "scopes": ["account:read"], "workspace": "clinic"}, {"/scopes"}),
        ({"name": "A", "scopes": READ, "token": "mine"}, {"/token"}),
    ],
)
async def test_faults(site: Site, body: dict[str, Any], pointers: set[str]) -> None:
    answer = await site.as_(MIA).post(KEYS, json=body)
    assert answer.status_code == 400
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers


async def test_there_are_twenty_at_most(site: Site, owner: asyncpg.Connection) -> None:
    for _ in range(20):
        await plant(owner, VERA, READ)
    answer = await site.as_(VERA).post(KEYS, json={"name": "One more", "scopes": READ})
    assert answer.status_code == 409
    await owner.execute("DELETE FROM app.api_keys WHERE user_id = $1", VERA.id)


async def test_the_pages(site: Site) -> None:
    browser = site.as_(WIM, headers=FORM)
    form = {"name": "Till", "access": "some", "life": "30", "workspace": "clinic", "scope.workspace.leads:read": "true"}
    made = await browser.post("/account/api-keys", data=form)
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    found = re.search(r"ik_[\w-]{43}", made.text)
    assert found
    key = next(k for k in (await site.as_(WIM).get(KEYS)).json()["data"] if k["name"] == "Till")
    assert (key["scopes"], key["workspace"]) == (["workspace.leads:read"], "clinic")
    for access, wanted in (("read", {s for s in SCOPES if s.endswith(":read")}), ("all", set(SCOPES))):
        await browser.post("/account/api-keys", data={"name": access, "access": access, "life": "never"})
        keys = {k["name"]: k for k in (await site.as_(WIM).get(KEYS)).json()["data"]}
        assert (set(keys[access]["scopes"]), keys[access]["expires_at"]) == (wanted, None)
    empty = await browser.post("/account/api-keys", data={"name": "", "access": "some", "life": "soon"})
    assert empty.status_code == 422
    assert "Choose at least one area." in text_of(empty.text)
    assert 'name="scope.workspace:read" value="true" aria-invalid="true" aria-describedby="e-access"' in empty.text
    ended = await browser.post(f"/account/api-keys/{key['id']}/revocation")
    assert ended.headers["location"] == "/account/api-keys?done=revoked"
    assert (await robot(site, found[0]).get(AGENTS)).status_code == 401
    assert (await browser.get(f"/account/api-keys/{key['id']}")).status_code == 404


async def test_a_key_changes_the_password_only_with_the_password(site: Site, owner: asyncpg.Connection) -> None:
    client = robot(site, await plant(owner, VERA))
    body = {"current_password": "Wrong-Guess-2026", "password": "Planted-Harbour-7193"}
    assert (await client.post("/api/account/password", json=body)).status_code == 400
    assert (await site.at("acme.localhost").post(
        "/api/auth/signin", json={"email": VERA.email, "password": PASSWORD}
    )).status_code == 200  # fmt: skip
