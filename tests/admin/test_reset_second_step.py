"""Somebody who lost app, recovery codes and passkey gets back in: the operator resets the second step."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, expect
from tests.accounts.door import PROXIED, enter, mails_to, stranger
from tests.accounts.second import protect
from tests.admin.conftest import OPERATOR, OPERATOR_ID, logged
from tests.conftest import Site
from tests.journeys.faults import faults_of
from tests.shell.conftest import chromium
from tests.world import ACME, MIA, NOA, PASSWORD, PLATFORM, RIVAL

__all__ = ["chromium"]
ENVIRON = PROXIED
HERE = f"/super-admin/users/{ACME}/{MIA.id}"
ASK = f"{HERE}/second-step-reset"
API = f"/api/super-admin/users/{ACME}/{MIA.id}/second-step-reset"
WHY = {"reason": "  Called back at the number in the contract  "}
_PASSKEY = """
INSERT INTO app.passkeys (partner_id, id, user_id, name, rp_id, credential_id, public_key, sign_count, backed_up, created_at)
VALUES ($1, $2, $3, 'Laptop', 'acme.localhost', $4, 'k', 0, false, now())
"""
_LEFT = """
SELECT (SELECT count(*) FROM app.two_factors WHERE user_id = $1), (SELECT count(*) FROM app.recovery_codes WHERE user_id = $1),
       (SELECT count(*) FROM app.passkeys WHERE user_id = $1), (SELECT count(*) FROM app.pending_sign_ins WHERE user_id = $1),
       (SELECT count(*) FROM app.sessions WHERE user_id = $1 AND revoked_at IS NULL)
"""


@pytest.fixture
async def mia(site: Site, staff: httpx.AsyncClient, rows: asyncpg.Connection) -> AsyncIterator[httpx.AsyncClient]:
    """Mia, signed in, with an app and a passkey; in another browser she is asked for a code."""
    del staff  # which forgets the counts of attempts
    browser = await enter(site, MIA.email, PASSWORD)
    await protect(browser, PASSWORD)
    await rows.execute(_PASSKEY, ACME, uuid4(), MIA.id, uuid4().bytes)
    waiting = await stranger(site).post("/api/auth/signin", json={"email": MIA.email, "password": PASSWORD})
    assert waiting.json()["data"]["two_factor"] is True
    yield browser
    await rows.execute("UPDATE app.partners SET require_two_factor = false WHERE id = $1", ACME)
    await rows.execute("UPDATE app.users SET two_factor_since = NULL WHERE id = $1", MIA.id)
    for table in ("two_factors", "recovery_codes", "passkeys", "pending_sign_ins"):
        await rows.execute(f"DELETE FROM app.{table} WHERE user_id = $1", MIA.id)  # noqa: S608 - constant names


async def test_everything_goes_and_the_person_is_told(
    staff: httpx.AsyncClient, mia: httpx.AsyncClient, rows: asyncpg.Connection, work: Callable[[], Awaitable[None]]
) -> None:
    assert 0 not in tuple(await rows.fetchrow(_LEFT, MIA.id))
    assert ASK in (await staff.get(HERE)).text
    answer = await staff.post(ASK, data=WHY)
    assert (answer.status_code, answer.headers.get("location")) == (303, f"{HERE}?done=reset"), answer.text
    assert tuple(await rows.fetchrow(_LEFT, MIA.id)) == (0, 0, 0, 0, 0)
    assert (await mia.get("/api/auth/context")).status_code == 401
    assert ASK not in (await staff.get(HERE)).text
    entries = await logged(rows, "user.second_steps_reset")
    assert {(e["partner_id"], e["actor_id"], e["entity_id"]) for e in entries} == {
        (ACME, OPERATOR_ID, str(MIA.id)), (PLATFORM, OPERATOR_ID, str(MIA.id)),
    }  # fmt: skip
    assert json.loads(entries[0]["old_values"]) == {"two_factor": True, "passkeys": 1}
    assert json.loads(entries[0]["new_values"]) == {
        "two_factor": False, "passkeys": 0, "email": MIA.email, "reason": WHY["reason"].strip(),
    }  # fmt: skip
    await work()
    (mail,) = [m for m in await mails_to(rows, MIA.email) if "Your second step was reset" in m["subject"]]
    assert (mail["partner_id"], mail["template"]) == (ACME, "security_notice")
    assert "Unknown device" not in mail["plain"], "where staff sit is none of the person's business"
    assert "Inspralv" not in mail["plain"] + mail["subject"]
    again = await staff.post(ASK, data=WHY)
    assert (again.status_code, "no second step to reset" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("reason", "told"),
    [("", "This field is required."), ("   ", "This field is required."), ("a\0b", "cannot be stored"), ("x" * 501, "at most 500")],
    ids=["none", "blank", "nul", "long"],
)  # fmt: skip
async def test_without_a_reason_nothing_happens(
    staff: httpx.AsyncClient, mia: httpx.AsyncClient, reason: str, told: str
) -> None:
    page = await staff.post(ASK, data={"reason": reason})
    assert (page.status_code, told in page.text) == (400, True), page.text
    api = await staff.post(API, json={"reason": reason})
    assert (api.status_code, api.json()["errors"][0]["pointer"]) == (400, "/reason")
    assert (await mia.get("/api/auth/context")).status_code == 200


async def test_the_api_does_the_same(staff: httpx.AsyncClient, mia: httpx.AsyncClient) -> None:
    assert (await mia.post(API, json=WHY)).status_code == 404, "the console is on the platform's host alone"
    assert (await staff.post(API.replace(str(ACME), str(RIVAL)), json=WHY)).status_code == 404
    assert (await staff.post(API, json=WHY)).status_code == 200
    assert (await mia.get("/api/auth/context")).status_code == 401
    assert (await staff.post(API, json=WHY)).status_code == 409


async def test_nobody_resets_their_own(staff: httpx.AsyncClient, rows: asyncpg.Connection) -> None:
    await rows.execute("UPDATE app.users SET email = $2 WHERE id = $1", NOA.id, OPERATOR)
    try:
        own = ASK.replace(str(MIA.id), str(NOA.id))
        refused = await staff.post(own, data=WHY)
        assert (refused.status_code, "their own second step" in refused.text) == (403, True)
        assert (await staff.post(f"/api{own}", json=WHY)).status_code == 403
    finally:
        await rows.execute("UPDATE app.users SET email = $2 WHERE id = $1", NOA.id, NOA.email)


async def test_whose_partner_asks_for_one_sets_it_up_at_the_next_sign_in(
    chromium: Browser, site: Site, staff: httpx.AsyncClient, mia: httpx.AsyncClient, rows: asyncpg.Connection
) -> None:
    del mia
    await rows.execute("UPDATE app.partners SET require_two_factor = true WHERE id = $1", ACME)
    name, _, token = staff.headers["cookie"].partition("=")
    console = await chromium.new_context()
    await console.add_cookies([{"name": name, "value": token, "url": site.url("localhost")}])
    page = await console.new_page()
    await page.goto(site.url("localhost") + HERE)
    faults = await faults_of(page, "a person with a second step")
    await page.get_by_role("link", name="Reset second step").click()
    await expect(page.get_by_role("textbox", name="Reason")).to_be_visible()
    faults += await faults_of(page, "the question")
    assert faults == []
    await page.get_by_role("textbox", name="Reason").fill("Called back")
    await page.get_by_role("button", name="Reset second step").click()
    await page.wait_for_url("**?done=reset")
    await console.close()
    hers = await chromium.new_context()
    page = await hers.new_page()
    await page.goto(site.url("acme.localhost") + "/login")
    await page.locator("input[name=email]").fill(MIA.email)
    await page.locator("input[name=password]").first.fill(PASSWORD)
    await page.locator("input[name=password]").first.press("Enter")
    await page.wait_for_url("**/account/two-factor?**")
    await expect(page.get_by_text("asks everybody for a second factor")).to_be_visible()
    await hers.close()
