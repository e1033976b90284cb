"""The pages of accounts, as a browser without scripts uses them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import httpx
import pytest
from tests.accounts.door import GOOD, OTHER, PROXIED, link_in, mails_to, new_email, stranger, tag, text_of
from tests.accounts.second import protect
from tests.conftest import Site
from tests.world import MIA, NOA, PASSWORD, WIM

ENVIRON = PROXIED
Work = Callable[[], Awaitable[None]]

ELSEWHERE = [
    "https://evil.test/", "//evil.test", "/\\evil.test", "\\/evil.test", "/\t/evil.test", "/\n/evil.test", "evil.test",
    "javascript:alert(1)", "/a\\b", "", "/login", "/signup?redirect=/x", "/" + "ü", "https:/evil.test", " /w/x",
    "///evil.test", "https:evil.test", "@evil.test", "/\u2028/evil.test", "/\u3000/evil.test", "\uff0f\uff0fevil.test",
    "\t//evil.test", "javascript://%0aalert(1)", "data:text/html,x", "/x\r\nset-cookie: a=b", "/x y", "/login/two-factor",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
async def test_redirects_stay_on_the_host(site: Site, wanted: str) -> None:
    browser = stranger(site)
    page = await browser.get("/login", params={"redirect": wanted})
    assert 'name="redirect"' not in page.text
    sent = await browser.post("/login", data={"email": MIA.email, "password": PASSWORD, "redirect": wanted})
    assert (sent.status_code, sent.headers["location"]) == (303, "/select-workspace")
    for path in ("/login", "/signup"):
        there = await browser.get(path, params={"redirect": wanted})
        assert (there.status_code, there.headers["location"]) == (303, "/select-workspace")
    saved = await browser.post("/setup-profile", data={"first_name": "Mia", "last_name": "Test", "redirect": wanted})
    assert saved.headers["location"] == "/select-workspace"
    told = await stranger(site).post(
        "/api/auth/signin", json={"email": MIA.email, "password": PASSWORD, "redirect": wanted}
    )
    assert told.json()["data"]["redirect"] == "/select-workspace"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.test/", "//evil.test", "/\\evil.test", "/\t/evil.test", "javascript:alert(1)", "/\u2028/evil.test"],
)
async def test_every_other_step_stays_on_the_host_too(
    site: Site, owner: asyncpg.Connection, work: Work, wanted: str
) -> None:
    """Confirming an address, the second factor with its page, and the choice of a language."""
    await owner.execute("DELETE FROM app.rate_limits")
    browser, email = stranger(site), new_email()
    sent = await browser.post("/signup", data={
        "email": email, "password": GOOD, "confirmation": GOOD, "firstName": "Nora", "redirect": wanted,
    })  # fmt: skip
    assert sent.status_code == 200, sent.text
    await work()
    token = link_in((await mails_to(owner, email))[-1])[1]
    confirmed = await browser.post("/confirm-email", data={"token": token})
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, "/select-workspace")
    kept = await browser.get("/account/two-factor", params={"redirect": "/w/clinic/agents"})
    assert 'name="redirect"' in kept.text
    for shown in (
        await browser.get("/account/two-factor", params={"redirect": wanted}),
        await browser.post("/account/two-factor", data={"password": GOOD, "redirect": wanted}),
        await browser.post("/account/two-factor/confirmation", data={"code": "000000", "redirect": wanted}),
    ):
        assert "<form" in shown.text
        assert 'name="redirect"' not in shown.text
    _, codes = await protect(browser)
    fresh = stranger(site)
    first = await fresh.post("/login", data={"email": email, "password": GOOD, "redirect": wanted})
    assert first.headers["location"] == "/login/two-factor?redirect=/select-workspace"
    page = await fresh.get("/login/two-factor", params={"redirect": wanted})
    assert 'name="redirect" value="/select-workspace"' in page.text
    second = await fresh.post("/login/two-factor", data={"code": codes[0], "redirect": wanted})
    assert (second.status_code, second.headers["location"]) == (303, "/select-workspace")
    referer = f"http://acme.localhost:{site.port}/{wanted.strip()}"
    if referer.isascii() and referer.isprintable():
        chosen = await fresh.post("/language", data={"language": "de"}, headers={"referer": referer})
        led = httpx.URL(f"http://acme.localhost:{site.port}").join(chosen.headers["location"])
        assert (chosen.status_code, led.host) == (303, "acme.localhost")


async def test_what_looks_like_a_line_break_stays_in_the_address(site: Site) -> None:
    answer = await stranger(site).post(
        "/login", data={"email": MIA.email, "password": PASSWORD, "redirect": "/x%0d%0aset-cookie:a=b"}
    )
    assert answer.headers["location"] == "/x%0d%0aset-cookie:a=b"
    assert [one.partition("=")[0] for one in answer.headers.get_list("set-cookie")] == ["session"]


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("{here}/w/clinic/agents?q=a&page=2", "/w/clinic/agents%3Fq%3Da%26page%3D2"),
        ("{here}//evil.test/x", "/select-workspace"),
        ("http://[", "/select-workspace"),
        ("javascript:alert(1)", "/select-workspace"),
        ("", "/select-workspace"),
    ],
)
async def test_a_button_leads_back_to_the_page_it_stood_on(site: Site, page: str, back: str) -> None:
    """The session has ended meanwhile. The browser says where it is by its whole address."""
    headers = {"hx-request": "true", "hx-current-url": page.format(here=f"http://acme.localhost:{site.port}")}
    answer = await stranger(site).post("/account/sessions/end-others", headers=headers)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, f"/login?redirect={back}")


async def test_what_is_asked_for_within_a_page_leads_back_to_the_page(site: Site) -> None:
    """A part of one is nothing to come to after signing in; a whole page is, also when only some of it is shown."""
    here = {"hx-request": "true", "hx-current-url": f"http://acme.localhost:{site.port}/w/clinic/agents"}
    for path, kind, back in (
        ("/w/clinic/search?q=ann", "partial", "/w/clinic/agents"),
        ("/w/clinic/conversations", "full", "/w/clinic/conversations"),
    ):
        answer = await stranger(site).get(path, headers={**here, "hx-request-type": kind})
        assert (answer.status_code, answer.headers["hx-redirect"]) == (200, f"/login?redirect={back}")


async def test_redirect_is_kept_all_the_way(site: Site) -> None:
    wanted = "/w/clinic/agents?q=a%20b&page=2"
    refused = await stranger(site).get(wanted)
    browser = stranger(site)
    page = await browser.get(refused.headers["location"])
    assert 'name="redirect" value="/w/clinic/agents?q=a%20b&amp;page=2"' in page.text
    assert "/signup?redirect=/w/clinic/agents%3Fq%3Da%2520b%26page%3D2" in page.text
    wrong = await browser.post("/login", data={"email": MIA.email, "password": OTHER, "redirect": wanted})
    assert "page=2" in wrong.text
    sent = await browser.post("/login", data={"email": MIA.email, "password": PASSWORD, "redirect": wanted})
    assert sent.headers["location"] == wanted
    assert (await browser.get("/login", params={"redirect": wanted})).headers["location"] == wanted


async def test_a_refused_sign_in_keeps_what_was_typed_but_the_password(site: Site) -> None:
    page = await stranger(site).post("/login", data={"email": MIA.email, "password": OTHER})
    assert page.status_code == 422
    assert f'value="{MIA.email}"' in tag(page.text, "f-email")
    assert 'aria-invalid="true"' in tag(page.text, "f-password")
    assert 'aria-describedby="e-password"' in tag(page.text, "f-password")
    assert OTHER not in page.text
    empty = await stranger(site).post("/login", data={"email": "", "password": ""})
    assert empty.status_code == 422
    assert all('aria-invalid="true"' in tag(empty.text, name) for name in ("f-email", "f-password"))


async def test_every_fault_of_a_sign_up_is_told_beside_its_field(site: Site) -> None:
    page = await stranger(site).post(
        "/signup", data={"firstName": "Nora", "email": "nobody", "password": "weak", "confirmation": "week"}
    )
    assert page.status_code == 422
    assert all('aria-invalid="true"' in tag(page.text, name) for name in ("f-email", "f-password", "f-confirmation"))
    assert "Enter an address like name@company.com." in text_of(page.text)
    assert "Use 12 to 128 characters." in text_of(page.text)
    assert 'value="Nora"' in tag(page.text, "f-firstName")
    weak = await stranger(site).post(
        "/signup", data={"firstName": "Nora", "email": new_email(), "password": "nora", "confirmation": "nora"}
    )
    for told in ("Use 12 to 128 characters.", "an upper-case letter, a digit and a symbol", "own name"):
        assert told in text_of(weak.text)
    assert "strength" in tag(weak.text, "f-password")


async def test_the_way_in_from_sign_up_to_the_dashboard(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    browser, email = stranger(site, "localhost"), new_email()
    wanted = {"firstName": "Nora", "lastName": "Quill", "email": email, "password": GOOD, "confirmation": GOOD}
    sent = await browser.post("/signup", data=wanted)
    assert (sent.status_code, email in text_of(sent.text)) == (200, True)
    await work()
    path, token = link_in((await mails_to(owner, email))[0])
    page = await browser.get(path, params={"token": token})
    assert f'value="{token}"' in page.text
    done = await browser.post(path, data={"token": token})
    assert done.headers["location"] == "/w/nora-s-workspace/dashboard"
    assert (await browser.get(done.headers["location"])).status_code == 200
    assert (await browser.get("/select-workspace")).headers["location"] == done.headers["location"]


async def test_the_sent_page_is_the_same_for_a_known_address(site: Site) -> None:
    pages = []
    for email in (MIA.email, new_email()):
        page = await stranger(site).post("/signup", data={"email": email, "password": GOOD, "confirmation": GOOD})
        pages.append((page.status_code, page.text.replace(email, "")))
    assert pages[0] == pages[1]


async def test_a_plan_is_shown_on_the_platform_and_stored(site: Site, owner: asyncpg.Connection) -> None:
    page = await stranger(site, "localhost").get("/signup?plan=pro&email=a@b.test")
    words = text_of(page.text)
    assert all(told in words for told in ("Pro plan", "$249 a month", "Agents per workspace: 25"))
    assert 'name="selectedPlan" value="pro"' in page.text
    assert 'href="/signup?plan=enterprise"' in page.text
    assert 'value="a@b.test"' in tag(page.text, "f-email")
    assert "plan" not in text_of((await stranger(site).get("/signup?plan=pro")).text)
    assert "plan" not in text_of((await stranger(site, "localhost").get("/signup?plan=golden")).text)
    email = new_email()
    wanted = {"email": email, "password": GOOD, "confirmation": GOOD, "selectedPlan": "pro"}
    await stranger(site, "localhost").post("/signup", data=wanted)
    assert await owner.fetchval("SELECT selected_plan FROM app.sign_ups WHERE email = $1", email) == "pro"


async def test_the_invited_are_told_so(site: Site, owner: asyncpg.Connection) -> None:
    back = "/accept-partner-invitation?token=abc"
    page = await stranger(site).get("/signup", params={"redirect": back})
    assert "You are invited" in text_of(page.text)
    email = new_email()
    await stranger(site).post(
        "/signup", data={"email": email, "password": GOOD, "confirmation": GOOD, "redirect": back}
    )
    row = await owner.fetchrow("SELECT is_invitation, redirect FROM app.sign_ups WHERE email = $1", email)
    assert tuple(row) == (True, back)


async def test_the_profile_shows_and_saves_ones_name(site: Site, owner: asyncpg.Connection) -> None:
    browser = site.as_(NOA)
    assert 'value="Noa"' in tag((await browser.get("/setup-profile")).text, "f-first_name")
    bad = await browser.post("/setup-profile", data={"first_name": " ", "last_name": "x" * 101})
    assert bad.status_code == 422
    assert all('aria-invalid="true"' in tag(bad.text, f"f-{n}") for n in ("first_name", "last_name"))
    saved = await browser.post("/setup-profile", data={"first_name": " Noa  Maria ", "last_name": "Test"})
    assert (saved.status_code, saved.headers["location"]) == (303, "/select-workspace")
    row = await owner.fetchrow("SELECT action, old_values, new_values FROM app.audit_log WHERE actor_id = $1", NOA.id)
    assert tuple(row) == ("user.updated", '{"first_name": "Noa"}', '{"first_name": "Noa Maria"}')
    await browser.post("/setup-profile", data={"first_name": "Noa Maria", "last_name": "Test"})
    assert await owner.fetchval("SELECT count(*) FROM app.audit_log WHERE actor_id = $1", NOA.id) == 1
    assert (await stranger(site).get("/setup-profile")).headers["location"] == "/login?redirect=/setup-profile"


async def test_who_has_no_name_is_asked_first(site: Site, owner: asyncpg.Connection) -> None:
    await owner.execute("UPDATE app.users SET first_name = '' WHERE id = $1", WIM.id)
    browser = stranger(site)
    sent = await browser.post("/login", data={"email": WIM.email, "password": PASSWORD, "redirect": "/w/clinic/agents"})
    assert sent.headers["location"] == "/setup-profile?redirect=/w/clinic/agents"
    page = await browser.get(sent.headers["location"])
    assert "What is your name?" in text_of(page.text)
    saved = await browser.post("/setup-profile", data={"first_name": "Wim", "redirect": "/w/clinic/agents"})
    assert saved.headers["location"] == "/w/clinic/agents"


async def test_pages_carry_the_brand_and_no_inline_code(site: Site) -> None:
    for path in ("/login", "/signup", "/forgot-password", "/reset-password", "/confirm-email"):
        page = await stranger(site).get(path)
        assert page.status_code == 200, path
        assert page.text.count("<h1") == 1, path
        assert "Acme Voice" in page.text
        assert "<script>" not in page.text
        assert " style=" not in page.text
        assert " onclick" not in page.text
