"""The form in three steps, and the console's pages."""

from __future__ import annotations

import asyncpg
import httpx
from tests.conftest import Site
from tests.onboarding.conftest import applied

PATH = "/request-partner"
FIRST = {"company_name": "Northwind Voice", "contact_name": "Nadia North", "contact_email": "nadia@northwind.test"}
SECOND = {"business_description": "We answer calls for dentists.", "use_case": "Booking and moving appointments."}


async def test_three_steps_without_javascript(site: Site, rows: asyncpg.Connection) -> None:
    client = site.at("localhost")
    assert "Company and contact" in (await client.get(PATH)).text
    wrong = await client.post(PATH, data={"_step": "0", "_do": "next", **FIRST, "contact_email": "nobody"})
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (422, True)
    assert "Enter an address like name@company.com." in wrong.text
    empty = await client.post(PATH, data={"_step": "0", "_do": "next"})
    assert (empty.status_code, empty.text.count("This field is required.")) == (422, 3)
    second = await client.post(PATH, data={"_step": "0", "_do": "next", **FIRST})
    assert 'name="_step" value="1"' in second.text
    assert 'name="company_name" value="Northwind Voice"' in second.text
    back = await client.post(PATH, data={"_step": "1", "_do": "back", **FIRST, **SECOND})
    assert 'name="_step" value="0"' in back.text
    assert "We answer calls for dentists." in back.text
    third = await client.post(PATH, data={"_step": "1", "_do": "next", **FIRST, **SECOND})
    assert 'value="northwind-voice"' in third.text
    taken = await client.post(PATH, data={"_step": "2", "_do": "next", **FIRST, **SECOND, "desired_subdomain": "acme"})
    assert (taken.status_code, "This subdomain is taken" in taken.text) == (409, True)
    assert await rows.fetchval("SELECT count(*) FROM app.partner_requests") == 0
    sent = await client.post(PATH, data={"_step": "2", "_do": "next", **FIRST, **SECOND, "desired_subdomain": "north"})
    assert "Request received" in sent.text
    assert await rows.fetchval("SELECT desired_subdomain FROM app.partner_requests") == "north"


async def test_live_checks_and_preview(site: Site) -> None:
    client = site.at("localhost")
    free = await client.get(f"{PATH}/subdomain", params={"desired_subdomain": "north"})
    assert "Free: http://north.localhost" in free.text
    assert "reserved" in (await client.get(f"{PATH}/subdomain", params={"desired_subdomain": "admin"})).text
    assert "Leave the port away" in (await client.get(f"{PATH}/domain", params={"custom_domain": "a.test:1"})).text
    drawn = await client.post(f"{PATH}/preview", data={"branding_data.primary_color": "#ff0000", "company_name": "<A>"})
    assert "primary=%23ff0000" in drawn.text
    picture = await client.get("/brand-preview.svg", params={"primary": "#ff0000", "name": "<script>"})
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "<script>" not in picture.text
    german = await client.get("/brand-preview.svg", params={"primary": "#ff0000"}, headers={"accept-language": "de"})
    assert ("Neuer Agent" in german.text, german.headers["vary"]) == (True, "accept-language, cookie")
    assert (await client.get("/brand-preview.svg", params={"primary": "javascript:1"})).status_code == 400


async def test_the_console_from_list_to_approval(
    site: Site, rows: asyncpg.Connection, staff: httpx.AsyncClient
) -> None:
    waiting = await applied(site)
    here = f"/super-admin/partner-requests/{waiting}"
    assert here in (await staff.get("/super-admin/partner-requests", params={"search": "north"})).text
    assert "No request matches" in (await staff.get("/super-admin/partner-requests?status=rejected")).text
    page = (await staff.get(here)).text
    assert "Approve and set up" in page
    without = await staff.post(f"{here}/rejection", data={"rejection_reason": " "})
    assert (without.status_code, "the applicant reads it" in without.text) == (400, True)
    long = await staff.post(f"{here}/rejection", data={"rejection_reason": "Too long. " * 300})
    assert (long.status_code, "at most 2000 characters" in long.text) == (400, True)
    assert "Too long. Too long." in long.text, "what was typed is still there"
    fields = {
        **FIRST,
        **SECOND,
        "desired_subdomain": "bad name",
        "selected_plan": "pro",
        "primary_color": "#0ea5e9",
        "secondary_color": "#64748b",
    }
    wrong = await staff.post(here, data=fields)
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (422, True)
    assert (await staff.post(here, data={**fields, "desired_subdomain": "northern"})).status_code == 303
    assert (await staff.post(f"{here}/deletion", data={"confirm": "no"})).status_code == 400
    made = await staff.post(f"{here}/approval")
    assert "northern.localhost" in made.text
    assert "no password was mailed" in made.text
    again = await staff.post(f"{here}/approval")
    assert (again.status_code, "decided already" in again.text) == (400, True)
    assert (await staff.post(f"{here}/deletion", data={"confirm": "delete"})).status_code == 400
    assert await rows.fetchval("SELECT plan_tier FROM app.partners WHERE slug = 'northern'") == "pro"
