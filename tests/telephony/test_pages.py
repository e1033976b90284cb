"""The pages of telephony work without scripts: every step by form, every fault at its field."""

from __future__ import annotations

import re

import pytest
from tests.telephony.conftest import IMPORTING, ORG, PAGES, ROUTING, TRUNK, Office
from tests.world import BAKERY, CLINIC, MIA, RIVAL_SHOP, STAN, VERA

FORM = {
    "friendly_name": "Reception", "description": "", "hours_on": "true", "hours.timezone": "Europe/Berlin",
    "hours.mon.0.start": "09:00", "hours.mon.0.end": "17:00", "hours.tue.0.start": "", "hours.tue.0.end": "",
    "hours.closed_days.0": "2026-12-25", "hours.closed_days.1": "",
}  # fmt: skip


@pytest.mark.parametrize("office", ROUTING, indirect=True)
async def test_the_week_is_laid_down_changed_and_saved(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Week")
    page = f"{PAGES}/{number['id']}"
    form = {**FORM, "inbound_agent_id": agent["id"], "outbound_agent_id": "", "fallback.kind": "agent",
            "fallback.agent_id": agent["id"]}  # fmt: skip
    laid = await office.wim.post(page, data={**form, "_do": "preset:practice"})
    assert laid.status_code == 200
    assert re.search(r'name="hours\.thu\.1\.end" value="18:00"', laid.text)
    assert 'value="2026-12-25"' in laid.text
    room = await office.wim.post(page, data={**form, "_do": "add:mon"})
    assert 'name="hours.mon.1.start" value=""' in room.text
    assert (await office.read(number))["hours"] is None  # buttons lay down, they do not save
    bad = await office.wim.post(page, data={**form, "hours.mon.0.end": "", "hours.timezone": "Europe/Atlantis"})
    assert bad.status_code == 400
    assert 'id="e-hours-mon-0-end"' in bad.text
    overlap = {"hours.mon.1.start": "16:00", "hours.mon.1.end": "18:00"}
    over = await office.wim.post(page, data={**form, **overlap})
    assert 'id="e-hours-mon-1"' in over.text
    saved = await office.wim.post(page, data=form)
    assert saved.status_code == 303, saved.text
    await office.work()
    stored = await office.read(number)
    assert stored["hours"]["mon"] == [{"start": "09:00", "end": "17:00"}]
    assert (stored["hours"]["tue"], stored["hours"]["closed_days"]) == ([], ["2026-12-25"])
    assert (stored["fallback"]["kind"], stored["friendly_name"]) == ("agent", "Reception")
    shown = (await office.wim.get(page)).text
    assert 'name="hours.mon.0.start" value="09:00"' in shown
    assert "Bound" in shown
    off = {name: value for name, value in form.items() if name != "hours_on"}
    assert (await office.wim.post(page, data=off)).status_code == 303
    assert (await office.read(number))["hours"] is None


async def test_somebody_was_faster(office: Office) -> None:
    number = await office.lent()
    page = f"{PAGES}/{number['id']}"
    late = await office.wim.post(page, data={"friendly_name": "Late", "version": "1"})
    assert (late.status_code, "What you typed is still here" in late.text) == (409, True)
    forced = await office.wim.post(page, data={"friendly_name": "Late", "version": "1", "_do": "overwrite"})
    assert forced.status_code == 303
    assert (await office.read(number))["friendly_name"] == "Late"


async def test_the_organisation_fetches_lends_and_looks(office: Office) -> None:
    assert "No numbers yet" in (await office.site.as_(STAN).get("/org/telephony")).text
    fetched = await office.olga.post("/org/telephony/fetch")
    assert fetched.status_code == 200
    assert "1 number" in fetched.text
    number = await office.number()
    page = f"/org/telephony/numbers/{number['id']}"
    shown = (await office.olga.get(page)).text
    assert "Lent to" in shown
    assert f'href="{page}/release"' not in shown
    assert "Give it back there" in shown
    form = {
        "friendly_name": "From above",
        "assigned_workspace_id": str(CLINIC),
        "_switches": "1",
        "supports_outbound": "true",
    }
    assert (await office.olga.post(page, data=form)).status_code == 303
    await office.work()
    saved = await office.number()
    assert (saved["supports_inbound"], saved["supports_outbound"], saved["assigned_workspace_id"]) == (
        False,
        True,
        str(CLINIC),
    )
    seen = (await office.wim.get(f"{PAGES}/{number['id']}")).text
    assert 'name="inbound_agent_id"' not in seen
    await office.olga.post(page, data={**form, "supports_inbound": "true"})
    listed = (await office.site.as_(VERA).get(PAGES)).text
    assert "From above" in listed
    assert "Manage numbers" not in listed
    assert "disabled" in (await office.site.as_(MIA).get(f"{PAGES}/{number['id']}")).text


async def test_a_refused_form_saves_nothing_of_it(office: Office) -> None:
    """The name would do, the workspace does not use the account."""
    await office.olga.post("/org/telephony/fetch")
    keys = f"/api/partner/workspaces/{BAKERY}/integrations"
    assert (await office.olga.delete(f"{keys}/{office.key['provider']}")).status_code == 200
    number = await office.number()
    page = f"/org/telephony/numbers/{number['id']}"
    refused = await office.olga.post(page, data={"friendly_name": "Half", "assigned_workspace_id": str(BAKERY)})
    assert (refused.status_code, "Give it the key first" in refused.text) == (400, True)
    assert 'value="Half"' in refused.text, "it need not be typed again"
    assert "<h1>Half" not in refused.text.replace("\n", "")
    gone = await office.olga.post(page, data={"friendly_name": "Half", "assigned_workspace_id": str(RIVAL_SHOP)})
    assert (gone.status_code, "There is no such workspace." in gone.text) == (400, True)
    assert 'value="Half"' in gone.text
    assert await office.number() == number


@pytest.mark.parametrize("office", IMPORTING, indirect=True)
async def test_a_number_is_imported_and_released_by_form(office: Office) -> None:
    await office.olga.post(f"{ORG}/sip-trunks", json=TRUNK)
    empty = (await office.olga.get("/org/telephony/numbers/new")).text
    assert 'value="+14155550177"' in empty  # the number of the default trunk's line
    form = {"phone_number": "+1 415 555 0177", "integration_id": office.key["id"], "friendly_name": "Own"}
    added = await office.olga.post("/org/telephony/numbers/new", data=form)
    assert added.status_code == 303, added.text
    page = added.headers["location"].partition("?")[0]
    waiting = (await office.olga.get(page)).text
    assert 'hx-trigger="every 2s"' in waiting
    assert f'{page}/import"' in waiting
    assert 'name="sip_trunk_id"' in waiting
    for part in re.findall(r"#([a-z-]+):outerMorph", waiting):  # what arrives with the state, once it is in
        assert f'id="{part}"' in waiting
    await office.work()
    there = (await office.olga.get(page)).text
    assert 'hx-trigger="every 2s"' not in there
    assert f'{page}/import"' not in there
    assert 'name="sip_trunk_id"' not in there
    assert "It stays yours" in (await office.olga.get(f"{page}/release")).text
    assert (await office.olga.post(f"{page}/release")).status_code == 303
    await office.work()
    assert (await office.olga.get(page)).status_code == 404


async def test_the_agents_panel_names_its_numbers(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Panel")
    path = f"{PAGES}/agents/{agent['id']}"
    assert "No number is bound" in (await office.wim.get(path)).text
    await office.bind(number, inbound_agent_id=agent["id"])
    panel = (await office.wim.get(path)).text
    assert f"/telephony/{number['id']}" in panel
    assert f'hx-get="{path}"' in (await office.wim.get(f"/w/clinic/agents/{agent['id']}")).text
