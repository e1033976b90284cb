"""The feature `white_label`: without it a partner keeps its name, and what it stored of a brand waits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from html import unescape
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from tests.billing.conftest import Agree
from tests.conftest import Site
from tests.foundation.mail.post_office import PostOffice, open_post_office
from tests.ports import free_port
from tests.world import ACME, MIA, OLGA, RIVAL, STAN

from inspralv.foundation.services import Services
from inspralv.tenancy.directory import Directory

ENVIRON = {"INSPRALV_EGRESS_ALLOW": "127.0.0.0/8"}
BRAND, MAIL, UPLOAD = "/api/partner", "/api/partner/mail", "/api/upload/logo"
MIGRATION = Path(__file__).parents[2] / "migrations/versions/0022_features_of_agencies.sql"
USUAL, OWN = "#7c3aed", "#0f766e"
NAMED = "the feature white_label, which North Voice does not have"
Work = Callable[[], Awaitable[None]]
Mailed = Callable[[], Awaitable[asyncpg.Record]]


@pytest.fixture(scope="module")
async def office(site: Site) -> AsyncIterator[PostOffice]:
    async with open_post_office(free_port()) as opened:
        yield opened


@pytest.fixture(scope="module", autouse=True)
async def brand(site: Site, office: PostOffice, picture: Callable[..., bytes]) -> dict[str, Any]:
    """A whole brand and a mail server, stored while everything was allowed."""
    olga = site.as_(OLGA)
    logo = (await olga.post(UPLOAD, files={"file": ("logo.png", picture())})).json()["data"]["url"]
    icon = (await olga.post(f"{UPLOAD}?kind=favicon", files={"file": ("i.png", picture(size=(64, 64)))})).json()[
        "data"
    ]["url"]
    wanted = {
        "company_name": "North Voice", "primary_color": OWN, "secondary_color": "#b45309", "logo_url": logo,
        "favicon_url": icon, "support_email": "help@north.example", "footer_text": "North GmbH, Ulm",
        "privacy_url": "https://north.example/privacy", "terms_url": "https://north.example/terms",
        "help_url": "https://north.example/help", "language": "en",
    }  # fmt: skip
    assert (await olga.patch(BRAND, json={"branding": wanted})).status_code == 200
    way = {"way": "smtp", "sender_name": "North Desk", "sender_address": "desk@north.example", "smtp_host": "127.0.0.1",
           "smtp_port": office.port, "smtp_security": "none"}  # fmt: skip
    assert (await olga.patch(MAIL, json=way)).status_code == 200
    return wanted


def marks(brand: dict[str, Any]) -> list[str]:
    """What shows that a brand is in use."""
    return [OWN.lstrip("#"), brand["logo_url"], brand["footer_text"], brand["privacy_url"], brand["help_url"]]


async def test_pages_show_the_brand_with_it_and_the_name_without(
    site: Site, agree: Agree, brand: dict[str, Any]
) -> None:
    await agree("pro")
    stranger = site.at("acme.localhost")
    for client, path in ((stranger, "/login"), (site.as_(MIA), "/w/clinic/dashboard"), (stranger, "/nothing-here")):
        page = (await client.get(path)).text
        assert "North Voice" in page
        assert OWN.lstrip("#") in page
        assert brand["logo_url"] in page or path != "/login"
    assert brand["favicon_url"] in (await stranger.get("/login")).text
    await agree("starter")
    for client, path in ((stranger, "/login"), (site.as_(MIA), "/w/clinic/dashboard"), (stranger, "/nothing-here")):
        page = (await client.get(path)).text
        assert "North Voice" in page
        assert USUAL.lstrip("#") in page
        assert "Inspralv" not in page
        for mark in [*marks(brand), brand["favicon_url"]]:
            assert mark not in page, f"{path} shows {mark}"
    shown = (await stranger.get(BRAND)).json()["data"]["partner"]["branding"]
    assert {name for name, value in shown.items() if value == brand[name]} == {
        "company_name",
        "support_email",
        "language",
    }
    manifest = (await stranger.get("/site.webmanifest")).text
    assert brand["favicon_url"] not in manifest
    assert (await stranger.get("/legal/privacy")).status_code == 404


@pytest.fixture
def mailed(site: Site, rows: asyncpg.Connection, work: Work, services: Services) -> Mailed:
    """`await mailed()` has a person ask for a new password, and returns the mail that came of it."""

    async def ask() -> asyncpg.Record:
        services.get(Directory).by_id.clear()  # the announcement of a new plan went to the server's process alone
        await rows.execute("DELETE FROM app.rate_limits")
        asked = await site.at(MIA.host).post("/api/auth/forgot-password", json={"email": MIA.email})
        assert asked.status_code == 200
        await work()
        row = await rows.fetchrow("SELECT * FROM app.mail_messages WHERE recipient = $1 ORDER BY id DESC", MIA.email)
        assert row is not None
        return row

    return ask


async def test_mails_carry_the_brand_with_it_and_the_name_without(
    agree: Agree, mailed: Mailed, brand: dict[str, Any], office: PostOffice
) -> None:
    await agree("pro")
    row = await mailed()
    assert (row["sender"], row["sent_by"]) == ("North Desk <desk@north.example>", "the mail server 127.0.0.1")
    taken = len(office.taken)
    assert taken
    await agree("starter")
    row = await mailed()
    assert row["sender"].startswith("North Voice <")
    assert "north.example" not in row["sender"]
    assert (row["status"], row["reply_to"], len(office.taken)) == ("kept", "help@north.example", taken)
    assert USUAL in row["html"]
    for mark in marks(brand):
        assert mark not in row["html"], mark
    assert "Inspralv" not in row["html"] + row["plain"]
    await agree("starter", features={"white_label": True})
    assert (await mailed())["sent_by"] == "the mail server 127.0.0.1", "back, as it was stored"


@pytest.mark.parametrize(
    "change",
    [
        {"primary_color": "#112233"}, {"secondary_color": "#112233"}, {"logo_url": None}, {"favicon_url": None},
        {"footer_text": "Other"}, {"privacy_url": "https://other.example/"}, {"terms_url": None}, {"help_url": None},
    ],
)  # fmt: skip
async def test_the_brand_cannot_be_changed(
    site: Site, rows: asyncpg.Connection, agree: Agree, brand: dict[str, Any], change: dict[str, Any]
) -> None:
    await agree("starter")
    refused = await site.as_(OLGA).patch(BRAND, json={"branding": change})
    assert refused.status_code == 403, refused.text
    assert NAMED in refused.json()["detail"]
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/branding/{next(iter(change))}"]
    stored = json.loads(await rows.fetchval("SELECT branding FROM app.partners WHERE id = $1", ACME))
    assert {name: stored[name] for name in brand} == brand


async def test_name_and_support_address_can(
    site: Site, rows: asyncpg.Connection, agree: Agree, brand: dict[str, Any]
) -> None:
    await agree("starter")
    olga = site.as_(OLGA)
    everything = {**brand, "company_name": "Northern", "support_email": "desk@north.example"}
    assert (await olga.patch(BRAND, json={"branding": everything})).status_code == 200, "the rest is as it is stored"
    page = await olga.get("/org/settings")
    version = page.text.partition('name="version" value="')[2].partition('"')[0]
    typed = {
        "version": version,
        "company_name": "North Voice",
        "name": "Acme Voice",
        "support_email": brand["support_email"],
    }
    assert (await olga.post("/org/settings", data=typed)).status_code == 303
    stored = json.loads(await rows.fetchval("SELECT branding FROM app.partners WHERE id = $1", ACME))
    assert {name: stored[name] for name in brand} == brand


async def test_pictures_and_mail_cannot_be_changed(
    site: Site,
    rows: asyncpg.Connection,
    agree: Agree,
    picture: Callable[..., bytes],
) -> None:
    await agree("starter")
    olga = site.as_(OLGA)
    for path in (UPLOAD, "/org/settings/pictures/logo"):
        refused = await olga.post(path, files={"file": ("logo.png", picture(color=(1, 2, 3, 255)))})
        assert (refused.status_code, NAMED in refused.text) == (403, True)
    for change in (
        {"way": "platform"},
        {"sender_name": "Other"},
        {"smtp_password": "secret"},
        {"resend_key": "re_12345678"},
    ):
        refused = await olga.patch(MAIL, json=change)
        assert refused.status_code == 403, refused.text
        assert NAMED in refused.json()["detail"]
        assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{next(iter(change))}"]
    kept = await rows.fetchrow(
        "SELECT way, sender_name, smtp_password FROM app.mail_settings WHERE partner_id = $1", ACME
    )
    assert tuple(kept or ()) == ("smtp", "North Desk", None)


async def test_the_pages_are_read_only_and_say_why(site: Site, agree: Agree) -> None:
    await agree("starter")
    olga = site.as_(OLGA)
    for path, form in (("/org/settings", {"primary_color": "#112233"}), ("/org/mail/delivery", {"way": "platform"})):
        page = unescape((await olga.get(path)).text)
        assert "of your own" in page
        assert 'id="not-included"' in page
        assert 'href="/org/plan"' in page.split('id="not-included"')[1]
        assert "<fieldset" in page
        assert " disabled>" in page
        refused = await olga.post(path, data=form)
        assert (refused.status_code, NAMED in unescape(refused.text)) == (403, True)
    assert 'value="#0f766e"' in (await olga.get("/org/settings")).text, "what is stored is shown"
    told = (await olga.get(MAIL)).json()["data"]
    assert (told["in_use"], told["way"], told["leaves"]) == (False, "smtp", False)
    tested = (await olga.post(f"{MAIL}/test")).json()["data"]
    assert (tested["status"], "127.0.0.1" in tested["sent_by"]) == ("kept", False)
    assert (await olga.get(MAIL)).json()["data"]["tested_at"] is None, "the stored way was not what was tried"


async def test_with_it_the_pages_are_open(site: Site, agree: Agree) -> None:
    await agree("pro")
    for path in ("/org/settings", "/org/mail/delivery"):
        page = (await site.as_(OLGA).get(path)).text
        assert "not-included" not in page
        assert " disabled>" not in page
    assert (await site.as_(OLGA).get(MAIL)).json()["data"]["in_use"] is True


async def test_the_operator_switches_it_at_once_and_all_is_back(
    site: Site, staff: httpx.AsyncClient, agree: Agree, brand: dict[str, Any]
) -> None:
    await agree("pro")
    stranger = site.at("acme.localhost")
    for on in (False, True):
        saved = await staff.patch(f"/api/super-admin/partners/{ACME}", json={"features": {"white_label": on}})
        assert saved.status_code == 200
        for _ in range(100):
            shown = (await stranger.get(BRAND)).json()["data"]["partner"]["branding"]
            if (shown["primary_color"] == OWN) is on:
                break
            await asyncio.sleep(0.02)
        assert (shown == brand) is on
        assert (brand["footer_text"] in (await stranger.get("/login")).text) is on


async def test_the_platform_and_others_are_not_concerned(site: Site, rows: asyncpg.Connection, agree: Agree) -> None:
    await rows.execute(
        """UPDATE app.partners SET plan_tier = 'free', branding = '{"primary_color": "#123456"}' WHERE is_platform"""
    )
    await rows.execute("""UPDATE app.partners SET branding = '{"primary_color": "#654321"}' WHERE slug = 'rival'""")
    await agree("starter")
    for host, color in (("localhost", "#123456"), (STAN.host, "#654321")):
        assert (await site.at(host).get(BRAND)).json()["data"]["partner"]["branding"]["primary_color"] == color


async def test_agencies_that_are_there_get_what_they_were_promised(rows: asyncpg.Connection) -> None:
    """What the migration does, done again where an agency came by an application and something else was agreed since."""
    applied, invited = ACME, RIVAL
    await rows.execute(
        """UPDATE app.partners SET request_id = gen_random_uuid(), features = '{"api_access": false}' WHERE id = $1""",
        applied,
    )
    await rows.execute("UPDATE app.partners SET features = '{}' WHERE id = $1", invited)
    await rows.execute(MIGRATION.read_text())
    found = dict(await rows.fetch("SELECT id, features FROM app.partners WHERE id = ANY($1)", [applied, invited]))
    assert json.loads(found[applied]) == {
        "white_label": True, "custom_domain": True, "advanced_analytics": True, "api_access": False,
    }  # fmt: skip
    assert json.loads(found[invited]) == {}
    await rows.execute("UPDATE app.partners SET request_id = NULL, features = '{}' WHERE id = $1", applied)
