"""Sending an after-call message once more, at somebody's wish."""

from __future__ import annotations

from uuid import UUID

from inspralv.conversations import jobs
from inspralv.conversations.events import DeliveryRepeated
from inspralv.conversations.queries import activities
from inspralv.foundation.errors import Conflict, NotFound
from inspralv.foundation.language.texts import _
from inspralv.tenancy.contexts import WorkspaceContext


async def repeat(ctx: WorkspaceContext, activity_id: UUID) -> None:
    """Send a message again, as the call stands now. Raises NotFound, and Conflict for what cannot be repeated: a tool
    call is over with the moment it was made in, and a message that waits is sent anyway."""
    found = await activities.find_activity(ctx, activity_id)
    if found is None:
        raise NotFound(_("There is no such entry."))
    if found.kind != "after_call":
        raise Conflict(_("Only messages after calls can be sent again."))
    if not await activities.set_status(ctx, activity_id, "waiting", "done", "failed"):
        raise Conflict(_("This message is being sent already."))
    ctx.defer(jobs.deliver(activity_id))
    ctx.record(DeliveryRepeated(entity_id=activity_id, old={"status": found.status}, new={"status": "waiting"}))
    ctx.publish("activity", activity_id)
