"""Going back to what an agent was."""

from __future__ import annotations

from uuid import UUID

from inspralv.agents import queries as agents
from inspralv.agents.actions import leave_provider
from inspralv.agents.events import VersionRestored
from inspralv.agents.history import queries
from inspralv.agents.history.misfits import misfits
from inspralv.agents.history.schemas import Saved
from inspralv.agents.policy import require_provider
from inspralv.agents.schemas import Agent, content_of
from inspralv.foundation.errors import Invalid, NotFound
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.contexts import WorkspaceContext


async def restore_version(
    ctx: WorkspaceContext, agent_id: UUID, number: int, note: str | None, expected: int | None
) -> Agent:
    """Make an agent what it was at a number; that is a new version, and going back from it undoes it. Whether the agent
    is in use stays as it is. An agent that is like this already stays as it is. Raises NotFound, Conflict when
    `expected` is not the version, and Invalid naming what the provider does not take any more."""
    agent = await agents.lock_agent(ctx, agent_id)
    if agent.deleted_at is not None:
        raise NotFound(_("There is no such agent."))
    _rest, version = await queries.find_version(ctx, agent_id, number)
    require_version(agent.version, expected)
    current = content_of(agent)
    content = {**current, **version.content}
    old, new = changes(current, content)
    if new:
        provider = require_provider(ctx.services.get(ProviderRegistry), content["provider"])
        if faults := misfits(provider, content):
            raise Invalid(
                _(
                    "Version %(version)s does not fit %(label)s any more.",
                    version=version.version,
                    label=provider.label,
                ),
                errors=tuple(faults),
            )
        await agents.save_agent(ctx, agent_id, content)
        saved = Saved(
            version=agent.version + 1, content=content, before=current, note=note, restored_from=version.version
        )  # fmt: skip
        await queries.add_version(ctx, agent_id, saved)
        if content["provider"] != agent.provider:
            await leave_provider(ctx, agent, content["provider"])
        told = {"restored_from": version.version, **new}
        ctx.record(VersionRestored(entity_id=agent_id, old=old, new=told))
    return await agents.find_agent(ctx, agent_id)
