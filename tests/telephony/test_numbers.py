"""Numbers come in from every provider's account and through trunks, are lent to workspaces, and go again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.telephony.conftest import IMPORTING, ORG, TRUNK, Office, errors_of
from tests.world import ACME, BAKERY, CLINIC, MIA, NOA, STAN

from inspralv.foundation.context import Actor
from inspralv.foundation.jobs.job import Envelope, Job
from inspralv.telephony.tasks import SweepArgs, sweep_numbers

NUMBERS = f"{ORG}/phone-numbers"
OWN = "+14155550177"


async def trunk_of(office: Office, **changes: Any) -> dict[str, Any]:
    answer = await office.olga.post(f"{ORG}/sip-trunks", json={**TRUNK, **changes})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


@pytest.fixture
async def own(office: Office) -> dict[str, Any]:
    """A number of one's own that is at the provider."""
    trunk = await trunk_of(office)
    body = {
        "phone_number": OWN,
        "friendly_name": "Own line",
        "integration_id": office.key["id"],
        "sip_trunk_id": trunk["id"],
    }
    added = await office.olga.post(NUMBERS, json=body)
    assert added.status_code == 201, added.text
    await office.work()
    return dict(added.json()["data"])


async def forget(office: Office, number: dict[str, Any]) -> None:
    assert (await office.olga.delete(f"{NUMBERS}/{number['id']}")).status_code == 202
    await office.work()


async def test_fetching_lists_what_the_account_has(office: Office) -> None:
    results = (await office.olga.post(f"{NUMBERS}/fetch")).json()["data"]
    result = next(one for one in results if one["integration_id"] == office.key["id"])
    assert (result["found"], result["error"]) == (1, None)
    number = await office.number()
    assert (number["provider"], number["external_id"], number["status"]) == (
        office.name, office.customer.number_id, "available",
    )  # fmt: skip
    again = (await office.olga.post(f"{NUMBERS}/fetch")).json()["data"]
    assert [one["added"] for one in again] == [0] * len(again)
    assert (await office.number())["id"] == number["id"]


async def test_fetching_marks_what_is_gone_and_finds_it_again(office: Office) -> None:
    number = await office.lent()
    await office.rows.execute("UPDATE app.phone_numbers SET phone_number = '+14155550999' WHERE id = $1", number["id"])
    result = (await office.olga.post(f"{NUMBERS}/fetch")).json()["data"]
    assert sum(one["gone"] for one in result) == 1
    lost = (await office.olga.get(f"{NUMBERS}/{number['id']}")).json()["data"]
    assert (lost["status"], lost["assigned_workspace_id"]) == ("inactive", str(CLINIC))
    assert "does not list" in lost["status_error"]
    fresh = await office.number()
    await office.rows.execute("DELETE FROM app.phone_numbers WHERE id = $1", fresh["id"])
    await office.rows.execute(
        "UPDATE app.phone_numbers SET phone_number = $2 WHERE id = $1", number["id"], office.customer.number
    )
    await office.olga.post(f"{NUMBERS}/fetch")
    assert (await office.number())["status"] == "assigned"


async def test_an_account_that_cannot_be_asked_changes_nothing(office: Office) -> None:
    await office.lent()
    await office.vendor.post("/_sandbox/mischief", json={"outage": True})
    results = (await office.olga.post(f"{NUMBERS}/fetch")).json()["data"]
    result = next(one for one in results if one["integration_id"] == office.key["id"])
    if result["error"] is None:
        pytest.fail(f"the outage was not felt: {result}")
    assert office.provider.label in result["error"]
    assert (await office.number())["status"] == "assigned"


@pytest.mark.parametrize("office", IMPORTING, indirect=True)
async def test_a_number_of_ones_own_comes_in_and_goes(office: Office, own: dict[str, Any]) -> None:
    number = await office.number(OWN)
    assert (number["status"], number["status_error"]) == ("available", None)
    assert OWN in await office.numbers_there()
    trunk = (await office.olga.get(f"{ORG}/sip-trunks/{own['sip_trunk_id']}")).json()["data"]
    assert (trunk["registration_status"], trunk["phone_numbers"]) == ("synced", 1)
    used = await office.olga.delete(f"{ORG}/sip-trunks/{trunk['id']}")
    assert (used.status_code, "1 number uses" in used.json()["detail"]) == (409, True)
    twice = await office.olga.post(
        NUMBERS, json={"phone_number": "+1 (415) 555-0177", "integration_id": office.key["id"]}
    )
    assert errors_of(twice) == {"/phone_number": "This number is here already."}
    await forget(office, number)
    assert OWN not in await office.numbers_there()
    assert (await office.olga.get(f"{NUMBERS}/{number['id']}")).status_code == 404


@pytest.mark.parametrize("office", ["vapi"], indirect=True)  # whose emulator knows exchanges that cannot be reached
async def test_what_the_provider_says_stands_at_the_field(office: Office) -> None:
    trunk = await trunk_of(office, name="Far away", sip_server="missing-exchange.example.com")
    body = {"phone_number": "+14155550178", "integration_id": office.key["id"], "sip_trunk_id": trunk["id"]}
    added = (await office.olga.post(NUMBERS, json=body)).json()["data"]
    assert added["status"] == "pending"
    await office.work()
    number = await office.number("+14155550178")
    assert number["status"] == "error"
    assert "missing-exchange.example.com could not be reached" in number["status_error"]
    page = (await office.olga.get(f"/org/telephony/numbers/{number['id']}")).text
    assert "could not be reached" in page.split('id="e-sip_trunk_id"', 1)[1].split("</p>", 1)[0]
    other = await trunk_of(office, name="Near")
    await office.olga.patch(f"{NUMBERS}/{number['id']}", json={"sip_trunk_id": other["id"]})
    again = await office.olga.post(f"{NUMBERS}/{number['id']}/sync")
    assert again.status_code == 200, again.text
    await office.work()
    assert (await office.number("+14155550178"))["status"] == "available"
    await forget(office, number)


@pytest.mark.parametrize("office", IMPORTING, indirect=True)
async def test_an_outage_delays_an_import_and_nothing_else(office: Office) -> None:
    trunk = await trunk_of(office, name="Patient")
    await office.vendor.post("/_sandbox/mischief", json={"outage": True})
    body = {"phone_number": "+14155550179", "integration_id": office.key["id"], "sip_trunk_id": trunk["id"]}
    added = (await office.olga.post(NUMBERS, json=body)).json()["data"]
    await office.work()
    assert (await office.number("+14155550179"))["status"] == "pending"
    await office.behave()
    await office.rows.execute("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    await office.work()
    assert (await office.number("+14155550179"))["status"] == "available"
    await forget(office, added)


@pytest.mark.parametrize("office", IMPORTING[:1], indirect=True)
async def test_an_import_whose_job_is_gone_is_taken_up_again(office: Office) -> None:
    """A partner was deleted before its number was brought to the provider, and is back now."""
    trunk = await trunk_of(office, name="Forgotten")
    body = {"phone_number": "+14155550180", "integration_id": office.key["id"], "sip_trunk_id": trunk["id"]}
    added = (await office.olga.post(NUMBERS, json=body)).json()["data"]
    await office.rows.execute("BEGIN; SET LOCAL search_path = queue; DELETE FROM procrastinate_jobs; COMMIT")
    sweep = Job(office.services, Envelope(partner_id=ACME, actor=Actor("system"), args={}), 1)
    await sweep_numbers(sweep, SweepArgs())
    await office.work()
    assert (await office.number("+14155550180"))["status"] == "pending", "it may be under way"
    await office.rows.execute(
        "UPDATE app.phone_numbers SET updated_at = now() - interval '2 hours' WHERE id = $1", UUID(added["id"])
    )
    await sweep_numbers(sweep, SweepArgs())
    await office.work()
    assert (await office.number("+14155550180"))["status"] == "available"
    await forget(office, added)


@pytest.mark.parametrize("office", IMPORTING[:1], indirect=True)
@pytest.mark.parametrize(
    "text", ["0171 234567", "+0123456", "landline", "+1415555012345678", "+１４１５５５５０１７７"]
)
async def test_numbers_that_are_none(office: Office, text: str) -> None:
    await trunk_of(office, name="Any")
    refused = await office.olga.post(NUMBERS, json={"phone_number": text, "integration_id": office.key["id"]})
    assert refused.status_code == 400
    assert "country code" in errors_of(refused)["/phone_number"]
    form = {"phone_number": text, "integration_id": office.key["id"]}
    page = await office.olga.post("/org/telephony/numbers/new", data=form)
    assert (page.status_code, 'id="e-phone_number"' in page.text) == (400, True)


async def test_a_number_is_lent_to_workspaces_that_use_its_account(office: Office) -> None:
    number = await office.lent()
    path = f"{NUMBERS}/{number['id']}"
    assert (await office.read(number))["phone_number"] == office.customer.number
    await office.olga.delete(f"/api/partner/workspaces/{BAKERY}/integrations/{office.name}")
    refused = await office.olga.patch(path, json={"assigned_workspace_id": str(BAKERY)})
    assert "does not use" in errors_of(refused)["/assigned_workspace_id"]
    given = {"provider": office.name, "partner_integration_id": office.key["id"]}
    await office.olga.post(f"/api/partner/workspaces/{BAKERY}/integrations", json=given)
    moved = await office.olga.patch(path, json={"assigned_workspace_id": str(BAKERY)})
    assert moved.json()["data"]["assigned_workspace_id"] == str(BAKERY)
    assert (await office.wim.get(f"/api/w/clinic/telephony/phone-numbers/{number['id']}")).status_code == 404
    assert (await office.wim.get(f"/api/w/bakery/telephony/phone-numbers/{number['id']}")).status_code == 200
    unknown = await office.olga.patch(path, json={"assigned_workspace_id": "0199a0f0-0000-7000-8000-0000000000aa"})
    assert unknown.status_code == 404


async def test_the_providers_own_number_is_given_back_there(office: Office) -> None:
    number = await office.lent()
    refused = await office.olga.delete(f"{NUMBERS}/{number['id']}")
    assert refused.status_code == 409
    assert office.provider.label in refused.json()["detail"]
    page = await office.olga.get(f"/org/telephony/numbers/{number['id']}/release")
    assert "Give it back there" in page.text


async def test_filters_and_what_can_be_called_from(office: Office) -> None:
    number = await office.lent()
    found = await office.olga.get(
        NUMBERS, params={"provider": office.name, "status": "assigned", "workspace_id": str(CLINIC)}
    )
    assert [one["id"] for one in found.json()["data"]] == [number["id"]]
    assert (await office.olga.get(NUMBERS, params={"status": "error"})).json()["data"] == []
    free = (await office.wim.get("/api/w/clinic/phone-numbers/available", params={"provider": office.name})).json()[
        "data"
    ]
    assert [(one["id"], one["is_available"]) for one in free] == [(number["id"], True)]


async def test_rights(office: Office) -> None:
    number = await office.lent()
    mia, noa, stan = office.site.as_(MIA), office.site.as_(NOA), office.site.as_(STAN)
    assert (await mia.get(NUMBERS)).status_code == 403
    assert (await mia.get(f"/api/w/clinic/telephony/phone-numbers/{number['id']}")).status_code == 200
    refused = await mia.patch(f"/api/w/clinic/telephony/phone-numbers/{number['id']}", json={"friendly_name": "Mine"})
    assert refused.status_code == 403
    assert (await noa.get("/api/w/clinic/telephony/phone-numbers")).status_code == 404
    assert (await stan.get(f"{NUMBERS}/{number['id']}")).status_code == 404
    assert (await stan.get(f"/api/w/clinic/telephony/phone-numbers/{number['id']}")).status_code == 404
