"""What people do with conversations: notes, and removal."""

from __future__ import annotations

from uuid import UUID

from msgspec import UNSET

from inspralv.conversations.answers import FollowUpChange
from inspralv.conversations.events import ConversationDeleted, FollowUpChanged
from inspralv.conversations.queries import editing as queries
from inspralv.foundation.errors import NotFound
from inspralv.foundation.events.event import changes
from inspralv.foundation.language.texts import _
from inspralv.foundation.web.etag import require_version
from inspralv.tenancy.contexts import WorkspaceContext


async def change_follow_up(ctx: WorkspaceContext, call_id: UUID, change: FollowUpChange, expected: int | None) -> int:
    """Change the note, or say that somebody has seen to it; return the new version. Raises NotFound, and Conflict when
    `expected` is not the current version."""
    held = await _held(ctx, call_id, expected)
    note = held.follow_up_note if change.follow_up_note is UNSET else (change.follow_up_note or "").strip() or None
    at, by = held.followed_up_at, held.followed_up_by
    if change.followed_up is not UNSET and change.followed_up != (at is not None):
        at, by = (ctx.now, ctx.me.id) if change.followed_up else (None, None)
    old, new = changes(
        {"has_note": held.follow_up_note is not None, "followed_up": held.followed_up_at is not None},
        {"has_note": note is not None, "followed_up": at is not None},
    )
    if note != held.follow_up_note and "has_note" not in new:
        new["note"] = "changed"
    if not new:
        return held.version
    version = await queries.save_follow_up(ctx, call_id, note, at, by)
    ctx.record(FollowUpChanged(entity_id=call_id, old=old, new=new))
    ctx.publish("calls", call_id)
    return version


async def delete_conversation(ctx: WorkspaceContext, call_id: UUID, expected: int | None) -> None:
    """Remove a conversation softly. Raises NotFound, and Conflict when `expected` is not the current version."""
    held = await _held(ctx, call_id, expected)
    await queries.mark_deleted(ctx, call_id)
    old = {"status": held.status, "direction": held.direction, "agent_id": held.agent_id and str(held.agent_id)}
    ctx.record(ConversationDeleted(entity_id=call_id, old={**old, "created_at": held.created_at.isoformat()}))
    ctx.publish("calls", call_id)


async def _held(ctx: WorkspaceContext, call_id: UUID, expected: int | None) -> queries.Editable:
    held = await queries.lock_editable(ctx, call_id)
    if held is None:
        raise NotFound(_("There is no such conversation."))
    require_version(held.version, expected)
    return held
