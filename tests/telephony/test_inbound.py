"""Somebody calls a number with business hours: the provider asks over the real webhook, and the answer decides."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.ports import free_port
from tests.telephony.conftest import HERE, REGISTRY, ROUTING, Office, errors_of
from tests.world import BAKERY

from inspralv.providers.contract import Ability, CallRef, CallReport, CallType
from inspralv.telephony.hours import DAYS

_PORT = free_port(keep=True)
ENVIRON = {"INSPRALV_PORT": str(_PORT), "INSPRALV_WEBHOOK_BASE_URL": f"http://127.0.0.1:{_PORT}"}
CALLER = "+14155557701"
ALWAYS = {"timezone": "UTC", **{day: [{"start": "00:00", "end": "00:00"}] for day in DAYS}}
SPEAKING = {name for name in ROUTING if Ability.ROUTE_TO_MESSAGE in REGISTRY[name].abilities}

pytestmark = pytest.mark.parametrize("office", ROUTING, indirect=True)


def closed() -> dict[str, Any]:
    """A week whose only open day is far from today."""
    return {"timezone": "UTC", DAYS[(datetime.now(UTC).weekday() + 3) % 7]: [{"start": "10:00", "end": "11:00"}]}


async def ring(office: Office) -> CallReport:
    """Somebody calls the account's number; what became of it at the vendor."""
    known = {one.provider_call_id for one in await incoming(office)}
    rung = await office.vendor.post("/_sandbox/inbound", json={"to": office.customer.number, "from": CALLER})
    assert rung.status_code == 200, rung.text
    for _ in range(200):
        for report in await incoming(office):
            if report.provider_call_id not in known and report.status.is_final:
                await office.work()
                return report
        await asyncio.sleep(0.05)
    raise AssertionError("the call never came or never ended")


async def incoming(office: Office) -> list[CallReport]:
    """The calls that came in at the vendor, in full."""
    session = office.session()
    listed = [
        one async for one in session.calls(datetime.now(UTC) - timedelta(hours=1)) if one.type is CallType.INBOUND
    ]
    return [await session.call(CallRef(one.provider_call_id)) for one in listed]


async def note_of(office: Office) -> str:
    """What the inbox says of the last question."""
    found = await office.rows.fetchval(
        "SELECT note FROM app.provider_inbox WHERE note LIKE 'answered: %' AND note NOT LIKE '%tools%' ORDER BY id DESC LIMIT 1"
    )
    return str(found)


async def test_open_hours_reach_the_agent_with_its_variables(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Day")
    await office.wim.patch(
        f"/api/w/clinic/agents/{agent['id']}",
        json={"config": {"first_message": "Hello {{city}}, is it {{phone_number}}?",
                         "custom_variables": [{"name": "city", "default_value": "Lakeside"}]}},
    )  # fmt: skip
    night = await office.agent("Night")
    await office.bind(
        number, inbound_agent_id=agent["id"], hours=ALWAYS, fallback={"kind": "agent", "agent_id": night["id"]}
    )
    call = await ring(office)
    assert call.remote_agent_id == (await office.read_agent(agent["id"]))["external_agent_id"]
    assert await note_of(office) == "answered: open: “Day”"
    listed = (await office.wim.get("/api/w/clinic/conversations")).json()["data"]["data"]
    assert [(one["agent"]["name"], one["direction"], one["contact_number"]) for one in listed][:1] == [
        ("Day", "inbound", CALLER)
    ]


async def test_closed_hours_reach_the_fallback_agent(office: Office) -> None:
    number, agent, night = await office.lent(), await office.agent("By day"), await office.agent("By night")
    change = {
        "inbound_agent_id": agent["id"],
        "hours": closed(),
        "fallback": {"kind": "agent", "agent_id": night["id"]},
    }
    assert (await office.bind(number, **change))["bind_status"] == "synced"
    call = await ring(office)
    assert call.remote_agent_id == night["external_agent_id"]
    assert await note_of(office) == "answered: closed: “By night”"


async def test_closed_hours_say_a_message_or_pass_the_call_on(office: Office) -> None:
    number, agent = await office.lent(), await office.agent("Absent")
    bound = {"inbound_agent_id": agent["id"], "hours": closed()}
    message = {**bound, "fallback": {"kind": "message", "message": "We open at ten."}}
    onward = {**bound, "fallback": {"kind": "number", "number": "+1 415 555 0123"}}
    for change, ability, note in (
        (message, Ability.ROUTE_TO_MESSAGE, "closed: message"), (onward, Ability.ROUTE_TO_NUMBER, "closed: to +14155550123"),
    ):  # fmt: skip
        answer = await office.wim.patch(f"{HERE}/{number['id']}", json=change)
        if ability not in office.provider.abilities:
            assert office.provider.label in errors_of(answer)["/fallback/kind"]
            continue
        assert answer.status_code == 200, answer.text
        await office.work()
        call = await ring(office)
        assert call.remote_agent_id is None
        assert await note_of(office) == f"answered: {note}"
        assert ("We open at ten." in " ".join(line.text for line in call.transcript)) is (change is message)


async def test_a_number_of_another_workspace_gets_no_agent(office: Office) -> None:
    """The vendor still asks at the clinic's address, but the number is the bakery's by now."""
    number, agent = await office.lent(), await office.agent("Former")
    await office.bind(
        number, inbound_agent_id=agent["id"], hours=ALWAYS, fallback={"kind": "agent", "agent_id": agent["id"]}
    )
    await office.rows.execute(
        "UPDATE app.phone_numbers SET assigned_workspace_id = $2 WHERE id = $1", number["id"], BAKERY
    )
    call = await ring(office)
    assert "not one of the workspace's" in await note_of(office)
    assert call.remote_agent_id != agent["external_agent_id"] or office.name not in SPEAKING
    await office.rows.execute("DELETE FROM app.phone_numbers WHERE id = $1", number["id"])
