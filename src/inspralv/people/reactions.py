"""What follows here from what happens to accounts."""

from __future__ import annotations

from inspralv.accounts.events import AccountDeleted
from inspralv.foundation.context import Context
from inspralv.people.tasks import TAKE_BACK, TakeBackArgs


def take_back_links(ctx: Context, event: AccountDeleted) -> None:
    """Nobody stands behind the invitations of somebody who is gone. Said for the organisation, it is for all workspaces."""
    if event.workspace_id is None:
        ctx.defer(TAKE_BACK(TakeBackArgs(event.entity_id)))
