"""The daily figures: exact to the call, on the right day, and repaired when something else touched them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace
from tests.conversations.conftest import Desk, new_call_id, run_job
from tests.world import CLINIC

from inspralv.conversations.actions.ingest import take_report
from inspralv.conversations.tasks import NothingArgs, reconcile_usage
from inspralv.providers.contract import CallAnalysis, CallCost, CallReport, CallStatus, CallType, Sentiment


def report(desk: Desk, began: datetime, **changes: object) -> CallReport:
    """A finished call of two minutes that cost ten cents."""
    made = CallReport(
        provider_call_id=new_call_id(), type=CallType.INBOUND, status=CallStatus.COMPLETED,
        remote_agent_id=desk.remote_id, created_at=began, started_at=began,
        ended_at=began + timedelta(seconds=120), duration_seconds=120,
        from_number="+14155550777", cost=CallCost(total=100_000, parts={"llm": 100_000}),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


async def take(desk: Desk, *reports: CallReport) -> Sequence[UUID]:
    ids = []
    for one in reports:
        ctx = desk.context()
        ids.append(await take_report(ctx, "vapi", one, one.ended_at or ctx.now))
        await ctx.commit()
    return ids


async def day_of(desk: Desk, conversation_id: UUID) -> date:
    day: date = await desk.rows.fetchval("SELECT usage_day FROM app.conversations WHERE id = $1", conversation_id)
    return day


# The clinic is in New York: UTC-5 in winter, UTC-4 in summer; 2026 changes on March 8 and November 1.
@pytest.mark.parametrize(
    ("began", "day"),
    [
        ("2026-01-15T04:59:59+00:00", date(2026, 1, 14)),
        ("2026-01-15T05:00:00+00:00", date(2026, 1, 15)),
        ("2026-07-15T03:59:59+00:00", date(2026, 7, 14)),
        ("2026-07-15T04:00:00+00:00", date(2026, 7, 15)),
        ("2026-03-08T04:59:59+00:00", date(2026, 3, 7)),
        ("2026-03-09T03:59:59+00:00", date(2026, 3, 8)),
        ("2026-03-09T04:00:00+00:00", date(2026, 3, 9)),
        ("2026-11-01T03:59:59+00:00", date(2026, 10, 31)),
        ("2026-11-02T04:59:59+00:00", date(2026, 11, 1)),
        ("2026-11-02T05:00:00+00:00", date(2026, 11, 2)),
    ],
)
async def test_a_call_counts_on_the_day_it_began_where_the_workspace_is(desk: Desk, began: str, day: date) -> None:
    await desk.rows.execute("SELECT app.ensure_partitions('2026-01-01', '2026-12-20')")
    before = await desk.rows.fetchval(
        "SELECT coalesce(sum(calls), 0)::int FROM app.usage_daily WHERE workspace_id = $1 AND day = $2", CLINIC, day
    )
    (conversation_id,) = await take(desk, report(desk, datetime.fromisoformat(began)))
    assert await day_of(desk, conversation_id) == day
    after = await desk.rows.fetchval(
        "SELECT sum(calls)::int FROM app.usage_daily WHERE workspace_id = $1 AND day = $2", CLINIC, day
    )
    assert after == before + 1


async def test_corrections_add_exactly_the_difference(desk: Desk) -> None:
    now = datetime.now(UTC)
    first = report(desk, now - timedelta(minutes=5))
    before = await desk.usage()
    await take(desk, first, first)
    richer = replace(
        first, duration_seconds=180, cost=CallCost(total=250_000, parts={"llm": 250_000}),
        analysis=CallAnalysis(sentiment=Sentiment.POSITIVE),
    )  # fmt: skip
    await take(desk, richer, replace(richer, analysis=CallAnalysis(sentiment=Sentiment.NEGATIVE)))
    await take(desk, replace(richer, status=CallStatus.FAILED, analysis=CallAnalysis()))
    after = await desk.usage()
    added = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert added == {"calls": 1, "failed": 1, "inbound": 1, "negative": 1, "seconds": 180, "cost_micros": 250_000}


async def test_a_running_call_counts_when_it_is_over(desk: Desk) -> None:
    now, before = datetime.now(UTC), await desk.usage()
    running = replace(
        report(desk, now), status=CallStatus.IN_PROGRESS, ended_at=None, duration_seconds=None, cost=CallCost()
    )
    await take(desk, running)
    assert await desk.usage() == before
    await take(desk, replace(running, status=CallStatus.COMPLETED, ended_at=now + timedelta(seconds=30)))
    after = await desk.usage()
    assert (after["calls"], after["seconds"]) == (before.get("calls", 0) + 1, before.get("seconds", 0) + 30)


async def test_the_day_stays_when_the_workspace_moves(desk: Desk) -> None:
    began = datetime.fromisoformat("2026-06-10T02:00:00+00:00")
    first = report(desk, began)
    (conversation_id,) = await take(desk, first)
    assert await day_of(desk, conversation_id) == date(2026, 6, 9)
    await desk.rows.execute("UPDATE app.workspaces SET timezone = 'Asia/Tokyo' WHERE id = $1", CLINIC)
    try:
        before = await desk.usage()
        await take(desk, replace(first, cost=CallCost(total=300_000)))
        assert await day_of(desk, conversation_id) == date(2026, 6, 9)
        assert (await desk.usage())["cost_micros"] == before["cost_micros"] + 200_000
        (other,) = await take(desk, report(desk, began))
        assert await day_of(desk, other) == date(2026, 6, 10)
    finally:
        await desk.rows.execute("UPDATE app.workspaces SET timezone = 'America/New_York' WHERE id = $1", CLINIC)


async def test_every_figure_is_what_the_calls_say(desk: Desk) -> None:
    """The rollups against the calls themselves, after everything above."""
    assert await desk.usage() == await counted(desk)


async def test_what_differs_is_repaired_and_said(desk: Desk) -> None:
    now = datetime.now(UTC)
    await take(desk, report(desk, now - timedelta(hours=1)), report(desk, now - timedelta(days=2)))
    right = await desk.usage()
    recent = "day > current_date - 5"
    await desk.rows.execute(f"UPDATE app.usage_daily SET calls = calls + 7, cost_micros = 1 WHERE {recent}")
    await desk.rows.execute(
        "INSERT INTO app.usage_daily (partner_id, workspace_id, day, agent_id, slot, calls)"
        " SELECT partner_id, id, current_date - 1, gen_random_uuid(), 0, 3 FROM app.workspaces WHERE id = $1", CLINIC,
    )  # fmt: skip
    assert await desk.usage() != right
    await reconcile_usage(run_job(desk, None), NothingArgs())
    assert await desk.usage() == right
    said = await desk.rows.fetch(
        "SELECT workspace_id, old_values, new_values FROM app.audit_log WHERE action = 'usage.repaired'"
    )
    assert said
    assert {row["workspace_id"] for row in said} == {CLINIC}
    await reconcile_usage(run_job(desk, None), NothingArgs())
    assert await desk.rows.fetchval("SELECT count(*) FROM app.audit_log WHERE action = 'usage.repaired'") == len(said)


async def test_a_deleted_row_of_figures_comes_back(desk: Desk) -> None:
    right = await desk.usage()
    await desk.rows.execute("DELETE FROM app.usage_daily WHERE day > current_date - 4")
    await reconcile_usage(run_job(desk, None), NothingArgs())
    assert await desk.usage() == right


async def counted(desk: Desk) -> dict[str, int]:
    def number_of(column: str, value: str) -> str:
        return f"count(*) FILTER (WHERE {column} = '{value}') AS {value}"

    row = await desk.rows.fetchrow(
        "SELECT count(*) AS calls, sum(duration_seconds)::bigint AS seconds, sum(cost_micros)::bigint AS cost_micros,"
        f" {number_of('status', 'completed')}, {number_of('status', 'failed')}, {number_of('direction', 'inbound')},"
        f" {number_of('sentiment', 'negative')}"
        " FROM app.conversations WHERE workspace_id = $1 AND status IN ('completed', 'failed')", CLINIC,
    )  # fmt: skip
    assert row is not None
    return dict(row)
