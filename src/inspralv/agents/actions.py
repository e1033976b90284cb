"""Creating, revising and deleting agents. Nothing here talks to a provider: jobs follow the events."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UnsetType

from inspralv.agents import policy, queries, sync_queries
from inspralv.agents.drift.queries import forget_remote
from inspralv.agents.events import (
    AgentActivated,
    AgentCreated,
    AgentDeactivated,
    AgentDeleted,
    AgentMoved,
    AgentRestored,
    AgentRevised,
    SyncRequested,
)  # fmt: skip
from inspralv.agents.fit import fit
from inspralv.agents.history.queries import add_version
from inspralv.agents.history.schemas import Saved
from inspralv.agents.schemas import Agent, AgentChange, AgentDraft, StoredAgent, content_of, sent_fields
from inspralv.foundation.errors import NotFound
from inspralv.foundation.events.event import changes
from inspralv.foundation.ids import uuid7
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.providers.registry import ProviderRegistry
from inspralv.tenancy.contexts import WorkspaceContext


async def create_agent(ctx: WorkspaceContext, draft: AgentDraft) -> Agent:
    """Save a new agent. Raises Invalid, and Forbidden when the workspace's limit is reached."""
    provider = policy.require_provider(ctx.services.get(ProviderRegistry), draft.provider)
    options = provider.options
    policy.require_config(draft.config)
    content = {
        "name": draft.name.strip(),
        "description": _description(draft.description),
        "provider": draft.provider,
        "voice_provider": draft.voice_provider or options.default_voice.provider,
        "model_provider": draft.model_provider or options.default_model.provider,
        "transcriber_provider": draft.transcriber_provider or options.default_transcriber.provider,
        "config": merged({}, msgspec.to_builtins(draft.config)),
        "is_active": draft.is_active,
    }
    policy.require_fitting(provider, content, {})
    policy.require_room(ctx, await queries.count_agents(ctx))
    agent_id = uuid7(ctx.now)
    await queries.add_agent(ctx, agent_id, content)
    await add_version(ctx, agent_id, Saved(version=1, content=content, note=draft.note))
    ctx.record(AgentCreated(entity_id=agent_id, new=content))
    return await queries.find_agent(ctx, agent_id)


async def revise_agent(ctx: WorkspaceContext, agent_id: UUID, change: AgentChange, expected: int | None) -> Agent:
    """Change the fields that were sent. Raises NotFound, Invalid, and Conflict when `expected` is not the version or
    when another provider would lose what nobody has agreed to lose."""
    agent = await _lock_present(ctx, agent_id)
    require_version(agent.version, expected)
    if not isinstance(change.config, UnsetType):
        policy.require_config(change.config)
    stored = content_of(agent)
    provider = ctx.services.get(ProviderRegistry).get(agent.provider)
    content = _revised(stored, change)
    if content["provider"] != agent.provider:
        provider = policy.require_provider(ctx.services.get(ProviderRegistry), content["provider"])
        content = _moved(ctx, agent, content, change)
    if provider is not None:
        policy.require_fitting(provider, content, stored)
    old, new = changes(stored, content)
    if new.keys() == {"is_active"}:
        return await _activate(ctx, agent, is_active=content["is_active"])
    if new:
        await queries.save_agent(ctx, agent_id, content)
        saved = Saved(version=agent.version + 1, content=content, before=content_of(agent), note=change.note)
        await add_version(ctx, agent_id, saved)
        ctx.record(AgentRevised(entity_id=agent_id, old=old, new=new))
    if "provider" in new:
        await leave_provider(ctx, agent, content["provider"])
    return await queries.find_agent(ctx, agent_id)


async def set_activation(ctx: WorkspaceContext, agent_id: UUID, *, is_active: bool) -> Agent:
    """Put an agent in or out of use. Raises NotFound."""
    agent = await _lock_present(ctx, agent_id)
    return agent if agent.is_active == is_active else await _activate(ctx, agent, is_active=is_active)


async def delete_agent(ctx: WorkspaceContext, agent_id: UUID, expected: int | None = None) -> StoredAgent:
    """Delete an agent, and by a job at the provider; again, it changes nothing. Raises NotFound, Conflict."""
    agent = await queries.lock_agent(ctx, agent_id)
    if agent.deleted_at is None:
        require_version(agent.version, expected)
        await queries.mark_deleted(ctx, agent_id)
        ctx.record(AgentDeleted(entity_id=agent_id, old={"name": agent.name, "provider": agent.provider}))
    return agent


async def restore_agent(ctx: WorkspaceContext, agent_id: UUID) -> Agent:
    """Undo a deletion. Raises NotFound, and Forbidden when its place has been taken meanwhile."""
    existing = await queries.count_agents(ctx)
    agent = await queries.lock_agent(ctx, agent_id)
    if agent.deleted_at is not None:
        policy.require_room(ctx, existing)
        await queries.mark_restored(ctx, agent_id)
        old = {"deleted_at": agent.deleted_at.isoformat()}
        ctx.record(AgentRestored(entity_id=agent_id, old=old, new={"name": agent.name}))
    return await queries.find_agent(ctx, agent_id)


async def request_sync(ctx: WorkspaceContext, agent_id: UUID) -> Agent:
    """Bring an agent to its provider again, whatever is known of it there. Raises NotFound."""
    agent = await _lock_present(ctx, agent_id)
    await sync_queries.mark_pending(ctx, agent_id)
    old, new = changes({"sync_status": agent.sync_status}, {"sync_status": "pending"})
    ctx.record(SyncRequested(entity_id=agent_id, old=old, new=new))
    return await queries.find_agent(ctx, agent_id)


async def _activate(ctx: WorkspaceContext, agent: Agent, *, is_active: bool) -> Agent:
    await queries.save_activation(ctx, agent.id, is_active=is_active)
    happened = AgentActivated if is_active else AgentDeactivated
    ctx.record(happened(entity_id=agent.id, old={"is_active": agent.is_active}, new={"is_active": is_active}))
    return await queries.find_agent(ctx, agent.id)


async def _lock_present(ctx: WorkspaceContext, agent_id: UUID) -> StoredAgent:
    agent = await queries.lock_agent(ctx, agent_id)
    if agent.deleted_at is not None:
        raise NotFound(_("There is no such agent."))
    return agent


def _moved(ctx: WorkspaceContext, agent: Agent, content: dict[str, Any], change: AgentChange) -> dict[str, Any]:
    """Return the content as the other provider takes it. Raises Conflict for losses that nobody has agreed to."""
    registry = ctx.services.get(ProviderRegistry)
    found = fit(content, registry[agent.provider], registry[content["provider"]], None, sent_fields(change))
    if found.lost and not change.accept_losses:
        raise policy.losses(registry[content["provider"]].label, found)
    return found.content


async def leave_provider(ctx: WorkspaceContext, agent: StoredAgent, provider: str) -> None:
    """Forget where the agent lived, and have it taken away there."""
    await sync_queries.forget_home(ctx, agent.id)
    await forget_remote(ctx, agent.id)
    remote = msgspec.to_builtins(agent.remote)
    ctx.record(AgentMoved(entity_id=agent.id, old={"provider": agent.provider, **remote}, new={"provider": provider}))


def _revised(content: dict[str, Any], change: AgentChange) -> dict[str, Any]:
    sent: dict[str, Any] = msgspec.to_builtins(change)
    sent.pop("note")
    sent.pop("accept_losses")
    config = merged(content["config"], sent.pop("config", {}))
    if "name" in sent:
        sent["name"] = sent["name"].strip()
    if "description" in sent:
        sent["description"] = _description(sent["description"])
    return {**content, **sent, "config": config}


def merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return a config changed by another: groups of settings field by field, lists as a whole, null takes away."""
    result = dict(old)
    for name, value in new.items():
        result[name] = merged(old.get(name) or {}, value) if isinstance(value, dict) else value
    return {name: value for name, value in result.items() if value is not None and value != {}}


def _description(text: str | None) -> str | None:
    return (text or "").strip() or None
