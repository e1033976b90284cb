"""A new workspace gets the partner's default keys."""

from __future__ import annotations

from uuid import UUID

import msgspec

from inspralv.foundation.context import Context
from inspralv.foundation.jobs.job import Job, Task
from inspralv.integrations.assign import assign_defaults
from inspralv.tenancy.events import WorkspaceCreated


class NewWorkspaceArgs(msgspec.Struct, frozen=True):
    """Which workspace was created."""

    workspace_id: UUID


async def give_defaults(job: Job, args: NewWorkspaceArgs) -> None:
    """Assign the default integration of every provider."""
    async with job.partner() as ctx:
        await assign_defaults(ctx, args.workspace_id)


GIVE_DEFAULTS = Task("integrations.give_defaults", NewWorkspaceArgs, give_defaults, outlives=True)


def on_workspace_created(ctx: Context, event: WorkspaceCreated) -> None:
    """React to a new workspace."""
    ctx.defer(GIVE_DEFAULTS(NewWorkspaceArgs(event.entity_id), workspace_id=event.entity_id))
