"""Calls that wait for their time, over a restart too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.providers.vapi.examples import ENDED_REASONS
from tests.providers.vapi.schemas import Schemas
from tests.sandbox.caller import Caller, statuses


def in_hours(hours: float) -> dict[str, str]:
    return {"earliestAt": (datetime.now(UTC) + timedelta(hours=hours)).isoformat()}


async def test_a_scheduled_call_is_played_at_its_time(vapi: Caller, schemas: Schemas) -> None:
    await vapi.speed(36000)  # an hour passes in a tenth of a second
    placed = await vapi.dial(await vapi.assistant(), schedulePlan=in_hours(1))
    schemas.check("Call", {name: value for name, value in placed.items() if name != "subscriptionLimits"})
    assert placed["status"] == "scheduled"
    assert statuses(await vapi.report(placed)) == ["ringing", "in-progress", "ended"]


async def test_a_call_whose_time_has_passed_is_played_at_once(vapi: Caller) -> None:
    await vapi.speed(1000)
    placed = await vapi.dial(await vapi.assistant(), schedulePlan=in_hours(-1))
    assert statuses(await vapi.report(placed)) == ["ringing", "in-progress", "ended"]


async def test_a_scheduled_call_that_is_deleted_never_rings(vapi: Caller, schemas: Schemas) -> None:
    await vapi.speed(1)
    placed = await vapi.dial(await vapi.assistant(), schedulePlan=in_hours(1))
    assert (await vapi.read(placed))["status"] == "scheduled"
    await vapi.speed(0)
    gone = await vapi.ask("DELETE", f"/call/{placed['id']}")
    schemas.check("Call", gone)
    assert (gone["status"], gone["endedReason"]) == ("ended", "scheduled-call-deleted")
    assert gone["endedReason"] in ENDED_REASONS
    messages = await vapi.report(placed)
    assert statuses(messages) == ["ended"]
    assert messages[-1]["artifact"]["messages"] == []
    assert (await vapi.read(placed))["status"] == "ended"


async def test_a_running_call_that_is_deleted_is_hung_up_and_forgotten(vapi: Caller) -> None:
    await vapi.speed(1)
    placed = await vapi.dial(await vapi.assistant())
    await vapi.speed(0)
    await vapi.ask("DELETE", f"/call/{placed['id']}")
    await vapi.ask("GET", f"/call/{placed['id']}", status=404)
    assert (await vapi.report(placed))[-1]["endedReason"] == "call-deleted"
