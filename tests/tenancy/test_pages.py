"""The pages of tenancy over HTTP, as a browser without scripts uses them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import asyncpg
import pytest
from tests.conftest import Site
from tests.world import ACME, ADAM, CLINIC, MIA, NOA, OLGA, STAN, VERA, WIM, Cast

from inspralv.foundation.db.dsn import Dsns


@pytest.fixture
async def owner(dsns: Dsns) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsns.owner)
    yield connection
    await connection.close()


async def _version(site: Site) -> str:
    return (await site.as_(WIM).get("/api/w/clinic/settings")).headers["etag"].strip('"')


def _tag(page: str, name: str) -> str:
    """The first start tag that has this id."""
    found = re.search(rf'<[^>]*id="{name}"[^>]*>', page)
    assert found, name
    return unescape(found[0])


@pytest.mark.parametrize(
    ("who", "target"),
    [(MIA, "/w/clinic/dashboard"), (WIM, "/select-workspace"), (OLGA, "/select-workspace"), (NOA, "/select-workspace")],
)
async def test_the_front_door_leads_to_work(site: Site, who: Cast, target: str) -> None:
    answer = await site.as_(who).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, target)


async def test_the_platform_greets_strangers_and_a_partner_has_them_sign_in(site: Site) -> None:
    for headers in ({}, {"cookie": "session=gone"}):
        answer = await site.at("acme.localhost", headers=headers).get("/")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        page = await site.at("localhost", headers=headers).get("/")
        assert page.status_code == 200
        assert "Voice agents that pick up the phone" in page.text
        assert 'href="/signup"' in page.text


async def test_one_workspace_is_entered_at_once(site: Site) -> None:
    answer = await site.as_(VERA).get("/select-workspace")
    assert (answer.status_code, answer.headers["location"]) == (303, "/w/clinic/dashboard")


async def test_several_workspaces_are_offered(site: Site) -> None:
    page = (await site.as_(WIM).get("/select-workspace")).text
    assert re.findall(r'href="(/w/[^"]+)"', page) == ["/w/clinic/dashboard", "/w/bakery/dashboard"]
    assert "/workspace-onboarding" not in page
    assert "wim@acme.test" in page
    assert 'action="/api/auth/signout"' in page
    assert "/workspace-onboarding" in (await site.as_(ADAM).get("/select-workspace")).text


async def test_who_runs_the_organisation_finds_it_from_the_choice_of_workspaces(site: Site) -> None:
    for person, runs in ((OLGA, True), (ADAM, True), (WIM, False)):
        page = (await site.as_(person).get("/select-workspace")).text
        assert ('href="/org"' in page) is runs, person.name
        assert 'href="/account"' in page
    entered = await site.as_(OLGA).get("/org")
    assert (entered.status_code, entered.headers["location"]) == (303, "/org/team")
    assert (await site.as_(WIM).get("/org")).status_code == 403


async def test_without_a_workspace_the_page_says_why(site: Site, owner: asyncpg.Connection) -> None:
    assert "Waiting for an invitation" in (await site.as_(NOA).get("/select-workspace")).text
    await owner.execute("UPDATE app.partner_members SET removed_at = now() WHERE user_id = $1", NOA.id)
    assert "No access" in (await site.as_(NOA).get("/select-workspace")).text
    await owner.execute("UPDATE app.partner_members SET removed_at = NULL WHERE user_id = $1", NOA.id)
    await owner.execute("UPDATE app.workspaces SET deleted_at = now() WHERE partner_id = $1", ACME)
    assert "Create your first workspace" in (await site.as_(OLGA).get("/select-workspace")).text
    await owner.execute("UPDATE app.workspaces SET deleted_at = NULL WHERE partner_id = $1", ACME)


async def test_strangers_are_sent_to_sign_in(site: Site) -> None:
    for path in ("/select-workspace", "/workspace-onboarding", "/w/clinic", "/w/clinic/members?q=a"):
        answer = await site.at("acme.localhost").get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?redirect=/")


async def test_a_workspace_address_leads_to_its_dashboard(site: Site) -> None:
    answer = await site.as_(MIA).get("/w/clinic")
    assert (answer.status_code, answer.headers["location"]) == (303, "/w/clinic/dashboard")
    assert (await site.as_(MIA).get("/w/bakery")).status_code == 404


async def test_only_partner_admins_see_the_form(site: Site) -> None:
    assert 'name="description"' in (await site.as_(ADAM).get("/workspace-onboarding")).text
    refused = await site.as_(MIA).get("/workspace-onboarding")
    assert refused.status_code == 403
    assert "Permission required" in refused.text
    assert (await site.as_(MIA).post("/workspace-onboarding", data={"name": "Mine"})).status_code == 403
    assert (await site.as_(MIA).get("/workspace-onboarding/address?name=a")).status_code == 403


async def test_the_form_creates_and_leads_there(site: Site) -> None:
    made = await site.as_(ADAM).post("/workspace-onboarding", data={"name": "Harbour Café", "description": ""})
    assert (made.status_code, made.headers["location"]) == (303, "/w/harbour-cafe/dashboard")
    assert (await site.as_(ADAM).get("/api/w/harbour-cafe/settings")).json()["data"]["description"] is None


async def test_the_form_comes_back_with_its_messages(site: Site) -> None:
    answer = await site.as_(ADAM).post("/workspace-onboarding", data={"name": "n" * 300, "description": "<b>kept</b>"})
    assert answer.status_code == 400
    assert "Use at most 255 characters." in answer.text
    assert "&lt;b&gt;kept&lt;/b&gt;" in answer.text
    assert 'aria-invalid="true"' in _tag(answer.text, "f-name")


async def test_a_full_plan_is_told_at_the_form(site: Site, owner: asyncpg.Connection) -> None:
    await owner.execute("""UPDATE app.partners SET resource_limits = '{"max_workspaces": 1}' WHERE slug = 'rival'""")
    answer = await site.as_(STAN).post("/workspace-onboarding", data={"name": "Second"})
    assert answer.status_code == 403
    assert "max_workspaces" in answer.text
    assert 'value="Second"' in _tag(answer.text, "f-name")


async def test_the_address_is_previewed(site: Site) -> None:
    free = (await site.as_(OLGA).get("/workspace-onboarding/address", params={"name": "Søren & Co"})).text
    assert f"http://acme.localhost:{site.port}/w/soren-co" in free
    assert "taken" not in free
    assert "taken" in (await site.as_(OLGA).get("/workspace-onboarding/address", params={"name": "Clinic"})).text


async def test_members_page_counts_and_searches(site: Site) -> None:
    page = (await site.as_(MIA).get("/w/clinic/members")).text
    assert re.findall(r"<strong>(\d+)</strong>", page)[:4] == ["3", "1", "0", "2"]
    assert page.count(">You</span>") == 1
    rows = page[page.index("<tbody>") : page.index("</tbody>")]
    assert rows[: rows.index(">You</span>")].endswith('Mia Test</a><span class="badge"')
    found = (await site.as_(MIA).get("/w/clinic/members", params={"q": "VERA"})).text
    assert "vera@acme.test" in found
    assert "wim@acme.test" not in found
    nobody = (await site.as_(MIA).get("/w/clinic/members", params={"q": "<script>"})).text
    assert "Nobody matches “&lt;script&gt;”" in nobody


@pytest.mark.parametrize(
    ("who", "updates", "deletes"), [(VERA, False, False), (MIA, False, False), (ADAM, True, False), (WIM, True, True)]
)
async def test_settings_page_offers_what_one_may(site: Site, who: Cast, *, updates: bool, deletes: bool) -> None:
    page = (await site.as_(who).get("/w/clinic/settings")).text
    assert ("Save changes" in page) == updates
    assert ("Danger zone" in page) == deletes
    assert ("readonly" in _tag(page, "f-name")) != updates
    assert re.search(r'<option value="America/New_York" selected>America/New York</option>', page)


async def test_settings_are_saved_from_the_form(site: Site) -> None:
    form = {
        "name": "Bright Clinic West",
        "description": "",
        "timezone": "Europe/Paris",
        "version": await _version(site),
    }
    saved = await site.as_(WIM).post("/w/clinic/settings", data=form)
    assert saved.status_code == 200
    assert "Settings saved" in saved.text
    assert saved.text.count("Bright Clinic West") >= 3, "the frame shows the new name at once"
    assert "Bright Clinic<" not in saved.text
    stored = (await site.as_(WIM).get("/api/w/clinic/settings")).json()["data"]
    assert (stored["name"], stored["timezone"], stored["description"]) == ("Bright Clinic West", "Europe/Paris", None)


async def test_bad_settings_come_back_as_typed(site: Site) -> None:
    form = {"name": " ", "description": "d" * 1001, "timezone": "Europe/Paris", "version": await _version(site)}
    answer = await site.as_(WIM).post("/w/clinic/settings", data=form)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in _tag(answer.text, "f-name")
    assert 'aria-invalid="true"' in _tag(answer.text, "f-description")
    assert "d" * 1001 in answer.text
    zone = await site.as_(WIM).post(
        "/w/clinic/settings", data={**form, "name": "ok", "description": "", "timezone": "Mars"}
    )
    assert zone.status_code == 400
    assert "Choose a time zone of the list." in zone.text


async def test_a_stale_form_may_overwrite_knowingly(site: Site) -> None:
    old = await _version(site)
    await site.as_(ADAM).patch("/api/w/clinic/settings", json={"name": "By Adam"})
    form = {"name": "By Wim", "description": "", "timezone": "UTC", "version": old}
    stale = await site.as_(WIM).post("/w/clinic/settings", data=form)
    assert stale.status_code == 409
    assert "By Adam" in stale.text
    assert 'value="By Wim"' in _tag(stale.text, "f-name")
    fresh = re.search(r'name="version" value="(\d+)"', stale.text)
    assert fresh
    again = await site.as_(WIM).post("/w/clinic/settings", data={**form, "version": fresh[1]})
    assert again.status_code == 200
    assert (await site.as_(WIM).get("/api/w/clinic/settings")).json()["data"]["name"] == "By Wim"


async def test_deletion_needs_the_typed_name_and_an_owner(site: Site, owner: asyncpg.Connection) -> None:
    refused = await site.as_(WIM).post("/w/clinic/settings/deletion", data={"name": "by wim"})
    assert refused.status_code == 400
    assert "Type “By Wim”" in refused.text
    assert (await site.as_(ADAM).post("/w/clinic/settings/deletion", data={"name": "By Wim"})).status_code == 403
    gone = await site.as_(WIM).post("/w/clinic/settings/deletion", data={"name": " By Wim "})
    assert (gone.status_code, gone.headers["location"]) == (303, "/select-workspace?deleted=true")
    assert (
        await owner.fetchval("SELECT status FROM app.workspaces WHERE partner_id = $1 AND id = $2", ACME, CLINIC)
        == "deleted"
    )
    page = (await site.as_(WIM).get("/select-workspace?deleted=true")).text
    assert "Workspace deleted" in page
    assert "/w/clinic/dashboard" not in page
