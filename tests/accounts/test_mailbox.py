"""The mailbox page, and what mail looks like."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from tests.accounts.door import PROXIED, link_in, mails_to, new_email, stranger, text_of, wish
from tests.conftest import Site
from tests.world import ACME, MIA

from inspralv.foundation.services import Services

ENVIRON = PROXIED
Work = Callable[[], Awaitable[None]]


@pytest.fixture
async def brand(owner: asyncpg.Connection, services: Services) -> None:
    await owner.execute(
        "UPDATE app.partners SET branding = $2 WHERE id = $1", ACME,
        '{"company_name": "Acme \\"Voice\\" <b>", "primary_color": "#ffe600", "support_email": "help@acme.test"}',
    )  # fmt: skip


async def _mail(site: Site, owner: asyncpg.Connection, work: Work) -> asyncpg.Record:
    email = new_email()
    await stranger(site).post("/api/auth/signup", json=wish(email, firstName="Visit https://evil.test"))
    await work()
    (mail,) = await mails_to(owner, email)
    return mail


async def test_mail_is_in_the_partners_brand(brand: None, site: Site, owner: asyncpg.Connection, work: Work) -> None:
    mail = await _mail(site, owner, work)
    assert mail["sender"] == '"Acme \\"Voice\\" <b>" <no-reply@mail.test>'
    assert mail["subject"] == 'Confirm your address for Acme "Voice" <b>'
    assert "background:#ffe600;color:#000000" in mail["html"]
    assert "Acme &#34;Voice&#34; &lt;b&gt;" in mail["html"]
    assert 'Acme "Voice" <b>' in mail["plain"]
    assert "help@acme.test" in mail["html"]
    assert f"http://acme.localhost:{site.port}/confirm-email?token=" in mail["plain"]
    assert mail["status"] == "kept"
    # What a stranger typed does not travel to third parties.
    assert "evil" not in mail["html"] + mail["plain"]


async def test_the_mailbox_is_read_on_pages(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    mail = await _mail(site, owner, work)
    here = site.at("acme.localhost")
    inbox = await here.get("/dev/mail")
    assert (inbox.status_code, mail["recipient"] in inbox.text) == (200, True)
    assert f'href="/dev/mail/{mail["id"]}"' in inbox.text
    page = await here.get(f"/dev/mail/{mail['id']}")
    token = link_in(mail)[1]
    assert f"/confirm-email?token={token}" in page.text
    assert mail["recipient"] in text_of(page.text)
    sheet = await here.get(f"/dev/mail/{mail['id']}/html")
    assert sheet.text == mail["html"]
    policy = sheet.headers["content-security-policy"]
    assert all(
        part in policy for part in ("default-src 'none'", "sandbox", "form-action 'none'", "frame-ancestors 'none'")
    )
    assert "script-src" not in policy
    assert "unsafe-inline" not in page.headers["content-security-policy"]


async def test_the_mailbox_of_another_brand_is_closed(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    mail = await _mail(site, owner, work)
    rival = site.at("rival.localhost")
    assert mail["recipient"] not in (await rival.get("/dev/mail")).text
    assert [(await rival.get(f"/dev/mail/{mail['id']}{end}")).status_code for end in ("", "/html")] == [404, 404]


async def test_only_this_machine_reads_the_mailbox(site: Site, owner: asyncpg.Connection, work: Work) -> None:
    mail = await _mail(site, owner, work)
    for path in ("/dev/mail", f"/dev/mail/{mail['id']}", f"/dev/mail/{mail['id']}/html"):
        assert (await stranger(site).get(path)).status_code == 404
        assert (await site.at("acme.example").get(path)).status_code == 404


async def test_the_sent_page_leads_to_the_mailbox_where_mail_stays(site: Site) -> None:
    here = await site.at("acme.localhost", headers={"accept": "text/html"}).post(
        "/forgot-password", data={"email": MIA.email}
    )
    away = await stranger(site).post("/forgot-password", data={"email": MIA.email})
    assert [('href="/dev/mail"' in page.text) for page in (here, away)] == [True, False]
