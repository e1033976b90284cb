"""Calling somebody back: the new call notes which conversation it answers, and that one is seen to."""

from __future__ import annotations

from uuid import UUID

from inspralv.conversations.events import FollowUpChanged
from inspralv.conversations.queries import editing
from inspralv.conversations.schemas import Call
from inspralv.foundation.errors import FieldError, Invalid
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.texts import _
from inspralv.tenancy.contexts import WorkspaceContext


async def require_answerable(ctx: WorkspaceContext, call_id: UUID) -> None:
    """Refuse to answer a conversation that this workspace does not have. Raises Invalid."""
    if await editing.lock_editable(ctx, call_id) is None:
        message = _("There is no such conversation.")
        raise Invalid(message, errors=(FieldError("/answersConversationId", message),))


async def mark_called_back(ctx: WorkspaceContext, call: Call) -> None:
    """Mark the conversation that a call answers: somebody has seen to it, by calling."""
    assert call.answers_id is not None
    held = await editing.lock_editable(ctx, call.answers_id)
    if held is None:
        return
    await editing.save_follow_up(ctx, call.answers_id, held.follow_up_note, ctx.now, ctx.me.id)
    await editing.save_called_back(ctx, call.answers_id, call.id)
    had = {
        "followed_up": held.followed_up_at is not None,
        "called_back": held.called_back_id and str(held.called_back_id),
    }
    old, new = changes(had, {"followed_up": True, "called_back": str(call.id)})
    ctx.record(FollowUpChanged(entity_id=call.answers_id, old=old, new=new))
    ctx.publish("calls", call.answers_id)
