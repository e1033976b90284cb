"""One's own account: password, address, sessions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import pytest
from tests.accounts.door import GOOD, OTHER, PROXIED, link_in, mails_to, new_email, stranger, tag, text_of
from tests.conftest import Site
from tests.world import ADAM, MIA, NOA, STAN

from inspralv.accounts.devices import device_label, device_mark

ENVIRON = PROXIED
Member = Callable[..., Awaitable[str]]
Work = Callable[[], Awaitable[None]]
_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari/604.1"


async def _enter(site: Site, email: str, password: str = GOOD, **options: object) -> httpx.AsyncClient:
    browser = stranger(site, **options)  # type: ignore[arg-type]
    answer = await browser.post("/api/auth/signin", json={"email": email, "password": password})
    assert answer.status_code == 200, answer.text
    return browser


async def test_a_new_password_ends_every_other_session(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()
    browser, other = await _enter(site, email), await _enter(site, email)
    for body, field in (
        ({"current_password": OTHER, "password": OTHER}, "/current_password"),
        ({"current_password": GOOD, "password": "weak"}, "/password"),
        ({"current_password": GOOD, "password": GOOD}, "/password"),
    ):
        refused = await browser.post("/api/account/password", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, field)
    copied = stranger(site, headers={"cookie": f"session={browser.cookies['session']}"})
    assert [(await one.get("/api/auth/context")).status_code for one in (other, copied)] == [200, 200]
    done = await browser.post("/api/account/password", json={"current_password": GOOD, "password": OTHER})
    assert done.status_code == 200
    assert [(await one.get("/api/auth/context")).status_code for one in (browser, copied, other)] == [200, 401, 401]
    await _enter(site, email, OTHER)
    await work()
    assert "Your password was changed: Acme Voice" in [m["subject"] for m in await mails_to(owner, email)]
    row = await owner.fetchrow(
        "SELECT new_values::text FROM app.audit_log WHERE action = 'user.updated' ORDER BY id DESC"
    )
    assert row[0] == '{"password": "changed"}'


async def test_the_password_page_keeps_blanks_and_tells_faults(site: Site, member: Member) -> None:
    email = await member(password=" Quiet-Harbour-71 ")
    browser = await _enter(site, email, " Quiet-Harbour-71 ")
    form = {"current_password": " Quiet-Harbour-71 ", "password": OTHER, "confirmation": "differs"}
    page = await browser.post("/account/password", data=form)
    assert (page.status_code, "The two passwords differ." in text_of(page.text)) == (422, True)
    assert OTHER not in page.text
    assert 'aria-invalid="true"' in tag(page.text, "f-confirmation")
    before = browser.cookies["session"]
    done = await browser.post("/account/password", data=form | {"confirmation": OTHER})
    assert (done.status_code, done.headers["location"]) == (303, "/account/password?done=password")
    assert browser.cookies["session"] != before
    assert "Password changed" in text_of((await browser.get(done.headers["location"])).text)


async def test_guessing_the_password_from_a_borrowed_browser_is_limited(site: Site, member: Member) -> None:
    browser = await _enter(site, await member())
    body = {"current_password": OTHER, "password": "Steep-Meadow-39"}
    answers = [(await browser.post("/api/account/password", json=body)).status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]


async def _links(owner: asyncpg.Connection, *emails: str) -> list[str]:
    return [
        next(link_in(m)[1] for m in reversed(await mails_to(owner, email)) if "/confirm-address" in m["plain"])
        for email in emails
    ]


async def test_an_address_changes_when_both_mailboxes_agree(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email, wanted = await member(), new_email()
    browser = await _enter(site, email)
    asked = await browser.post("/api/account/email", json={"email": f" {wanted.upper()} ", "password": GOOD})
    assert asked.status_code == 200
    assert (await browser.get("/api/account")).json()["data"]["waiting_email"] == wanted
    await work()
    old, new = await _links(owner, email, wanted)
    kept = str([tuple(r) for r in await owner.fetch("SELECT * FROM app.address_changes")])
    assert old not in kept
    assert new not in kept
    page = await stranger(site).get("/confirm-address", params={"token": new})
    assert f"{wanted} is to sign in" in text_of(page.text)
    assert (await browser.get("/api/account")).json()["data"]["email"] == email  # looking is not confirming
    first = await stranger(site).post("/confirm-address", data={"token": new, "answer": "confirm"})
    assert "The other mailbox" in text_of(first.text)
    await stranger(site).post("/confirm-address", data={"token": new, "answer": "confirm"})
    assert (await browser.get("/api/account")).json()["data"]["email"] == email
    second = await stranger(site).post("/api/auth/confirm-address", json={"token": old, "answer": "confirm"})
    assert second.json()["data"]["state"] == "done"
    assert (await browser.get("/api/account")).json()["data"]["email"] == wanted
    await _enter(site, wanted)
    assert (await stranger(site).post("/api/auth/signin", json={"email": email, "password": GOOD})).status_code == 401
    used = await stranger(site).post("/confirm-address", data={"token": old, "answer": "confirm"})
    assert "This link does not work" in text_of(used.text)
    row = await owner.fetchrow(
        "SELECT old_values, new_values FROM app.audit_log WHERE action = 'user.updated' AND new_values ? 'email' ORDER BY id DESC"
    )
    assert (email in row["old_values"], wanted in row["new_values"]) == (True, True)


@pytest.mark.parametrize("side", [0, 1])
async def test_either_mailbox_stops_it(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work, side: int
) -> None:
    email, wanted = await member(), new_email()
    browser = await _enter(site, email)
    await browser.post("/api/account/email", json={"email": wanted, "password": GOOD})
    await work()
    links = await _links(owner, email, wanted)
    stopped = await stranger(site).post("/confirm-address", data={"token": links[side], "answer": "stop"})
    assert "Stopped" in text_of(stopped.text)
    other = await stranger(site).post("/confirm-address", data={"token": links[1 - side], "answer": "confirm"})
    assert "This link does not work" in text_of(other.text)
    assert (await browser.get("/api/account")).json()["data"] | {"id": ""} == {
        "id": "", "email": email, "first_name": "Nora", "last_name": "Quill", "two_factor": False,
        "two_factor_required": False, "recovery_codes_left": 0, "passkeys": 0, "waiting_email": None,
    }  # fmt: skip


async def test_a_taken_address_is_told_to_its_mailbox_alone(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    free = await _enter(site, await member())
    told = [
        (await free.post("/api/account/email", json={"email": address, "password": GOOD})).json()
        for address in (MIA.email, new_email())
    ]
    assert told[0] == told[1]
    await work()
    subjects = [m["subject"] for m in await mails_to(owner, MIA.email)]
    assert subjects[-1:] == ["This address has an account at Acme Voice"] or subjects == []
    browser = await _enter(site, await member())
    await browser.post("/api/account/email", json={"email": ADAM.email, "password": GOOD})
    await work()
    mail = (await mails_to(owner, ADAM.email))[-1]
    assert (mail["subject"], "/confirm-address" in mail["plain"]) == (
        "This address has an account at Acme Voice",
        False,
    )


async def test_links_run_out_and_wishes_are_limited(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email, wanted = await member(), new_email()
    browser = await _enter(site, email)
    wrong = await browser.post("/api/account/email", json={"email": wanted, "password": OTHER})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/password")
    same = await browser.post("/api/account/email", json={"email": email, "password": GOOD})
    assert same.json()["errors"][0]["pointer"] == "/email"
    await browser.post("/api/account/email", json={"email": wanted, "password": GOOD})
    await work()
    (link,) = await _links(owner, wanted)
    await owner.execute("UPDATE app.address_changes SET expires_at = now()")
    late = await stranger(site).post("/confirm-address", data={"token": link, "answer": "confirm"})
    assert "This link does not work" in text_of(late.text)
    answers = [
        (await browser.post("/api/account/email", json={"email": wanted, "password": GOOD})).status_code
        for _ in range(3)
    ]
    assert answers == [200, 200, 429]


async def test_a_session_ends_from_afar_at_once(site: Site, member: Member) -> None:
    email = await member()
    here = await _enter(site, email, headers={"user-agent": _FIREFOX})
    there = await _enter(site, email, headers={"user-agent": _IPHONE})
    found = (await here.get("/api/account/sessions")).json()["data"]
    assert (found[0]["device"], found[0]["current"]) == ("Firefox on Linux", True)
    phone = next(one for one in found if one["device"] == "Safari on iPhone")
    assert phone["ip"].startswith("198.51.")
    page = text_of((await here.get("/account/sessions")).text)
    assert "This browser" in page
    assert "Safari on iPhone" in page
    stranger_to_it = await site.as_(NOA).delete(f"/api/account/sessions/{phone['id']}")
    assert stranger_to_it.status_code == 404
    assert (await there.get("/api/auth/context")).status_code == 200
    ended = await here.post(f"/account/sessions/{phone['id']}/end")
    assert ended.headers["location"] == "/account/sessions?done=session"
    assert (await there.get("/api/auth/context")).status_code == 401
    others = await here.delete("/api/account/sessions")
    assert others.json()["data"]["ended"] >= 1
    assert [s["current"] for s in (await here.get("/api/account/sessions")).json()["data"]] == [True]


async def test_an_ended_session_closes_its_stream(site: Site) -> None:
    body = {"email": MIA.email, "password": "Try-Inspralv-2026"}
    here, there = stranger(site), stranger(site)
    for browser in (here, there):
        assert (await browser.post("/api/auth/signin", json=body)).status_code == 200
    async with there.stream("GET", "/w/clinic/events", headers={"accept": "text/event-stream"}) as stream:
        assert stream.status_code == 200
        await here.delete("/api/account/sessions")
        async for _ in stream.aiter_raw():
            pass  # ends by itself; the client's own timeout would raise


async def test_a_sign_in_from_a_new_device_is_told(
    site: Site, member: Member, owner: asyncpg.Connection, work: Work
) -> None:
    email = await member()

    async def told() -> int:
        await work()
        return sum("New sign-in" in m["subject"] for m in await mails_to(owner, email))

    await _enter(site, email)
    assert await told() == 0
    await _enter(site, email, headers={"user-agent": _FIREFOX}, ip="203.0.113.7")
    assert await told() == 1
    mail = (await mails_to(owner, email))[-1]
    assert all(word in mail["plain"] for word in ("Firefox on Linux", "203.0.113.7", "/account/sessions"))
    await _enter(site, email, headers={"user-agent": _FIREFOX.replace("128", "129")}, ip="203.0.113.99")
    assert await told() == 1
    await owner.execute("UPDATE app.known_devices SET last_seen_at = now() - interval '91 days' WHERE device_hash = $1",
                        device_mark(_FIREFOX, "203.0.113.7"))  # fmt: skip
    await _enter(site, email, headers={"user-agent": _FIREFOX}, ip="203.0.113.7")
    assert await told() == 2


@pytest.mark.parametrize(
    ("agent", "label"),
    [(_FIREFOX, "Firefox on Linux"), (_CHROME, "Chrome on Windows"), (_IPHONE, "Safari on iPhone"),
     ("curl/8.5.0", "curl"), ("", "Unknown device"), (None, "Unknown device"), ("<script>", "Unknown device")],
)  # fmt: skip
def test_devices_have_names(agent: str | None, label: str) -> None:
    assert device_label(agent) == label


async def test_another_brand_sees_nothing(site: Site) -> None:
    sessions = (await site.as_(ADAM).get("/api/account/sessions")).json()["data"]
    assert sessions
    assert (await site.as_(STAN).delete(f"/api/account/sessions/{sessions[0]['id']}")).status_code == 404
