"""When the month's minutes are gone: calls that we start are refused, those that come in are kept and counted."""

from __future__ import annotations

import re
from html import unescape

import asyncpg
import pytest
from httpx import Response
from tests.billing.conftest import Agree, allow, spend
from tests.conversations.conftest import API, Desk, new_call_id
from tests.world import BAKERY, CLINIC

CUSTOMER = {"customerNumber": "+14155550123"}


async def start(desk: Desk, kind: str) -> Response:
    await desk.rows.execute("DELETE FROM app.rate_limits")
    body = CUSTOMER if kind == "outbound-call" else None
    return await desk.mia.post(f"{API}/agents/{desk.agent['id']}/{kind}", json=body)


@pytest.mark.parametrize("kind", ["outbound-call", "test-call"])
async def test_the_last_minute_is_given_and_no_other(
    desk: Desk, rows: asyncpg.Connection, agree: Agree, kind: str
) -> None:
    await agree("free")
    await spend(rows, 99.9)
    assert (await start(desk, kind)).status_code in {200, 202}
    await spend(rows, 100)
    refused = await start(desk, kind)
    assert refused.status_code == 403, refused.text
    words = refused.json()["detail"]
    assert words.startswith("The plan of Acme Voice allows 100 minutes a month (max_minutes_per_month), and they ")
    assert re.search(r"Calls can be started again on \w+ 1, ", words)
    assert "or at once with more minutes: ask your organisation" in words


async def test_the_page_says_so_and_keeps_the_number(desk: Desk, rows: asyncpg.Connection, agree: Agree) -> None:
    await agree("free")
    await spend(rows, 100)
    form = {**CUSTOMER, "click": "once"}
    page = await desk.mia.post(f"/w/clinic/agents/{desk.agent['id']}/outbound-call", data=form)
    assert page.status_code == 403
    assert "(max_minutes_per_month), and they are used up" in unescape(page.text)
    assert CUSTOMER["customerNumber"] in page.text


async def test_minutes_are_those_of_the_whole_agency(desk: Desk, rows: asyncpg.Connection, agree: Agree) -> None:
    await agree("free")
    await spend(rows, 40)
    await spend(rows, 60, BAKERY)
    assert (await start(desk, "outbound-call")).status_code == 403
    await spend(rows, 0, BAKERY)
    assert (await start(desk, "outbound-call")).status_code == 202


async def test_minutes_of_another_month_do_not_count(desk: Desk, rows: asyncpg.Connection, agree: Agree) -> None:
    await agree("free")
    await spend(rows, 100)
    await rows.execute("UPDATE app.usage_daily SET day = day - 32 WHERE workspace_id = $1", CLINIC)
    assert (await start(desk, "outbound-call")).status_code == 202


async def test_minutes_that_were_agreed(desk: Desk, rows: asyncpg.Connection, agree: Agree) -> None:
    await spend(rows, 150)
    await agree("free", max_minutes_per_month=200)
    assert (await start(desk, "outbound-call")).status_code == 202
    await agree("enterprise", max_minutes_per_month=150)
    assert (await start(desk, "outbound-call")).json()["detail"].startswith("What is agreed with Acme Voice allows 150")
    await agree("enterprise")
    await allow(rows, CLINIC, max_minutes_per_month=150)
    refused = await start(desk, "outbound-call")
    assert refused.json()["detail"].startswith("This workspace allows 150 minutes a month (max_minutes_per_month)")
    await allow(rows, CLINIC, max_minutes_per_month=151)
    assert (await start(desk, "outbound-call")).status_code == 202


async def test_a_workspace_cannot_spend_what_the_agency_has_not(
    desk: Desk, rows: asyncpg.Connection, agree: Agree
) -> None:
    await agree("free")
    await allow(rows, CLINIC, max_minutes_per_month=5000)
    await spend(rows, 100)
    assert "The plan of Acme Voice" in (await start(desk, "outbound-call")).json()["detail"]


async def test_calls_that_come_in_are_kept(desk: Desk, rows: asyncpg.Connection, agree: Agree) -> None:
    await agree("free")
    await spend(rows, 100)
    call = new_call_id()
    await desk.deliver(desk.message("end-of-call-report", call))
    assert (await desk.conversation(call)) is not None
