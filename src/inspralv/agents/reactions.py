"""What sets the agents' jobs off, and what tells open pages."""

from __future__ import annotations

from uuid import UUID

from inspralv.agents.events import AgentDeleted, AgentEvent, AgentMoved
from inspralv.agents.tasks import (
    DISCARD,
    RESYNC,
    RESYNC_VARIABLES,
    RETIRE,
    DiscardArgs,
    ResyncArgs,
    SweepArgs,
    push_job,
    remove_job,
)
from inspralv.foundation.context import Context
from inspralv.integrations.events import AccountChanged, IntegrationAssigned, IntegrationUnassigned, KeyResumed
from inspralv.telephony.tasks import FOLLOW
from inspralv.telephony.tasks import AgentArgs as FollowArgs
from inspralv.tenancy.events import WorkspaceDeleted, WorkspaceUpdated


def push_it(ctx: Context, event: AgentEvent) -> None:
    """The agent has to be brought to the provider."""
    ctx.defer(push_job(event.entity_id, event.workspace_id or ctx.workspace_id))


def remove_it(ctx: Context, event: AgentDeleted) -> None:
    """The agent has to be taken away at the provider."""
    ctx.defer(remove_job(event.entity_id, event.workspace_id or ctx.workspace_id))


def discard_it(ctx: Context, event: AgentMoved) -> None:
    """What it leaves behind at its former provider has to go."""
    left = event.old or {}
    if left.get("ids"):
        args = DiscardArgs(event.entity_id, UUID(left["integration_id"]), left["ids"])
        ctx.defer(DISCARD(args, workspace_id=event.workspace_id or ctx.workspace_id))


def resync_variables(ctx: Context, event: WorkspaceUpdated) -> None:
    """The workspace's variables are part of what its agents say."""
    if "custom_variables" in (event.new or {}):
        ctx.defer(RESYNC_VARIABLES(SweepArgs(), workspace_id=event.entity_id))


def tell_telephony(ctx: Context, event: AgentEvent) -> None:
    """Numbers that name the agent follow it to where it lives now, or stop answering with it."""
    ctx.defer(FOLLOW(FollowArgs(event.entity_id), workspace_id=event.workspace_id or ctx.workspace_id))


def show_it(ctx: Context, event: AgentEvent) -> None:
    """Open pages draw the agent afresh."""
    ctx.publish("agents", event.entity_id)


def show_drift(ctx: Context, event: AgentEvent) -> None:
    """Open pages about its state at the provider follow."""
    ctx.publish("agent-drift", event.entity_id)


def resync_workspace(ctx: Context, event: IntegrationAssigned | IntegrationUnassigned) -> None:
    """A workspace has got another key, or none."""
    provider = (event.new or event.old or {}).get("provider")
    ctx.defer(RESYNC(ResyncArgs(event.entity_id, event.workspace_id, provider), workspace_id=event.workspace_id))


def resync_integration(ctx: Context, event: AccountChanged) -> None:
    """A key of another account: everything has to be brought there."""
    ctx.defer(RESYNC(ResyncArgs(event.entity_id)))


def resume_integration(ctx: Context, event: KeyResumed) -> None:
    """A key works again: what failed or waited meanwhile may be tried. What is in order stays as it is."""
    ctx.defer(RESYNC(ResyncArgs(event.entity_id, only_waiting=True)))


def retire_workspace(ctx: Context, event: WorkspaceDeleted) -> None:
    """The workspace is gone, and its agents with it."""
    ctx.defer(RETIRE(SweepArgs(), workspace_id=event.entity_id))
