"""What sets the agents' jobs off, and what tells open pages."""

from __future__ import annotations

from inspralv.agents.events import AgentDeleted, AgentEvent
from inspralv.agents.tasks import RESYNC, RETIRE, ResyncArgs, SweepArgs, push_job, remove_job
from inspralv.foundation.context import Context
from inspralv.integrations.events import IntegrationAssigned, IntegrationUnassigned, KeyReplaced
from inspralv.tenancy.events import WorkspaceDeleted


def push_it(ctx: Context, event: AgentEvent) -> None:
    """The agent has to be brought to the provider."""
    ctx.defer(push_job(event.entity_id, event.workspace_id or ctx.workspace_id))


def remove_it(ctx: Context, event: AgentDeleted) -> None:
    """The agent has to be taken away at the provider."""
    ctx.defer(remove_job(event.entity_id, event.workspace_id or ctx.workspace_id))


def show_it(ctx: Context, event: AgentEvent) -> None:
    """Open pages draw the agent afresh."""
    ctx.publish("agents", event.entity_id)


def resync_workspace(ctx: Context, event: IntegrationAssigned | IntegrationUnassigned) -> None:
    """A workspace has got another key, or none."""
    provider = (event.new or event.old or {}).get("provider")
    ctx.defer(RESYNC(ResyncArgs(event.entity_id, event.workspace_id, provider), workspace_id=event.workspace_id))


def resync_integration(ctx: Context, event: KeyReplaced) -> None:
    """A key was replaced: what failed with the old one may work now."""
    ctx.defer(RESYNC(ResyncArgs(event.entity_id)))


def retire_workspace(ctx: Context, event: WorkspaceDeleted) -> None:
    """The workspace is gone, and its agents with it."""
    ctx.defer(RETIRE(SweepArgs(), workspace_id=event.entity_id))
