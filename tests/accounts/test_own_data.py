"""A copy of one's own data: asked for, made, downloaded, gone."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest
from tests.accounts.door import GOOD, OTHER, PROXIED, enter, mails_to, new_email, stranger, text_of
from tests.api_keys.conftest import plant, robot
from tests.conftest import Site
from tests.locks import until_waiting
from tests.world import ACME, ADAM, MIA, OLGA, PASSWORD, STAN, WIM

from inspralv.accounts import jobs
from inspralv.accounts.jobs import ExportArgs
from inspralv.accounts.own_data_tasks import give_up_export, make_export
from inspralv.foundation.context import Actor, Context, Origin
from inspralv.foundation.db.unit_of_work import Scope
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.foundation.services import Services

ENVIRON = PROXIED
Member = Callable[..., Awaitable[str]]
Work = Callable[[], Awaitable[None]]
EXPORT, DOWNLOAD = "/api/account/export", "/account/export/data.zip"


def _files(site: Site) -> set[str]:
    return {path.name for path in Path(site.settings.data_dir, "files").glob(f"{ACME}/exports/*")}


async def _state(browser: httpx.AsyncClient) -> dict[str, Any]:
    answer = await browser.get(EXPORT)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]  # type: ignore[no-any-return]


async def _sweep(services: Services, work: Work) -> None:
    ctx = Context(services, Scope(ACME, wide=True), Actor("system"), Origin())
    ctx.defer(jobs.sweep())
    await ctx.commit()
    await work()


def _unpacked(body: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        assert packed.testzip() is None
        read = {name: packed.read(name) for name in packed.namelist()}
    readme = read.pop("README.txt").decode()
    assert "Inspralv" not in readme
    assert all(name in readme for name in read)
    return {name.removesuffix(".json"): msgspec.json.decode(text) for name, text in read.items()} | {"README": readme}


async def test_a_copy_is_asked_for_made_and_downloaded(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()
    browser = await enter(site, email, ip="203.0.113.41")
    assert await _state(browser) == dict.fromkeys(await _state(browser)) | {"status": "none"}
    wrong = await browser.post(EXPORT, json={"password": OTHER})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/password")
    assert (await browser.get(DOWNLOAD)).status_code == 404
    asked = await browser.post(EXPORT, json={"password": GOOD})
    assert (asked.status_code, asked.json()["data"]["status"]) == (202, "waiting")
    again = await browser.post(EXPORT, json={"password": GOOD})
    assert (again.status_code, "is being made" in again.json()["detail"]) == (409, True)
    page = text_of((await browser.get("/account")).text)
    assert "Being made" in page
    assert "Ask for a" not in page
    await work()
    mail = (await mails_to(owner, email))[-1]
    assert mail["subject"] == "Your data is ready"
    assert "/account#your-data" in mail["plain"]
    state = await _state(browser)
    assert (state["status"], state["download"]) == ("ready", DOWNLOAD)
    page = text_of((await browser.get("/account")).text)
    assert "Ready" in page
    assert "Download" in page
    answer = await browser.get(DOWNLOAD)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"].startswith('attachment; filename="your-data-acme-20')
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.content) == state["size_bytes"]
    held = _unpacked(answer.content)
    assert held["profile"]["email"] == email
    assert held["profile"]["created_at"].endswith("Z")
    assert "203.0.113.41" in [one["ip"] for one in held["sessions"]]
    assert held["memberships"]["organisation"][0]["role"] == "member"
    assert [one["action"] for one in held["activity"]].count("user.joined") == 1
    assert "confirm_email" in [one["kind"] for one in held["mails"]["mails"]]
    actions = {
        row[0]
        for row in await owner.fetch("SELECT action FROM app.audit_log WHERE entity_id = $1", held["profile"]["id"])
    }
    assert {"user.data_requested", "user.data_ready"} <= actions
    assert (await site.as_(MIA).get(DOWNLOAD)).status_code == 404, "one downloads one's own only"


async def test_it_holds_everything_of_the_person_and_nothing_else(
    site: Site, owner: asyncpg.Connection, work: Work
) -> None:
    browser = await enter(site, OLGA.email, PASSWORD)
    guest = new_email()
    invited = await browser.post(
        "/api/partner/invitations", json={"email": guest, "role": "member", "message": "Do come"}
    )
    assert invited.status_code in {200, 201}, invited.text
    token = await plant(owner, OLGA, ["account:read"])
    made = await browser.post(
        "/api/w/clinic/agents",
        json={"name": "Desk", "provider": "vapi", "config": {"system_prompt": "Hi", "first_message": "Hi"}},
    )
    assert made.status_code == 201, made.text
    await owner.execute(
        "INSERT INTO app.passkeys (partner_id, id, user_id, name, rp_id, credential_id, public_key, sign_count, backed_up, created_at)"
        " VALUES ($1, gen_random_uuid(), $2, 'Blue key', 'acme.localhost', 'credential', 'public-half', 1, false, now())",
        ACME, OLGA.id,
    )  # fmt: skip
    await owner.execute(
        "INSERT INTO app.linked_identities (partner_id, id, user_id, issuer, subject, label, email, created_at, last_used_at)"
        " VALUES ($1, gen_random_uuid(), $2, 'https://id.test', 'subject-1', 'Desk', 'olga@desk.test', now(), now())",
        ACME, OLGA.id,
    )  # fmt: skip
    asked = await browser.post("/account/export", data={"password": PASSWORD})
    assert (asked.status_code, asked.headers["location"]) == (303, "/account?done=export#your-data")
    await work()
    held = _unpacked((await browser.get(DOWNLOAD)).content)
    assert held["sign_in"]["passkeys"][0]["name"] == "Blue key"
    assert held["sign_in"]["linked_accounts"][0]["email"] == "olga@desk.test"
    assert [one["message"] for one in held["invitations"]["sent_to_organisation"]] == ["Do come"]
    assert held["api_keys"]["api_keys"][0]["scopes"] == ["account:read"]
    assert held["work"]["agents_created"][0]["agent"] == "Desk"
    assert {"agent.created", "invitation.created", "user.login"} <= {one["action"] for one in held["activity"]}
    told = str(held)
    row = await owner.fetchrow("SELECT password_hash FROM app.users WHERE id = $1", OLGA.id)
    for foreign in (guest, ADAM.email, MIA.email, "Adam", row["password_hash"], "argon2", token, token[:9], "public-half",
                    "credential'", "subject-1"):  # fmt: skip
        assert foreign not in told, foreign
    assert not any("hash" in name or "token" in name or "secret" in name for name in _names(held))


def _names(held: Any) -> set[str]:
    if isinstance(held, dict):
        return set(held) | {name for inner in held.values() for name in _names(inner)}
    return {name for inner in held for name in _names(inner)} if isinstance(held, list) else set()


async def test_the_copy_is_its_persons_alone(site: Site, member: Member, owner: asyncpg.Connection, work: Work) -> None:
    email = await member()
    browser = await enter(site, email)
    await browser.post(EXPORT, json={"password": GOOD})
    await work()
    token = browser.cookies["session"]
    for host in (STAN.host, "localhost"):
        elsewhere = stranger(site, host, headers={"cookie": f"session={token}"})
        assert (await elsewhere.get(DOWNLOAD)).headers["location"].startswith("/login"), host
        assert (await elsewhere.get(EXPORT)).status_code == 401, host
    program = robot(site, await plant(owner, OLGA))
    assert (await program.get(DOWNLOAD)).headers["location"].startswith("/login")
    assert (await site.as_(ADAM).get(DOWNLOAD)).status_code == 404
    assert (await browser.get(DOWNLOAD)).status_code == 200
    await browser.post("/api/auth/signout")
    gone = stranger(site, headers={"cookie": f"session={token}"})
    assert (await gone.get(DOWNLOAD)).headers["location"].startswith("/login")


async def test_the_file_goes_after_a_week(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work, services: Services
) -> None:
    browser = await enter(site, await member())
    await browser.post(EXPORT, json={"password": GOOD})
    await work()
    name = f"{await owner.fetchval('SELECT id FROM app.data_exports ORDER BY asked_at DESC')}.zip"
    assert name in _files(site)
    await _sweep(services, work)
    assert name in _files(site)
    await owner.execute(
        "UPDATE app.data_exports SET expires_at = now() - interval '1 second' WHERE id = $1", UUID(name[:-4])
    )
    assert (await _state(browser))["status"] == "expired"
    assert (await _state(browser))["download"] is None
    gone = await browser.get(DOWNLOAD)
    assert (gone.status_code, "Ask for a new one" in text_of(gone.text)) == (404, True)
    await _sweep(services, work)
    assert name not in _files(site)
    page = text_of((await browser.get("/account")).text)
    assert "Expired" in page
    assert "Ask for a new copy" in page
    await owner.execute(
        "UPDATE app.data_exports SET expires_at = now() - interval '31 days' WHERE id = $1", UUID(name[:-4])
    )
    await _sweep(services, work)
    assert (await _state(browser))["status"] == "none"


async def test_a_new_copy_takes_the_place_of_the_old_one(site: Site, member: Member, work: Work) -> None:
    browser = await enter(site, await member())
    before = _files(site)
    seen: list[set[str]] = []
    for _ in range(2):
        assert (await browser.post(EXPORT, json={"password": GOOD})).status_code == 202
        await work()
        seen.append(_files(site) - before)
    assert [len(one) for one in seen] == [1, 1]
    assert seen[0] != seen[1]
    for _ in range(3):
        await browser.post(EXPORT, json={"password": GOOD})
        await work()
    limited = await browser.post(EXPORT, json={"password": GOOD})
    assert limited.status_code == 429
    assert (await _state(browser))["status"] == "ready", "a refusal leaves the one there is"
    page = await browser.post("/account/export", data={"password": GOOD})
    assert (page.status_code, "Too many attempts" in text_of(page.text)) == (429, True)


async def test_one_that_cannot_be_made_is_told(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work, services: Services
) -> None:
    email = await member()
    browser = await enter(site, email)
    await browser.post(EXPORT, json={"password": GOOD})
    export_id = await owner.fetchval("SELECT id FROM app.data_exports ORDER BY asked_at DESC")
    job = Job(services, Envelope(partner_id=ACME, actor=Actor("system"), args={}), 5)
    await give_up_export(job, ExportArgs(export_id), OSError("disk full"))
    assert (await _state(browser))["status"] == "failed"
    page = text_of((await browser.get("/account")).text)
    assert "It could not be made" in page
    await work()  # the job that comes late makes nothing
    assert (await _state(browser))["status"] == "failed"
    assert f"{export_id}.zip" not in _files(site)
    assert "Your data is ready" not in [m["subject"] for m in await mails_to(owner, email)]
    assert (await browser.post(EXPORT, json={"password": GOOD})).status_code == 202


async def test_the_page_tells_a_wrong_password_at_the_field(site: Site, member: Member) -> None:
    browser = await enter(site, await member())
    page = await browser.post("/account/export", data={"password": OTHER})
    assert (page.status_code, "This is not your password" in text_of(page.text)) == (422, True)
    assert OTHER not in page.text


async def test_without_a_password_one_has_just_signed_in(site: Site, member: Member, owner: asyncpg.Connection) -> None:
    email = await member()
    browser = await enter(site, email)
    await owner.execute("UPDATE app.users SET password_hash = '' WHERE email = $1", email)
    assert 'type="password"' not in (await browser.get("/account")).text
    await owner.execute(
        "UPDATE app.sessions SET created_at = now() - interval '16 minutes' WHERE user_id = (SELECT id FROM app.users WHERE email = $1)",
        email,
    )
    stale = await browser.post(EXPORT, json={})
    assert (stale.status_code, stale.json()["errors"][0]["code"]) == (400, "stale")
    page = text_of((await browser.get("/account")).text)
    assert "sign out and in again first" in page
    assert "Ask for a copy" not in page
    await owner.execute(
        "UPDATE app.sessions SET created_at = now() - $2::interval WHERE user_id = (SELECT id FROM app.users WHERE email = $1)",
        email, timedelta(minutes=14),
    )  # fmt: skip
    assert (await browser.post(EXPORT, json={})).status_code == 202


async def test_of_wishes_at_once_one_counts(site: Site, member: Member, owner: asyncpg.Connection) -> None:
    email = await member()
    browsers = [await enter(site, email) for _ in range(2)]
    async with owner.transaction():
        await owner.fetchval("SELECT id FROM app.users WHERE email = $1 FOR UPDATE", email)
        wishes = [asyncio.create_task(browser.post(EXPORT, json={"password": GOOD})) for browser in browsers]
        await until_waiting(owner, len(wishes))
    answers = await asyncio.gather(*wishes)
    assert sorted(answer.status_code for answer in answers) == [202, 409]


async def test_who_deletes_their_account_meanwhile_leaves_no_file(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work, services: Services
) -> None:
    email = await member()
    await (await enter(site, email)).post(EXPORT, json={"password": GOOD})
    export_id = await owner.fetchval("SELECT id FROM app.data_exports ORDER BY asked_at DESC")
    job = Job(services, Envelope(partner_id=ACME, actor=Actor("system"), args={}), 1)
    async with owner.transaction():
        await owner.execute("DELETE FROM app.data_exports WHERE id = $1", export_id)
        making = asyncio.create_task(make_export(job, ExportArgs(export_id)))  # it still sees the wish
        await until_waiting(owner)
        assert f"{export_id}.zip" in _files(site)
    await making
    await work()
    assert f"{export_id}.zip" not in _files(site)
    assert "Your data is ready" not in [m["subject"] for m in await mails_to(owner, email)]


async def test_one_whose_job_is_lost_can_be_asked_for_again(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work, services: Services
) -> None:
    browser = await enter(site, await member())
    await browser.post(EXPORT, json={"password": GOOD})
    async with owner.transaction():
        await owner.execute("SET LOCAL search_path = queue")
        await owner.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'accounts.make_export'")
    await _sweep(services, work)
    assert (await _state(browser))["status"] == "waiting"
    await owner.execute("UPDATE app.data_exports SET asked_at = now() - interval '25 hours' WHERE status = 'waiting'")
    await _sweep(services, work)
    assert (await _state(browser))["status"] == "failed"
    assert (await browser.post(EXPORT, json={"password": GOOD})).status_code == 202


@pytest.mark.parametrize(("method", "path"), [("POST", EXPORT), ("DELETE", "/api/account")])
async def test_an_api_key_is_not_enough(site: Site, owner: asyncpg.Connection, method: str, path: str) -> None:
    body = {"email": WIM.email} if method == "DELETE" else {}
    program = robot(site, await plant(owner, WIM))
    for said in ({}, {"password": "wrong"}):
        answer = await program.request(method, path, json=body | said)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/password")
    assert await owner.fetchval("SELECT count(*) FROM app.data_exports WHERE user_id = $1", WIM.id) == 0
    assert (await site.as_(WIM).get("/api/auth/context")).status_code == 200


async def test_an_api_key_and_the_password_are(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    """The copy itself is for browsers: a key opens no page."""
    email = await member()
    wish = {"name": "Robot", "scopes": ["account:read", "account:write"]}
    made = await (await enter(site, email)).post("/api/account/api-keys", json=wish)
    program = robot(site, made.json()["data"]["token"])
    assert (await program.post(EXPORT, json={"password": GOOD})).status_code == 202
    await work()
    assert (await _state(program))["status"] == "ready"
    assert (await program.get(DOWNLOAD)).status_code in {401, 303}
    answer = await program.request("DELETE", "/api/account", json={"email": email, "password": GOOD})
    assert answer.status_code == 200, answer.text
    assert (await program.get(EXPORT)).status_code == 401
