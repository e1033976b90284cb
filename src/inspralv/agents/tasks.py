"""The jobs that make the provider follow."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from inspralv.agents import push, queries, removal, sync_queries
from inspralv.agents.events import AgentDeleted, AgentRemovedAtProvider, SyncFailed
from inspralv.agents.schemas import RemoteState
from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Deferred, Job, Task
from inspralv.foundation.jobs.schedule import Schedule
from inspralv.integrations.assignment_queries import list_workspaces_of
from inspralv.integrations.connections import mark_key_bad, provider_of
from inspralv.providers import sentences

log = structlog.get_logger()

MOST_ATTEMPTS = 10
_FIRST_WAIT = 5.0
_LONGEST_WAIT = 600.0
_STUCK_AFTER = timedelta(hours=1)


class AgentArgs(msgspec.Struct, frozen=True):
    """Which agent, and how often the provider was out of reach before."""

    agent_id: UUID
    attempt: int = 1


class DiscardArgs(msgspec.Struct, frozen=True):
    """What an agent has left behind at an account that its workspace no longer uses."""

    agent_id: UUID
    integration_id: UUID
    ids: dict[str, str]


class ResyncArgs(msgspec.Struct, frozen=True):
    """Whose agents: those of one workspace and provider, or of every workspace that uses the integration; all of them,
    or those that the provider does not have as they are here."""

    integration_id: UUID
    workspace_id: UUID | None = None
    provider: str | None = None
    only_waiting: bool = False


class SweepArgs(msgspec.Struct, frozen=True):
    """Nothing to say."""


async def push_agent(job: Job, args: AgentArgs) -> None:
    """Bring the newest version of an agent to its provider."""
    errand = await push.prepare(job, args.agent_id)
    if errand is None:
        return
    outcome = await push.talk(job, errand)
    async with job.partner() as ctx:
        if errand.orphan is not None and errand.orphan.integration_id is not None:
            left = DiscardArgs(args.agent_id, errand.orphan.integration_id, errand.orphan.ids)
            ctx.defer(DISCARD(left, workspace_id=job.workspace_id))
        match outcome:
            case push.Pushed():
                if not await push.write_pushed(ctx, errand, outcome):
                    ctx.defer(push_job(args.agent_id, job.workspace_id))
            case push.Failed():
                await push.write_failed(ctx, errand, outcome)
            case push.Later():
                await _wait(ctx, errand, args, outcome)
            case push.Gone():
                await sync_queries.forget_remote(ctx, args.agent_id, errand.agent.remote.ids)
                ctx.defer(push_job(args.agent_id, job.workspace_id))


async def _wait(ctx: Context, errand: push.Errand, args: AgentArgs, outcome: push.Later) -> None:
    """Try again later, or give up after the last attempt."""
    agent = errand.agent
    label = provider_of(ctx.services, agent.provider).label
    if args.attempt >= MOST_ATTEMPTS:
        failed = push.Failed(sentences.NOT_REACHABLE(provider=label, reason=outcome.reason))
        await push.write_failed(ctx, errand, failed)
        return
    reason = sentences.NOT_REACHABLE_YET(provider=label, reason=outcome.reason)
    if await sync_queries.save_trouble(ctx, agent.id, agent.version, "pending", reason):
        ctx.publish("agents", agent.id)
    again = AgentArgs(args.agent_id, args.attempt + 1)
    ctx.defer(PUSH_LATER(again, workspace_id=agent.workspace_id, at=ctx.now + _pause(args.attempt, outcome)))


async def push_later(job: Job, args: AgentArgs) -> None:
    """Push after a wait. The wait itself holds no lock, so that an edit or a retry meanwhile goes first."""
    async with job.partner() as ctx:
        ctx.defer(PUSH(args, workspace_id=job.workspace_id, lock=_lock(args.agent_id)))


async def give_up_push(job: Job, args: AgentArgs, error: Exception) -> None:
    """A fault of ours: say so at the agent, instead of leaving it waiting for ever."""
    log.error("an agent could not be pushed", agent=str(args.agent_id), error=repr(error))
    async with job.workspace() as ctx:
        agent = await queries.find_stored(ctx, args.agent_id)
        reason = sentences.OUR_FAULT()
        if agent and await sync_queries.save_trouble(ctx, agent.id, agent.version, "error", reason):
            ctx.record(SyncFailed(entity_id=agent.id, new={"sync_error": reason}))


async def remove_agent(job: Job, args: AgentArgs) -> None:
    """Take a deleted agent away at its provider."""
    wanted = await removal.prepare_removal(job, args.agent_id)
    if wanted is None:
        return
    outcome = await removal.talk_removal(job, wanted)
    async with job.partner() as ctx:
        match outcome:
            case removal.Removed():
                if await sync_queries.forget_remote(ctx, args.agent_id, wanted.state.ids):
                    ctx.defer(push_job(args.agent_id, job.workspace_id))  # restored while it was being removed
                ctx.record(AgentRemovedAtProvider(entity_id=args.agent_id, old={"ids": wanted.state.ids}))
            case push.Failed():
                log.warning("a deleted agent is still at the provider", agent=str(args.agent_id), reason=outcome.reason)
                if outcome.is_key:
                    account = wanted.account
                    await mark_key_bad(ctx, account.integration_id, outcome.reason, account.version)
            case push.Later() if args.attempt < MOST_ATTEMPTS:
                again = AgentArgs(args.agent_id, args.attempt + 1)
                at = ctx.now + _pause(args.attempt, outcome)
                ctx.defer(REMOVE_LATER(again, workspace_id=job.workspace_id, at=at))
            case _:
                log.warning("a deleted agent is still at the provider", agent=str(args.agent_id), reason=outcome.reason)


async def remove_later(job: Job, args: AgentArgs) -> None:
    """Remove after a wait that holds no lock."""
    async with job.partner() as ctx:
        ctx.defer(REMOVE(args, workspace_id=job.workspace_id, lock=_lock(args.agent_id)))


async def discard_remote(job: Job, args: DiscardArgs) -> None:
    """Remove what was left at another account. Raises RemainsThere, to be retried, when it cannot be reached."""
    wanted = await removal.prepare_discard(job, RemoteState(integration_id=args.integration_id, ids=args.ids))
    outcome = await removal.talk_removal(job, wanted) if wanted else None
    if isinstance(outcome, push.Later):
        raise RemainsThere(outcome.reason, outcome.retry_after)
    if isinstance(outcome, push.Failed):
        log.warning("an agent is still at its former account", agent=str(args.agent_id), reason=outcome.reason)


async def retire_agents(job: Job, _args: SweepArgs) -> None:
    """Delete what agents a deleted workspace still has, so that none of them goes on answering calls."""
    async with job.workspace() as ctx:
        for agent in await queries.list_agent_names(ctx):
            await queries.mark_deleted(ctx, agent.id)
            ctx.record(AgentDeleted(entity_id=agent.id, old={"name": agent.name}))


class RemainsThere(Exception):
    """The former account could not be reached."""

    def __init__(self, reason: str, retry_after: float | None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


async def resync_agents(job: Job, args: ResyncArgs) -> None:
    """Push the agents of a key that is new, replaced or gone; remove deleted ones that waited for it."""
    async with job.partner() as ctx:
        workspaces = [args.workspace_id] if args.workspace_id else await list_workspaces_of(ctx, args.integration_id)
        whose = workspaces, args.provider, args.integration_id
        for agent in await sync_queries.mark_all_pending(ctx, *whose, only_waiting=args.only_waiting):
            ctx.defer(push_job(agent.id, agent.workspace_id))
        for agent in await sync_queries.list_left_behind(ctx, *whose):
            ctx.defer(remove_job(agent.id, agent.workspace_id))


async def resync_variables(job: Job, _args: SweepArgs) -> None:
    """Push the agents that use variables: the workspace has changed what stands for them."""
    async with job.workspace() as ctx:
        for agent in await sync_queries.mark_pending_with_variables(ctx):
            ctx.defer(push_job(agent.id, agent.workspace_id))


async def sweep_agents(job: Job, args: SweepArgs) -> None:  # noqa: ARG001 - every task takes its arguments
    """Try again what failed long ago for a reason that may have passed: the last net under all the others."""
    async with job.partner() as ctx:
        before = ctx.now - _STUCK_AFTER
        for agent in await sync_queries.list_stuck(ctx, before):
            ctx.defer(push_job(agent.id, agent.workspace_id))
        for agent in await sync_queries.list_unremoved(ctx, before):
            ctx.defer(remove_job(agent.id, agent.workspace_id))


PUSH = Task("agents.push", AgentArgs, push_agent, attempts=5, give_up=give_up_push)
PUSH_LATER = Task("agents.push_later", AgentArgs, push_later)
REMOVE = Task("agents.remove", AgentArgs, remove_agent, attempts=5, outlives=True)
REMOVE_LATER = Task("agents.remove_later", AgentArgs, remove_later, outlives=True)
DISCARD = Task("agents.discard", DiscardArgs, discard_remote, outlives=True)
RESYNC = Task("agents.resync", ResyncArgs, resync_agents, outlives=True)
RESYNC_VARIABLES = Task("agents.resync_variables", SweepArgs, resync_variables, outlives=True)
SWEEP = Task("agents.sweep", SweepArgs, sweep_agents)
SWEEPING = Schedule("agents.sweep", "20 * * * *", lambda: SWEEP(SweepArgs()))

RETIRE = Task("agents.retire", SweepArgs, retire_agents, outlives=True)
TASKS = (PUSH, PUSH_LATER, REMOVE, REMOVE_LATER, DISCARD, RESYNC, RESYNC_VARIABLES, SWEEP, RETIRE)


def push_job(agent_id: UUID, workspace_id: UUID | None) -> Deferred:
    """Return the job that brings an agent to its provider; those of one agent run one after the other."""
    return PUSH(AgentArgs(agent_id), workspace_id=workspace_id, lock=_lock(agent_id))


def remove_job(agent_id: UUID, workspace_id: UUID | None) -> Deferred:
    """Return the job that takes a deleted agent away at its provider."""
    return REMOVE(AgentArgs(agent_id), workspace_id=workspace_id, lock=_lock(agent_id))


def _lock(agent_id: UUID) -> str:
    return f"agent {agent_id}"


def _pause(attempt: int, outcome: push.Later) -> timedelta:
    return timedelta(seconds=outcome.retry_after or min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (attempt - 1)))
