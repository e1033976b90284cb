"""What people do about an agent that differs at its provider."""

from __future__ import annotations

from uuid import UUID

from inspralv.agents import queries as agents
from inspralv.agents import sync_queries
from inspralv.agents.drift import queries
from inspralv.agents.drift.adopting import adopt
from inspralv.agents.drift.schemas import Adopted
from inspralv.agents.events import DriftAdopted, DriftOverwritten
from inspralv.agents.history.queries import add_version
from inspralv.agents.history.schemas import Saved
from inspralv.agents.schemas import Agent, StoredAgent, content_of
from inspralv.foundation.context import Context
from inspralv.foundation.errors import Conflict, FieldError, Invalid, NotFound
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.integrations.connections import provider_of


async def ask_for_check(ctx: Context, agent_id: UUID) -> None:
    """Note that somebody waits for a check; the caller defers the job. Raises NotFound, and Conflict when there is
    nothing to look at."""
    agent = await _lock_present(ctx, agent_id)
    label = provider_of(ctx.services, agent.provider).label
    if agent.external_agent_id is None:
        raise Conflict(_("“%(name)s” is not at %(label)s yet.", name=agent.name, label=label))
    if agent.sync_status == "pending":
        raise Conflict(_("%(label)s is just being told the latest version. Check again afterwards.", label=label))
    await queries.save_asked(ctx, agent_id)
    ctx.publish("agent-drift", agent_id)


async def overwrite_drift(ctx: Context, agent_id: UUID) -> Agent:
    """Send the agent to its provider again; where it is gone, it is made anew. Raises NotFound."""
    await _lock_present(ctx, agent_id)
    remote = await queries.find_remote(ctx, agent_id)
    await sync_queries.mark_pending(ctx, agent_id)
    fields = remote.fields if remote else []
    ctx.record(DriftOverwritten(entity_id=agent_id, new={"fields": fields}))
    return await agents.find_agent(ctx, agent_id)


async def adopt_drift(ctx: Context, agent_id: UUID, expected: int | None) -> Adopted:
    """Take over what was changed at the provider, as a new version. Raises NotFound, Conflict when nothing differs there
    or `expected` is not the version, and Invalid when nothing of it can be held here."""
    agent = await _lock_present(ctx, agent_id)
    require_version(agent.version, expected)
    provider = provider_of(ctx.services, agent.provider)
    remote = await queries.find_remote(ctx, agent_id)
    if remote is None or remote.state != "changed" or remote.there is None or agent.sync_status == "pending":
        raise Conflict(_("Nothing is known to differ at %(label)s.", label=provider.label))
    taken = adopt(agent, provider, remote.there, remote.fields)
    old, new = changes(content_of(agent), taken.content)
    if not new:
        errors = tuple(FieldError("/" + one.field.replace(".", "/"), one.reason) for one in taken.skipped)
        raise Invalid(_("Nothing of what %(label)s has can be taken over.", label=provider.label), errors=errors)
    await agents.save_agent(ctx, agent_id, taken.content)
    saved = Saved(
        version=agent.version + 1, content=taken.content, before=content_of(agent),
        note=f"Adopted from {provider.label}",
    )  # fmt: skip
    await add_version(ctx, agent_id, saved)
    ctx.record(DriftAdopted(entity_id=agent_id, old=old, new=new))
    return Adopted(await agents.find_agent(ctx, agent_id), taken.adopted, taken.skipped)


async def _lock_present(ctx: Context, agent_id: UUID) -> StoredAgent:
    agent = await agents.lock_agent(ctx, agent_id)
    if agent.deleted_at is not None:
        raise NotFound(_("There is no such agent."))
    return agent
