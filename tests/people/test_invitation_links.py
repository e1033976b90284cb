"""What a link is worth: to whom, where, how long, and what became meanwhile of what it leads to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from html import unescape
from urllib.parse import quote

import asyncpg
import httpx
import pytest
from tests.accounts.door import link_in, mails_to, wish
from tests.conftest import Site
from tests.locks import until_waiting
from tests.people.conftest import invited, member_id, team_id
from tests.world import ACME, ADAM, BAKERY, CLINIC, MIA, NOA, OLGA, PASSWORD, STAN, VERA, WIM, Cast

from inspralv.foundation.ids import uuid7
from inspralv.foundation.secrets import token_hash

TEAM, MEMBERS = "/api/partner/team", "/api/w/clinic/members"
PARTNER, WORKSPACE = "/api/partner/invitations", "/api/w/clinic/invitations"
JOIN, ACCEPT = "/api/partner-invitations/accept", "/api/workspace-invitations/accept"
Work = Callable[[], Awaitable[None]]
PAGES = {PARTNER: "/accept-partner-invitation", WORKSPACE: "/accept-workspace-invitation"}


async def waiting(rows: asyncpg.Connection, email: str) -> str | None:
    """What became of an address's newest invitation, to whichever circle."""
    sql = """
    SELECT status FROM (SELECT id, email, status FROM app.partner_invitations
                        UNION ALL SELECT id, email, status FROM app.workspace_invitations) AS i
     WHERE email = $1 ORDER BY id DESC LIMIT 1"""
    found: str | None = await rows.fetchval(sql, email)
    return found


@pytest.mark.parametrize("path", [PARTNER, WORKSPACE])
async def test_another_person_is_told_to_sign_out(site: Site, rows: asyncpg.Connection, path: str) -> None:
    assert rows
    _, token = await invited(site.as_(OLGA), path, email="other@acme.test")
    page, client = PAGES[path], site.as_(VERA)
    for answer in (
        await client.get(page, params={"token": token}),
        await client.post(page, data={"token": token}),
    ):
        assert answer.status_code == 403
        text = unescape(answer.text)
        assert f"You are signed in as {VERA.email}. Sign out, then sign in as other@acme.test." in text
        assert 'action="/api/auth/signout"' in answer.text
        assert "Accept the invitation" not in text
        assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert await waiting(rows, "other@acme.test") == "pending"


@pytest.mark.parametrize("path", [PARTNER, WORKSPACE])
async def test_a_link_is_worth_nothing_at_another_brand(site: Site, rows: asyncpg.Connection, path: str) -> None:
    """Not even to somebody there with the very same address."""
    _, token = await invited(site.as_(OLGA), path, email="same@acme.test")
    await rows.execute("UPDATE app.users SET email = 'same@acme.test' WHERE id = $1", STAN.id)
    try:
        for answer in (
            await site.at("rival.localhost").get(PAGES[path], params={"token": token}),
            await site.as_(STAN).get(PAGES[path], params={"token": token}),
            await site.as_(STAN).post(PAGES[path], data={"token": token}),
            await site.as_(STAN).post({PARTNER: JOIN, WORKSPACE: ACCEPT}[path], json={"token": token}),
        ):
            assert answer.status_code == 404
            assert "Acme" not in answer.text
            assert "Clinic" not in answer.text
    finally:
        await rows.execute("UPDATE app.users SET email = $2 WHERE id = $1", STAN.id, STAN.email)
    assert await waiting(rows, "same@acme.test") == "pending"


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "\0", "../..", "%00"])
async def test_nonsense_in_the_place_of_a_token(site: Site, token: str) -> None:
    for page in PAGES.values():
        assert (await site.as_(NOA).post(page, data={"token": token})).status_code == 404
    for path in (JOIN, ACCEPT):
        assert (await site.as_(NOA).post(path, json={"token": token})).status_code in {400, 404}


async def test_invitations_of_others_are_not_there(site: Site, rows: asyncpg.Connection) -> None:
    theirs, _ = await invited(site.as_(STAN), PARTNER, email="a@rival.test")
    shop, _ = await invited(site.as_(STAN), WORKSPACE, email="b@rival.test")
    next_door, _ = await invited(site.as_(WIM), "/api/w/bakery/invitations", email="c@acme.test")
    for base, found in (
        (PARTNER, theirs), (WORKSPACE, shop), (WORKSPACE, next_door), (PARTNER, next_door),
    ):  # fmt: skip
        desk = site.as_(OLGA)
        assert (await desk.post(f"{base}/{found['id']}")).status_code == 404
        assert (await desk.delete(f"{base}/{found['id']}")).status_code == 404
        page = {PARTNER: "/org/invitations", WORKSPACE: "/w/clinic/members/invitations"}[base]
        assert (await desk.post(f"{page}/{found['id']}/resend")).status_code == 404
        assert (await desk.post(f"{page}/{found['id']}/cancel")).status_code == 404
    assert {await waiting(rows, one["email"]) for one in (theirs, shop, next_door)} == {"pending"}


@pytest.mark.parametrize(
    "email",
    ["NEW@ACME.TEST", " new@acme.test ", "new@acme.test\n", "new@acme.test.", "nëw@acme.test", "new@äcme.test",
     "new@acme", "new@[127.0.0.1]", "a" * 250 + "@acme.test"],
)  # fmt: skip
async def test_one_address_is_one_address(site: Site, rows: asyncpg.Connection, email: str) -> None:
    """Whatever its case and the blanks around it; what is no address is refused, not bent into one."""
    await invited(site.as_(WIM), WORKSPACE, email="new@acme.test")
    answer = await site.as_(WIM).post(WORKSPACE, json={"email": email})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/email")
    assert await rows.fetchval("SELECT count(*) FROM app.workspace_invitations") == 1
    await invited(site.as_(WIM), WORKSPACE, email="new+other@acme.test")  # another mailbox, for all we know


@pytest.mark.parametrize("person", [WIM, ADAM, OLGA], ids=lambda p: p.name)
async def test_nobody_invites_themself(site: Site, rows: asyncpg.Connection, person: Cast) -> None:
    assert rows
    for path in (WORKSPACE, PARTNER) if person is not WIM else (WORKSPACE,):
        answer = await site.as_(person).post(path, json={"email": f" {person.email.upper()} "})
        assert (answer.status_code, answer.json()["detail"]) == (400, "This is your own address.")
    page = await site.as_(person).post("/w/clinic/members/invitations", data={"email": person.email, "role": "admin"})
    assert (page.status_code, "This is your own address." in page.text) == (400, True)


async def test_half_an_address_is_answered_with_what_one_looks_like(site: Site) -> None:
    page = await site.as_(WIM).post("/w/clinic/members/invitations", data={"email": "clara@", "role": "member"})
    assert (page.status_code, "Enter an address like name@company.com." in page.text) == (400, True)


@pytest.mark.parametrize("person", [ADAM, NOA, OLGA], ids=lambda p: p.name)
async def test_who_is_in_is_not_invited_again(site: Site, rows: asyncpg.Connection, person: Cast) -> None:
    """To the team nobody of it; to a workspace also those who see it as admins of the organisation, to be members."""
    by = OLGA if person is not OLGA else ADAM
    refused = await site.as_(by).post(PARTNER, json={"email": person.email, "role": "member"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/email")
    assert await waiting(rows, person.email) is None
    await invited(site.as_(WIM), WORKSPACE, email=person.email)


async def test_a_new_link_and_the_old_one_at_once(site: Site, rows: asyncpg.Connection) -> None:
    """Sent again while the old link is used: either it was used first, or it is worth nothing."""
    told, token = await invited(site.as_(WIM), WORKSPACE, email=NOA.email)
    again, joined = await asyncio.gather(
        site.as_(WIM).post(f"{WORKSPACE}/{told['id']}"), site.as_(NOA).post(ACCEPT, json={"token": token})
    )
    assert (again.status_code, joined.status_code) in {(200, 404), (400, 200)}
    kept = await rows.fetchval("SELECT status FROM app.workspace_invitations WHERE email = $1", NOA.email)
    assert kept == ("pending" if again.status_code == 200 else "accepted")


async def test_taken_back_and_used_at_once(site: Site, rows: asyncpg.Connection) -> None:
    told, token = await invited(site.as_(WIM), WORKSPACE, email=NOA.email)
    gone, joined = await asyncio.gather(
        site.as_(WIM).delete(f"{WORKSPACE}/{told['id']}"), site.as_(NOA).post(ACCEPT, json={"token": token})
    )
    assert (gone.status_code, joined.status_code) in {(200, 404), (400, 200)}
    inside = await rows.fetchval(
        "SELECT count(*) FROM app.workspace_members WHERE user_id = $1 AND workspace_id = $2 AND removed_at IS NULL",
        NOA.id, CLINIC,
    )  # fmt: skip
    assert inside == (joined.status_code == 200)


async def test_coming_in_while_being_removed_stands_in_one_queue(site: Site, rows: asyncpg.Connection) -> None:
    """Whoever removes somebody holds their place in the team first, then those in workspaces. Whoever comes in and holds
    the latter while waiting for the former would wait for ever."""
    _, token = await invited(site.as_(WIM), WORKSPACE, email=NOA.email, role="admin")
    now = datetime.now(UTC)
    await rows.execute(  # in already, by another way
        "INSERT INTO app.workspace_members (partner_id, workspace_id, user_id, id, role, joined_at, updated_at)"
        " VALUES ($1, $2, $3, $4, 'viewer', $5, $5)"
        " ON CONFLICT (partner_id, workspace_id, user_id) DO UPDATE SET role = 'viewer', removed_at = NULL",
        ACME, CLINIC, NOA.id, uuid7(now), now,
    )  # fmt: skip
    async with rows.transaction():
        await rows.execute("SELECT FROM app.partner_members WHERE user_id = $1 FOR UPDATE", NOA.id)
        joining = asyncio.create_task(site.as_(NOA).post(ACCEPT, json={"token": token}))
        await until_waiting(rows)
        await rows.execute("SELECT FROM app.workspace_members WHERE user_id = $1 FOR UPDATE NOWAIT", NOA.id)
    joined = await joining
    assert (joined.status_code, joined.json()["data"]["role"]) == (200, "admin")


async def test_an_old_one_is_not_sent_again_beside_a_new_one(site: Site, rows: asyncpg.Connection) -> None:
    """Its end was written down in the night, and the address was invited anew."""
    for path, page, desk in (
        (WORKSPACE, "/w/clinic/members/invitations", WIM), (PARTNER, "/org/invitations", OLGA),
    ):  # fmt: skip
        old, _ = await invited(site.as_(desk), path, email="twice@acme.test")
        table = "workspace" if path == WORKSPACE else "partner"
        await rows.execute(
            f"UPDATE app.{table}_invitations SET status = 'expired', expires_at = now() - interval '1 day'"  # noqa: S608
        )
        _, token = await invited(site.as_(desk), path, email="twice@acme.test")
        refused = await site.as_(desk).post(f"{path}/{old['id']}")
        assert (refused.status_code, "does not wait any more" in refused.text) == (400, True)
        assert (await site.as_(desk).post(f"{page}/{old['id']}/resend")).status_code == 400
        found = await site.at("acme.localhost").get({PARTNER: JOIN, WORKSPACE: ACCEPT}[path], params={"token": token})
        assert found.json()["data"]["is_expired"] is False


async def test_a_mailbox_is_not_filled(site: Site, rows: asyncpg.Connection) -> None:
    """Five times an hour again, ten invitations an hour to one address, whatever is taken back in between."""
    told, _ = await invited(site.as_(WIM), WORKSPACE, email="tired@acme.test")
    statuses = [(await site.as_(WIM).post(f"{WORKSPACE}/{told['id']}")).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    page = await site.as_(WIM).post(f"/w/clinic/members/invitations/{told['id']}/resend")
    assert (page.status_code, "Too many attempts" in page.text) == (429, True)
    assert (await site.as_(WIM).delete(f"{WORKSPACE}/{told['id']}")).status_code == 200
    for _ in range(9):
        told, _ = await invited(site.as_(WIM), WORKSPACE, email="tired@acme.test")
        assert (await site.as_(WIM).delete(f"{WORKSPACE}/{told['id']}")).status_code == 200
    assert (await site.as_(OLGA).post(PARTNER, json={"email": "tired@acme.test"})).status_code == 429
    form = await site.as_(OLGA).post("/org/invitations", data={"email": "tired@acme.test", "role": "member"})
    assert (form.status_code, "Too many attempts" in form.text, "tired@acme.test" in form.text) == (429, True, True)
    sent = await rows.fetchval("SELECT count(*) FROM app.mail_messages WHERE recipient = 'tired@acme.test'")
    assert sent == 1 + 5 + 9


async def test_a_workspace_that_is_gone_is_left_out(site: Site, rows: asyncpg.Connection) -> None:
    """An invitation to the team brings what is still there; one to a workspace that is gone brings nothing."""
    await site.as_(OLGA).delete(f"{TEAM}/{await team_id(rows, NOA)}")
    both = [{"workspace_id": str(BAKERY)}, {"workspace_id": str(CLINIC), "role": "viewer"}]
    _, token = await invited(site.as_(OLGA), PARTNER, email=NOA.email, workspace_assignments=both)
    _, other = await invited(site.as_(WIM), "/api/w/bakery/invitations", email=NOA.email)
    await rows.execute("UPDATE app.workspaces SET deleted_at = now() WHERE id = $1", BAKERY)
    try:
        for answer in (
            await site.as_(NOA).post(ACCEPT, json={"token": other}),
            await site.as_(NOA).get(PAGES[WORKSPACE], params={"token": other}),
        ):
            assert (answer.status_code, "Bakery" in answer.text) == (404, False)
        joined = await site.as_(NOA).post(JOIN, json={"token": token})
        assert joined.json()["data"]["role"] == "member"
        late = {"email": "late@acme.test", "workspace_assignments": both}
        refused = await site.as_(OLGA).post(PARTNER, json=late)
        assert refused.json()["errors"][0]["pointer"] == "/workspace_assignments/0/workspace_id"
        assert (
            await site.as_(WIM).post("/api/w/bakery/invitations", json={"email": "late@acme.test"})
        ).status_code == 404
    finally:
        await rows.execute("UPDATE app.workspaces SET deleted_at = NULL WHERE id = $1", BAKERY)
    inside = await rows.fetch(
        "SELECT workspace_id, role FROM app.workspace_members WHERE user_id = $1 AND removed_at IS NULL", NOA.id
    )
    assert [(row["workspace_id"], row["role"]) for row in inside] == [(CLINIC, "viewer")]


async def test_links_go_with_the_right_to_send_them(site: Site, rows: asyncpg.Connection) -> None:
    """Whoever is put out, or may not invite any more, does not come in again by a link in store; links of others and
    those that are still backed stay."""
    olga, adam = site.as_(OLGA), site.as_(ADAM)
    _, own = await invited(adam, PARTNER, email="adam-at-home@acme.test", role="admin")
    await invited(adam, WORKSPACE, email="adam-in-clinic@acme.test")
    await invited(olga, PARTNER, email="by-olga@acme.test", role="owner")
    assert (await olga.patch(f"{TEAM}/{await team_id(rows, ADAM)}", json={"role": "member"})).is_success
    kept = {name: await waiting(rows, f"{name}@acme.test") for name in ("adam-at-home", "adam-in-clinic", "by-olga")}
    assert kept == {"adam-at-home": "cancelled", "adam-in-clinic": "cancelled", "by-olga": "pending"}
    assert (await site.at("acme.localhost").get(JOIN, params={"token": own})).status_code == 404
    logged = await rows.fetch(
        "SELECT old_values ->> 'email' AS email, workspace_id FROM app.audit_log"
        " WHERE action = 'invitation.revoked' AND actor_id = $1 AND old_values ->> 'email' LIKE 'adam-%'", OLGA.id
    )  # fmt: skip
    assert {(row["email"], row["workspace_id"]) for row in logged} == {
        ("adam-at-home@acme.test", None), ("adam-in-clinic@acme.test", CLINIC),
    }  # fmt: skip


async def test_in_a_workspace_links_go_with_the_right_there(site: Site, rows: asyncpg.Connection) -> None:
    olga, wim = site.as_(OLGA), site.as_(WIM)
    mia = await member_id(rows, MIA, CLINIC)
    assert (await wim.patch(f"{MEMBERS}/{mia}", json={"role": "admin"})).is_success
    told, _ = await invited(site.as_(MIA), WORKSPACE, email="by-mia@acme.test")
    await invited(site.as_(MIA), WORKSPACE, email="taken-over@acme.test")
    await invited(wim, "/api/w/bakery/invitations", email="in-bakery@acme.test")
    second = (await wim.get(WORKSPACE)).json()["data"][0]
    assert second["email"] == "taken-over@acme.test"
    assert (await wim.post(f"{WORKSPACE}/{second['id']}")).json()["data"]["inviter"]["email"] == WIM.email
    assert (await wim.patch(f"{MEMBERS}/{mia}", json={"role": "member"})).is_success
    assert await waiting(rows, told["email"]) == "cancelled"
    assert await waiting(rows, "taken-over@acme.test") == "pending"
    assert (await olga.patch(f"{MEMBERS}/{mia}", json={"role": "owner"})).is_success
    assert (await olga.delete(f"{MEMBERS}/{await member_id(rows, WIM, CLINIC)}")).is_success
    assert await waiting(rows, "taken-over@acme.test") == "cancelled"
    assert await waiting(rows, "in-bakery@acme.test") == "pending"


async def test_an_owner_who_hands_over_invites_no_owners(site: Site, rows: asyncpg.Connection) -> None:
    olga = site.as_(OLGA)
    await invited(olga, PARTNER, email="owner@acme.test", role="owner")
    await invited(olga, PARTNER, email="admin@acme.test", role="admin")
    assert (await olga.post(f"{TEAM}/{await team_id(rows, ADAM)}/ownership")).is_success
    assert await waiting(rows, "owner@acme.test") == "cancelled"
    assert await waiting(rows, "admin@acme.test") == "pending"


async def test_signing_up_through_it_gives_the_role_of_the_invitation(
    site: Site, rows: asyncpg.Connection, work: Work
) -> None:
    places = [{"workspace_id": str(BAKERY), "role": "viewer"}]
    _, token = await invited(site.as_(OLGA), PARTNER, email="nora@new.test", role="admin", workspace_assignments=places)
    nora = await _signed_up(site, rows, work, "nora@new.test", f"{PAGES[PARTNER]}?token={token}")
    joined = await nora.post(PAGES[PARTNER], data={"token": token})
    assert (joined.status_code, joined.headers["location"]) == (303, "/select-workspace")
    context = (await nora.get("/api/auth/context")).json()["data"]
    assert context["partnerRole"] == "admin"
    assert ("bakery", "viewer") in {(one["slug"], one["role"]) for one in context["workspaces"]}


async def test_signing_up_with_another_address_opens_nothing(site: Site, rows: asyncpg.Connection, work: Work) -> None:
    _, token = await invited(site.as_(WIM), WORKSPACE, email="invited@new.test")
    back = f"{PAGES[WORKSPACE]}?token={token}"
    wrong = await _signed_up(site, rows, work, "somebody-else@new.test", back)
    assert (await wrong.get(back)).status_code == 403
    assert (await wrong.post(ACCEPT, json={"token": token})).status_code == 403
    assert (await wrong.get("/api/w/clinic/agents")).status_code == 404
    right = await _signed_up(site, rows, work, "invited@new.test", back)
    assert (await right.get("/api/w/clinic/agents")).status_code == 404
    joined = await right.post(PAGES[WORKSPACE], data={"token": token})
    assert (joined.status_code, joined.headers["location"]) == (303, "/w/clinic/dashboard")
    assert (await right.get("/api/w/clinic/agents")).status_code == 200


async def _signed_up(site: Site, rows: asyncpg.Connection, work: Work, email: str, back: str) -> httpx.AsyncClient:
    """Sign up as the page behind the invitation leads to, confirm the address, and come back signed in."""
    browser = site.at("acme.localhost", headers={"accept": "text/html"})
    answer = await browser.post("/api/auth/signup", json=wish(email, isInvitation=True, redirect=back))
    assert answer.status_code == 200, answer.text
    await work()
    mail = (await mails_to(rows, email))[-1]
    confirmed = await browser.post("/api/auth/confirm-email", json={"token": link_in(mail)[1]})
    assert confirmed.json()["data"]["redirect"] == back
    return browser


async def test_after_the_session_has_ended_one_comes_back_to_it(site: Site, rows: asyncpg.Connection) -> None:
    """The page was open too long: its form leads to the sign-in page, and that back to the invitation."""
    path = WORKSPACE
    assert rows
    _, token = await invited(site.as_(OLGA), path, email=NOA.email)
    page = await site.as_(NOA).get(PAGES[path], params={"token": token})
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert action
    browser = site.at(NOA.host, headers={"accept": "text/html"})
    led = await browser.post(unescape(action[1]), data={"token": token})
    back = f"{PAGES[path]}?token={token}"
    assert (led.status_code, led.headers["location"]) == (303, f"/login?redirect={quote(back, safe='/')}")
    form = {"email": NOA.email, "password": PASSWORD, "redirect": back}
    assert (await browser.post("/login", data=form)).headers["location"] == back
    joined = await browser.post(back, data={"token": token})
    assert (joined.status_code, joined.headers["location"]) == (303, "/w/clinic/dashboard")


@pytest.mark.parametrize(
    ("path", "current", "back"),
    [
        ("/account/api-keys", None, "/account/api-keys"),
        (f"/account/api-keys/{NOA.id}/revocation", None, "/select-workspace"),
        ("/account/api-keys", "http://acme.localhost/w/clinic/agents?page=2", "/w/clinic/agents?page=2"),
        ("/account/api-keys", "https://evil.example/phish", "/phish"),
    ],
)
async def test_whatever_is_sent_too_late_leads_back_to_its_page(
    site: Site, path: str, current: str | None, back: str
) -> None:
    headers = {"hx-current-url": current} if current else {}
    led = await site.at("acme.localhost").post(path, headers=headers)
    assert led.headers["location"] == f"/login?redirect={quote(back, safe='/')}"


@pytest.mark.parametrize("path", [PARTNER, WORKSPACE])
async def test_a_token_is_kept_as_a_hash(site: Site, rows: asyncpg.Connection, path: str) -> None:
    """It is in the mail and in the answer to whoever invites: in no row, no entry of the log, no job."""
    told, token = await invited(site.as_(OLGA), path, email="hashed@acme.test")
    await _kept_nowhere(rows, path, token)
    again = await site.as_(OLGA).post(f"{path}/{told['id']}")
    await _kept_nowhere(rows, path, again.json()["data"]["invite_link"].partition("token=")[2])


async def _kept_nowhere(rows: asyncpg.Connection, path: str, token: str) -> None:
    table = "partner_invitations" if path == PARTNER else "workspace_invitations"
    kept = await rows.fetch(
        f"SELECT i::text AS row, token_hash FROM app.{table} i UNION ALL SELECT a::text, NULL FROM app.audit_log a"  # noqa: S608
        " UNION ALL SELECT j::text, NULL FROM queue.procrastinate_jobs j"
    )
    assert token_hash(token) in {row["token_hash"] for row in kept}
    for row in kept:
        assert token not in row["row"]
        assert token.encode() not in (row["token_hash"] or b"")


async def test_links_go_with_the_account_behind_them(site: Site, rows: asyncpg.Connection, work: Work) -> None:
    """Whoever deletes it leaves no link behind; whom staff suspend, see the console's tests. The last one here: it ends an
    account."""
    assert (await site.as_(OLGA).patch(f"{TEAM}/{await team_id(rows, NOA)}", json={"role": "admin"})).is_success
    await invited(site.as_(NOA), PARTNER, email="by-noa@acme.test", role="admin")
    await invited(site.as_(NOA), WORKSPACE, email="by-noa-in-clinic@acme.test")
    await invited(site.as_(OLGA), PARTNER, email="by-olga-too@acme.test")
    gone = await site.as_(NOA).request("DELETE", "/api/account", json={"email": NOA.email, "password": PASSWORD})
    assert gone.status_code == 200, gone.text
    await work()
    kept = [await waiting(rows, f"{name}@acme.test") for name in ("by-noa", "by-noa-in-clinic", "by-olga-too")]
    assert kept == ["cancelled", "cancelled", "pending"]
    logged = await rows.fetch(
        "SELECT actor_id FROM app.audit_log WHERE action = 'invitation.revoked'"
        " AND old_values ->> 'email' LIKE 'by-noa%'"
    )
    assert [row["actor_id"] for row in logged] == [NOA.id, NOA.id]
