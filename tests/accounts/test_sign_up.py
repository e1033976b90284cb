"""Signing up and confirming the address, over HTTP with real mail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from tests.accounts.door import GOOD, OTHER, PROXIED, link_in, mails_to, new_email, stranger, text_of, wish
from tests.conftest import Site
from tests.world import ACME, MIA, PASSWORD, PLATFORM, VERA

ENVIRON = PROXIED
Work = Callable[[], Awaitable[None]]


async def _signed_up(site: Site, owner: asyncpg.Connection, work: Work, host: str = "localhost", **more: Any) -> Any:
    """Sign up and return the browser, the address and the token of the mail."""
    browser, email = stranger(site, host), new_email()
    assert (await browser.post("/api/auth/signup", json=wish(email, **more))).status_code == 200
    await work()
    (mail,) = await mails_to(owner, email)
    return browser, email, link_in(mail)[1]


async def test_a_new_account_on_the_platform_gets_a_workspace(
    site: Site, owner: asyncpg.Connection, work: Work
) -> None:
    browser, email, token = await _signed_up(site, owner, work, selectedPlan="professional", signupSource="pricing")
    assert not await owner.fetchval("SELECT count(*) FROM app.users WHERE email = $1", email)
    answer = await browser.post("/api/auth/confirm-email", json={"token": token})
    told = answer.json()["data"]
    assert told["workspace"]["name"] == "Nora's Workspace"
    assert told["redirect"] == f"/w/{told['workspace']['slug']}/dashboard"

    context = (await browser.get("/api/auth/context")).json()["data"]
    assert context["user"] == told["user"] | {"email": email, "first_name": "Nora", "last_name": "Quill"}
    assert context["partnerRole"] == "member"
    assert context["partnerMembership"]["partner_id"] == str(PLATFORM)
    assert context["workspaces"] == [told["workspace"] | {"role": "owner"}]
    assert context["summary"] == {"workspace_count": 1, "roles": ["owner"]}
    assert context["partner"]["is_platform_partner"] is True

    settings = (await browser.get(f"/api/w/{told['workspace']['slug']}/settings")).json()["data"]
    assert settings["resource_limits"] == {"max_agents": 3, "max_users": 5, "max_minutes_per_month": 100}
    row = await owner.fetchrow(
        "SELECT settings, email_verified_at, role, status FROM app.users WHERE email = $1", email
    )
    assert row["settings"] == '{"selected_plan": "professional", "signup_source": "pricing"}'
    assert (row["role"], row["status"], row["email_verified_at"] is None) == ("org_member", "active", False)
    events = await owner.fetch("SELECT action, actor_id FROM app.audit_log WHERE actor_id = $1 ORDER BY id", _id(told))
    assert {e["action"] for e in events} == {"user.joined", "workspace.created", "member.joined", "user.login"}


def _id(told: Any) -> str:
    return str(told["user"]["id"])


async def test_on_a_partners_host_people_become_members_without_a_workspace(
    site: Site, owner: asyncpg.Connection, work: Work
) -> None:
    browser, email, token = await _signed_up(site, owner, work, "acme.localhost")
    told = (await browser.post("/api/auth/confirm-email", json={"token": token})).json()["data"]
    assert (told["workspace"], told["redirect"]) == (None, "/select-workspace")
    row = await owner.fetchrow(
        "SELECT m.role, m.partner_id FROM app.partner_members m JOIN app.users u ON u.id = m.user_id WHERE u.email = $1",
        email,
    )
    assert (row["role"], row["partner_id"]) == ("member", ACME)


async def test_the_invited_get_no_workspace_and_go_back_to_the_invitation(
    site: Site, owner: asyncpg.Connection, work: Work
) -> None:
    back = "/accept-workspace-invitation?token=abc"
    browser, _, token = await _signed_up(site, owner, work, isInvitation=True, redirect=back)
    told = (await browser.post("/api/auth/confirm-email", json={"token": token})).json()["data"]
    assert (told["workspace"], told["redirect"]) == (None, back)


async def test_without_a_name_the_profile_comes_first(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    browser, email, token = await _signed_up(site, owner, work, firstName="", lastName="")
    told = (await browser.post("/api/auth/confirm-email", json={"token": token})).json()["data"]
    slug = told["workspace"]["slug"]
    assert told["workspace"]["name"] == f"{email.partition('@')[0]}'s Workspace"
    assert told["redirect"] == f"/setup-profile?redirect=/w/{slug}/dashboard"
    saved = await browser.post(
        "/setup-profile", data={"first_name": "Ann", "last_name": "", "redirect": f"/w/{slug}/dashboard"}
    )
    assert (saved.status_code, saved.headers["location"]) == (303, f"/w/{slug}/dashboard")
    assert (await browser.get("/api/auth/context")).json()["data"]["user"]["first_name"] == "Ann"


async def test_a_known_address_gets_the_same_answer_and_another_mail(
    site: Site, owner: asyncpg.Connection, work: Work
) -> None:
    known, new = stranger(site), stranger(site)
    unknown = new_email()
    answers = [await c.post("/api/auth/signup", json=wish(e)) for c, e in ((known, MIA.email), (new, unknown))]
    bodies = [a.json()["data"] for a in answers]
    assert [a.status_code for a in answers] == [200, 200]
    assert [b["user"].pop("email") for b in bodies] == [MIA.email, unknown]
    assert bodies[0] == bodies[1]
    assert bodies[0] | {"partner": 0, "user": 0, "message": 0} == {
        "success": True, "message": 0, "isInvitation": False, "partner": 0, "user": 0, "workspace": None, "redirect": None
    }  # fmt: skip
    names = [{k for k in a.headers if k not in {"x-request-id", "date"}} for a in answers]
    assert names[0] == names[1]

    await work()
    (told,) = await mails_to(owner, MIA.email)
    assert told["template"] == "already_registered"
    assert "token=" not in told["plain"]
    links = await owner.fetch("SELECT token_hash FROM app.sign_ups WHERE email = $1", MIA.email)
    assert [row[0] for row in links] == [None], "it waits like any other, and no link ever confirms it"
    before = await owner.fetchval("SELECT password_hash FROM app.users WHERE id = $1", MIA.id)
    assert before == await owner.fetchval("SELECT password_hash FROM app.users WHERE email = $1", MIA.email)
    assert (await mails_to(owner, unknown))[0]["template"] == "confirm_email"


async def test_signing_in_with_what_one_signed_up_with_tells_nothing(
    site: Site, owner: asyncpg.Connection, work: Work
) -> None:
    """Whoever signs up with an address of somebody else knows the password of that sign-up, and may try it."""
    told = []
    for email in (VERA.email, new_email()):
        browser = stranger(site)
        await browser.post("/api/auth/signup", json=wish(email))
        await work()
        answer = await browser.post("/api/auth/signin", json={"email": email, "password": GOOD})
        page = await browser.post("/login", data={"email": email, "password": GOOD})
        told.append(
            (answer.status_code, answer.json()["detail"], page.status_code, text_of(page.text).replace(email, ""))
        )
        await work()
        assert len(await mails_to(owner, email)) == 3
        assert "session" not in browser.cookies
    assert told[0] == told[1]
    assert told[0][0] == 403
    assert {mail["template"] for mail in await mails_to(owner, VERA.email)} == {"already_registered"}
    links = await owner.fetch("SELECT token_hash FROM app.sign_ups WHERE email = $1", VERA.email)
    assert [row[0] for row in links] == [None]
    mine = await stranger(site).post("/api/auth/signin", json={"email": VERA.email, "password": PASSWORD})
    assert mine.status_code == 200


async def test_known_and_unknown_addresses_cost_the_same_statements(site: Site) -> None:
    """What a request sends to the database is the same for both, so that its duration tells nothing."""
    from inspralv.foundation.db import statements

    async def sent(path: str, **body: Any) -> list[str]:
        seen: list[str] = []
        statements.observers.append(seen.append)
        try:
            await stranger(site).post(path, json=body)
        finally:
            statements.observers.remove(seen.append)
        return seen

    for path, rest in (
        ("/api/auth/signup", {"password": GOOD}),
        ("/api/auth/forgot-password", {}),
        ("/api/auth/signin", {"password": OTHER}),
    ):
        assert await sent(path, email=MIA.email, **rest) == await sent(path, email=new_email(), **rest), path


async def test_a_link_works_once(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    browser, _, token = await _signed_up(site, owner, work)
    assert (await browser.post("/api/auth/confirm-email", json={"token": token})).status_code == 200
    again = await browser.post("/api/auth/confirm-email", json={"token": token})
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (400, "/token")


async def test_a_link_runs_out(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    browser, email, token = await _signed_up(site, owner, work)
    await owner.execute("UPDATE app.sign_ups SET expires_at = now() - interval '1 second' WHERE email = $1", email)
    assert "does not work" in (await browser.get(f"/confirm-email?token={token}")).text
    assert (await browser.post("/api/auth/confirm-email", json={"token": token})).status_code == 400


async def test_a_link_of_one_brand_does_not_work_at_another(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    _, email, token = await _signed_up(site, owner, work, "acme.localhost")
    rival = stranger(site, "rival.localhost")
    answer = await rival.post("/api/auth/confirm-email", json={"token": token, "password": GOOD})
    assert answer.status_code == 400
    assert not await owner.fetchval("SELECT count(*) FROM app.users WHERE email = $1", email)


async def test_opening_the_page_does_not_use_the_link_up(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    browser, email, token = await _signed_up(site, owner, work)
    for _ in range(2):
        page = await browser.get(f"/confirm-email?token={token}")
        assert email in text_of(page.text)
        assert 'name="password"' not in page.text
        assert page.headers["cache-control"] == "no-store"
    sent = await browser.post("/confirm-email", data={"token": token})
    assert sent.status_code == 303
    assert sent.headers["location"].startswith("/w/nora-s-workspace")
    assert (await browser.get(sent.headers["location"])).status_code == 200


async def test_another_browser_also_says_the_password(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    """Somebody who signs up with another person's address gets nothing when the owner clicks the link."""
    _, email, token = await _signed_up(site, owner, work)
    other = stranger(site, "localhost")
    assert 'name="password"' in (await other.get(f"/confirm-email?token={token}")).text
    for given, status in (("", 422), (OTHER, 422)):
        page = await other.post("/confirm-email", data={"token": token, "password": given})
        assert (page.status_code, "session" in page.cookies) == (status, False)
    assert not await owner.fetchval("SELECT count(*) FROM app.users WHERE email = $1", email)
    done = await other.post("/confirm-email", data={"token": token, "password": GOOD})
    assert done.status_code == 303


async def test_guessing_that_password_is_limited(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    _, _, token = await _signed_up(site, owner, work)
    other = stranger(site, "localhost")
    tries = [await other.post("/api/auth/confirm-email", json={"token": token, "password": OTHER}) for _ in range(6)]
    assert [t.status_code for t in tries] == [400] * 5 + [429]


async def test_sign_ups_of_one_address_stand_for_themselves(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    """A later sign-up changes neither the password nor the link of an earlier one, and the first confirmed wins."""
    mine, email, token = await _signed_up(site, owner, work)
    theirs = stranger(site, "localhost")
    await theirs.post("/api/auth/signup", json=wish(email, password=OTHER, firstName="Eve"))
    await work()
    later = link_in((await mails_to(owner, email))[-1])[1]
    told = (await mine.post("/api/auth/confirm-email", json={"token": token})).json()["data"]
    assert told["user"]["first_name"] == "Nora"
    assert (await theirs.post("/api/auth/confirm-email", json={"token": later})).status_code == 400
    signed_in = [
        (await stranger(site, "localhost").post("/api/auth/signin", json={"email": email, "password": p})).status_code
        for p in (GOOD, OTHER)
    ]
    assert signed_in == [200, 401]


async def test_an_address_taken_meanwhile_is_a_conflict(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    browser, email, token = await _signed_up(site, owner, work)
    await owner.execute(
        "INSERT INTO app.users (partner_id, id, email, password_hash, created_at, updated_at)"
        " VALUES ($1, gen_random_uuid(), $2, 'x', now(), now())", PLATFORM, email,
    )  # fmt: skip
    page = await browser.post("/confirm-email", data={"token": token})
    assert page.status_code == 409
    assert "has an account already" in text_of(page.text)
    joined = "SELECT count(*) FROM app.partner_members m JOIN app.users u ON u.id = m.user_id WHERE u.email = $1"
    assert await owner.fetchval(joined, email) == 0


async def test_signing_in_before_confirming_sends_the_link_again(
    site: Site, owner: asyncpg.Connection, work: Work
) -> None:
    browser, email, first = await _signed_up(site, owner, work)
    wrong = await stranger(site, "localhost").post("/api/auth/signin", json={"email": email, "password": OTHER})
    assert wrong.status_code == 401
    await work()
    assert len(await mails_to(owner, email)) == 1
    right = await browser.post("/api/auth/signin", json={"email": email, "password": GOOD})
    assert right.status_code == 403
    assert "Confirm your address first" in right.json()["detail"]
    assert "session" not in right.cookies
    await work()  # so that the mails are made in the order of the requests
    page = await browser.post("/login", data={"email": email, "password": GOOD})
    assert (page.status_code, "Check your mail" in page.text) == (403, True)
    await work()
    token = link_in((await mails_to(owner, email))[-1])[1]
    assert (await browser.post("/api/auth/confirm-email", json={"token": first})).status_code == 400
    assert (await browser.post("/api/auth/confirm-email", json={"token": token})).status_code == 200


BAD: list[tuple[dict[str, Any], set[str]]] = [
    ({"email": "nobody", "password": GOOD}, {"/email"}),
    ({"email": "a@b", "password": GOOD}, {"/email"}),
    ({"email": "a@b.test\nbcc: c@d.test", "password": GOOD}, {"/email"}),
    ({"email": "ünï@new.test", "password": GOOD}, {"/email"}),
    ({"password": GOOD}, {"/email"}),
    ({"email": "x@new.test"}, {"/password"}),
    ({"email": "x@new.test", "password": GOOD, "role": "owner", "userId": "1"}, {"/role", "/userId"}),
    ({"email": "x@new.test", "password": "a" * 10_000, "firstName": "n" * 10_000}, {"/password", "/firstName"}),
    ({"email": "x\x00@new.test", "password": GOOD, "firstName": "a\x00b"}, {"/email", "/firstName"}),
    ({"email": 7, "password": GOOD, "isInvitation": "yes"}, {"/email", "/isInvitation"}),
]


@pytest.mark.parametrize(("body", "pointers"), BAD)
async def test_bad_bodies_are_refused_with_every_fault(
    site: Site, owner: asyncpg.Connection, body: dict[str, Any], pointers: set[str]
) -> None:
    before = await owner.fetchval("SELECT count(*) FROM app.sign_ups")
    answer = await stranger(site).post("/api/auth/signup", json=body)
    assert answer.status_code == 400
    assert {e["pointer"] for e in answer.json()["errors"]} == pointers
    assert answer.headers["content-type"] == "application/problem+json"
    assert await owner.fetchval("SELECT count(*) FROM app.sign_ups") == before


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short-A1", "12 to 128"),
        ("alllowercase-1", "upper-case"),
        ("P@ssw0rd2024!", "guessed first"),
        ("Nora-Harbour-71", "own name"),
    ],
)
async def test_weak_passwords_are_refused(site: Site, password: str, told: str) -> None:
    answer = await stranger(site).post("/api/auth/signup", json=wish(new_email(), password=password))
    assert answer.status_code == 400
    assert {e["pointer"] for e in answer.json()["errors"]} == {"/password"}
    assert told in answer.json()["detail"]


async def test_names_and_addresses_are_stored_plain(site: Site, owner: asyncpg.Connection) -> None:
    email = new_email()
    body = wish(f"  {email.upper()} ", firstName=" Nora \n Jane ", lastName="\tQuill ")
    await stranger(site).post("/api/auth/signup", json=body)
    row = await owner.fetchrow("SELECT first_name, last_name FROM app.sign_ups WHERE email = $1", email)
    assert tuple(row) == ("Nora Jane", "Quill")


async def test_passwords_and_tokens_are_stored_as_hashes(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    _, email, token = await _signed_up(site, owner, work)
    row = str(dict(await owner.fetchrow("SELECT * FROM app.sign_ups WHERE email = $1", email)))
    assert "argon2id$v=19$m=19456,t=2,p=1" in row
    assert GOOD not in row
    assert token not in row
