"""Changing what a workspace may hold. The context sees the whole partner."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET

from inspralv.billing import queries
from inspralv.billing.events import WorkspaceLimitsChanged
from inspralv.billing.schemas import LimitsChange
from inspralv.foundation.context import Context
from inspralv.foundation.events.event import changes
from inspralv.tenancy.directory import Partner
from inspralv.tenancy.plans import OF_WORKSPACE
from inspralv.tenancy.policy import require_within_plan


async def change_limits(
    ctx: Context, partner: Partner, workspace_id: UUID, change: LimitsChange
) -> WorkspaceLimitsChanged | None:
    """Set figures of a workspace's own, or take them away; return what happened, if anything. What it holds already stays,
    even beyond them. Raises NotFound, and Forbidden at each figure beyond what the partner itself is allowed."""
    stored = await queries.lock_limits(ctx, workspace_id)
    sent = {name: value for name in OF_WORKSPACE.values() if (value := getattr(change, name)) is not UNSET}
    old, new = changes(stored, sent)
    if not new:
        return None
    require_within_plan(partner, new, pointer="")
    kept = {name: most for name, most in {**stored, **new}.items() if most is not None}
    await queries.save_limits(ctx, workspace_id, kept)
    event = WorkspaceLimitsChanged(entity_id=workspace_id, workspace_id=workspace_id, old=old, new=new)
    ctx.record(event)
    return event
