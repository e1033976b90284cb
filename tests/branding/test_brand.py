"""Changing the brand: by whom, of what, and where it is seen."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import asyncpg
import pytest
from tests.conftest import Site
from tests.world import ACME, ADAM, MIA, OLGA, RIVAL, STAN, WIM, Cast

from inspralv.foundation.db.dsn import Dsns

FULL = {
    "company_name": "Nørth & Wind", "primary_color": "#FFE600", "secondary_color": "#112233",
    "support_email": " Help@North.example ", "footer_text": "North & Wind Ltd, Oslo",
    "privacy_url": "https://north.example/privacy", "terms_url": "https://north.example/terms",
    "help_url": "https://help.north.example/",
}  # fmt: skip


async def _stored(owner: asyncpg.Connection) -> tuple[str, dict[str, Any], int]:
    row = await owner.fetchrow("SELECT name, branding, branding_version FROM app.partners WHERE id = $1", ACME)
    return row["name"], json.loads(row["branding"]), row["branding_version"]


async def _until(site: Site, host: str, path: str, words: str) -> str:
    """The other processes hear of a change by a notification."""
    for _ in range(100):
        text = (await site.at(host).get(path)).text
        if words in text:
            return text
        await asyncio.sleep(0.05)
    raise AssertionError(f"{words} does not show on {path}")


async def test_the_brand_is_changed_and_seen_everywhere(site: Site, owner: asyncpg.Connection) -> None:
    answer = await site.as_(OLGA).patch("/api/partner", json={"name": "North & Wind Ltd", "branding": FULL})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert data["success"] is True
    assert data["partner"]["branding"]["primary_color"] == "#ffe600"
    assert data["partner"]["branding"]["support_email"] == "help@north.example"
    login = await _until(site, "acme.localhost", "/login", "Nørth &amp; Wind")
    for words in (
        "North &amp; Wind Ltd, Oslo",
        "https://north.example/privacy",
        "https://help.north.example/",
        "ffe600.css",
    ):
        assert words in login
    assert re.search(r"<title>[^<]* · Nørth &amp; Wind</title>", login)
    nothing = (await site.at("acme.localhost").get("/no-such-page", headers={"accept": "text/html"})).text
    assert "Nørth &amp; Wind" in nothing
    manifest = (await site.at("acme.localhost").get("/site.webmanifest")).json()
    assert manifest["name"] == "Nørth & Wind"
    told = (await site.at("acme.localhost").get("/api/partner")).json()["data"]["partner"]
    assert (told["name"], told["branding"]["terms_url"]) == ("North & Wind Ltd", "https://north.example/terms")
    assert "Nørth" not in (await site.at("rival.localhost").get("/login")).text


async def test_exactly_what_is_sent_is_changed(site: Site, owner: asyncpg.Connection) -> None:
    olga = site.as_(OLGA)
    await olga.patch("/api/partner", json={"branding": FULL})
    before = (await _stored(owner))[1]
    await olga.patch("/api/partner", json={"branding": {"footer_text": None}})
    after = (await _stored(owner))[1]
    assert after == {name: value for name, value in before.items() if name != "footer_text"}


async def test_a_change_is_in_the_log_with_old_and_new(site: Site, owner: asyncpg.Connection) -> None:
    await site.as_(ADAM).patch("/api/partner", json={"branding": {"primary_color": "#aa0000"}})
    row = await owner.fetchrow(
        "SELECT * FROM app.audit_log WHERE partner_id = $1 AND action = 'settings.updated' ORDER BY id DESC", ACME
    )
    assert row["user_id" if "user_id" in dict(row) else "actor_id"] == ADAM.id
    assert "#7c3aed" in str(dict(row))
    assert "#aa0000" in str(dict(row))
    await site.as_(ADAM).patch("/api/partner", json={"branding": {"primary_color": "#AA0000"}})
    count = "SELECT count(*) FROM app.audit_log WHERE partner_id = $1 AND action = 'settings.updated' AND id > $2"
    assert await owner.fetchval(count, ACME, row["id"]) == 0  # nothing changed, nothing said


async def test_lost_edits_are_refused(site: Site, owner: asyncpg.Connection) -> None:
    olga = site.as_(OLGA)
    first = await olga.patch("/api/partner", json={"branding": {"footer_text": "One"}})
    tag = first.headers["etag"]
    second = await olga.patch("/api/partner", json={"branding": {"footer_text": "Two"}}, headers={"if-match": tag})
    assert second.status_code == 200
    stale = await olga.patch("/api/partner", json={"branding": {"footer_text": "Three"}}, headers={"if-match": tag})
    assert stale.status_code == 409
    assert (await _stored(owner))[1]["footer_text"] == "Two"


async def test_of_edits_at_once_one_wins(site: Site, owner: asyncpg.Connection) -> None:
    version = (await _stored(owner))[2]
    answers = await asyncio.gather(*(
        site.as_(OLGA).patch("/api/partner", json={"branding": {"footer_text": f"Edit {i}"}}, headers={"if-match": f'"{version}"'})
        for i in range(6)
    ))  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert (await _stored(owner))[2] == version + 1


@pytest.mark.parametrize(
    "branding",
    [
        {"primary_color": "red"}, {"primary_color": "#12345"}, {"primary_color": "#1234567"},
        {"primary_color": None}, {"company_name": ""}, {"company_name": "  "}, {"company_name": "x" * 256},
        {"company_name": "Acme\r\nBcc: all@evil.test"}, {"support_email": "nobody"}, {"support_email": "a@b.c\r\nBcc: x@y.z"},
        {"footer_text": "x" * 301}, {"footer_text": "one\ntwo"}, {"privacy_url": "http://plain.example/"},
        {"privacy_url": "javascript:alert(1)"}, {"terms_url": "https://"}, {"terms_url": "https://localhost"},
        {"help_url": "https://user:pass@host.example/"}, {"help_url": "https://a b.example"}, {"help_url": 'https://x.example/"><script>'},
        {"logo_url": "https://elsewhere.example/logo.png"}, {"logo_url": "/brand/" + "0" * 32 + ".png"},
        {"logo_url": "/brand/../../etc/passwd"}, {"favicon_url": "data:image/png;base64,AA"}, {"background_color": "#ffffff"},
        {"is_platform": True},
    ],
    ids=str,
)  # fmt: skip
async def test_what_is_no_brand_is_refused(site: Site, owner: asyncpg.Connection, branding: dict[str, Any]) -> None:
    before = await _stored(owner)
    answer = await site.as_(OLGA).patch("/api/partner", json={"branding": branding})
    assert answer.status_code == 400, answer.text
    (name,) = branding
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/branding/{name}"]
    assert await _stored(owner) == before


@pytest.mark.parametrize("who", [MIA, WIM], ids=lambda who: who.name)
async def test_members_do_not_touch(site: Site, owner: asyncpg.Connection, who: Cast) -> None:
    before = await _stored(owner)
    member = site.as_(who)
    assert (await member.patch("/api/partner", json={"branding": {"footer_text": "mine"}})).status_code == 403
    assert (await member.post("/org/settings", data={"company_name": "Mine"})).status_code == 403
    assert (await member.get("/org/settings")).status_code == 403
    assert await _stored(owner) == before


async def test_a_partner_changes_its_own_brand_alone(site: Site, owner: asyncpg.Connection) -> None:
    before = await _stored(owner)
    assert (await site.as_(STAN).patch("/api/partner", json={"branding": {"footer_text": "Rivals"}})).status_code == 200
    assert await _stored(owner) == before
    await owner.execute("UPDATE app.partners SET branding = '{}' WHERE id = $1", RIVAL)


async def test_the_request_role_writes_nothing_but_its_own_brand(dsns: Dsns) -> None:
    user = await asyncpg.connect(dsns.user)
    save = "SELECT app.save_brand($1, branding_version, name, $2, now()) FROM app.partners WHERE id = $1"
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await user.execute("UPDATE app.partners SET plan_tier = 'enterprise' WHERE id = $1", ACME)
        for partner, wide, fields in ((RIVAL, "on", {}), (ACME, "off", {}), (ACME, "on", {"plan_tier": "enterprise"})):
            async with user.transaction():
                await user.execute(
                    "SELECT set_config('app.partner_id', $1, true), set_config('app.workspace_id', '', true),"
                    " set_config('app.wide', $2, true)", str(ACME), wide,
                )  # fmt: skip
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    async with user.transaction():
                        await user.execute(save, partner, json.dumps(fields))
    finally:
        await user.close()


async def test_the_page_saves_previews_and_keeps_what_was_typed(site: Site, owner: asyncpg.Connection) -> None:
    olga = site.as_(OLGA)
    page = (await olga.get("/org/settings")).text
    fields = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    assert fields["company_name"] == "Acme Voice"
    look = await olga.post("/org/settings/preview", data={**fields, "primary_color": "#fbbf24"})
    assert "The colour is pale" in look.text
    assert "primary=%23fbbf24" in look.text
    bad = await olga.post("/org/settings", data={**fields, "privacy_url": "ftp://x", "footer_text": "Kept words"})
    assert bad.status_code == 400
    assert 'id="e-privacy_url"' in bad.text
    assert "Kept words" in bad.text
    good = await olga.post("/org/settings", data={**fields, "company_name": "Acme Calls", "primary_color": "#fbbf24"})
    assert (good.status_code, good.headers["location"]) == (303, "/org/settings?saved=1")
    name, branding, _ = await _stored(owner)
    assert (name, branding["company_name"], branding["primary_color"]) == ("Acme Voice", "Acme Calls", "#fbbf24")
    late = await olga.post("/org/settings", data={**fields, "company_name": "Too late"})
    assert late.status_code == 409
    assert "Too late" in late.text


async def test_a_name_may_be_as_long_as_in_an_application(site: Site) -> None:
    """An approved agency saves its brand without shortening its name."""
    olga = site.as_(OLGA)
    before = (await olga.get("/api/partner")).json()["data"]["partner"]["branding"]["company_name"]
    try:
        for length in (101, 255):
            saved = await olga.patch("/api/partner", json={"branding": {"company_name": "N" * length}})
            assert saved.status_code == 200, saved.text
            assert (await olga.get("/org/settings")).status_code == 200
    finally:
        await olga.patch("/api/partner", json={"branding": {"company_name": before}})
