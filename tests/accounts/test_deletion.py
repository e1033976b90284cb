"""The end of one's account: who may go, what goes along, what stays without the name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
from tests.accounts.door import GOOD, OTHER, PROXIED, enter, link_in, mails_to, stranger, text_of, wish
from tests.api_keys.conftest import robot
from tests.conftest import Site
from tests.world import ACME, BAKERY, CLINIC, OLGA, PASSWORD, WIM

from inspralv.foundation.ids import uuid7

ENVIRON = PROXIED
Member = Callable[..., Awaitable[str]]
Work = Callable[[], Awaitable[None]]
ACCOUNT, PAGE = "/api/account", "/account/deletion"


async def _delete(browser: httpx.AsyncClient, email: str, password: str = GOOD) -> httpx.Response:
    return await browser.request("DELETE", ACCOUNT, json={"email": email, "password": password})


async def _id_of(owner: asyncpg.Connection, email: str) -> UUID:
    found: UUID = await owner.fetchval("SELECT id FROM app.users WHERE email = $1", email)
    return found


def _exports(site: Site) -> list[Path]:
    return list(Path(site.settings.data_dir, "files").glob(f"{ACME}/exports/*"))


async def _join(owner: asyncpg.Connection, email: str, workspace: UUID, role: str) -> None:
    await owner.execute(
        "INSERT INTO app.workspace_members (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, now(), now())",
        ACME, workspace, await _id_of(owner, email), uuid7(datetime.now(UTC)), role,
    )  # fmt: skip


async def test_whatever_opens_the_account_goes(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()
    user_id = await _id_of(owner, email)
    await _join(owner, email, CLINIC, "member")
    here, there = await enter(site, email), await enter(site, email)
    key = {"name": "K", "scopes": ["account:read"]}
    program = robot(site, (await here.post("/api/account/api-keys", json=key)).json()["data"]["token"])
    assert (await program.get(ACCOUNT)).status_code == 200
    await site.as_(OLGA).post("/api/w/bakery/invitations", json={"email": email, "role": "member"})
    await here.post("/api/account/email", json={"email": f"other-{email}", "password": GOOD})
    await here.post("/api/account/export", json={"password": GOOD})
    await work()
    assert len(_exports(site)) == 1
    for body, pointer in (
        ({"email": WIM.email, "password": GOOD}, "/email"),
        ({"email": email, "password": OTHER}, "/password"),
        ({"email": email}, "/password"),
    ):
        refused = await here.request("DELETE", ACCOUNT, json=body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)
    assert (await here.get(ACCOUNT)).status_code == 200

    done = await _delete(here, f" {email.upper()} ")
    assert (done.status_code, done.json()["data"]["message"]) == (200, "Your account is deleted.")
    assert done.headers["set-cookie"].startswith('session="";')
    for client in (here, there, program):
        assert (await client.get(ACCOUNT)).status_code == 401
    again = await stranger(site).post("/api/auth/signin", json={"email": email, "password": GOOD})
    assert again.status_code == 401
    await work()
    assert _exports(site) == []
    assert (await mails_to(owner, email))[-1]["subject"] == "Your account at Acme Voice is deleted"
    for table in ("sessions", "api_keys", "address_changes", "known_devices", "data_exports", "password_resets"):
        assert await owner.fetchval(f"SELECT count(*) FROM app.{table} WHERE user_id = $1", user_id) == 0, table
    for table in ("partner_invitations", "workspace_invitations", "sign_ups"):
        assert await owner.fetchval(f"SELECT count(*) FROM app.{table} WHERE email = $1", email) == 0, table
    for table in ("partner_members", "workspace_members"):
        left = f"SELECT count(*) FROM app.{table} WHERE user_id = $1 AND removed_at IS NULL"
        assert await owner.fetchval(left, user_id) == 0, table


async def test_what_others_work_with_stays_nameless(site: Site, member: Member, owner: asyncpg.Connection) -> None:
    email = await member()
    user_id = await _id_of(owner, email)
    await _join(owner, email, CLINIC, "member")
    browser = await enter(site, email)
    texts = {"system_prompt": "Hi", "first_message": "Hi"}
    agent = {"name": "Orphan", "provider": "vapi", "config": texts}
    made = await browser.post("/api/w/clinic/agents", json=agent)
    assert made.status_code == 201, made.text
    assert (await _delete(browser, email)).status_code == 200

    row = dict(await owner.fetchrow("SELECT * FROM app.users WHERE id = $1", user_id))
    kept = {name for name, value in row.items() if value not in (None, "", "{}")}
    assert kept == {
        "partner_id", "id", "email", "first_name", "last_name", "role", "status", "created_at", "updated_at", "deleted_at",
    }  # fmt: skip
    assert (row["email"], row["first_name"], row["last_name"]) == (f"{user_id}@deleted.invalid", "Deleted", "user")
    rows = await owner.fetch(
        "SELECT actor_id, workspace_id, old_values, new_values FROM app.audit_log"
        " WHERE action = 'user.deleted' AND entity_id = $1 ORDER BY workspace_id NULLS FIRST",
        str(user_id),
    )
    assert [(one["actor_id"], one["workspace_id"]) for one in rows] == [(user_id, None), (user_id, CLINIC)]
    assert email not in str([tuple(one.values()) for one in rows])
    mails = await mails_to(owner, f"{user_id}@deleted.invalid")
    assert [(one["template"], one["html"] + one["plain"]) for one in mails] == [("confirm_email", "")]
    assert [one["template"] for one in await mails_to(owner, email)] == ["account_deleted"]

    olga = site.as_(OLGA)
    team = text_of((await olga.get("/org/team")).text)
    assert "Nora Quill" not in team
    assert "Deleted user" not in team, "who has left is not listed"
    versions = f"/w/clinic/agents/{made.json()['data']['id']}/versions"
    for path in ("/org/audit?search=agent.created", "/w/clinic/audit?search=agent.created", versions):
        page = text_of((await olga.get(path)).text)
        assert "Deleted user" in page, path
        assert "Nora" not in page, path
        assert "deleted.invalid" not in page, path
    entries = (await olga.get("/org/audit/export?format=json&search=agent.created")).json()
    assert [one["actor_email"] for one in entries if one["actor_id"] == str(user_id)] == [None]


async def test_the_address_is_free_again(site: Site, member: Member, owner: asyncpg.Connection, work: Work) -> None:
    email = await member()
    old = await _id_of(owner, email)
    assert (await _delete(await enter(site, email), email)).status_code == 200
    invited = await site.as_(OLGA).post("/api/w/clinic/invitations", json={"email": email, "role": "viewer"})
    assert invited.status_code == 201, invited.text
    browser = stranger(site)
    await browser.post("/api/auth/signup", json=wish(email))
    await work()
    mail = next(m for m in reversed(await mails_to(owner, email)) if "/confirm-email" in m["plain"])
    answer = await browser.post("/api/auth/confirm-email", json={"token": link_in(mail)[1]})
    assert answer.status_code == 200, answer.text
    assert await _id_of(owner, email) != old
    token = next(
        link_in(m)[1] for m in reversed(await mails_to(owner, email)) if "/accept-workspace-invitation" in m["plain"]
    )
    joined = await browser.post("/api/workspace-invitations/accept", json={"token": token})
    assert joined.status_code == 200, joined.text
    assert (await browser.get("/api/w/clinic/agents")).status_code == 200


async def test_open_pages_hear_of_it_at_once(site: Site, member: Member, owner: asyncpg.Connection) -> None:
    email = await member()
    await _join(owner, email, CLINIC, "viewer")
    here, there = await enter(site, email), await enter(site, email)
    async with there.stream("GET", "/w/clinic/events", headers={"accept": "text/event-stream"}) as stream:
        assert stream.status_code == 200
        assert (await _delete(here, email)).status_code == 200
        async with asyncio.timeout(10):  # at once: by itself a stream looks again only after a minute
            async for _ in stream.aiter_raw():
                pass


async def test_nothing_is_left_without_an_owner(site: Site, owner: asyncpg.Connection) -> None:
    olga = await enter(site, OLGA.email, PASSWORD)
    refused = await _delete(olga, OLGA.email, PASSWORD)
    assert refused.status_code == 409
    assert refused.json()["detail"] == (
        "You are the only owner of Acme Voice. Make somebody else an owner under Organisation › Team first."
    )
    page = text_of((await olga.get(PAGE)).text)
    assert "Something has to be done first" in page
    assert "Acme Voice" in page
    wim = await enter(site, WIM.email, PASSWORD)
    refused = await _delete(wim, WIM.email, PASSWORD)
    assert (refused.status_code, "the workspace Bright Clinic. Hand it over" in refused.json()["detail"]) == (409, True)
    page = await wim.get(PAGE)
    assert 'href="/w/clinic/members"' in page.text
    assert "Delete account" not in text_of(page.text)
    posted = await wim.post(PAGE, data={"email": WIM.email, "password": PASSWORD})
    assert (posted.status_code, "Bright Clinic" in text_of(posted.text)) == (409, True)
    await owner.execute(
        "UPDATE app.workspace_members SET role = 'owner' WHERE user_id = $1 AND workspace_id = $2", WIM.id, BAKERY
    )
    both = (await _delete(wim, WIM.email, PASSWORD)).json()["detail"]
    assert "the workspaces Bright Clinic and Corner Bakery. Hand each over" in both
    await owner.execute("UPDATE app.workspaces SET deleted_at = now() WHERE id = $1", BAKERY)
    assert "Corner Bakery" not in (await _delete(wim, WIM.email, PASSWORD)).json()["detail"]
    await owner.execute("UPDATE app.workspaces SET deleted_at = NULL WHERE id = $1", BAKERY)
    await owner.execute(
        "UPDATE app.workspace_members SET role = 'admin' WHERE user_id = $1 AND workspace_id = $2", WIM.id, BAKERY
    )


async def test_of_two_owners_who_go_at_once_one_stays(site: Site, member: Member, owner: asyncpg.Connection) -> None:
    await owner.execute(
        "UPDATE app.workspace_members SET role = 'admin' WHERE user_id = $1 AND workspace_id = $2", WIM.id, CLINIC
    )
    emails = [await member() for _ in range(2)]
    for email in emails:
        await _join(owner, email, CLINIC, "owner")
    browsers = [await enter(site, email) for email in emails]
    answers = await asyncio.gather(*(_delete(b, e) for b, e in zip(browsers, emails, strict=True)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    left = emails[[answer.status_code for answer in answers].index(409)]
    await _join_back(owner)
    assert (await _delete(await enter(site, left), left)).status_code == 200, "another owner is there now"


async def _join_back(owner: asyncpg.Connection) -> None:
    await owner.execute(
        "UPDATE app.workspace_members SET role = 'owner' WHERE user_id = $1 AND workspace_id = $2", WIM.id, CLINIC
    )


async def test_the_page_asks_twice_and_says_goodbye(site: Site, member: Member) -> None:
    email = await member()
    browser = await enter(site, email)
    first = await browser.get("/account")
    assert 'href="/account/deletion"' in first.text
    page = await browser.get(PAGE)
    assert email in text_of(page.text)
    assert "Deleted user" in text_of(page.text)
    for form, told in (
        ({"email": "", "password": GOOD}, "This field is required"),
        ({"email": WIM.email, "password": GOOD}, "This is not the address of your account"),
        ({"email": email, "password": OTHER}, "This is not your password"),
    ):
        refused = await browser.post(PAGE, data=form)
        assert (refused.status_code, told in text_of(refused.text)) == (422, True), text_of(refused.text)
        assert OTHER not in refused.text
    done = await browser.post(PAGE, data={"email": email, "password": GOOD})
    assert (done.status_code, done.headers["location"]) == (303, "/goodbye")
    bye = await browser.get("/goodbye")
    assert "Your account is deleted" in text_of(bye.text)
    assert (await browser.get("/account")).status_code == 303


async def test_without_a_password_one_has_just_signed_in(site: Site, member: Member, owner: asyncpg.Connection) -> None:
    email = await member()
    browser = await enter(site, email)
    await owner.execute("UPDATE app.users SET password_hash = '' WHERE email = $1", email)
    await owner.execute(
        "UPDATE app.sessions SET created_at = now() - interval '16 minutes' WHERE user_id = $1",
        await _id_of(owner, email),
    )
    stale = await browser.request("DELETE", ACCOUNT, json={"email": email})
    assert (stale.status_code, stale.json()["errors"][0]["code"]) == (400, "stale")
    assert "sign out and in again first" in text_of((await browser.get(PAGE)).text)
    await owner.execute("UPDATE app.sessions SET created_at = now() WHERE user_id = $1", await _id_of(owner, email))
    assert 'type="password"' not in (await browser.get(PAGE)).text
    assert (await browser.request("DELETE", ACCOUNT, json={"email": email})).status_code == 200


async def test_a_copy_that_is_being_made_is_not_kept(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()
    browser = await enter(site, email)
    assert (await browser.post("/api/account/export", json={"password": GOOD})).status_code == 202
    assert (await _delete(browser, email)).status_code == 200
    await work()
    assert _exports(site) == []
    assert "Your data is ready" not in [m["subject"] for m in await mails_to(owner, email)]


async def test_guessing_the_password_is_limited(site: Site, member: Member) -> None:
    email = await member()
    browser = await enter(site, email)
    answers = [(await _delete(browser, email, OTHER)).status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]
