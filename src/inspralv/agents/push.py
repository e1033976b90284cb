"""Bringing one agent to its provider: read, talk, write.

Pushes of one agent never overlap (they share a queue lock), so each sees what the one before has left. A push that must
wait gives the lock free while it waits: see `tasks.push_later`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from inspralv.agents import queries, sync_queries
from inspralv.agents.drift.queries import save_pushed
from inspralv.agents.drift.snapshot import snapshot
from inspralv.agents.events import AgentSynced, SyncFailed
from inspralv.agents.history.queries import add_publication
from inspralv.agents.schemas import RemoteState, StoredAgent
from inspralv.agents.spec import agent_spec, form_field
from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Job
from inspralv.foundation.language.stored import Stored
from inspralv.integrations.connections import Connection, find_connection, mark_key_bad, open_session, provider_of
from inspralv.providers import sentences
from inspralv.providers.contract import AgentSpec, ProviderSession, RemoteRef
from inspralv.providers.errors import BadCredentials, Malformed, Missing, ProviderError, Refused, Throttled, Unavailable
from inspralv.tenancy.variables import list_variables

_NO_KEY = Stored("No %(provider)s key is assigned to this workspace.")
log = structlog.get_logger()


class Pushed(msgspec.Struct, frozen=True):
    """The provider has it. `seen` is what it said when it was asked afterwards, None when it could not be asked."""

    ref: RemoteRef
    seen: AgentSpec | None = None


class Failed(msgspec.Struct, frozen=True):
    """Trying again does not help until a person changes something."""

    reason: str
    field: str | None = None
    is_key: bool = False


class Later(msgspec.Struct, frozen=True):
    """Trying again may help; `retry_after` in seconds, if the provider said so."""

    reason: str
    retry_after: float | None = None


class Gone(msgspec.Struct, frozen=True):
    """What was known there is not there any more: make it anew."""


Outcome = Pushed | Failed | Later | Gone


class Errand(msgspec.Struct, frozen=True):
    """All that is needed to talk. `asked_at`: an earlier attempt to make it ended in the dark then."""

    agent: StoredAgent
    connection: Connection
    spec: AgentSpec
    known: RemoteRef | None
    asked_at: datetime | None
    orphan: RemoteState | None
    """Where it lived before, when the workspace has changed the account."""


async def prepare(job: Job, agent_id: UUID) -> Errand | None:
    """Read what to push; None when there is nothing to do, or no key to do it with (which is then said)."""
    async with job.partner() as ctx:
        agent = await queries.find_stored(ctx, agent_id)
        if agent is None or agent.deleted_at is not None:
            return None
        connection = await find_connection(ctx, agent.workspace_id, agent.provider)
        if connection is None:
            label = provider_of(ctx.services, agent.provider).label
            await _no_key(ctx, agent, _NO_KEY(provider=label))
            return None
        state = agent.remote
        at_home = state.integration_id == connection.integration_id
        if at_home and agent.sync_status == "synced" and agent.synced_version == agent.version:
            return None
        known = RemoteRef(state.ids) if at_home and state.ids else None
        asked_at = state.asked_at if at_home else None
        if known is None:
            # Said before it is asked for: should the answer get lost, the next attempt looks for it first.
            begun = RemoteState(integration_id=connection.integration_id, asked_at=asked_at or ctx.now)
            await sync_queries.save_remote(ctx, agent.id, begun, None)
        options = provider_of(ctx.services, agent.provider).options
        orphan = state if state.ids and not at_home else None
        spec = agent_spec(agent, options, connection, await list_variables(ctx))
        return Errand(agent, connection, spec, known, asked_at, orphan)


async def talk(job: Job, errand: Errand) -> Outcome:
    """Tell the provider, and say in our words how that went."""
    label = provider_of(job.services, errand.agent.provider).label
    try:
        session = open_session(job.services, errand.connection)
        ref = await _push(session, errand)
        return Pushed(ref, await _look(session, ref))
    except Refused as error:
        return Failed(error.reason, form_field(error.field) if error.field else None)
    except BadCredentials as error:
        return Failed(sentences.KEY_REFUSED(provider=label, reason=error), is_key=True)
    except (Unavailable, Throttled, Malformed) as error:
        return Later(str(error), getattr(error, "retry_after", None))
    except Missing as error:
        return Gone() if errand.known else Failed(str(error))
    except ProviderError as error:
        return Failed(str(error))


async def _push(session: ProviderSession, errand: Errand) -> RemoteRef:
    known = errand.known
    if known is None and errand.asked_at is not None:
        known = await session.find_agent(errand.spec.metadata, errand.asked_at)
    return await session.push_agent(errand.spec, known)


async def _look(session: ProviderSession, ref: RemoteRef) -> AgentSpec | None:
    """Ask what the provider has made of it: later checks compare with that, for providers write things their way."""
    try:
        return await session.pull_agent(ref)
    except ProviderError as error:
        log.info("what was pushed could not be read back", error=repr(error))
        return None


async def write_pushed(ctx: Context, errand: Errand, pushed: Pushed) -> bool:
    """Store that the provider has this version. True when it is the current one."""
    agent, ref = errand.agent, pushed.ref
    external_id = provider_of(ctx.services, agent.provider).agent_ids_of(ref)[0]
    state = RemoteState(integration_id=errand.connection.integration_id, ids=dict(ref.ids))
    current = await sync_queries.save_synced(ctx, agent.id, agent.version, state, external_id)
    seen = snapshot(pushed.seen, errand.connection) if pushed.seen is not None else None
    await save_pushed(ctx, agent.id, agent.version, snapshot(errand.spec, errand.connection), seen)
    await add_publication(ctx, agent.id, agent.version)
    ctx.record(AgentSynced(entity_id=agent.id, new={"version": agent.version, "external_agent_id": external_id}))
    return current == agent.version


async def write_failed(ctx: Context, errand: Errand, failed: Failed) -> None:
    """Store why the provider did not take it. The context sees the whole partner."""
    agent, connection = errand.agent, errand.connection
    if failed.is_key:
        await mark_key_bad(ctx, connection.integration_id, failed.reason, connection.version)
    if await sync_queries.save_trouble(ctx, agent.id, agent.version, "error", failed.reason, failed.field):
        ctx.record(SyncFailed(entity_id=agent.id, new={"sync_error": failed.reason, "sync_error_field": failed.field}))


async def _no_key(ctx: Context, agent: StoredAgent, reason: str) -> None:
    if agent.sync_status != "not_synced" or agent.sync_error != reason:
        await sync_queries.save_trouble(ctx, agent.id, agent.version, "not_synced", reason)
        ctx.record(SyncFailed(entity_id=agent.id, new={"sync_error": reason}))
