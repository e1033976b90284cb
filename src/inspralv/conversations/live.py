"""What open pages follow: the running calls, and one call in list and detail."""

from __future__ import annotations

from uuid import UUID

from inspralv.conversations.call_rights import rights_of
from inspralv.conversations.queries import reading
from inspralv.conversations.views import LivePage
from inspralv.foundation.live.part import LivePart
from inspralv.foundation.web.view import View
from inspralv.tenancy.contexts import WorkspaceContext
from inspralv.tenancy.permissions import P


async def draw_calls(ctx: WorkspaceContext, subject: str) -> View | None:
    """Draw the running calls afresh, and the call that the notice names."""
    if not ctx.may(P.CONVERSATIONS_READ):
        return None
    live = tuple(await reading.list_live(ctx))
    call = await reading.find_conversation(ctx, UUID(subject)) if subject else None
    is_new = call is not None and call.is_live and not call.transcript
    model = LivePage(
        live=live, call=call, can=rights_of(ctx, call) if call else None, is_new=is_new, zone=ctx.workspace.timezone
    )
    return View("conversations/live.html", model)


LIVE = (LivePart("calls", draw_calls),)
