"""The jobs that make providers follow what people want of their numbers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Deferred, Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.integrations.connections import mark_key_bad
from inspralv.providers import sentences
from inspralv.telephony import bind, carrying
from inspralv.telephony.actions.numbers import assign_number
from inspralv.telephony.outcomes import Failed, Later, Lost
from inspralv.telephony.queries import binding, numbers
from inspralv.telephony.queries.binding import NumberPlace

log = structlog.get_logger()

MOST_ATTEMPTS = 10
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 600.0
_STUCK_AFTER = timedelta(hours=1)  # longer than all attempts take


class NumberArgs(msgspec.Struct, frozen=True):
    """Which number, and how often the provider was out of reach before."""

    number_id: UUID
    attempt: int = 1


class AgentArgs(msgspec.Struct, frozen=True):
    """Which agent has moved, paused, gone or come back."""

    agent_id: UUID


class PlaceArgs(msgspec.Struct, frozen=True):
    """Whose numbers: those of an account, of a workspace, or of both. `anew`: what the provider was told counts no more."""

    integration_id: UUID | None = None
    workspace_id: UUID | None = None
    anew: bool = False


class SweepArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def bind_number(job: Job, args: NumberArgs) -> None:
    """Bring the binding of a number to its provider."""
    errand = await bind.prepare(job, args.number_id)
    if errand is None:
        return
    outcome = await bind.talk(job, errand)
    async with job.partner() as ctx:
        match outcome:
            case None:
                if not await bind.write_bound(ctx, errand):
                    ctx.defer(bind_job(args.number_id, job.workspace_id))
            case Later():
                is_last = args.attempt >= MOST_ATTEMPTS
                await bind.write_later(ctx, errand, outcome, is_last=is_last)
                if not is_last:
                    _again(ctx, BIND_LATER, args, outcome, job.workspace_id)
            case _:
                await bind.write_trouble(ctx, errand, outcome)
        ctx.publish("numbers", args.number_id)


async def bind_later(job: Job, args: NumberArgs) -> None:
    """Bind after a wait. The wait itself holds no lock, so that an edit meanwhile goes first."""
    async with job.partner() as ctx:
        ctx.defer(BIND(args, workspace_id=job.workspace_id, lock=_lock(args.number_id)))


async def give_up_bind(job: Job, args: NumberArgs, error: Exception) -> None:
    """A fault of ours: say so at the number, instead of leaving it waiting for ever."""
    log.error("a number could not be bound", number=str(args.number_id), error=repr(error))
    async with job.partner() as ctx:
        number = await numbers.look_up(ctx, args.number_id)
        if number is not None:
            await binding.save_status(ctx, number, "error", sentences.OUR_FAULT())


async def import_number(job: Job, args: NumberArgs) -> None:
    """Bring a number of one's own to its provider."""
    errand = await carrying.prepare_import(job, args.number_id)
    if errand is None:
        return
    outcome = await carrying.talk_import(job, errand)
    async with job.partner() as ctx:
        match outcome:
            case Later() if args.attempt < MOST_ATTEMPTS:
                _again(ctx, IMPORT_LATER, args, outcome, job.workspace_id)
            case Later():
                reason = sentences.NOT_REACHABLE(provider=errand.label, reason=outcome.reason)
                await carrying.write_import_failed(ctx, errand, Failed(reason))
            case Failed() | Lost():
                await carrying.write_import_failed(ctx, errand, outcome)
            case _:
                await carrying.write_imported(ctx, errand, outcome)


async def import_later(job: Job, args: NumberArgs) -> None:
    """Import after a wait that holds no lock."""
    async with job.partner() as ctx:
        ctx.defer(IMPORT(args, workspace_id=job.workspace_id, lock=_lock(args.number_id)))


async def give_up_import(job: Job, args: NumberArgs, error: Exception) -> None:
    """A fault of ours: say so at the number."""
    log.error("a number could not be imported", number=str(args.number_id), error=repr(error))
    async with job.partner() as ctx:
        await numbers.save_trouble(ctx, args.number_id, "error", sentences.OUR_FAULT(), only_from=("pending",))


async def release_number(job: Job, args: NumberArgs) -> None:
    """Take a number away at its provider, then forget it."""
    errand = await carrying.prepare_release(job, args.number_id)
    if errand is None:
        return
    outcome = await carrying.talk_release(job, errand)
    async with job.partner() as ctx:
        match outcome:
            case None:
                await carrying.write_released(ctx, errand.number)
            case Later() if args.attempt < MOST_ATTEMPTS:
                _again(ctx, RELEASE_LATER, args, outcome, job.workspace_id)
            case _:
                if isinstance(outcome, Failed) and outcome.is_key:
                    account = errand.account
                    await mark_key_bad(ctx, account.integration_id, outcome.reason, account.version)
                await carrying.write_release_failed(ctx, errand, outcome.reason)


async def release_later(job: Job, args: NumberArgs) -> None:
    """Release after a wait that holds no lock."""
    async with job.partner() as ctx:
        ctx.defer(RELEASE(args, workspace_id=job.workspace_id, lock=_lock(args.number_id)))


async def follow_agent(job: Job, args: AgentArgs) -> None:
    """Bind again what names an agent that has moved, paused, gone or come back."""
    async with job.partner() as ctx:
        _bind_all(ctx, await binding.list_numbers_of_agent(ctx, args.agent_id))


async def rebind(job: Job, args: PlaceArgs) -> None:
    """Bind the numbers of an account or workspace again, as far as the provider has to hear of it."""
    async with job.partner() as ctx:
        places = await binding.list_numbers_of(ctx, args.integration_id, args.workspace_id)
        if args.anew:
            for place in places:
                await binding.forget_bound(ctx, place.id)
        _bind_all(ctx, places)


async def take_back(job: Job, args: PlaceArgs) -> None:
    """A workspace is gone: its numbers answer nobody any more, and can be lent again."""
    async with job.partner() as ctx:
        for number_id in await numbers.list_ids_of_workspace(ctx, args.workspace_id) if args.workspace_id else ():
            await assign_number(ctx, await numbers.lock_number(ctx, number_id), None)


async def sweep_numbers(job: Job, args: SweepArgs) -> None:  # noqa: ARG001 - every task takes its arguments
    """Try again what waits or failed for a reason that may have passed: the last net under all the others."""
    async with job.partner() as ctx:
        _bind_all(ctx, await binding.list_stuck(ctx))
        for place in await binding.list_unimported(ctx, ctx.now - _STUCK_AFTER):
            ctx.defer(import_job(place.id, place.assigned_workspace_id))


BIND = Task("telephony.bind", NumberArgs, bind_number, attempts=5, give_up=give_up_bind)
BIND_LATER = Task("telephony.bind_later", NumberArgs, bind_later)
IMPORT = Task("telephony.import", NumberArgs, import_number, attempts=5, give_up=give_up_import)
IMPORT_LATER = Task("telephony.import_later", NumberArgs, import_later)
RELEASE = Task("telephony.release", NumberArgs, release_number, attempts=5, outlives=True)
RELEASE_LATER = Task("telephony.release_later", NumberArgs, release_later, outlives=True)
FOLLOW = Task("telephony.follow_agent", AgentArgs, follow_agent, outlives=True)
REBIND = Task("telephony.rebind", PlaceArgs, rebind, outlives=True)
TAKE_BACK = Task("telephony.take_back", PlaceArgs, take_back, outlives=True)
SWEEP = Task("telephony.sweep", SweepArgs, sweep_numbers)
SWEEPING = Schedule("telephony.sweep", "40 * * * *", lambda: SWEEP(SweepArgs()))
TASKS = (BIND, BIND_LATER, IMPORT, IMPORT_LATER, RELEASE, RELEASE_LATER, FOLLOW, REBIND, TAKE_BACK, SWEEP)


def bind_job(number_id: UUID, workspace_id: UUID | None) -> Deferred:
    """Return the job that binds a number; all jobs of one number run one after the other."""
    return BIND(NumberArgs(number_id), workspace_id=workspace_id, lock=_lock(number_id))


def import_job(number_id: UUID, workspace_id: UUID | None) -> Deferred:
    """Return the job that brings a number to its provider."""
    return IMPORT(NumberArgs(number_id), workspace_id=workspace_id, lock=_lock(number_id))


def release_job(number_id: UUID) -> Deferred:
    """Return the job that takes a number away at its provider."""
    return RELEASE(NumberArgs(number_id), lock=_lock(number_id))


def _bind_all(ctx: Context, places: list[NumberPlace]) -> None:
    for place in places:
        ctx.defer(bind_job(place.id, place.assigned_workspace_id))


def _again(ctx: Context, task: Task[NumberArgs], args: NumberArgs, outcome: Later, workspace_id: UUID | None) -> None:
    pause = timedelta(seconds=outcome.retry_after or min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (args.attempt - 1)))
    ctx.defer(task(NumberArgs(args.number_id, args.attempt + 1), workspace_id=workspace_id, at=ctx.now + pause))


def _lock(number_id: UUID) -> str:
    return f"number {number_id}"
