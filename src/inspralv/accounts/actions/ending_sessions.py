"""One's own sessions, ended from afar. The next request of an ended one is refused, and its open streams close."""

from __future__ import annotations

from uuid import UUID

from inspralv.accounts.events import SessionsEnded
from inspralv.accounts.queries import sessions
from inspralv.accounts.schemas import OpenSession
from inspralv.foundation.errors import NotFound
from inspralv.foundation.language.texts import _
from inspralv.tenancy.contexts import SignedInContext
from inspralv.tenancy.session_cookie import SessionPolicy


async def list_own_sessions(ctx: SignedInContext) -> list[OpenSession]:
    """Return the caller's open sessions, this one first."""
    used_since = ctx.now - ctx.services.get(SessionPolicy).idle
    return await sessions.list_sessions(ctx, ctx.me.id, ctx.session_id, used_since)


async def end_own_session(ctx: SignedInContext, session_id: UUID) -> None:
    """End one of the caller's sessions. Raises NotFound."""
    if not await sessions.end_one_session(ctx, ctx.me.id, session_id):
        raise NotFound(_("There is no such session."))
    _tell(ctx, 1)


async def end_all_others(ctx: SignedInContext) -> int:
    """End every session of the caller but this one; return how many."""
    ended = await sessions.end_other_sessions(ctx, ctx.me.id, ctx.session_id)
    if ended:
        _tell(ctx, ended)
    return ended


def _tell(ctx: SignedInContext, ended: int) -> None:
    ctx.notify("rights", ctx.partner_id, ctx.me.id)
    ctx.record(SessionsEnded(entity_id=ctx.me.id, new={"ended": ended}))
