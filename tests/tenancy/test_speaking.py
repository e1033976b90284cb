"""Which language people are answered in: their own choice, the partner's default, the browser's; and their mails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import asyncpg
import httpx
import pytest
from tests.accounts.door import mails_to, new_email, stranger, wish
from tests.conftest import Site
from tests.world import ACME, MIA, OLGA, VERA

from inspralv.foundation.db.dsn import Dsns
from inspralv.tenancy.session_cookie import SessionPolicy
from inspralv.tenancy.speaking import language_cookie

Work = Callable[[], Awaitable[None]]
SIGN_IN = {"en": "Sign in", "de": "Anmelden", "es": "Iniciar sesión", "fr": "Se connecter", "pt": "Entrar"}


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.execute("UPDATE app.users SET language = NULL WHERE partner_id = $1", ACME)
    await connection.close()


async def _default(site: Site, language: str | None) -> None:
    answer = await site.as_(OLGA).patch("/api/partner", json={"branding": {"language": language}})
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def spanish(site: Site) -> AsyncIterator[None]:
    """The partner speaks Spanish to whoever has chosen nothing."""
    await _default(site, "es")
    yield
    await _default(site, None)


def _language(page: httpx.Response) -> str:
    assert page.status_code == 200, page.status_code
    return page.text.partition('<html lang="')[2][:2]


async def _chosen(site: Site, language: str | None) -> None:
    assert (await site.as_(MIA).put("/api/account/language", json={"language": language})).status_code == 200


@pytest.mark.parametrize("language", SIGN_IN)
async def test_the_browser_decides_where_nothing_is_chosen(site: Site, language: str) -> None:
    page = await site.at("acme.localhost", headers={"accept-language": f"{language};q=0.8, ja"}).get("/login")
    assert _language(page) == language
    assert SIGN_IN[language] in page.text


@pytest.mark.usefixtures("spanish")
async def test_the_nearer_choice_wins(site: Site, owner: asyncpg.Connection) -> None:  # noqa: ARG001 - it tidies up
    german = {"accept-language": "de"}
    anybody = site.at("acme.localhost", headers=german)
    assert _language(await anybody.get("/login")) == "es", "the partner's before the browser's"
    kept = await anybody.post(
        "/language", data={"language": "fr"}, headers={"referer": "http://acme.localhost/signup?plan=x"}
    )
    assert (kept.status_code, kept.headers["location"]) == (303, "/signup?plan=x")
    cookie = {"cookie": kept.headers["set-cookie"].partition(";")[0]}
    assert _language(await site.at("acme.localhost", headers=german | cookie).get("/login")) == "fr", (
        "this browser's before it"
    )
    await _chosen(site, "pt")
    mine = site.as_(MIA)
    mine.headers["cookie"] += f"; {cookie['cookie']}"
    assert _language(await mine.get("/w/clinic/agents")) == "pt", "and one's own before all"
    await _chosen(site, None)
    assert _language(await mine.get("/w/clinic/agents")) == "fr"


@pytest.mark.usefixtures("spanish")
async def test_programs_get_english_unless_they_ask(site: Site) -> None:
    plain = await site.as_(MIA).get("/api/w/nowhere/agents")
    assert plain.json()["detail"] == "There is no such workspace."
    asked = await site.as_(MIA, headers={"accept-language": "de"}).get("/api/w/nowhere/agents")
    assert asked.json()["code"] == plain.json()["code"]
    assert asked.json()["detail"] not in {plain.json()["detail"], ""}


async def test_refusals_speak_it_too(site: Site) -> None:
    german = site.at("acme.localhost", headers={"accept-language": "de"})
    lost = await german.get("/nothing-here")
    assert lost.status_code == 404
    assert lost.text.partition('<html lang="')[2][:2] == "de"
    typed = await german.post("/login", data={"email": "", "password": ""})
    assert "This field is required." not in typed.text
    assert "Bitte" in typed.text or "erforderlich" in typed.text or "Pflichtfeld" in typed.text
    assert _language(await site.at("acme.localhost").get("/login")) == "en", "nothing of it stays for the next"


@pytest.mark.parametrize("language", ["", "xx", "EN"])
async def test_only_languages_there_are(site: Site, language: str) -> None:
    answer = await site.at("acme.localhost", headers={"accept": "application/json"}).post(
        "/language", data={"language": language}
    )
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers
    mine = await site.as_(MIA).put("/api/account/language", json={"language": language or 1})
    assert mine.status_code == 400


@pytest.mark.parametrize(
    "referer",
    [
        "https://elsewhere.example/x",
        "http://acme.localhost//elsewhere.example",
        "",
        "/\\elsewhere",
        "http://[elsewhere",
    ],
)
async def test_a_choice_leads_nowhere_else(site: Site, referer: str) -> None:
    answer = await site.at("acme.localhost", headers={"referer": referer}).post("/language", data={"language": "de"})
    assert answer.status_code == 303
    assert "elsewhere" not in answer.headers["location"]


async def test_one_chooses_on_the_account_page(site: Site, owner: asyncpg.Connection) -> None:
    mine = site.as_(MIA)
    saved = await mine.post("/account/language", data={"language": "de"})
    assert (saved.status_code, saved.headers["location"]) == (303, "/account?done=language")
    page = await mine.get("/account")
    assert _language(page) == "de"
    assert '<option value="de" selected>' in page.text
    logged = await owner.fetchrow(
        "SELECT new_values, actor_id FROM app.audit_log WHERE action = 'user.updated' ORDER BY id DESC"
    )
    assert (logged["new_values"], logged["actor_id"]) == ('{"language": "de"}', MIA.id)
    assert (await mine.post("/account/language", data={"language": "xx"})).status_code == 422
    assert (await mine.post("/account/language", data={"language": ""})).status_code == 303
    assert await owner.fetchval("SELECT language FROM app.users WHERE id = $1", MIA.id) is None


async def test_mails_speak_their_readers_language(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    await _chosen(site, "de")
    asked = await stranger(site).post("/api/auth/forgot-password", json={"email": MIA.email})
    assert asked.status_code == 200
    await work()
    mail = (await mails_to(owner, MIA.email))[-1]
    assert mail["template"] == "reset_password"
    assert "Passwort" in mail["subject"]
    assert '<html lang="de">' in mail["html"]
    assert "Set a new password" not in mail["html"] + mail["plain"]


@pytest.mark.parametrize("language", [one for one in SIGN_IN if one != "en"])
async def test_who_asks_for_a_mail_reads_it_in_the_language_of_the_page(
    site: Site, owner: asyncpg.Connection, work: Work, language: str
) -> None:
    """Neither the person nor the partner has chosen one: the mail follows the browser, as the page did."""
    browser, address = site.at(MIA.host, headers={"accept-language": language}), new_email()
    assert (await browser.post("/api/auth/signup", json=wish(address))).status_code == 200
    assert (await browser.post("/api/auth/forgot-password", json={"email": VERA.email})).status_code == 200
    await work()
    for recipient in (address, VERA.email):
        mail = (await mails_to(owner, recipient))[-1]
        assert f'<html lang="{language}">' in mail["html"], recipient
    await owner.execute("DELETE FROM app.rate_limits")


async def test_programs_are_told_of_their_faults_in_the_language_they_ask_for(site: Site) -> None:
    program, german = site.at("acme.localhost"), {"accept-language": "de"}
    assert (await program.get("/api/nothing")).json()["title"] == "Not found"
    assert (await program.get("/api/nothing", headers=german)).json()["title"] == "Nicht gefunden"
    several = await program.post("/api/auth/signin", json={}, headers=german)
    assert several.json()["detail"] == "2 Felder brauchen Ihre Aufmerksamkeit."
    json = {**german, "content-type": "application/json"}
    broken = await program.post("/api/auth/signin", content=b"{", headers=json)
    assert broken.json()["errors"][0]["message"].startswith("Der Inhalt ist kein gültiges JSON")


def test_over_https_the_choice_is_kept_for_this_host_alone() -> None:
    policy = SessionPolicy(secure=True, idle=timedelta(days=1), absolute=timedelta(days=1))
    kept = language_cookie(policy, "fr").to_header(header="").strip().split("; ")
    assert {"__Host-language=fr", "Secure", "HttpOnly", "Path=/"} <= set(kept)
