"""Looking at one agent at its provider: read, talk, write. Never tells the provider anything."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from inspralv.agents import queries as agents
from inspralv.agents.drift import queries
from inspralv.agents.drift.schemas import RemoteRecord
from inspralv.agents.drift.snapshot import differences, snapshot
from inspralv.agents.events import AgentDrifted
from inspralv.agents.schemas import StoredAgent
from inspralv.agents.spec import agent_spec
from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Job
from inspralv.integrations.connections import Connection, find_connection, mark_key_bad, open_session, provider_of
from inspralv.providers.contract import RemoteRef
from inspralv.providers.errors import BadCredentials, Missing, ProviderError
from inspralv.tenancy.variables import list_variables


class Errand(msgspec.Struct, frozen=True):
    """All that is needed to look. `here` is what would be sent now."""

    agent: StoredAgent
    connection: Connection
    here: dict[str, Any]


class Found(msgspec.Struct, frozen=True):
    """What the provider has."""

    there: dict[str, Any]


class Gone(msgspec.Struct, frozen=True):
    """The provider does not have it any more."""


class Failed(msgspec.Struct, frozen=True):
    """Nobody could look."""

    reason: str
    is_key: bool = False


Outcome = Found | Gone | Failed


async def check_agent(job: Job, agent_id: UUID) -> None:
    """Look at an agent and store what differs. While a push is due there is nothing to compare with."""
    errand = await _prepare(job, agent_id)
    if errand is None:
        return
    outcome = await _look(job, errand)
    async with job.partner() as ctx:
        match outcome:
            case Failed():
                await _write_failed(ctx, errand, outcome)
            case _:
                await _write(ctx, errand, outcome)
        ctx.publish("agents", agent_id)
        ctx.publish("agent-drift", agent_id)


async def _prepare(job: Job, agent_id: UUID) -> Errand | None:
    async with job.partner() as ctx:
        agent = await agents.find_stored(ctx, agent_id)
        if agent is None or not _can_be_compared(agent):
            return None
        provider = provider_of(ctx.services, agent.provider)
        connection = await find_connection(ctx, agent.workspace_id, agent.provider)
        if connection is None or connection.integration_id != agent.remote.integration_id:
            await queries.save_trouble(ctx, agent_id, f"No {provider.label} key is assigned to this workspace.")
            ctx.publish("agent-drift", agent_id)
            return None
        spec = agent_spec(agent, provider.options, connection, await list_variables(ctx))
        return Errand(agent, connection, snapshot(spec, connection))


def _can_be_compared(agent: StoredAgent) -> bool:
    return agent.deleted_at is None and bool(agent.remote.ids) and agent.sync_status in {"synced", "error"}


async def _look(job: Job, errand: Errand) -> Outcome:
    label = provider_of(job.services, errand.agent.provider).label
    try:
        spec = await open_session(job.services, errand.connection).pull_agent(RemoteRef(errand.agent.remote.ids))
    except Missing:
        return Gone()
    except BadCredentials as error:
        return Failed(f"{label} does not accept the key: {error}", is_key=True)
    except ProviderError as error:
        return Failed(f"{label} could not be asked: {error}")
    return Found(snapshot(spec, errand.connection))


async def _write_failed(ctx: Context, errand: Errand, failed: Failed) -> None:
    if failed.is_key:
        connection = errand.connection
        await mark_key_bad(ctx, connection.integration_id, failed.reason, connection.version)
    await queries.save_trouble(ctx, errand.agent.id, failed.reason)


async def _write(ctx: Context, errand: Errand, outcome: Found | Gone) -> None:
    """Store what was found, unless the agent was saved or pushed meanwhile: then it says nothing any more."""
    now = await agents.lock_agent(ctx, errand.agent.id)
    if (now.version, now.last_synced_at, now.external_ref) != _marks(errand.agent) or not _can_be_compared(now):
        return
    before = await queries.find_remote(ctx, now.id) or RemoteRecord()
    after = _judged(ctx, errand, before, outcome)
    await queries.save_look(ctx, now.id, after)
    told = (after.state, after.fields)
    if after.state in {"changed", "missing"} and told != (before.state, before.fields):
        ctx.record(AgentDrifted(entity_id=now.id, new={"state": after.state, "fields": after.fields}))


def _marks(agent: StoredAgent) -> tuple[object, ...]:
    return agent.version, agent.last_synced_at, agent.external_ref


def _judged(ctx: Context, errand: Errand, before: RemoteRecord, outcome: Found | Gone) -> RemoteRecord:
    agent = errand.agent
    if before.pushed_version is None and agent.synced_version == agent.version:
        # Brought there before anybody wrote down what was sent: it was what would be sent today.
        before = msgspec.structs.replace(
            before, pushed=errand.here, pushed_version=agent.version, pushed_at=agent.last_synced_at
        )
    found = msgspec.structs.replace(before, here=errand.here, here_version=agent.version)
    if isinstance(outcome, Gone):
        return msgspec.structs.replace(found, state="missing", fields=[], there=None)
    there = outcome.there
    absent = provider_of(ctx.services, agent.provider).options.absent
    fields = differences(before.pushed, there, absent) if before.seen is None else differences(before.seen, there)
    seen = before.seen if before.seen is not None or fields else there
    return msgspec.structs.replace(found, state="changed" if fields else "same", fields=fields, there=there, seen=seen)
