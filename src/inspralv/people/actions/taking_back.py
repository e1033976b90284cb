"""Invitations end with the right to send them."""

from __future__ import annotations

from uuid import UUID

from inspralv.foundation.context import Context
from inspralv.people.circles import Circle
from inspralv.people.events import InvitationCancelled
from inspralv.people.queries import invitations


async def take_back(ctx: Context, circle: Circle, user_id: UUID) -> None:
    """Take back what a person sent with a right they no longer have: removed, of a lower role, suspended, or gone. Somebody
    who was put out must not come in again by a link they have in store. For the organisation the context sees the whole
    partner."""
    for row in await invitations.cancel_unbacked(ctx, circle, user_id):
        old = {"email": row.email, "role": row.role}
        ctx.record(InvitationCancelled(entity_id=row.id, workspace_id=row.workspace_id, old=old))
