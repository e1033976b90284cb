"""Finding calls whose webhooks never came: each account's own list of calls is compared with ours, again and again.

A call counts by the agent that took it; what else a list says of whose it is, is foreign text. Calls of agents that are
not the partner's are somebody else's in the same account: they are left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import structlog

from inspralv.conversations.actions.ingest import NotOurs, note_repair, take_report
from inspralv.conversations.queries import polls
from inspralv.foundation.jobs.job import Job
from inspralv.integrations.connections import Account, find_account, mark_key_bad, open_session
from inspralv.providers.contract import CallRef, CallReport, ProviderSession
from inspralv.providers.errors import BadCredentials, Malformed, Missing, ProviderError, Throttled, Unavailable

log = structlog.get_logger()

EVERY: Final = timedelta(minutes=10)
OVERLAP: Final = timedelta(minutes=90)
"""Calls are listed by when they began: this long before the last comparison one may have begun that ended since."""
FIRST_LOOK: Final = timedelta(hours=6)
GRACE: Final = timedelta(minutes=3)
"""Webhooks of a call that moved more lately than this may still be on their way."""
MOST_REPORTS: Final = 2000
MOST_REPAIRS: Final = 200
_LONGEST_PAUSE = timedelta(hours=1)
_BATCH = 100


class _Round(msgspec.Struct):
    """One comparison: what it has seen, and what it found to be put right, by workspace."""

    account: Account
    agents: dict[str, UUID]
    session: ProviderSession
    now: datetime
    seen: int = 0
    foreign: int = 0
    repaired: int = 0
    trouble: str | None = None


async def poll(job: Job, integration_id: UUID) -> None:
    """Compare the calls of one account with ours. Trouble with the provider is noted and slows the next rounds down."""
    async with job.partner() as wide:
        account = await find_account(wide, integration_id)
        before = await polls.find_poll(wide, integration_id)
        agents = await polls.list_remote_agents(wide, account.provider) if account else []
        now = wide.now
    if account is None:
        return
    by_remote_id = {
        remote_id: agent.workspace_id
        for agent in agents
        for remote_id in {agent.external_agent_id, *agent.ids.values()}
    }
    since = (before.polled_until - OVERLAP) if before.polled_until else now - FIRST_LOOK
    try:
        round_ = _Round(account, by_remote_id, open_session(job.services, account), now)
        await _compare(job, round_, max(since, now - timedelta(days=7)))
    except ProviderError as error:
        await _note_trouble(job, account, before, error, now)
        return
    if round_.foreign:
        log.info("calls of others ignored", integration=str(integration_id), calls=round_.foreign)
    async with job.partner() as wide:
        await polls.save_poll(
            wide, integration_id, until=now, next_at=now + EVERY, trouble=round_.trouble, repaired=round_.repaired
        )


async def _compare(job: Job, round_: _Round, since: datetime) -> None:
    batch: list[CallReport] = []
    async for report in round_.session.calls(since):
        round_.seen += 1
        if report.remote_agent_id not in round_.agents:
            round_.foreign += 1
        else:
            batch.append(report)
        if len(batch) >= _BATCH:
            await _put_right(job, round_, batch)
            batch = []
        if round_.seen >= MOST_REPORTS or round_.repaired >= MOST_REPAIRS:
            round_.trouble = f"There was more to compare than fits in one round ({round_.seen} calls seen)."
            log.warning("poll cut short", integration=str(round_.account.integration_id), seen=round_.seen)
            break
    await _put_right(job, round_, batch)


async def _put_right(job: Job, round_: _Round, batch: Sequence[CallReport]) -> None:
    if not batch:
        return
    provider = round_.account.provider
    async with job.partner() as wide:
        known = await polls.list_known(wide, provider, [report.provider_call_id for report in batch])
    for report in batch:
        ours = known.get(report.provider_call_id)
        if (ours is None or (report.status.is_final and not ours.is_reported)) and _is_late(report, round_.now):
            await _repair(job, round_, report, is_new=ours is None)


def _is_late(report: CallReport, now: datetime) -> bool:
    """Whether its webhooks should have been here by now."""
    moved = report.ended_at or report.started_at or report.created_at
    return moved is None or moved < now - GRACE


async def _repair(job: Job, round_: _Round, report: CallReport, *, is_new: bool) -> None:
    workspace_id = round_.agents[report.remote_agent_id or ""]
    full = await _in_full(round_.session, report)
    try:
        async with job.inside(workspace_id).workspace() as ctx:
            call_id = await take_report(ctx, round_.account.provider, full, ctx.now)
            await note_repair(ctx, call_id, "found" if is_new else "finished")
    except NotOurs as reason:
        log.info("call left alone", call=report.provider_call_id, reason=str(reason))
        return
    round_.repaired += 1


async def _in_full(session: ProviderSession, report: CallReport) -> CallReport:
    """A list may leave out what was said; the call itself does not."""
    try:
        full = await session.call(CallRef(report.provider_call_id))
    except (Missing, Malformed):
        return report
    return full if full.remote_agent_id == report.remote_agent_id else report


async def _note_trouble(job: Job, account: Account, before: polls.Poll, error: ProviderError, now: datetime) -> None:
    """Wait longer after each failure in a row, or as long as the provider asks."""
    failures = before.failures + 1
    pause = min(EVERY * 2 ** min(failures, 6), _LONGEST_PAUSE)
    if isinstance(error, Throttled | Unavailable) and error.retry_after:
        pause = max(pause, timedelta(seconds=error.retry_after))
    log.warning("poll failed", integration=str(account.integration_id), failures=failures, error=str(error))
    async with job.partner() as wide:
        if isinstance(error, BadCredentials):
            await mark_key_bad(wide, account.integration_id, str(error), account.version)
        await polls.save_poll(
            wide, account.integration_id, until=None, next_at=now + pause, failures=failures, trouble=str(error)[:500]
        )
