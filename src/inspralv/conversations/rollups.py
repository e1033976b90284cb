"""The daily figures, kept exact: every call remembers what was counted of it, so a correction adds the difference.

A call is counted once it is over, on the day it began in the workspace's time zone. That day never changes, not even
when the workspace moves to another zone. Deleting a conversation changes no figure.
"""

from __future__ import annotations

from collections import Counter as Sums
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from inspralv.conversations.events import UsageRepaired
from inspralv.conversations.queries import usage
from inspralv.conversations.schemas import Call
from inspralv.foundation.context import Context

_ZONES = timedelta(hours=26)  # a local day begins and ends at most this far from the same day in UTC


def tally(call: Call) -> dict[str, int]:
    """Return what a finished call adds to its day; measures that are zero are left out."""
    amounts = {
        "calls": 1,
        call.status: 1,
        call.direction: 1,
        "seconds": call.duration_seconds,
        "cost_micros": call.cost_micros,
    }
    if call.sentiment:
        amounts[call.sentiment] = 1
    return {name: amount for name, amount in amounts.items() if amount}


async def count(ctx: Context, call: Call) -> Call:
    """Bring the daily figures to what this call is now, and return the call with what was counted. It must be held and
    saved in the same unit of work."""
    if not call.is_over:
        return call
    day = call.usage_day or await _local_day(ctx, call)
    agent_id, now = call.agent_id or usage.NO_AGENT, tally(call)
    counted: dict[str, Any] = {"agent_id": str(agent_id), **now}
    if counted != call.usage_counted:
        slot = call.id.int % usage.SLOTS
        for who, amounts in _differences(call.usage_counted, agent_id, now).items():
            await usage.add(ctx, day, who, slot, amounts)
    return replace(call, usage_day=day, usage_counted=counted)


def _differences(before: dict[str, Any], agent_id: UUID, now: dict[str, int]) -> dict[UUID, dict[str, int]]:
    """Return what to add to which agent; a call that changed its agent is taken from the one and given to the other."""
    sums: dict[UUID, Sums[str]] = {}
    if before:
        was = Sums({name: int(amount) for name, amount in before.items() if name != "agent_id"})
        sums.setdefault(UUID(before["agent_id"]), Sums()).subtract(was)
    sums.setdefault(agent_id, Sums()).update(now)
    changed = {who: {name: amount for name, amount in amounts.items() if amount} for who, amounts in sums.items()}
    return {who: amounts for who, amounts in sorted(changed.items()) if amounts}


async def _local_day(ctx: Context, call: Call) -> date:
    return call.created_at.astimezone(ZoneInfo(await usage.find_zone(ctx))).date()


async def reconcile(ctx: Context, days: int) -> int:
    """Compare the figures of the partner's last days with the calls and set right what differs; return how many rows.
    Needs a context that sees the whole partner."""
    last = (ctx.now + _ZONES).date()
    first = last - timedelta(days=days)
    since, until = ctx.now - timedelta(days=days + 3), ctx.now + _ZONES
    repaired = 0
    for counter in await usage.list_different(ctx, first, last, since, until):
        before, after = await usage.recount(ctx, counter, since, until)
        if before == after:
            continue
        repaired += 1
        told = {"day": counter.day.isoformat(), "slot": counter.slot}
        ctx.record(
            UsageRepaired(
                entity_id=counter.agent_id, workspace_id=counter.workspace_id, old=told | before, new=told | after
            )
        )
    return repaired
