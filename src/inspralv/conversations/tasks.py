"""The jobs of this room: working in what providers sent, dialling, recordings, and putting right what went missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from inspralv.conversations import jobs
from inspralv.conversations.actions import delivering, expiring, placing, polling, recording, repair
from inspralv.conversations.actions.ingest import NotOurs, take_event, take_report
from inspralv.conversations.activity.schemas import KEPT_DAYS
from inspralv.conversations.jobs import ActivityArgs, CallArgs, LetterArgs, PollArgs
from inspralv.conversations.queries import activities, inbox, polls
from inspralv.conversations.queries.overdue import list_overdue
from inspralv.conversations.rollups import reconcile
from inspralv.foundation.context import Context
from inspralv.foundation.ids import uuid7_time
from inspralv.foundation.jobs.job import Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.integrations.connections import provider_of
from inspralv.providers.contract import Ability, CallChanged, CallReport, InboundEvent
from inspralv.providers.errors import Malformed, Unconfirmed
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.retention import list_kept

log = structlog.get_logger()

_CHECK_VIOLATION = "23514"
_KEPT_FOR = timedelta(days=30)
_WAITED_LONG = timedelta(minutes=10)
_TRIED_FOR = timedelta(days=1)
_AT_ONCE = 500
_RECONCILED_DAYS = 7
_RUNS_AT_MOST = timedelta(hours=24)
_UNDELIVERED = timedelta(hours=2)  # longer than all retries take: whatever became of its job, it is sent again


class NothingArgs(msgspec.Struct, frozen=True):
    """The whole partner."""


async def ingest(job: Job, args: LetterArgs) -> None:
    """Work in one delivery, in one transaction with the mark that it is done. Where it only says that something
    happened to a call, the provider is asked before."""
    async with job.workspace() as ctx:
        letter = await inbox.take_letter(ctx, args.letter_id)
        if letter is None:
            return
        try:
            events = provider_of(ctx.services, letter.provider).hooks.read(letter.body, letter.received_at)
        except Malformed as error:
            log.warning("delivery unreadable", letter=str(letter.id), error=str(error))
            await inbox.finish_letter(ctx, letter.id, "failed", f"unreadable: {error}")
            return
        changed = [event.provider_call_id or "" for event in events if isinstance(event, CallChanged)]
        if not changed:
            await inbox.finish_letter(ctx, letter.id, *await _work_in(ctx, letter, events))
            return
    asked = [await repair.read_back(job, letter.provider, call_id) for call_id in changed]
    async with job.workspace() as ctx:
        if await inbox.take_letter(ctx, letter.id) is not None:
            await inbox.finish_letter(ctx, letter.id, *await _take_answers(ctx, letter, asked))


async def _work_in(ctx: Context, letter: inbox.Letter, events: Sequence[InboundEvent]) -> tuple[str, str | None]:
    """Return what came of it: status and note."""
    try:
        taken = [
            await take_event(ctx, letter.provider, event, UUID(int=letter.id.int + n)) for n, event in enumerate(events)
        ]
    except NotOurs as reason:
        return _not_ours(letter, reason)
    return ("done", None) if any(taken) else ("ignored", "nothing to do for this kind")


async def _take_answers(
    ctx: Context, letter: inbox.Letter, answers: Sequence[CallReport | None]
) -> tuple[str, str | None]:
    """Take in what the provider answered; return status and note."""
    known = [report for report in answers if report is not None]
    try:
        for report in known:
            await take_report(ctx, letter.provider, report, ctx.now)
    except NotOurs as reason:
        return _not_ours(letter, reason)
    return ("done", None) if known else ("ignored", "the provider knows no such call")


def _not_ours(letter: inbox.Letter, reason: NotOurs) -> tuple[str, str]:
    log.warning("delivery ignored", letter=str(letter.id), reason=str(reason))
    return "ignored", str(reason)


async def ingest_failed(job: Job, args: LetterArgs, error: Exception) -> None:
    """Give up on one delivery, which holds up no other. One whose month has no partition yet goes on waiting."""
    if is_missing_partition(error):
        log.error("no partition for a delivery; it waits", letter=str(args.letter_id), error=str(error))
        return
    log.error("delivery failed", letter=str(args.letter_id), error=repr(error))
    async with job.workspace() as ctx:
        await inbox.finish_letter(ctx, args.letter_id, "failed", repr(error))


def is_missing_partition(error: Exception) -> bool:
    """Whether a row was refused because its month does not exist. The server reports it as a check violation that
    names no constraint."""
    return getattr(error, "sqlstate", None) == _CHECK_VIOLATION and not getattr(error, "constraint_name", None)


async def ingesting_again_failed(job: Job, args: LetterArgs, error: Exception) -> None:
    """It is tried again every few minutes for a day; then it is a failure."""
    if uuid7_time(args.letter_id) < job.services.clock() - _TRIED_FOR:
        await ingest_failed(job, args, error)


async def place_call(job: Job, args: CallArgs) -> None:
    await placing.place(job, args.call_id)


async def placing_failed(job: Job, args: CallArgs, error: Exception) -> None:
    """Say on the call that it never came about."""
    log.error("call not placed", call=str(args.call_id), error=repr(error))
    unsure = isinstance(error, placing.NotSeenYet | Unconfirmed)
    reason = placing.UNKNOWN() if unsure else placing.NOBODY_CALLED()
    await placing.give_up(job, args.call_id, reason)


async def copy_recording(job: Job, args: CallArgs) -> None:
    await recording.copy_recording(job, args.call_id)


async def copying_failed(job: Job, args: CallArgs, error: Exception) -> None:
    await recording.say_why_not(job, args.call_id, error)


async def check_call(job: Job, args: CallArgs) -> None:
    await repair.check_call(job, args.call_id)


async def deliver(job: Job, args: ActivityArgs) -> None:
    await delivering.deliver(job, args.activity_id)


async def delivering_failed(job: Job, args: ActivityArgs, error: Exception) -> None:
    await delivering.give_up(job, args.activity_id, error)


async def poll_account(job: Job, args: PollArgs) -> None:
    await polling.poll(job, args.integration_id)


async def find_due_polls(job: Job, _args: NothingArgs) -> None:
    """Hand out the accounts whose calls are to be compared, and ask after calls that run where no webhook tells."""
    silent = [
        name for name, provider in job.services.get(ProviderRegistry).items()
        if Ability.CALL_PROGRESS not in provider.abilities
    ]  # fmt: skip
    async with job.partner() as ctx:
        for integration_id in await polls.list_due(ctx, _AT_ONCE):
            ctx.defer(jobs.poll(integration_id))
        for call in await polls.list_running(ctx, silent, _RUNS_AT_MOST, _AT_ONCE) if silent else ():
            ctx.defer(jobs.check_call(call.id, call.workspace_id))


async def expire_texts(job: Job, _args: NothingArgs) -> None:
    """Delete what workspaces do not keep, and log entries that are old enough."""
    async with job.partner() as ctx:
        workspaces = await list_kept(ctx)
    for one in workspaces:
        deleted = await expiring.expire(job, one.workspace_id, one.retention)
        log.info("retention applied", workspace=str(one.workspace_id), **deleted)
    async with job.partner() as ctx:
        await activities.sweep(ctx, timedelta(days=KEPT_DAYS))


async def find_overdue(job: Job, _args: NothingArgs) -> None:
    """Ask after calls whose end never came, and hand out again deliveries that wait too long."""
    async with job.partner() as ctx:
        for call in await list_overdue(ctx, _AT_ONCE):
            ctx.defer(jobs.check_call(call.id, call.workspace_id))
        for letter in await inbox.list_waiting(ctx, _WAITED_LONG, _AT_ONCE):
            ctx.defer(jobs.ingest_again(letter.id, letter.workspace_id))
        for message in await activities.list_waiting(ctx, _UNDELIVERED, _AT_ONCE):
            ctx.defer(jobs.deliver(message.id, message.workspace_id))


async def sweep_inbox(job: Job, _args: NothingArgs) -> None:
    """Delete deliveries that were worked in long ago."""
    async with job.partner() as ctx:
        swept = await inbox.sweep(ctx, _KEPT_FOR)
    log.info("inbox swept", deleted=swept)


async def reconcile_usage(job: Job, _args: NothingArgs) -> None:
    """Compare the daily figures with the calls."""
    async with job.partner() as ctx:
        repaired = await reconcile(ctx, _RECONCILED_DAYS)
    if repaired:
        log.error("daily figures differed from the calls and were set right", rows=repaired)


FIND_OVERDUE = Task("conversations.find_overdue", NothingArgs, find_overdue, queue=jobs.QUEUE, attempts=3)
SWEEP_INBOX = Task("conversations.sweep_inbox", NothingArgs, sweep_inbox, queue=jobs.QUEUE, attempts=3)
FIND_POLLS = Task("conversations.find_polls", NothingArgs, find_due_polls, queue=jobs.QUEUE, attempts=1)
EXPIRE = Task("conversations.expire", NothingArgs, expire_texts, queue=jobs.QUEUE, attempts=5)
RECONCILE = Task("conversations.reconcile", NothingArgs, reconcile_usage, queue=jobs.QUEUE, attempts=3)

TASKS = (
    Task(jobs.INGEST, LetterArgs, ingest, queue=jobs.QUEUE, attempts=10, give_up=ingest_failed, outlives=True),
    # Without retries of their own: what finds them finds them again.
    Task(
        jobs.INGEST_AGAIN,
        LetterArgs,
        ingest,
        queue=jobs.QUEUE,
        attempts=1,
        give_up=ingesting_again_failed,
        outlives=True,
    ),
    Task(jobs.CHECK_CALL, CallArgs, check_call, queue=jobs.QUEUE, attempts=1, outlives=True),
    Task(jobs.PLACE_CALL, CallArgs, place_call, queue=jobs.QUEUE, attempts=5, give_up=placing_failed),
    Task(
        jobs.COPY_RECORDING,
        CallArgs,
        copy_recording,
        queue=jobs.QUEUE,
        attempts=7,
        give_up=copying_failed,
        outlives=True,
    ),
    Task(jobs.DELIVER, ActivityArgs, deliver, queue=jobs.QUEUE, attempts=10, give_up=delivering_failed),
    Task(jobs.POLL, PollArgs, poll_account, queue=jobs.QUEUE, attempts=1),
    FIND_POLLS,
    EXPIRE,
    FIND_OVERDUE,
    SWEEP_INBOX,
    RECONCILE,
)
SCHEDULES = (
    Schedule("conversations.repair", "*/5 * * * *", lambda: FIND_OVERDUE(NothingArgs())),
    Schedule("conversations.poll", "* * * * *", lambda: FIND_POLLS(NothingArgs())),
    Schedule("conversations.expire", "23 3 * * *", lambda: EXPIRE(NothingArgs())),
    Schedule("conversations.sweep", "41 2 * * *", lambda: SWEEP_INBOX(NothingArgs())),
    Schedule("conversations.reconcile", "11 3 * * *", lambda: RECONCILE(NothingArgs())),
)
