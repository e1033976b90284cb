"""The pages of integrations: the organisation's keys, and what a workspace sees of them."""

from __future__ import annotations

import re

import pytest
from httpx import Response
from tests.conftest import Sandbox, Site
from tests.world import BAKERY, CLINIC, MIA, OLGA, RIVAL_SHOP, STAN

from inspralv.sandbox.options import RIVAL

ORG = "/org/integrations"
SECRET = "planted-secret-key-31337"


@pytest.fixture(scope="module")
async def key_page(site: Site, sandbox: Sandbox) -> str:
    """The address of a key that was added through the form."""
    form = {"provider": "vapi", "name": "By form", "default_secret_key": sandbox.private_key, "config.region": "us"}
    added = await site.as_(OLGA).post(f"{ORG}/new", data=form)
    assert added.status_code == 303, added.text
    return added.headers["location"].partition("?")[0]


def options(page: Response, name: str) -> list[str]:
    select = page.text.split(f'name="{name}"', 1)[1].split("</select>", 1)[0]
    return re.findall(r'<option value="([^"]*)"', select)


async def test_the_first_visit_says_what_to_do(site: Site) -> None:
    page = (await site.as_(STAN).get(ORG)).text
    assert "No keys yet" in page
    assert f'href="{ORG}/new"' in page


async def test_the_page_says_that_a_stand_in_answers(site: Site, key_page: str) -> None:
    page = (await site.as_(OLGA).get(key_page)).text
    assert "A stand-in answers in the place of Vapi" in page


async def test_faults_stand_at_their_fields_and_keys_never_come_back(site: Site, key_page: str) -> None:
    olga = site.as_(OLGA)
    bad = {"provider": "vapi", "name": "", "default_secret_key": f"{SECRET} ", "default_public_key": f"{SECRET} x"}
    for path in (f"{ORG}/new", key_page):
        answer = await olga.post(path, data=bad)
        assert answer.status_code == 400
        assert 'id="e-name"' in answer.text
        assert SECRET not in answer.text
    for path in (f"{ORG}/new", f"{key_page}/key"):
        blank = await olga.post(path, data={**bad, "name": "Named"})
        assert blank.status_code == 400
        assert 'id="e-default_public_key"' in blank.text
        assert SECRET not in blank.text


async def test_a_slip_in_a_new_key_is_found_before_it_is_kept(site: Site, sandbox: Sandbox, key_page: str) -> None:
    olga = site.as_(OLGA)
    form = {"provider": "vapi", "name": "Slip", "default_secret_key": SECRET}
    answer = await olga.post(f"{ORG}/new", data=form)
    assert answer.status_code == 400
    assert "Vapi does not take this key" in answer.text.split('id="e-default_secret_key"', 1)[1][:600]
    assert "Slip" not in (await olga.get(ORG)).text
    await sandbox.mischief(outage=True)
    untried = await olga.post(f"{ORG}/new", data=form | {"name": "Untried"})
    await sandbox.mischief()
    assert untried.headers["location"].endswith("done=untried"), "an outage over there hinders nobody"
    path = untried.headers["location"].partition("?")[0]
    assert "Not tested" in (await olga.get(path)).text
    assert (await olga.post(f"{path}/delete")).status_code == 303


async def test_a_test_lists_the_numbers_to_choose_from(site: Site, sandbox: Sandbox, key_page: str) -> None:
    olga = site.as_(OLGA)
    tested = await olga.post(f"{key_page}/test")
    assert tested.headers["location"] == f"{key_page}?done=valid"
    page = await olga.get(tested.headers["location"])
    assert "Key works" in page.text
    assert options(page, "config.shared_outbound_phone_number_id") == ["", sandbox.phone_number_id]
    form = {"name": "By form", "is_active": "true", "config.shared_outbound_phone_number_id": sandbox.phone_number_id}
    assert (await olga.post(key_page, data=form)).status_code == 303
    workspace = (await site.as_(MIA).get("/w/clinic/integrations")).text
    assert "+1 (415) 555-0100" in workspace
    assert "Outbound phone calls" in workspace
    assert "Manage keys" not in workspace
    await sandbox.mischief(outage=True)
    down = await olga.post(f"{key_page}/test")
    await sandbox.mischief()
    assert down.status_code == 502
    assert "Vapi could not be asked" in down.text


async def test_a_stale_form_is_told_so(site: Site, key_page: str) -> None:
    answer = await site.as_(OLGA).post(key_page, data={"name": "Late", "is_active": "true", "version": "1"})
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert 'value="Late"' in answer.text


async def test_assigning_and_taking_away(site: Site, key_page: str) -> None:
    olga = site.as_(OLGA)
    form = {"provider": "vapi", "name": "Second", "default_secret_key": RIVAL.private_key}
    second = (await olga.post(f"{ORG}/new", data=form)).headers["location"].partition("?")[0]
    assert set(options(await olga.get(second), "workspace_id")) == {str(CLINIC), str(BAKERY)}
    assert (await olga.post(f"{second}/workspaces", data={"workspace_id": str(BAKERY)})).status_code == 303
    assert "Corner Bakery" in (await olga.get(second)).text
    assert (await olga.post(f"{second}/workspaces", data={"workspace_id": str(RIVAL_SHOP)})).status_code == 404
    assert (await olga.post(f"{second}/workspaces", data={"workspace_id": "no"})).status_code == 400
    refused = await olga.post(f"{second}/delete")
    assert refused.status_code == 400
    assert "is used by Corner Bakery" in refused.text
    assert (await olga.post(f"{second}/workspaces/{CLINIC}/removal")).status_code == 404, "that one uses the other key"
    assert (await olga.post(f"{second}/workspaces/{BAKERY}/removal")).status_code == 303
    assert "No key assigned" in (await olga.get("/w/bakery/integrations")).text
    assert (await olga.post(f"{second}/default")).status_code == 303
    assert "Corner Bakery" in (await olga.get(second)).text, "a default serves who has none"
    assert (await olga.post(f"{second}/workspaces/{BAKERY}/removal")).status_code == 303
    assert "deleted for good" in (await olga.get(f"{second}/delete")).text
    assert (await olga.post(f"{second}/delete")).headers["location"] == ORG
    assert (await olga.get(second)).status_code == 404


async def test_only_the_organisation_s_admins_see_keys(site: Site, key_page: str) -> None:
    assert (await site.as_(MIA).get(ORG)).status_code == 403
    assert (await site.as_(MIA).get(key_page)).status_code == 403
    assert (await site.as_(STAN).get(key_page)).status_code == 404
    assert (await site.at("acme.localhost").get(ORG)).status_code in {303, 401}
